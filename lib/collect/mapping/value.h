/*
 * One value of a record: what a target gives for a row, in the form that its field wants (a
 * moment, an exact number, an e-mail address, a country ...).
 *
 * All work is done in the memory of a maker, which also counts what could not be brought into
 * the form (struct tally) and takes the error of a value that costs the row.
 */
#ifndef MAPPING_VALUE_H
#define MAPPING_VALUE_H

#include "collect/mapping/maker.h"

enum fit {
	FIT_PUT,
	FIT_ABSENT,
	FIT_BOTH,	/* put, but the whole text is kept as a trait as well */
	FIT_DEMOTE,	/* an identifier that is none: keep it as a trait */
	FIT_REJECT,	/* m->err says why */
};

/* The value of T in ROW as a cell, computed where it is an expression. */
enum fit value_of(struct maker *m, const struct target *t,
		  const struct row *row, struct cell *out, bool *plain);

/* What a column of consents says. */
enum said {
	SAID_YES,
	SAID_NO,
	SAID_NOTHING,	/* who is not among those that have gone has not therefore come */
	SAID_OPEN,	/* nobody has asked yet */
	SAID_OTHER,	/* no yes and no no */
};

/* What S says to T, FORM_CONSENT or FORM_OPT_OUT. */
enum said value_said(struct maker *m, const struct target *t, struct span s);

/*
 * C, of a column that its header says is a consent, is neither yes nor no (and
 * counted as kept): true.
 */
bool value_note_consent(struct maker *m, const struct target *t,
			const struct cell *c);

/* S as a date in the STYLE of the source. */
bool value_civil(const struct plan_style *style, struct span s, struct civil *civil);

/* The same, also where only the order of day and month is not known. */
bool value_day(const struct plan_style *style, struct span s, struct civil *civil);

/* A date that cannot be read costs the row: m->err says so, and what to try. */
enum fit value_refuse_date(struct maker *m, const struct target *t, struct span s);

/* Is RAW, an array or object of JSON, the empty object? */
bool value_is_empty(struct span raw);

/* Appends C in the form of T as a JSON value.  PLAIN: C needs no escapes. */
enum fit value_put(struct maker *m, const struct target *t,
		   const struct cell *c, bool plain, struct buf *out);

/* Counts S, a time of T in the plan's zone, where HOUR is odd. */
void value_note_hour(struct maker *m, const struct target *t, enum zone_hour hour, struct span s);

#endif
