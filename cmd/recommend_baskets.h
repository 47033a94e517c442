/* cdp-recommend --baskets and --rules: tables of what is bought together. */
#ifndef CMD_RECOMMEND_BASKETS_H
#define CMD_RECOMMEND_BASKETS_H

#include "cmd/tool.h"

struct baskets_given {
	bool baskets, rules;	/* one of them: a table is wanted */
	const char *support;	/* "0.01", "1%", "20" */
	const char *confidence;
	uint64_t max_length;
	const char *sort;	/* a measure; NULL: lift */
	uint64_t limit;		/* rows; UINT64_MAX: all */
	const char *shape;
	const char *item;	/* the property that names items; NULL: the usual ones */
	const char *from;	/* profiles, lists or lines; NULL: by the first byte */
	const char *columns;	/* BASKET,ITEM */
	const char *separator;
};

extern const char *const baskets_from_choices[];

/* Reads the operands, writes the table, ends the run; the exit status.  The output is not open yet. */
int baskets_show(struct tool *t, const struct baskets_given *g);

#endif
