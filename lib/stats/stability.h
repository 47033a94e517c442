/*
 * Do clusters come back when customers are left out?  Clusters of random halves of the
 * points are held against those of all (Hennig 2007, "Cluster-wise assessment of cluster
 * stability"): for each cluster the largest Jaccard coefficient with a cluster of the
 * half, |both| / |either| over all points, each of them at its nearest centre; the mean
 * over the halves.  Above 0.85 a cluster is very stable, from 0.75 on stable, below 0.6
 * it dissolves.
 *
 * Half number H draws from random_part(SEED, H).  The same bytes for any number of
 * WORKERS.
 */
#ifndef STATS_STABILITY_H
#define STATS_STABILITY_H

#include "stats/points.h"

struct stability_asked {
	unsigned halves;	/* >= 1 */
	uint64_t seed;
	unsigned workers;
};

/* By cluster of CENTRES into MEANS.  P has at least two points. */
void stability_measure(const struct points *p, const struct centres *centres,
		       const struct stability_asked *asked, double *means);

#endif
