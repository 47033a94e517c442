/*
 * What one event says of an order (design, section 1): `Order Completed` has
 * its money; `Order Refunded` and `Order Cancelled` take its absolute value away, whatever sign the
 * source writes.  The events' names may be spelled as programs do ("order_completed",
 * "OrderCompleted"), and GA4's `purchase` is a completed order.
 *
 * Its status (order_status.h) says more than its name: a completed order that is pending or failed is none,
 * one that was refunded or cancelled was paid back, one whose type is "Refund" is a refund.  A refund that
 * failed is none.
 *
 * The money is `props.revenue`.  Where there is none, it is the first of these that is a number: total,
 * grand_total, order_total, total_amount, total_price, amount, value, price * quantity (of the event, else of all its
 * products), subtotal, sales; of a refund refund_amount, amount_refunded and refunded_amount before these.
 *
 * What an event adds in the end depends on the other events of its order:
 * orders.h.
 */
#ifndef RECORD_ORDER_H
#define RECORD_ORDER_H

#include "base/currency.h"
#include "base/decimal.h"
#include "record/event.h"
#include "record/order_status.h"

enum order_kind {
	ORDER_NONE,
	ORDER_COMPLETED,
	ORDER_REFUNDED,
	ORDER_CANCELLED,	/* by its name alone: what is read of it is a refund, UNDONE by its status */
};

/* By the event's name alone: its status may make it none, or a refund (order_read). */
enum order_kind order_kind(const struct event *e);

/* The same by the bytes of an event's name. */
enum order_kind order_kind_of_name(struct span name);

/* Which property the money is of; the order of this list is the one of preference. */
enum order_money {
	ORDER_MONEY_NONE,
	ORDER_MONEY_REVENUE,
	ORDER_MONEY_REFUND_AMOUNT,	/* of refunds, up to REFUNDED_AMOUNT */
	ORDER_MONEY_AMOUNT_REFUNDED,
	ORDER_MONEY_REFUNDED_AMOUNT,
	ORDER_MONEY_TOTAL,
	ORDER_MONEY_GRAND_TOTAL,
	ORDER_MONEY_ORDER_TOTAL,
	ORDER_MONEY_TOTAL_AMOUNT,
	ORDER_MONEY_TOTAL_PRICE,
	ORDER_MONEY_AMOUNT,
	ORDER_MONEY_VALUE,
	ORDER_MONEY_PRICE,		/* times quantity */
	ORDER_MONEY_PRODUCTS,		/* price times quantity of each */
	ORDER_MONEY_SUBTOTAL,
	ORDER_MONEY_SALES,		/* of a line; some count pieces so, hence the last */
	ORDER_MONIES,
};

/* For messages: "revenue", "price * quantity". */
const char *order_money_name(enum order_money from);

/*
 * For messages: appends which other amounts than revenue orders count with, "total (3), price * quantity (1)",
 * by how many there are of each.  False where there are none.
 */
bool order_monies_put(const uint64_t counts[ORDER_MONIES], struct buf *out);

/* Is KEY a property that the money may be of? */
bool order_money_is_key(struct span key);

struct order {
	enum order_kind kind;
	enum order_status status;
	enum order_money from;
	bool money_known;
	bool id_known;
	bool rounded;			/* the money had more than MONEY_SCALE decimals */
	bool whole;			/* the money is the whole order's, on each of its lines */
	struct decimal money;		/* signed, net */
	struct decimal refunded;	/* what props.refunded says was paid back; 0: nothing */
	uint64_t id;			/* hash_64 of props.order_id's text */
	uint64_t line;			/* with a status: hash of the product and its like; 0: none */
	uint32_t state;			/* with a status: hash of what is said, never 0 */
	struct span word;		/* the status that counts, raw, or the property whose value is no
					   word; borrowed from the properties */
	char currency[CURRENCY_SIZE];	/* "" is unknown; three letters are capitals */
};

/*
 * Reads E into *OUT; only `kind`, `status` and `word` are set when the kind is ORDER_NONE.  SCRATCH is
 * overwritten.  0, or -1 with a data error: a revenue that is no number, a currency that is no code.
 */
int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err);

/* What properties PROPS say was paid back of an order, not negative; 0: nothing. */
struct decimal order_refunded(struct value props);

/* The same for an event of KIND, by its name, with these PROPS. */
int order_read_properties(enum order_kind kind, struct value props, struct order *out,
			  struct buf *scratch, struct error *err);

#endif
