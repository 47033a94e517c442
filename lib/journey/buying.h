/*
 * The days on which a customer bought, by record/orders.h: an order that is pending, failed, sent back or
 * cancelled is none, one that two sources report is one, and all of one calendar day, in the zone
 * given, are one.
 */
#ifndef JOURNEY_BUYING_H
#define JOURNEY_BUYING_H

#include <stdint.h>

#include "base/error.h"
#include "record/orders.h"
#include "record/profile.h"
#include "time/zone.h"

enum buying_state {
	BUYING_KNOWN,
	BUYING_NEVER,		/* events are there, none is a purchase */
	BUYING_NO_EVENTS,	/* the profile carries no events: unknown */
	BUYING_OMITTED,		/* events were left out: unknown */
};

/* Reused for one customer after another; one for each thread; zeroed at the start. */
struct buying {
	int64_t *days;		/* since 1970-01-01, ascending, each once; none is behind as_of's */
	size_t count;
	size_t cap;
	struct orders orders;
	struct decimal *left;	/* of each order, by the place of its first event */
	bool *taken;		/* something was paid back of it */
	size_t left_cap, taken_cap;
	bool lost;		/* a sum of what is left did not fit */
	struct buf text;
};

void buying_release(struct buying *b);

/*
 * Reads the orders of P up to its as_of, settled, and what is left of each, for those who want more than days.
 * *STATE is BUYING_NO_EVENTS or BUYING_OMITTED, and nothing was read, or BUYING_KNOWN.  As buying_read.
 */
int buying_read_orders(struct buying *b, const struct profile *p, enum buying_state *state, struct error *err);

/* Does E belong to an order of which something was kept? */
bool buying_is_kept(const struct buying *b, const struct order_entry *e);
/* Is it of the order itself, then? */
bool buying_is_purchase(const struct buying *b, const struct order_entry *e);

/* Reads the days of P, whose as_of must be known.  0, or -1 with a data error. */
int buying_read(struct buying *b, const struct profile *p, const struct zone *zone,
		enum buying_state *state, struct error *err);

#endif
