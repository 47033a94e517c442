/*
 * The orders of one customer: what each order event adds once the life of its
 * order is known.  One event says little by itself: a refund without an amount
 * takes back whatever was paid, a cancellation behind a refund takes nothing
 * more, and the order that a browser and a server both report is one order.
 *
 * An order is known by its source and its number; numbers of two sources are
 * those of two orders, but for the third rule.  The rules, in this order:
 *
 * 1. Completed events of one order add up: they are its lines.  A negative one
 *    is a line when a line that is not negative has its time, else a refund.
 *    A total that stands for the whole order (order.h: `whole`) and is the same on several
 *    counts once.
 *    A line that comes again with another status is one line that has gone on: of events with one
 *    product, or with none and one amount, as many count as have one status, those first that are
 *    further in an order's life (refunded or cancelled, partly refunded, paid), then those of which more
 *    was paid back, then the later ones.
 *    An event that says that an order was undone, names no product, and stands at another time than the
 *    order or has no amount, is a refund.
 * 2. A refund or cancellation without a currency has that of its order.  Where
 *    its source has no such order, and exactly one other source has, that one
 *    is meant.  What a source takes back in another currency than the order's is of no order.
 * 3. Orders of two sources with one number are one order when what they add up
 *    to agrees, currency and amount, and they began within ORDER_SAME_MS (or
 *    one has no time).  The one that began first counts.  An order with an unknown amount, or
 *    several currencies, agrees with none.
 * 4. Of the sources that report refunds of one order, the one that reports most
 *    counts; so a refund is not taken off twice, either.  The same holds for what orders
 *    say of themselves (rule 5): the browser's order was paid back if the shop says so.
 * 5. Refunds of an order that is there never exceed what was paid, the earlier
 *    ones count first; without an amount they take back all that is left.  An order with an
 *    unknown amount, or several currencies, has no such limit.
 *    `props.refunded` of an order is what was paid back by then, and so are lines whose
 *    status says that they were: what refunds do not explain of it is taken off the order itself.
 * 6. A refund of an order that is not there takes its own amount, and nothing
 *    where it has none.  A cancellation without an amount is then no refund, either: the
 *    order was never paid.
 *
 * The result does not depend on the order in which events are added.
 */
#ifndef RECORD_ORDERS_H
#define RECORD_ORDERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "record/order.h"

#define ORDER_OF_NONE UINT32_MAX

#define ORDER_SAME_MS ((int64_t)2 * 24 * 60 * 60 * 1000)

enum order_part {
	ORDER_PART_NEW,		/* the first event of an order: counts as one */
	ORDER_PART_LINE,	/* a further line of it */
	ORDER_PART_AGAIN,	/* what another source, or a later state, reports, too: adds nothing */
	ORDER_PART_REFUND,	/* takes off an order, or stands by itself */
};

struct order_entry {
	struct order order;	/* the event's own, `kind` by rule 1, `currency` by rule 2 */
	uint64_t source;	/* equal numbers are one source */
	int64_t time;		/* MOMENT_NONE: undated */
	uint32_t event;		/* the caller's number; smaller comes first at one time */
	bool passed;		/* by rule 1 another event says what became of it */

	/* What orders_settle found. */
	enum order_part part;
	bool refund;		/* counts as a refund: one for each order that was paid back */
	bool has_net;		/* it has money in the end */
	struct decimal net;	/* what it adds, negative for refunds */
	struct decimal returned; /* of an order: taken off by rule 5; positive */
	uint32_t of;		/* of a line or refund: the place in the list of the order that it
				   belongs to, itself for that; ORDER_OF_NONE: there is none */
};

/* What cannot be right as it stands, for the run to report. */
struct order_findings {
	uint64_t again;		/* orders that two sources report */
	uint64_t same_number;	/* orders of two sources with one number that differ */
	uint64_t beyond;	/* refunds cut to what was left */
	uint64_t no_amount;	/* refunds without amount of orders that are not there */
	uint64_t passed;	/* events of which another says what became of them */
	uint64_t apart;		/* orders whose one total stands at times apart: a total, or payments that are equal */
	uint64_t unsaid;	/* partly refunded orders, and nothing says how much was paid back */
};

void order_findings_add(struct order_findings *to, const struct order_findings *more);

/* Reused for one customer after another; one for each thread. */
struct orders {
	struct order_entry *list;
	size_t count;
	size_t cap;
	struct order_findings found;	/* of this customer */
	/* Once settled: entries that name their order, by number, source, time, event. */
	struct order_entry **sorted;
	size_t sorted_count;
	size_t sorted_cap;
	struct order_scratch *scratch;
};

void orders_clear(struct orders *o);
void orders_release(struct orders *o);

/* Adds one order event; ORDER_NONE is passed over. */
void orders_add(struct orders *o, const struct order *order, uint64_t source,
		int64_t time, uint32_t event);

/*
 * Once all are added: settles every entry and leaves the list in the order of
 * coming.  -1 with a failure when a sum does not fit into 38 digits.
 */
int orders_settle(struct orders *o, struct error *err);

/*
 * Does a completed event that says O add just its money where all others of its customer
 * are such events, too, and of one source?  Who sums those need not settle them.
 */
bool order_adds_up(const struct order *o);

#endif
