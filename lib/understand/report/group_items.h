/*
 * The groups that a customer is in, by an expression over the profile: of a list, such as segments, each item once, else
 * the one value.  They are written so that keys can be made of them and sorted: what is known begins with a blank, what
 * is not is behind all that is.
 */
#ifndef REPORT_GROUP_ITEMS_H
#define REPORT_GROUP_ITEMS_H

#include "expr/expr.h"

#define GROUP_SEPARATOR '\x1f'	/* between the items of a key; in a text a blank stands for it */
#define GROUP_KNOWN ' '		/* begins an item that is known: one without text is a group, too */
#define GROUP_UNKNOWN "\xff"	/* an item that is not known */

struct group_items {
	struct span *list;
	size_t count;		/* at least one */
};

/* Those of E (NULL: one, without text) for RUN's row, in RUN's scratch; TEXT is overwritten.  -1: *ERR. */
int group_items_find(const struct expr *e, struct expr_run *run, struct buf *text, struct group_items *out,
		     struct error *err);

/* For people; absent where it is not known. */
struct span group_item_text(struct span item);

/* qsort's, of spans by their bytes. */
int group_items_compare(const void *a, const void *b);

#endif
