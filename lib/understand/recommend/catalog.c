#include "understand/recommend/catalog.h"

#include "base/decimal.h"
#include "base/map.h"
#include "base/mem.h"
#include "expr/expr.h"
#include "record/table.h"
#include "time/moment.h"

enum { SKU, PRODUCT_ID, ITEM_ID, ITEM, NAME, CATEGORY, PRICE, STOCK };

static const char *const columns[] = {
	[SKU] = "sku", [PRODUCT_ID] = "product_id", [ITEM_ID] = "item_id", [ITEM] = "item", [NAME] = "name",
	[CATEGORY] = "category", [PRICE] = "price", [STOCK] = "stock", NULL,
};

#define COLUMNS (sizeof columns / sizeof *columns - 1)

/*
 * The condition: its names are columns, their values numbers where they are written so.
 */

/* The columns that a condition may name. */
static const char *const names[] = {"item", "name", "category", "price", "stock", NULL};
static const int slots[] = {ITEM, NAME, CATEGORY, PRICE, STOCK};

static int find_name(void *context, struct span name, bool quoted, enum datum_type *type)
{
	(void)context;
	(void)quoted;
	for (size_t i = 0; names[i]; i++)
		if (span_equal(name, span_of(names[i]))) {
			*type = i < 3 ? TYPE_TEXT : TYPE_NUMBER;
			return slots[i];
		}
	return -1;
}

static const char *const *list_names(void *context)
{
	(void)context;
	return names;
}

static int fetch_cell(struct expr_run *run, int slot, struct datum *out, struct error *err)
{
	const struct span *cells = run->row;

	(void)err;
	*out = DATUM_UNKNOWN;
	if (!cells[slot].len)
		return 0;
	if (slot != PRICE && slot != STOCK) {
		out->type = TYPE_TEXT;
		out->text = cells[slot];
	} else if (decimal_parse(cells[slot], &out->number)) {
		out->type = TYPE_NUMBER;
	}
	return 0;
}

struct loading {
	struct catalog *catalog;
	const struct items *items;
	struct expr *only;
	const struct zone *zone;
	struct map categories;
	struct arena scratch;
};

static int compile_only(struct loading *l, const char *only, struct error *err)
{
	const struct expr_scope scope = {
		.find = find_name, .names = list_names, .fetch = fetch_cell, .lenient = true,
		.hint = "a condition on products names item, name, category, price and stock",
	};

	if (!only)
		return 0;
	l->only = expr_compile(span_of(only), "--only", 0, 0, &scope, TYPE_TRUTH, err);
	return l->only ? 0 : -1;
}

/* Does the condition hold?  1, 0 or -1 with *ERR. */
static int holds(struct loading *l, const struct span *cells, struct error *err)
{
	struct expr_run run = {.row = cells, .scratch = &l->scratch, .as_of = MOMENT_NONE, .zone = l->zone};
	int truth;

	arena_clear(&l->scratch);
	truth = expr_test(l->only, &run, err);
	return truth == -2 ? -1 : truth == 1;
}

/* The item that a row is of, or UINT32_MAX; its cell ITEM says it then. */
static uint32_t find_item(const struct loading *l, struct span *cells)
{
	for (int i = SKU; i <= ITEM; i++) {
		uint32_t item = cells[i].len ? items_find(l->items, cells[i]) : UINT32_MAX;

		if (item != UINT32_MAX) {
			cells[ITEM] = cells[i];
			return item;
		}
	}
	return UINT32_MAX;
}

static int check_columns(const struct table *t, struct error *err)
{
	for (size_t i = SKU; i <= ITEM; i++)
		if (table_has(t, i))
			return 0;
	error_usage(err, "no column names the item: one must be sku, product_id, item_id or item");
	return table_fault(t, err);
}

static int take_product(struct loading *l, uint32_t item, const struct span *cells, struct error *err)
{
	struct catalog *c = l->catalog;
	struct decimal price;
	int wanted = 1;

	if (cells[CATEGORY].len)
		c->category[item] = (uint32_t)map_put(&l->categories, cells[CATEGORY], NULL) + 1;
	if (decimal_parse(cells[PRICE], &price))
		c->price[item] = decimal_double(price);
	if (l->only)
		wanted = holds(l, cells, err);
	c->wanted[item] = wanted > 0;
	return wanted < 0 ? -1 : 0;
}

static int read_products(struct loading *l, const char *path, struct error *err)
{
	struct table *t = table_open(path, columns, err);
	struct span cells[COLUMNS];
	int got = t ? check_columns(t, err) : -1;

	for (uint32_t i = 0; i < l->items->count && l->only; i++)
		l->catalog->wanted[i] = false;
	while (!got && (got = table_next(t, cells, err)) > 0) {
		uint32_t item = find_item(l, cells);

		got = 0;
		l->catalog->rows++;
		if (item == UINT32_MAX)
			l->catalog->unknown++;
		else
			got = take_product(l, item, cells, err) ? table_fault(t, err) : 0;
	}
	table_close(t);
	return got < 0 ? -1 : 0;
}

static int read_stock(struct loading *l, const char *path, struct error *err)
{
	struct table *t = table_open(path, columns, err);
	bool *there = mem_zero(l->items->count + (size_t)1, sizeof *there);
	struct span cells[COLUMNS];
	struct decimal stock;
	int got = t ? check_columns(t, err) : -1;

	while (!got && (got = table_next(t, cells, err)) > 0) {
		uint32_t item = find_item(l, cells);

		got = 0;
		if (item != UINT32_MAX)
			there[item] = !table_has(t, STOCK) || (decimal_parse(cells[STOCK], &stock) && stock.digits > 0);
	}
	for (uint32_t i = 0; i < l->items->count; i++)
		l->catalog->wanted[i] &= there[i];
	mem_free(there);
	table_close(t);
	return got < 0 ? -1 : 0;
}

int catalog_load(struct catalog *c, const struct items *items, const char *products, const char *only,
		 const char *stock, const struct zone *zone, struct error *err)
{
	struct loading l = {.catalog = c, .items = items, .zone = zone};
	size_t count = items->count + (size_t)1;
	int bad;

	*c = (struct catalog){
		.wanted = mem_zero(count, sizeof *c->wanted), .category = mem_zero(count, sizeof *c->category),
		.price = mem_zero(count, sizeof *c->price),
	};
	for (uint32_t i = 0; i < items->count; i++) {
		c->wanted[i] = true;
		c->price[i] = -1;
	}
	bad = compile_only(&l, only, err);
	if (!bad && products)
		bad = read_products(&l, products, err);
	if (!bad && stock)
		bad = read_stock(&l, stock, err);
	for (uint32_t i = 0; i < items->count; i++)
		c->left += c->wanted[i];
	expr_free(l.only);
	map_release(&l.categories);
	arena_release(&l.scratch);
	return bad;
}

void catalog_release(struct catalog *c)
{
	mem_free(c->wanted);
	mem_free(c->category);
	mem_free(c->price);
	*c = (struct catalog){0};
}
