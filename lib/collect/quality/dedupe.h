/*
 * Records that were delivered twice: of equal source and id the first in the order
 * of the input stays.
 *
 * With a window, a record is a double only of one whose time is at most so far
 * from its own (Segment and RudderStack look back in the same way, by the time
 * of arrival, which files do not have).  Time is cut into pieces as long as the window.
 * Two records that were kept in one piece would be doubles, so each id has at most
 * one time a piece, and looking at three pieces decides: exactly, in any
 * order of times.  Records without a time are compared with each other only.
 */
#ifndef QUALITY_DEDUPE_H
#define QUALITY_DEDUPE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "time/moment.h"

struct dedupe;

/* WINDOW_MS: 0 for the whole run.  Owned: dedupe_free. */
struct dedupe *dedupe_new(int64_t window_ms, uint64_t memory, const char *scratch);
void dedupe_free(struct dedupe *d);

/* What a call has taken out, and the newest time of what stays. */
struct dedupe_taken {
	uint64_t records;
	uint64_t rows;		/* of whose records none stays */
	char newest[MOMENT_TEXT];	/* [0] 0: none */
};

/*
 * Takes the doubles out of RECORDS, whole lines that we have written.  EVENTS says how
 * many of them each row gave; NULL: one.  -1 with *ERR when the spill fails.
 */
int dedupe_take(struct dedupe *d, struct buf *records, const uint64_t *events,
		struct dedupe_taken *taken, struct error *err);

#endif
