/*
 * When a record was, where a column may hold a time of the day: "Date" and "Time" beside each other,
 * and "time" in a table of how long something took.
 *
 * By the row alone: the first column of the time, in the stated order (see contest.h), that holds a date
 * gives it.  A time of the day is put together with the first day that the row has; without one, or where that
 * has a time itself, it is no time of the record, and neither is a duration: both are kept by their names.
 */
#ifndef MAPPING_WHEN_H
#define MAPPING_WHEN_H

#include "collect/mapping/maker.h"

struct when {
	const struct target *whole;	/* gives the time by itself; NULL: it does not */
	bool joined;			/* MOMENT is put together */
	char moment[MOMENT_TEXT];
};

/*
 * What the time of ROW is made of; m->time_columns gets the columns.  -1 with m->err: the day, its time or the
 * zone cannot be read.  Only with plan->clocks.
 */
int when_choose(struct maker *m, const struct row *row, struct when *out);

enum when_kind {
	WHEN_DATE,	/* or what cannot be read */
	WHEN_CLOCK,
	WHEN_DURATION,
};

/* What TEXT is in the column of T, in the STYLE of the source. */
enum when_kind when_kind_of(const struct target *t, const struct plan_style *style, struct span text);

/* Is the time of the row at hand made of COLUMN? */
bool when_used(const struct maker *m, int column);

#endif
