/* cdp-recommend: offers on profiles, --similar and --evaluate. */
#ifndef CMD_RECOMMEND_OFFERS_H
#define CMD_RECOMMEND_OFFERS_H

#include "cmd/tool.h"

struct offers_given {
	uint64_t offers;	/* of a customer, at most */
	const char *model;
	const char *half_life;	/* NULL: none */
	uint64_t shrink;
	uint64_t neighbours;
	uint64_t max_items;
	uint64_t per_category;	/* at least 1; UINT64_MAX: any */
	const char *price_band;	/* NULL: any */
	const char *products, *only, *stock;
	const char *similar;	/* an item: a table instead of profiles */
	bool evaluate;		/* a table, too */
	const char *item;
	const char *shape;	/* of a table */
	uint64_t limit;
};

/* Reads the operands, writes profiles or a table, ends the run; the exit status.  The output is not open yet. */
int offers_show(struct tool *t, const struct offers_given *g);

#endif
