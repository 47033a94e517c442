/*
 * The report of products, for cdp-report: what was bought (bought.h), and what it came to.
 *
 * Revenue is what lines came to, of which as much is left as of their quantity.  What orders have beside that (shipping,
 * taxes, discounts, what was paid back without naming products, orders that name none) stands in a row of its own, so that the whole is the
 * revenue of all orders.  Returned is what was given back, or cancelled with its order.  Of the lines whose cost is known,
 * by their own words or by a table of costs, the margin is revenue without the cost of what is left.
 *
 * A customer bought an item again when lines of it, not given back, are of several days; the time between two of these days
 * is an interval.  Two items are together in a basket; lift is how much oftener than if baskets had them by chance.
 */
#ifndef RECOMMEND_PRODUCT_COUNT_H
#define RECOMMEND_PRODUCT_COUNT_H

#include "understand/report/count.h"

extern const struct counting count_products;

#endif
