/*
 * How unequally amounts are spread: the Lorenz curve (M. O. Lorenz, 1905), its Gini coefficient, and
 * how much the largest have.  Amounts are whole numbers (millionths of money), ascending; those
 * below 0 count as 0.  Sums are exact, so that the order of arrival never shows.
 */
#ifndef STATS_LORENZ_H
#define STATS_LORENZ_H

#include <stdbool.h>
#include <stddef.h>

/* Of one amount: so many of them add up within 128 bits. */
#define LORENZ_MOST ((__int128)1 << 92)

struct lorenz {
	const __int128 *amounts;	/* ascending, none beyond LORENZ_MOST; borrowed */
	size_t count;			/* at most 2^32 */
	__int128 total;			/* of those above 0 */
};

/* Sorts LIST. */
struct lorenz lorenz_of(__int128 *list, size_t count);

/* How many are a share of PERCENT of all, rounded up: at least one of any. */
size_t lorenz_part(const struct lorenz *l, unsigned percent);

/* The sum of the COUNT largest, or smallest. */
__int128 lorenz_largest(const struct lorenz *l, size_t count);
__int128 lorenz_smallest(const struct lorenz *l, size_t count);

/* The fewest of the largest that have PERCENT of the total; 0 where there is none. */
size_t lorenz_fewest(const struct lorenz *l, unsigned percent);

/*
 * Sum over all pairs of |a - b| by 2 n^2 mean: 0 when all have the same, (n - 1) / n when one has
 * everything.  False when there is no total, or the sums do not fit.
 */
bool lorenz_gini(const struct lorenz *l, double *gini);

#endif
