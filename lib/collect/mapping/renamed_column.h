/*
 * Columns of money that a format knows by other names: the user has renamed them, or the platform speaks another
 * language.
 *
 * A format works out what an order brought from several columns: shipping and tax come off the total, a discount
 * off the price, and what was refunded is taken back.  Its rule `shipping = ...` names all the names that it knows
 * for the first of these.  Where a table has none of them, and just one column that no rule names says the same by
 * its words and holds amounts, that column takes the place of all these names, in every rule; and so does COLUMN
 * where the user's own rule is `shipping = COLUMN` or `shipping = number(COLUMN)`.  A column that may say so, but is
 * not as sure (it has other words, all rows have one round number, there are two), is kept for a warning.
 */
#ifndef MAPPING_RENAMED_COLUMN_H
#define MAPPING_RENAMED_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct plan;

/* How the first values of a column look. */
enum amounts {
	AMOUNTS_NOT,	/* nothing, or other than amounts, or nothing but zero */
	AMOUNTS_ONE,	/* one whole number in all rows: may be a rate */
	AMOUNTS,
};

struct renamed_column {
	struct span key;	/* "shipping" */
	struct span known;	/* the first of the names that the format knows */
	size_t column;		/* of the plan */
	bool sure;		/* it takes their place */
};

/* Finds those of P, whose columns are there and whose rules are not compiled yet, by AMOUNTS of each column. */
void renamed_columns_find(struct plan *p, const enum amounts *amounts);

#endif
