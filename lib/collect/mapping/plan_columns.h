/*
 * The columns that no rule copies: by the table of headers, else by their names.
 */
#ifndef MAPPING_PLAN_COLUMNS_H
#define MAPPING_PLAN_COLUMNS_H

#include "collect/mapping/contest.h"
#include "collect/mapping/plan.h"

/* The columns that mean one field, in the stated order. */
struct holders {
	const int *columns;
	const unsigned *ranks;
	size_t count;
};

/* The columns that go by one name, always or where their contests say so, in the stated order. */
struct namesakes {
	const struct namesake *list;
	size_t count;
};

/* Adds their targets to P, whose type is settled.  TYPED: the member `type` says what a record is. */
void plan_add_columns(struct plan *p, bool typed);

/* Names of one field and rank in the stated order of contest.h: < 0, 0 or > 0. */
int plan_compare_names(struct span a, struct span b);

/* The kinds of words that are no value of F; as in struct contest. */
unsigned plan_nothing_in(const struct field *f);

#endif
