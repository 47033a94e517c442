/*
 * Cutoffs: moments of the past at which a customer is looked at as if it were now.  What came up to a
 * cutoff is what is known; the label is whether the customer bought within the horizon behind it.
 *
 * Cutoff 0 lies one horizon before as_of and is that of the back-test.  The others lie a horizon before each
 * other, so that no label that a model learns from lies behind cutoff 0:
 *
 *	... 2 ---- h ---- 1 ---- h ---- 0 ---- h ---- as_of
 *
 * A cutoff is the end of a calendar day: that day is known, and the label begins with the next.
 */
#ifndef PREDICT_CUTOFF_H
#define PREDICT_CUTOFF_H

#include <stddef.h>
#include <stdint.h>

#include "time/zone.h"

#define CUTOFFS_MAX 8

struct cutoffs {
	size_t count;
	uint32_t horizon_days;
	int64_t days[CUTOFFS_MAX];	/* since 1970-01-01 */
	int64_t moments[CUTOFFS_MAX];	/* their last milliseconds in the zone */
};

/* COUNT of them, at most CUTOFFS_MAX; AS_OF is known. */
void cutoffs_make(struct cutoffs *c, int64_t as_of, const struct zone *zone, uint32_t horizon_days,
		  size_t count);

#endif
