/*
 * The gap statistic (Tibshirani, Walther and Hastie 2001): does the inertia fall faster
 * from k to k + 1 centres than it would without any clusters?
 *
 *	Gap(k) = mean over references of ln W*(k)  -  ln W(k),	W the inertia of k-means
 *
 * A reference has as many points, drawn evenly from the box around the points along their
 * principal axes, so that numbers that go together do not pass for clusters; each code is
 * drawn from its own column.  s is the standard deviation over references times
 * sqrt(1 + 1 / references).
 *
 * Reference number R draws from random_part(SEED, R).  The same bytes for any number of
 * WORKERS.
 */
#ifndef STATS_GAP_H
#define STATS_GAP_H

#include <stdbool.h>

#include "stats/points.h"

struct gap {
	double gap;
	double error;	/* s */
};

/* At least one reference and one point. */
struct gap_asked {
	size_t k_max;
	unsigned references;
	uint64_t seed;
	unsigned workers;
};

/* Gap(1) to Gap(k_max) into CURVE[0] to CURVE[k_max - 1]. */
void gap_measure(const struct points *p, const struct gap_asked *asked, struct gap *curve);

/* Is there a k > 1 with Gap(k) - s(k) > Gap(1)?  Else nothing says that there are clusters. */
bool gap_has_clusters(const struct gap *curve, size_t k_max);

/*
 * 1 where there are no clusters; else the least of those k with Gap(k) >= Gap(k + 1) -
 * s(k + 1), the paper's rule; k_max where none has that.  (By the rule alone four clouds at
 * the corners of a square are one: two or three centres serve them no better than one.)
 */
size_t gap_choose(const struct gap *curve, size_t k_max);

#endif
