/*
 * Files of baskets that are no records, of two forms:
 *
 *	lists	a line a basket, its items with a separator between them
 *		citrus fruit,semi-finished bread,margarine
 *	lines	a table with a header, a line an item: one column names the basket, one the item; the lines
 *		of a basket need not follow each other
 *		basket,item
 *		1,citrus fruit
 *
 * Values may stand in quotes, as in CSV, and end on their line; blanks around them go.  Empty values and
 * blank lines are passed over.  Lines that are not UTF-8, and open quotes, are bad lines; a file in
 * UTF-16 is none at all.
 *
 * Without a word on the form a file is lines when its first line names, once each, a basket and an
 * item by a usual name (basket, order_id, invoiceno ...; item, sku, product ...), else lists.
 */
#ifndef RECOMMEND_BASKET_FILE_H
#define RECOMMEND_BASKET_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "understand/recommend/baskets.h"

enum basket_form {
	BASKET_FORM_UNSAID,
	BASKET_FORM_LISTS,
	BASKET_FORM_LINES,
};

struct basket_reading {
	/* Given. */
	enum basket_form form;
	char separator;
	const char *basket_column;	/* BASKET_FORM_LINES: both or neither */
	const char *item_column;
	unsigned workers;
	/* On the calling thread, in the order of lines. */
	void (*fault)(void *context, struct span line, const struct error *why);
	void (*progress)(void *context, uint64_t bytes, uint64_t total, uint64_t rows);
	void *context;

	/* What was found, over all files that were read with it. */
	enum basket_form found;		/* of the last one */
	char basket_name[64], item_name[64];	/* BASKET_FORM_LINES: the columns */
	uint64_t rows;			/* but for blank lines and headers */
	uint64_t blank;
	uint64_t incomplete;		/* lines without a basket or an item */
	uint64_t cells;			/* of the first row of lists */
	struct span *first;		/* what the first line of lists has; owned: basket_reading_release */
	size_t first_count;
	struct arena texts;
	bool cells_differ;		/* not all rows of lists have as many */
	bool unseparated;		/* no row of lists had the separator */
	uint64_t other[256];		/* rows of lists with that byte: ';', '|' and tab alone */
};

/*
 * Puts the baskets of the file at PATH ("-": stdin) into PARTS, one for each worker.  0, or -1 with *ERR: the file
 * cannot be read; a usage error: a column is not there.
 */
int basket_file_read(struct basket_reading *r, const char *path, struct basket_part *parts,
		     struct error *err);

void basket_reading_release(struct basket_reading *r);

/*
 * May lists be a table whose columns have names nobody knows?  All rows have as many cells, at least two, and what
 * the first has never comes again.  B: the baskets that were read.
 */
bool basket_reading_is_table(const struct basket_reading *r, const struct baskets *b);

#endif
