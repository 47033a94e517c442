/*
 * Stretches of time by the calendar, as people name them where a window is wanted:
 *
 *	2025-03  2025-03-15  2025-Q1  2025	a month, day, quarter, year
 *	2025-01-01..2025-03-31			from the first day to the last, both included
 *	2025-01..2025-03  2025-01-01..		months; one side may be open
 *	60d..30d				from so long ago to so long ago
 *	today  yesterday  this_month  last_month	... week, quarter, year
 *
 * Days are those of the run's zone, weeks begin on Monday, and "now" decides which
 * month was the last.  For the files of lib/expr only.
 */
#ifndef EXPR_PERIOD_H
#define EXPR_PERIOD_H

#include "expr/tree.h"

enum bound_kind {
	BOUND_OPEN,
	BOUND_DAY,
	BOUND_AGO,
};

struct bound {
	enum bound_kind kind;
	int64_t day;			/* since 1970-01-01; of the end: the day behind the last */
	struct duration ago;
};

enum period_unit {
	PERIOD_DAY,
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_QUARTER,
	PERIOD_YEAR,
};

struct period {
	struct span text;		/* as it was written, without quotes and blanks around */
	bool named;			/* by the calendar around now; else the bounds */
	enum period_unit unit;
	bool last;			/* the one before now's */
	struct bound from, to;
};

/* "last_month" and its like; ends with NULL. */
extern const char *const period_names[];

/*
 * The length of the period that TEXT begins with where it can stand without quotes: 0
 * when it is none.  "2025" and "90d" are none: they are a number and a duration.
 */
size_t period_literal(struct span text);

/* TEXT, which *OUT keeps, as a period; NULL, or what is wrong with it in words. */
const char *period_parse(struct span text, struct period *out);

/* From *BEGIN (exclusive) to *END (inclusive, at most NOW). */
void period_place(const struct period *p, int64_t now, const struct zone *zone,
		  int64_t *begin, int64_t *end);

#endif
