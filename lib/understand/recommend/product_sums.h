/* What is summed of products, by item and currency and by item. */
#ifndef RECOMMEND_PRODUCT_SUMS_H
#define RECOMMEND_PRODUCT_SUMS_H

#include "base/currency.h"
#include "base/map.h"
#include "time/zone.h"
#include "understand/recommend/bought.h"

/* What things cost, by a table: its own currency, or none, then an item. */
struct product_costs {
	struct map places;		/* item, NUL, currency -> place in LIST */
	struct decimal *list;
	size_t cap;
};

/* Reads PATH, with columns item and cost, currency where that matters.  -1 with a usage error. */
int product_costs_read(struct product_costs *c, const char *path, struct error *err);
void product_costs_release(struct product_costs *c);

/* What one of ITEM costs in CURRENCY. */
bool product_costs_find(const struct product_costs *c, struct span item, struct span currency, struct buf *text, struct decimal *cost);

/* Of an item in one currency. */
struct product {
	uint64_t orders, customers;
	uint64_t unpriced;		/* lines whose money is not known */
	struct decimal sold, returned, revenue;
	bool priced;			/* one at least */
	bool costed;
	struct decimal of_costed, cost;	/* revenue of lines whose cost is known, and that */
};

/* Of an item in whatever currency. */
struct product_repeats {
	uint64_t customers, again;
	int32_t *days;			/* intervals */
	size_t count, cap;
	struct span label;		/* the smallest text; absent: none */
};

/* Of all orders of a currency. */
struct product_currency {
	struct decimal revenue;		/* of the orders */
	struct decimal products;	/* of it, on products */
	uint64_t orders;
};

/* One worker's; zeroed at the start. */
struct product_sums {
	struct map keys;		/* item, NUL, currency */
	struct product *list;
	size_t cap;
	struct map items;
	struct product_repeats *repeats;
	size_t repeat_cap;
	struct map codes;
	struct product_currency *currencies;
	size_t currency_cap;
	struct arena texts;
	uint64_t from_table;		/* lines whose cost the table says */
	bool lost;			/* a sum did not fit into 38 digits */
	/* The customer at hand. */
	const struct bought_line **sorted;
	size_t sorted_cap;
	int64_t *bought_on;
	size_t bought_cap;
	struct buf key;
};

/* What B, read with money, says of one customer; days are those of ZONE. */
void product_sums_add(struct product_sums *s, const struct bought *b, const struct product_costs *costs, const struct zone *zone);
void product_sums_merge(struct product_sums *to, const struct product_sums *more);
void product_sums_release(struct product_sums *s);

#endif
