/*
 * What says a consent otherwise than by yes and no: days of opt-in and opt-out, and strings of TCF.
 *
 * Such a column is a trait or property like any other, and is read beside that.  Of the days for one
 * purpose the latest counts, an opt-out also on the same day.  They only take away from what a column
 * of yes and no says: a "yes" with a later day of opt-out is denied, a "no" stays one, and so do
 * words that say neither.  What stands in a column of opt-outs and is neither a day nor "no" is an
 * opt-out, too, and is reported; a day that means "never" (9999-12-31) is none.
 *
 * A day of opt-in grants nothing where a status says that the person has left ("unsubscribed": denied) or
 * has not confirmed, also a day in a column of yes and no.
 *
 * Where several columns of yes and no mean one consent, a no of any outweighs the yes of another.
 *
 * Who left all mail, by a day or a yes to opting out, gets no newsletter that a box grants.
 *
 * A rule of the mapping for the purpose counts alone; our own records have said it.
 */
#ifndef MAPPING_CONSENT_COLUMNS_H
#define MAPPING_CONSENT_COLUMNS_H

#include "collect/mapping/maker.h"

enum consent_sort {
	CONSENT_SORT_NONE,
	CONSENT_IN_AT,
	CONSENT_OUT_AT,
	CONSENT_TCF,
	CONSENT_STATUS,		/* of a subscriber */
	CONSENT_ANY_STATUS,	/* of a subscriber, or of an order, a ticket... */
	CONSENT_LEFT_AT,	/* the list or the contract: takes away what is granted */
	CONSENT_OUT_WORD,	/* a no where it says "unsubscribed", else nothing */
};

/* What a header says; PURPOSE: index of the purposes that have such columns. */
struct consent_kind {
	enum consent_sort sort;
	unsigned purpose;
};

struct consent_column {
	struct consent_kind kind;
	int column;
	const struct target *target;	/* that keeps it: for messages */
};

/*
 * Of a path of JSON the last part, if those above it name no other purpose or channel: "sms.optInDate" is
 * sms, "push.optInDate" nothing.
 */
struct consent_kind consent_kind_of(struct span header, struct arena *a);

/* Has the mapping of P a rule for the purpose of KIND, or are its records ours? */
bool consent_has_rule(const struct plan *p, struct consent_kind kind);

/* Finds those among the columns of P, whose targets are in their order. */
void consent_columns_find(struct plan *p);

/* Writes what they say into the consents of ROW, which OUT has from INNER on. */
void consent_columns_put(struct maker *m, const struct row *row, size_t inner, struct buf *out);

/* Row I of the table of headers for the test that holds the manual to it, or false behind the last. */
bool consent_columns_row(size_t i, const char **purpose, enum consent_sort *sort, const char **headers);

#endif
