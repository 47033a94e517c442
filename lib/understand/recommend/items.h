/*
 * Items: their texts, byte for byte, numbered by how many baskets or customers have them, most
 * first, equal ones by their text.  Workers gather them, each in a part of its own; what comes
 * out depends neither on the number of workers nor on the order of lines.
 *
 * An item may have a label, a name for people; of several labels the one that stood there most
 * often counts, then the smaller text.
 */
#ifndef RECOMMEND_ITEMS_H
#define RECOMMEND_ITEMS_H

#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

/* What one worker gathers. */
struct item_part {
	struct map texts;	/* text -> number in the part */
	struct map labels;	/* the item's number, 4 bytes, and a label -> how often */
};

#define ITEM_PART_INIT ((struct item_part){0})

void item_part_release(struct item_part *p);

/* The number of ITEM in P.  LABEL may be absent. */
uint32_t item_part_put(struct item_part *p, struct span item, struct span label);

struct item {
	struct span text;
	struct span label;	/* absent: it has none */
	uint32_t count;		/* the baskets, or customers, that have it */
};

struct items {
	struct item *list;	/* most frequent first */
	uint32_t count;
	struct map by_text;	/* text -> number */
};

/*
 * The items of COUNT parts, numbered in no order that counts; OF[part][number in the part] is that number; the
 * arrays are the caller's (mem_free).  Owned: items_release.
 */
void items_join(struct items *t, struct item_part *const *parts, size_t count, uint32_t **of);

/*
 * Once list[i].count is how many have item i: numbers them anew, and says in RANK[old number] which is the new one.
 */
void items_rank(struct items *t, uint32_t *rank);

/* The number of TEXT, or UINT32_MAX. */
uint32_t items_find(const struct items *t, struct span text);

/* A name for people: the label, or the text. */
struct span item_name(const struct item *i);

void items_release(struct items *t);

#endif
