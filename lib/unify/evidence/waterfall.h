/*
 * A pair of records as text: a table of what was compared, and its weights as a
 * waterfall, where each bar begins where the one before ends.
 */
#ifndef EVIDENCE_WATERFALL_H
#define EVIDENCE_WATERFALL_H

#include "base/buf.h"
#include "unify/linkage/comparison.h"

struct explain_style {
	bool json;
	bool brief;		/* one sentence, no JSON */
	bool unicode;		/* block characters; else ASCII */
	bool colour;
	size_t width;		/* of the terminal; 0: 80 */
};

/* INDENT blanks before each line. */
void waterfall_put(const struct comparisons *c, const struct explain_style *style,
		   size_t indent, struct buf *out);

#endif
