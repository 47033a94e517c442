/*
 * Reports that are counted in one pass over the profiles, in any order, by
 * several workers: each worker keeps its own sums, which are added up at the
 * end.  Counts and money are exact, so the result does not depend on who
 * counted what.
 */
#ifndef REPORT_COUNT_H
#define REPORT_COUNT_H

#include "base/error.h"
#include "base/zone.h"
#include "record/profile.h"
#include "report/sheet.h"

struct count_setup {
	unsigned workers;
	const struct zone *zone;	/* of months and days; borrowed */
};

struct counting {
	const char *name;
	bool reads_events;
	void *(*start)(const struct count_setup *setup);
	/* Counts P on WORKER.  0, or -1 with a data error: nothing was counted. */
	int (*profile)(void *state, unsigned worker, const struct profile *p,
		       struct error *err);
	/* Adds the sections. */
	void (*fill)(void *state, struct sheet *sheet);
	void (*free)(void *state);
};

extern const struct counting count_overview;
extern const struct counting count_rfm;
extern const struct counting count_cohorts;
extern const struct counting count_fields;

#endif
