/*
 * What a purchase model reads of a customer: the history of buying days, from
 * the events of a profile.
 *
 * A purchase is an order at or before as_of, of which something was kept, as record/orders.h
 * settles it: one that is pending, failed, sent back or cancelled is none, one that two sources report
 * is one.  All
 * purchases of one calendar day, in the zone given, are one: an order that a
 * shop splits in two is no repeat purchase.  Days are counted from the first
 * purchase: x repeat days, the last of them on day t_x, observed until day T
 * (as_of's day, inclusive).  So 0 <= t_x <= T, and x is 0 exactly when t_x is.
 *
 * Money is what is left of these orders: what was paid back of an order is taken
 * off its day.  The first day's
 * money is left out, as Fader and Hardie do for the Gamma-Gamma model: it is not
 * what a returning customer spends.
 */
#ifndef CHURN_HISTORY_H
#define CHURN_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "expr/rates.h"
#include "time/zone.h"
#include "record/profile.h"

enum history_state {
	HISTORY_KNOWN,
	HISTORY_NO_PURCHASE,	/* events are there, none is a purchase */
	HISTORY_NO_EVENTS,	/* the profile carries no events: unknown */
	HISTORY_OMITTED,	/* events were left out: x and t_x are unknown */
	HISTORY_STATES,
};

#define CURRENCY_MAX 12

/* Times of a model are in one of these; a month is 365.25 / 12 days, a year 365.25. */
enum time_unit {
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_YEAR,
	TIME_UNITS,
};

/* "day", "week" ...; and how many days one has. */
const char *time_unit_name(enum time_unit unit);
double time_unit_days(enum time_unit unit);

/*
 * For models that count occasions (purchase_model.h): calendar periods behind that of the first
 * purchase, in which something was bought; the last of them; and those that were over by the end of
 * as_of.  A purchase in the period that runs is not among them.  Weeks begin on Monday.
 */
struct occasions {
	int32_t repeats;	/* x */
	int32_t last;		/* t_x */
	int32_t age;		/* n */
};

/* Logarithms in whole numbers add up to the same in any order. */
#define HISTORY_LOG_UNIT 16777216.0

struct history {
	enum history_state state;
	int32_t repeats;	/* x: buying days after the first */
	int32_t last;		/* t_x: days from the first purchase to the last */
	int32_t age;		/* T: days from the first purchase to as_of */
	int32_t gap;		/* days from the last but one buying day to the last; 0: none */
	int32_t gap_before;	/* and the gap before that */
	/* The sum of the natural logarithms of all x gaps, as a multiple of 1 / HISTORY_LOG_UNIT. */
	int64_t log_gaps;
	struct occasions occasions;
	/*
	 * Mean spend of the x repeat days.  Unknown when x is 0, when an order
	 * has no revenue, or when the currency changes.
	 */
	bool spend_known;
	double spend;
	char currency[CURRENCY_MAX];	/* of all its orders; "" when none is named */
	bool currency_mixed;		/* paid in several; `currency` is "" */
	/* With rates: */
	bool converted;			/* some of the spend was */
	char unrated[CURRENCY_MAX];	/* the currency of an order that could not be; "" */
};

/* Into which currency money is converted, and at what rates. */
struct history_money {
	const struct rates *rates;
	const char *to;
};

/*
 * Reads the history of P, whose as_of must be known; occasions are periods of UNIT.  MONEY NULL: each
 * customer's money is in his own currency.  0, or -1 with a data error: a malformed event, or events that
 * are not oldest first.
 */
int history_read(const struct profile *p, const struct zone *zone, enum time_unit unit,
		 const struct history_money *money, struct history *out, struct error *err);

#endif
