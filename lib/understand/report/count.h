/*
 * Reports that are counted in one pass over the profiles, in any order, by
 * several workers: each worker keeps its own sums, which are added up at the
 * end.  Counts and money are exact, so the result does not depend on who
 * counted what.
 *
 * A profile counts whole or not at all, in all reports of a run alike: each
 * report notes what it will count (`begin`, `event`), and only when nothing
 * was wrong with the line does each add it to its sums (`commit`).  The events
 * are walked once for all, which validates them as well.
 */
#ifndef REPORT_COUNT_H
#define REPORT_COUNT_H

#include "base/error.h"
#include "expr/rates.h"
#include "time/zone.h"
#include "record/profile.h"
#include "understand/report/sheet.h"

/*
 * An option that a report takes: `--NAME ARG`.  Its rows are all there is to declare: the tool
 * parses them, shows them in `cdp-report REPORT --help`, and refuses them to other reports.
 */
struct count_option {
	const char *name;	/* without dashes; options of one name are the same in all reports */
	const char *arg;	/* NULL: takes none; "FILE": is read */
	const char *help;
	const char *fallback;	/* what counts where it is not given; NULL: nothing */
	const char *const *choices;	/* ends with NULL; NULL: any text */
	bool many;		/* it may be given several times, in an order that counts */
};

/* What was given for one: one text or the fallback, unless many; of one without ARG "". */
struct count_value {
	const char *const *texts;
	size_t count;
};

/* Borrowed until start has returned; the zone and the texts of the values for as long as the report is counted. */
struct count_setup {
	unsigned workers;
	const struct zone *zone;	/* of months and days */
	const struct count_value *values;	/* of the report's options, in their order */
	uint64_t memory;		/* for what grows with the customers; beyond it goes to spills in scratch */
	const char *scratch;
	bool allow_empty;		/* a file of no bytes is no cut */
	uint64_t k;			/* figures of fewer people are hidden (suppress.h), by reports that can; 0: none is */
	const struct rates *rates;	/* stated ones, as long as the report is counted; NULL: none */
};

struct partial;

struct counting {
	const char *name;
	bool reads_events;	/* else they are skimmed */
	/* NULL with a usage error: what was given for an option will not do. */
	void *(*start)(const struct count_setup *setup, struct error *err);
	/* Forgets the worker's last profile, notes P's head; NULL: commit does.  -1: data error. */
	int (*begin)(void *state, unsigned worker, const struct profile *p,
		     struct error *err);
	/* Notes the next event of P; NULL: none needed.  -1: data error. */
	int (*event)(void *state, unsigned worker, const struct profile *p,
		     const struct event *e, struct error *err);
	/* Counts what was noted.  -1 with a failed error. */
	int (*commit)(void *state, unsigned worker, const struct profile *p,
		      struct error *err);
	/* Adds the sections.  -1 with a failed error. */
	int (*fill)(void *state, struct sheet *sheet, struct error *err);
	void (*free)(void *state);
	const struct count_option *options;	/* ends with a NULL name; NULL: none */
	/*
	 * Writes what was counted, all workers together, or adds what another run has written, in place of profiles
	 * (partial.h).  NULL: it cannot, and the report's row says why.
	 */
	void (*carry)(void *state, struct partial *p);
};

/*
 * Counts P on WORKER for each of LIST, which ends with NULL, STATES beside it.
 * 0, or -1 with *ERR: then nothing was counted.
 */
int count_profile(const struct counting *const *list, void *const *states,
		  unsigned worker, const struct profile *p, struct error *err);

extern const struct counting count_overview;
extern const struct counting count_rfm;
extern const struct counting count_cohorts;
extern const struct counting count_fields;
extern const struct counting count_sessions;
extern const struct counting count_funnel;
extern const struct counting count_paths;
extern const struct counting count_web;
extern const struct counting count_table;
extern const struct counting count_attribution;
extern const struct counting count_retention;
extern const struct counting count_social;
extern const struct counting count_segments;
extern const struct counting count_value;
extern const struct counting count_compare;

/* Has the STATE of count_table money to convert at rates, in what it shows or groups by? */
bool table_converts(const void *state);

#endif
