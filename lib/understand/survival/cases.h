/*
 * A plain table as lifetimes: which columns say what, and which rows say it whole.  A row without a value in a column
 * that is used is left out, and counted; one whose times cannot be is bad.
 *
 * The event is a column of 0 and 1, or of no and yes, false and true; of any other column the value that means it is
 * asked for, and given as COLUMN=VALUE.
 */
#ifndef SURVIVAL_CASES_H
#define SURVIVAL_CASES_H

#include "understand/survival/lifetimes.h"
#include "understand/table/design.h"

/* Names of columns; lists with commas between, or the one column that is called so.  NULL: none. */
struct cases_asked {
	const char *time;
	const char *event;	/* COLUMN or COLUMN=VALUE; NULL: each exit is one */
	const char *entry;
	const char *by;		/* a list */
	const char *strata;	/* a list */
	const char *cluster;
	const char *covariates;	/* a list */
	const char *categories;	/* a list: categories, though they be numbers */
};

/* Groups of cases. */
struct factor {
	uint32_t *codes;	/* by case: its group; NULL: there are no groups */
	struct span *names;	/* by group: the value; of several columns "a=1, b=2" */
	uint32_t count;
};

struct cases {
	/* Given: a bad row, on the calling thread; may be NULL. */
	void (*fault)(void *context, struct span row, const struct error *why);
	void *context;

	struct lifetimes l;
	size_t *rows;		/* by case: its row of the table */
	struct factor by, strata, cluster;
	struct design_layout layout;
	double *x;		/* cases by layout.width; NULL: no covariates */
	size_t left_out;	/* rows in which something is missing */
	size_t *missing;	/* by column of the table: rows without its value, of those that it is asked of */
	bool *used;		/* by column of the table */
	size_t rejected;
	struct arena texts;
};

/* -1 with a usage error: a column that is not there, or is not what it must be.  Owned: cases_release, after a failure too. */
int cases_make(struct cases *c, struct frame *f, const struct cases_asked *asked, struct error *err);
void cases_release(struct cases *c);

#endif
