/*
 * Frequent itemsets by FP-growth (Han, Pei and Yin, 2000): all sets of items that at least so many
 * baskets have, and how many have each.
 */
#ifndef RECOMMEND_ITEMSETS_H
#define RECOMMEND_ITEMSETS_H

#include <stdbool.h>

#include "base/error.h"
#include "understand/recommend/baskets.h"

#define ITEMSET_LENGTH_MAX 32

struct itemset {
	size_t at;		/* of its items in the list */
	uint32_t length;
	uint32_t count;		/* baskets that have them all */
};

struct itemsets {
	struct itemset *sets;	/* most frequent first, then the shorter, then by items */
	size_t count;
	uint32_t *items;	/* of each set the items, ascending */
	uint32_t longest;
	uint32_t *slots;	/* for itemsets_find: number + 1 of a set, by a hash of its items */
	size_t mask;
};

struct itemsets_asked {
	uint32_t min_count;	/* baskets, at least 1 */
	uint32_t max_length;	/* of a set, 1 .. ITEMSET_LENGTH_MAX */
	uint64_t most;		/* sets, before the run gives up; below 2^32 */
	unsigned workers;
};

/*
 * The sets of B.  0, or -1 with a usage error: there are more than `most`.  Owned:
 * itemsets_release, after a failure too.
 */
int itemsets_grow(struct itemsets *s, const struct baskets *b, const struct itemsets_asked *asked,
		  struct error *err);
void itemsets_release(struct itemsets *s);

/* How many baskets have the COUNT ITEMS (ascending); 0: it is no frequent set. */
uint32_t itemsets_find(const struct itemsets *s, const uint32_t *items, uint32_t count);

#endif
