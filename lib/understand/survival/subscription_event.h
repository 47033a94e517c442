/* What an event says of a subscription: subscriptions.h has the words. */
#ifndef SURVIVAL_SUBSCRIPTION_EVENT_H
#define SURVIVAL_SUBSCRIPTION_EVENT_H

#include "base/decimal.h"
#include "record/event.h"
#include "time/zone.h"

enum subscription_kind {
	SUBSCRIPTION_NONE,	/* an event of something else */
	SUBSCRIPTION_STARTED,
	SUBSCRIPTION_RENEWED,
	SUBSCRIPTION_CHANGED,
	SUBSCRIPTION_PAUSED,
	SUBSCRIPTION_RESUMED,
	SUBSCRIPTION_ENDED,
};

enum subscription_kind subscription_kind(struct span name);

/* Of a NAME without a kind: has it such words beside others, as "customer.subscription.deleted" has? */
bool subscription_named_oddly(struct span name);

/* What a month's money comes from. */
enum subscription_price {
	PRICE_NONE,
	PRICE_KNOWN,
	PRICE_ASSUMED,		/* no interval is named: a month's */
	PRICE_ODD,		/* an interval that is no word */
};

/* The money a month of an event with PROPS, by the interval that TERMS name: PROPS, or those of an event before it. */
enum subscription_price subscription_price(struct value props, struct value terms, struct decimal *mrr);

/*
 * The days for which is paid at a time, by the interval that PROPS name: 30.4375 for a month.  0: they name none that is understood,
 * or one of less than a day or more than a hundred years.
 */
#define SUBSCRIPTION_PERIOD_LEAST 1
#define SUBSCRIPTION_PERIOD_MOST 36525
double subscription_period(struct value props);

/* When the subscription ends, by PROPS; MOMENT_NONE: they don't say, or by a date that is not understood, which is *ODD. */
int64_t subscription_end(struct value props, const struct zone *zone, bool *odd);

/* The text of the first of NAMES (ends with NULL) that PROPS has; absent: none.  Borrowed from SCRATCH or the line. */
struct span subscription_property(struct value props, const char *const *names, struct buf *scratch);

#endif
