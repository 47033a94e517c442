/*
 * k-means, and k-prototypes where points have codes (points.h): K centres so that the
 * inertia, the sum of the squared distances of all points to the nearest of them, is
 * as small as a descent finds it.
 *
 * Problem.  Lloyd's descent (1957, 1982) takes turns: each point goes to its nearest
 * centre, each centre to the mean (of codes: the commonest) of its points, until nothing
 * changes.  A turn costs points times centres, and the turns near the end, of which there
 * can be hundreds, change hardly anything.
 *
 * Choice.  Hamerly's bounds (2010) give the same descent for less: of each point an
 * upper bound on the distance to its own centre, and a lower bound on that to any other.
 * Both are moved along by how far the centres moved; while they do not meet, nor the
 * upper one half of the way from the point's centre to the nearest other, the point's
 * centre is still the nearest, and no distance is measured.  Sums are kept and changed
 * by the points that changed sides.  On 1,000,000 points of 8 numbers around 10 centres
 * 221 turns take 1.5 s on one core; plain turns take 16.  Elkan's bounds, one for each
 * centre, save more distances from some 40 centres on, for COUNT x K doubles of memory.
 *
 * Start.  k-means++ (Arthur and Vassilvitskii 2007): the first centre is a point drawn
 * evenly, each next one is drawn with a chance proportional to its squared distance from
 * those there are; of 2 + ln K points so drawn the one stays that lowers the inertia most.
 * Where all distances are 0 there are no K different points: the fit has fewer centres.
 * RESTARTS starts are tried; the least inertia counts, the first among equals.  Start
 * number R draws from random_part(SEED, R).
 *
 * Empty clusters.  A centre that has lost all its points takes the point that is
 * farthest from its own centre, so no cluster of a fit is empty.
 *
 * Threads.  Points are cut into chunks of KMEANS_CHUNK, whatever the number of
 * workers; sums of doubles are made by chunk and added up in the order of chunks.  So
 * the result depends on the points, their order, K, RESTARTS and SEED, and on nothing
 * else.
 */
#ifndef STATS_KMEANS_H
#define STATS_KMEANS_H

#include <stdbool.h>

#include "stats/points.h"

#define KMEANS_CHUNK 8192
#define KMEANS_TURNS_MAX 300

/* What is asked for. */
struct kmeans {
	size_t k;		/* >= 1 */
	unsigned restarts;	/* >= 1 */
	unsigned turns_max;	/* 0: KMEANS_TURNS_MAX */
	double rest;		/* the squared ways of all centres in a turn that count as
				   standing still; 0: until nothing changes */
	uint64_t seed;
	unsigned workers;	/* >= 1 */
	const struct centres *start;	/* the K centres to begin with; NULL: k-means++ */
};

struct kmeans_fit {
	struct centres centres;	/* K of them, or as many as there are different points */
	uint32_t *labels;	/* by point: its nearest centre, the first among equals */
	uint64_t *sizes;	/* by centre: its points */
	double inertia;
	unsigned turns;		/* of the start that counts */
	bool settled;		/* the centres stand still: else turns_max was reached */
};

/* P has at least one point.  Owned: kmeans_release. */
void kmeans_fit(const struct points *p, const struct kmeans *asked, struct kmeans_fit *fit);
void kmeans_release(struct kmeans_fit *fit);

/*
 * The nearest of CENTRES for each point of P: into LABELS, with the points of each into
 * SIZES.  Returns the inertia.
 */
double kmeans_assign(const struct points *p, const struct centres *centres, unsigned workers,
		     uint32_t *labels, uint64_t *sizes);

#endif
