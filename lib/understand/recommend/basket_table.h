/*
 * Itemsets and rules as rows of a table.  Machines' shapes have the items and, where items have
 * labels, these in columns of their own; people's have the label with the item behind it.
 */
#ifndef RECOMMEND_BASKET_TABLE_H
#define RECOMMEND_BASKET_TABLE_H

#include "understand/recommend/rules.h"
#include "understand/report/rows.h"

struct basket_table {
	struct rows rows;
	struct column columns[16];
	struct cell cells[16];
	struct buf scratch;
	struct buf packed;
	struct arena texts;	/* of the row at hand */
	const struct baskets *baskets;
	bool labelled;		/* an item has a label */
	bool people;
};

/* Puts the table's beginning to OUT; ROWS' how, title, limit and zone are set. */
void basket_table_begin_sets(struct basket_table *t, const struct baskets *b, struct buf *out);
void basket_table_begin_rules(struct basket_table *t, const struct baskets *b, struct buf *out);

void basket_table_put_set(struct basket_table *t, const struct itemsets *s, size_t number, struct buf *out);
void basket_table_put_rule(struct basket_table *t, const struct itemsets *s, const struct rule *rule,
			   struct buf *out);

/* A part of what is left to show; true: call again for more.  Releases T in the end. */
bool basket_table_end(struct basket_table *t, struct buf *out);

#endif
