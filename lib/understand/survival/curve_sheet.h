/* Curves of groups as tables of a sheet: one line a group, and S over time. */
#ifndef SURVIVAL_CURVE_SHEET_H
#define SURVIVAL_CURVE_SHEET_H

#include "understand/report/sheet.h"
#include "understand/survival/cases.h"
#include "understand/survival/curve.h"

#define SURVIVAL_Z 1.959963984540054	/* 95 % */

struct curves {
	struct curve *list;	/* by group; one where there are none; owned */
	size_t count;
	const struct span *names;	/* by group; NULL: there are none; borrowed */
	enum curve_interval interval;		/* of S */
	enum curve_interval median_interval;
	double tau;		/* means are up to it: by default the shortest of the groups' last exits */
};

/* The curve of each group of C.by; the intervals are the caller's to set.  TAU: NAN for the default.  Owned: curves_release. */
void curves_make(struct curves *s, const struct cases *c, double tau);
void curves_release(struct curves *s);

/* "groups": rows, events, median with its limits, restricted mean. */
void curves_add_groups(const struct curves *s, struct sheet *sheet);

/* "curve": S at TIMES; of COUNT 0: at each time with an event, in all at most MOST rows a group (0: all), evenly. */
void curves_add_points(const struct curves *s, const double *times, size_t count, size_t most, struct sheet *sheet);

#endif
