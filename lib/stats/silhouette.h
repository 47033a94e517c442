/*
 * The silhouette (Rousseeuw 1987): how well a point lies in its cluster.
 *
 *	s = (b - a) / max(a, b)
 *
 * a is its mean distance to the other points of its cluster, b the least mean distance
 * to the points of another; 0 for a point alone in its cluster, or at no distance from
 * anything.  The mean over all points is 1 for tight clusters far apart, about 0 where
 * borders run through the middle of things.  Distances are those of points.h, not
 * squared.
 *
 * It takes COUNT^2 distances: sample first.  They are measured once for all partitions
 * of the points that are to be compared.
 */
#ifndef STATS_SILHOUETTE_H
#define STATS_SILHOUETTE_H

#include "stats/points.h"

struct partition {
	size_t k;
	const uint32_t *labels;	/* by point, below K */
};

/*
 * The mean silhouette of each of the COUNT partitions of P into MEANS; 0 for one that has
 * a single cluster.  The same bytes for any number of WORKERS.
 */
void silhouette_means(const struct points *p, const struct partition *partitions, size_t count,
		      unsigned workers, double *means);

#endif
