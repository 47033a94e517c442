/*
 * Do the latest events stand apart, far after the rest?  Then clocks that go wrong
 * (2038 for 2026) would make everybody inactive.  What counts is the share of events
 * behind a gap, not how many there are: a browser with a wrong clock writes a page
 * view for each click.
 *
 * Times are counted in buckets, of a day where all times lie within eleven years;
 * each keeps its least and greatest time, so that gaps between buckets are exact.
 * A gap is far where it is more than 30 days and more than a quarter of the time that
 * the rest spans, and behind it is at most one event in a hundred (or one in all); or
 * more than a year and twice what the rest spans, and behind it is at most one in
 * five.  Times of long ago, at most one in a hundred, do not lengthen the rest.
 * Under ten events there is no "rest".
 */
#ifndef MERGE_LATE_H
#define MERGE_LATE_H

#include <stddef.h>
#include <stdint.h>

struct late_bucket;

struct late {
	int64_t first;
	int64_t width;		/* ms */
	struct late_bucket *list;
};

/* For times from FIRST to LATEST. */
void late_init(struct late *l, int64_t first, int64_t latest);
void late_release(struct late *l);
void late_add(struct late *l, int64_t time);

/*
 * How many of the COUNT times that were added stand far after the rest, whose
 * last is *REST then; 0: none.
 */
uint64_t late_find(const struct late *l, uint64_t count, int64_t *rest);

#endif
