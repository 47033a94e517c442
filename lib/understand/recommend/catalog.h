/*
 * What is known of items beside who bought them, from a table of products: name, category, price, stock; and so which
 * may be offered.  A table is CSV with a header, or NDJSON (record/table.h); an item is found by the first of its
 * columns sku, product_id, item_id and item that says one that was bought.  Prices and stocks are read as
 * people write them (amounts.h).
 */
#ifndef RECOMMEND_CATALOG_H
#define RECOMMEND_CATALOG_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "time/zone.h"
#include "understand/recommend/items.h"

struct catalog {
	bool *wanted;		/* by item: it may be offered */
	uint32_t *category;	/* by item; 0: unknown */
	double *price;		/* by item; < 0: unknown */
	uint32_t left;		/* how many may be offered */
	uint64_t rows;		/* of the products */
	uint64_t unknown;	/* of these, items that nobody has */
	struct buf warnings;	/* a line each: about numbers that were asked for */
};

struct catalog_asked {
	const char *products, *only, *stock;	/* files and a condition, or NULL; `only` needs `products` */
	bool prices;		/* prices are asked for */
};

/*
 * ONLY is over item, name, category, price and stock.  With STOCK, or ONLY, what is not in its file is not
 * offered; in STOCK neither what has in no row a number above 0 as its stock.  0, or
 * -1 with *ERR.  Owned: catalog_release, after a failure too.
 */
int catalog_load(struct catalog *c, const struct items *items, const struct catalog_asked *asked,
		 const struct zone *zone, struct error *err);
void catalog_release(struct catalog *c);

#endif
