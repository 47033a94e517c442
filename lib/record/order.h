/*
 * What one event says of an order (design, section 1): `Order Completed` has
 * `props.revenue` for its money; `Order Refunded` and `Order Cancelled` take its
 * absolute value away, whatever sign the source writes.  The events' names may
 * be spelled as programs do ("order_completed", "OrderCompleted"), and GA4's
 * `purchase` is a completed order.
 *
 * What an event adds in the end depends on the other events of its order:
 * orders.h.
 */
#ifndef RECORD_ORDER_H
#define RECORD_ORDER_H

#include "base/decimal.h"
#include "record/event.h"

/* A currency's code with a NUL behind it. */
#define CURRENCY_SIZE 8

enum order_kind {
	ORDER_NONE,
	ORDER_COMPLETED,
	ORDER_REFUNDED,		/* or cancelled */
};

enum order_kind order_kind(const struct event *e);

/* The same by the bytes of an event's name. */
enum order_kind order_kind_of_name(struct span name);

struct order {
	enum order_kind kind;
	bool money_known;
	bool id_known;
	struct decimal money;		/* signed, net */
	struct decimal refunded;	/* what props.refunded says was paid back; 0: nothing */
	uint64_t id;			/* hash_64 of props.order_id's text */
	char currency[CURRENCY_SIZE];	/* "" is unknown; three letters are capitals */
};

/*
 * Reads E into *OUT; only `kind` is set when that is ORDER_NONE.  SCRATCH is
 * overwritten.  0, or -1 with a data error: a revenue that is no number or has
 * more than MONEY_SCALE decimals, a currency that is no code.
 */
int order_read(const struct event *e, struct order *out, struct buf *scratch,
	       struct error *err);

/* The same for an event of KIND with these PROPS. */
int order_read_properties(enum order_kind kind, struct value props, struct order *out,
			  struct buf *scratch, struct error *err);

#endif
