/*
 * What the first rows of a file hold, column by column: how full they are, examples,
 * and in which ways their dates and numbers can be read.
 */
#ifndef INGEST_SURVEY_H
#define INGEST_SURVEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "collect/rows/rows.h"

#define SURVEY_EXAMPLES 3

/* Longer texts are compared by their beginnings. */
#define SURVEY_ABOVE 24

/* A number of values, the first of them and its line. */
struct survey_case {
	uint64_t count;
	struct span sample;
	uint64_t line;
};

struct survey_column {
	uint64_t filled;
	uint64_t below;		/* blank, below a row that is not, in rows that are no sums of others */
	uint64_t again;		/* the same text as in the row above */
	uint64_t last;		/* hash of the text of the row above; 0: blank */
	bool begins;		/* filled in the first row */
	uint64_t up, down;	/* comes behind the text of the row above, before it: shorter ones come first */
	char above[SURVEY_ABOVE];
	size_t above_len;
	struct span examples[SURVEY_EXAMPLES];	/* different ones; absent behind the last */
	struct survey_case day_first;	/* dates that can only be day-month-year */
	struct survey_case month_first;
	struct survey_case either;	/* both readings, with different results */
	struct survey_case point;	/* numbers whose decimal separator can only be . */
	struct survey_case comma;
	struct survey_case mark;	/* 1,234: both readings, different results */
	uint64_t types;			/* names of record types */
};

struct survey {
	struct survey_column *columns;
	size_t count;
	size_t cap;
	uint64_t rows;
	uint64_t line;			/* of the row that is looked at... */
	bool is_sum;			/* ...which is the sum of others, by its first word */
	uint64_t bad;			/* rows that could not be read, or have not the header's columns... */
	struct error first_bad;		/* ...and why the first could not, with its line */
	struct arena arena;
};

#define SURVEY_INIT ((struct survey){0})

void survey_release(struct survey *s);

/* A row in LINE that is none, by WHY. */
void survey_bad(struct survey *s, uint64_t line, const struct error *why);

/* Looks at ROW, in LINE of its file. */
void survey_take(struct survey *s, const struct row *row, uint64_t line);

/* The column's facts; for one that was never seen, all zero. */
const struct survey_column *survey_column(const struct survey *s, size_t column);

#endif
