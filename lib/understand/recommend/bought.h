/*
 * What a customer bought: the items of the orders of a profile, as record/orders.h settles them.
 * An order that is pending, failed, cancelled or sent back as a whole counts nothing, and of
 * one that two sources report the first counts.
 *
 * The items of an order stand in props.products (an array of objects, or of texts), or the event is itself a line of it.
 * An item is named by the first of these that is there: sku, product_id, item_id, variant_id, product,
 * product_name, name (of an event only where it has a quantity, since orders have names, too); or by the
 * one property that is asked for.  Its label is the first of name, product_name, title, description,
 * product that is not what names it.
 *
 * What is given back goes off: a refund that names items takes their quantity off the lines of
 * its order, or, where the order is not known, off what the customer bought of it last before; without
 * a quantity the whole line goes.  A line whose quantity is not above 0 is none.
 *
 * Where they are asked for, what was put into a cart (Product Added) or looked at (Product Viewed) is listed, too;
 * names of events in any spelling: product_added, ProductAdded, AddToCart.
 *
 * What an order line came to is the price of one times the quantity (one, where none is given), else its line_total, total, revenue or
 * amount; of an event that is itself a line the money of the order event.  What one cost is its cost, unit_cost or
 * cost_price.
 *
 * A basket is an order.  Orders without a number are one basket when they have one source and one time.
 */
#ifndef RECOMMEND_BOUGHT_H
#define RECOMMEND_BOUGHT_H

#include "base/arena.h"
#include "record/orders.h"
#include "record/profile.h"

enum signal {
	SIGNAL_PURCHASE,
	SIGNAL_CART,
	SIGNAL_VIEW,
	SIGNALS,
};

struct bought_line {
	enum signal signal;
	struct span item;
	struct span label;	/* absent: it has none */
	struct decimal quantity;	/* what is left of it */
	struct decimal sold;	/* and what was ordered; 1 where that is not known */
	bool counted;		/* the quantity is known */
	bool priced, costed;	/* where money is asked for */
	struct decimal amount;	/* where it is priced: what the ordered came to */
	struct decimal cost;	/* where it is costed: of one */
	bool dropped;		/* given back, or no order */
	bool refund;		/* SIGNAL_PURCHASE */
	uint32_t entry;		/* the place of its event among the order events */
	uint32_t basket;	/* below the customer's number of baskets */
	int64_t time;		/* MOMENT_NONE: undated */
};

struct bought {
	bool signals;		/* given: list carts and views, too */
	bool money;		/* given: read what lines came to, and list those of which nothing is left, too: `dropped` */
	struct bought_line *list;	/* those that count, oldest first, undated ones before */
	size_t count, cap;
	uint32_t baskets;	/* no basket has this number; not all below it are one's */
	/* Of the orders of this customer: */
	uint64_t orders;	/* that were kept */
	uint64_t nameless;	/* of these, that name no item */
	uint64_t given_back;	/* lines */

	/* Internal. */
	struct orders settled;
	struct buf scratch;
	struct arena texts;
	struct decimal *left;
	bool *taken, *named;
	size_t entry_cap;
};

#define BOUGHT_INIT ((struct bought){0})

/*
 * Reads what P bought by AS_OF (MOMENT_NONE: all) into B, which is used again for each profile;
 * ITEM is the property that names items, or absent.  Texts are borrowed from P's line and from B.  0, or -1 with a
 * data error.
 */
int bought_read(struct bought *b, const struct profile *p, int64_t as_of, struct span item,
		   struct error *err);
void bought_release(struct bought *b);

#endif
