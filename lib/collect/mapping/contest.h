/*
 * Columns that mean the same field ("orderId" and "order_id", "email" and "mail"), or whose names
 * fold to the same key.
 *
 * Which of them counts is decided in each row by that row alone, so that a record never depends
 * on its neighbours: the first in the stated order that has a value gives the field, and the
 * others are kept by their own names.  The stated order is that of the words in the table of
 * headers, then how deep in the sections the member lies, then the name as it is folded
 * before others, then its bytes.
 */
#ifndef MAPPING_CONTEST_H
#define MAPPING_CONTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/rows/cell.h"
#include "text/null_word.h"

struct contest;

/* One that goes by the name that others want as well. */
struct namesake {
	int column;
	const struct contest *contest;	/* of its target; NULL: it always goes by it */
};

/* Of one target, which is a copy of a column. */
struct contest {
	const int *before;	/* columns that mean its field, too, and come first */
	size_t before_count;
	unsigned nothing;	/* kinds of words that mean no value in that field */
	bool time;		/* of times, some of which may lack their day: see when.h */
	bool fallback;		/* the target counts where one of these has a value, else where none has */
	const int *holders;	/* columns that mean the field whose name it wants */
	size_t holder_count;
	const struct namesake *namesakes;	/* that come before it under this name */
	size_t namesake_count;
};

/* Has C a value?  Blanks are none. */
bool contest_fills(const struct cell *c);

/*
 * The same for a known field, where an empty object is none, nor are words of NULLS (may be
 * NULL) of the kinds NOTHING.
 */
bool contest_means(const struct cell *c, unsigned nothing, const struct null_words *nulls);

/* The first of the columns before C's that has a value in ROW, or -1. */
int contest_winner(const struct contest *c, const struct row *row, const struct null_words *nulls);

/* Does the target of C count in ROW, whose cell there has a value? */
bool contest_counts(const struct contest *c, const struct row *row, const struct null_words *nulls);

/* How many others go by the name of C's target in ROW and come before it. */
size_t contest_place(const struct contest *c, const struct row *row, const struct null_words *nulls);

#endif
