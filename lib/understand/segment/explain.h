/*
 * The member `segments_why` of a profile, which --explain writes and
 * cdp-segment owns: an object from the name of each segment to the reason.
 */
#ifndef SEGMENT_EXPLAIN_H
#define SEGMENT_EXPLAIN_H

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "record/profile.h"

/* Is there one, of an earlier run? */
bool explain_stale(const struct profile *p);

/* Appends P's line (without newline) without the member. */
void explain_cut(const struct profile *p, struct buf *out);

/*
 * Appends LINE, a profile as profile_put writes it, with the member
 * WHY (a raw JSON object) behind `segments`, which it has.  -1 with *ERR when LINE
 * is not such a line.
 */
int explain_put(struct span line, struct span why, struct buf *out,
		struct error *err);

#endif
