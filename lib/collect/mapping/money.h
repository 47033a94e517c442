/*
 * Amounts of money: what a cell holds beside digits.  The currency that is written with an amount is
 * its record's, unless a column says so; two that cannot be one cost the row.  A percentage is no
 * amount, and decimals beyond the sixth are rounded, half to even, as binary numbers leave them behind.
 */
#ifndef MAPPING_MONEY_H
#define MAPPING_MONEY_H

#include "collect/mapping/maker.h"

enum money_fit {
	MONEY_READ,
	MONEY_NONE,	/* no number */
	MONEY_PERCENT,
	MONEY_MIXED,	/* its currency is not that of another amount of the row */
};

/* S, of C in target T, into *OUT.  Counts what was rounded, and keeps the currency in m->currency. */
enum money_fit money_read(struct maker *m, const struct target *t, const struct cell *c,
			  struct span s, struct decimal *out);

/*
 * PROPS, members with a comma before each, are those of a record whose amounts had m->currency: *MEMBER
 * becomes the member to add, or empty.  -1 with m->err when they name another currency.
 */
int money_currency(struct maker *m, struct span props, struct buf *member);

#endif
