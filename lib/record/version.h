/*
 * Which of several deliveries of one record counts: `version` of the event record.
 *
 * Numbers (a JSON number, or a text that is one) are compared exactly, times
 * (date_parse's forms) as moments, any other text by its bytes.  Of different kinds a time
 * goes before a number, that before a text, and all before a record without a version.
 */
#ifndef RECORD_VERSION_H
#define RECORD_VERSION_H

#include "base/buf.h"
#include "base/decimal.h"
#include "record/scan.h"

enum version_kind {
	VERSION_NONE,
	VERSION_TEXT,
	VERSION_NUMBER,
	VERSION_TIME,
};

struct version {
	enum version_kind kind;
	struct decimal number;
	int64_t time;
	struct span text;
};

/* V may be absent; what is neither text nor number is none.  The text is V's, or in SCRATCH. */
struct version version_read(struct value v, struct buf *scratch);

/* < 0: A is the older. */
int version_compare(const struct version *a, const struct version *b);

#endif
