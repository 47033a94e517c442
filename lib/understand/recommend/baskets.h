/*
 * Baskets: sets of items that were bought together.  Workers gather them, each in a part of its
 * own; then the parts are joined.  What comes out depends neither on the number of workers nor on
 * the order in which baskets came.  An item that is in a basket twice is in it once.
 */
#ifndef RECOMMEND_BASKETS_H
#define RECOMMEND_BASKETS_H

#include "understand/recommend/items.h"

/* One item of one basket, by their numbers in the part. */
struct basket_entry {
	uint32_t basket;
	uint32_t item;
};

/* What one worker gathers. */
struct basket_part {
	struct item_part items;
	struct map keys;	/* of named baskets: key -> number */
	struct basket_entry *entries;
	size_t count;
	size_t cap;
	uint32_t basket;	/* the one that is open */
	uint32_t baskets;	/* named or not, never both in one part */
	size_t key;		/* of the one that is open */
	bool named;
};

#define BASKET_PART_INIT ((struct basket_part){0})

void basket_part_release(struct basket_part *p);

/* Opens a new basket; its number, by which basket_part_reopen finds it again. */
uint32_t basket_part_open(struct basket_part *p);
void basket_part_reopen(struct basket_part *p, uint32_t basket);

/* Opens the basket KEY, or goes on with it. */
void basket_part_resume(struct basket_part *p, struct span key);

/* Puts ITEM into the open basket.  LABEL may be absent. */
void basket_part_put(struct basket_part *p, struct span item, struct span label);

struct baskets {
	struct items items;	/* by how many baskets have them */
	uint32_t count;		/* baskets; those without items aside */
	size_t *starts;		/* count + 1 places in the list */
	uint32_t *list;		/* of each basket the items, ascending */
};

/* Takes what the PARTS have, and releases them.  Owned: baskets_release. */
void baskets_join(struct baskets *b, struct basket_part *parts, size_t count);
void baskets_release(struct baskets *b);

#endif
