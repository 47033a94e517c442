#include "understand/recommend/catalog.h"

#include "base/arena.h"
#include "base/decimal.h"
#include "base/map.h"
#include "base/mem.h"
#include "expr/expr.h"
#include "record/table.h"
#include "time/moment.h"
#include "understand/recommend/amounts.h"

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

static const char *const *list_names(void *context)
{
	(void)context;
	return names;
}

/* A row of an item that somebody has. */
struct product {
	uint32_t item;
	struct span cells[COLUMNS];
	struct decimal price, stock;
	bool price_known, stock_known;
};

static int fetch_cell(struct expr_run *run, int slot, struct datum *out, struct error *err)
{
	const struct product *p = run->row;

	(void)err;
	*out = DATUM_UNKNOWN;
	if (slot == PRICE || slot == STOCK) {
		out->number = slot == PRICE ? p->price : p->stock;
		if (slot == PRICE ? p->price_known : p->stock_known)
			out->type = TYPE_NUMBER;
	} else if (p->cells[slot].len) {
		out->type = TYPE_TEXT;
		out->text = p->cells[slot];
	}
	return 0;
}

struct loading {
	struct catalog *catalog;
	const struct items *items;
	struct expr *only;
	bool asked[COLUMNS];	/* by --only */
	const struct zone *zone;
	struct map categories;
	struct arena scratch, texts;
	struct product *products;	/* of the table at hand */
	size_t count, cap;
	struct amounts prices, stocks;
};

static int find_name(void *context, struct span name, bool quoted, enum datum_type *type)
{
	struct loading *l = context;

	(void)quoted;
	for (size_t i = 0; names[i]; i++)
		if (span_equal(name, span_of(names[i]))) {
			l->asked[slots[i]] = true;
			*type = i < 3 ? TYPE_TEXT : TYPE_NUMBER;
			return slots[i];
		}
	return -1;
}

static int compile_only(struct loading *l, const char *only, struct error *err)
{
	const struct expr_scope scope = {
		.context = l, .find = find_name, .names = list_names, .fetch = fetch_cell, .lenient = true,
		.hint = "a condition on products names item, name, category, price and stock",
	};

	if (!only)
		return 0;
	l->only = expr_compile(span_of(only), "--only", 0, 0, &scope, TYPE_TRUTH, err);
	return l->only ? 0 : -1;
}

/* Does the condition hold?  1, 0 or -1 with *ERR. */
static int holds(struct loading *l, const struct product *p, struct error *err)
{
	struct expr_run run = {.row = p, .scratch = &l->scratch, .as_of = MOMENT_NONE, .zone = l->zone};
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

static void keep_product(struct loading *l, uint32_t item, const struct span *cells)
{
	struct product p = {.item = item};

	for (size_t i = 0; i < COLUMNS; i++)
		p.cells[i] = span_absent(cells[i]) ? SPAN_NONE : arena_copy(&l->texts, cells[i]);
	amounts_note(&l->prices, cells[PRICE]);
	amounts_note(&l->stocks, cells[STOCK]);
	l->products = mem_room(l->products, l->count, &l->cap, sizeof *l->products);
	l->products[l->count++] = p;
}

/* All rows of the table at PATH, with their numbers read.  ROWS and UNKNOWN count them. */
static struct table *read_table(struct loading *l, const char *path, uint64_t *rows, uint64_t *unknown, struct error *err)
{
	struct table *t = table_open(path, columns, err);
	struct span cells[COLUMNS];
	int got = t ? check_columns(t, err) : -1;

	l->count = 0;
	l->prices = l->stocks = (struct amounts){0};
	arena_clear(&l->texts);
	while (!got && (got = table_next(t, cells, err)) > 0) {
		uint32_t item = find_item(l, cells);

		got = 0;
		++*rows;
		if (item == UINT32_MAX)
			++*unknown;
		else
			keep_product(l, item, cells);
	}
	amounts_follow(&l->stocks, &l->prices);
	for (size_t i = 0; i < l->count; i++) {
		struct product *p = &l->products[i];

		p->price_known = amounts_read(&l->prices, p->cells[PRICE], &p->price);
		p->stock_known = amounts_read(&l->stocks, p->cells[STOCK], &p->stock);
	}
	if (!got)
		return t;
	table_close(t);
	return NULL;
}

static int take_product(struct loading *l, const struct product *p, struct error *err)
{
	struct catalog *c = l->catalog;
	int wanted = l->only ? holds(l, p, err) : 1;

	if (p->cells[CATEGORY].len)
		c->category[p->item] = (uint32_t)map_put(&l->categories, p->cells[CATEGORY], NULL) + 1;
	if (p->price_known)
		c->price[p->item] = decimal_double(p->price);
	c->wanted[p->item] = wanted > 0;
	return wanted < 0 ? -1 : 0;
}

static int read_products(struct loading *l, const struct catalog_asked *asked, struct error *err)
{
	struct catalog *c = l->catalog;
	struct table *t = read_table(l, asked->products, &c->rows, &c->unknown, err);
	int bad = t ? 0 : -1;

	for (uint32_t i = 0; i < l->items->count && l->only; i++)
		c->wanted[i] = false;
	for (size_t i = 0; i < l->count && !bad; i++)
		bad = take_product(l, &l->products[i], err) ? table_fault(t, err) : 0;
	if (!bad && (asked->prices || l->asked[PRICE]))
		amounts_put_warnings(&l->prices, columns[PRICE], asked->products, &c->warnings);
	if (!bad && l->asked[STOCK])
		amounts_put_warnings(&l->stocks, columns[STOCK], asked->products, &c->warnings);
	table_close(t);
	return bad;
}

enum { STOCK_SOME = 1, STOCK_NONE = 2 };

/* What the rows of each item say of its stock: an item may have one for each place where it lies. */
static void note_stocks(const struct loading *l, const struct table *t, uint8_t *said)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct product *p = &l->products[i];
		bool some = !table_has(t, STOCK) || (p->stock_known && p->stock.digits > 0);

		said[p->item] |= some ? STOCK_SOME : STOCK_NONE;
	}
}

/* Appends what is doubtful about the table of stocks at PATH. */
static void put_stock_warnings(const struct loading *l, const struct table *t, const char *path, const uint8_t *said)
{
	struct buf *out = &l->catalog->warnings;
	uint32_t first = UINT32_MAX, both = 0;

	amounts_put_bad(&l->stocks, columns[STOCK], path, out);
	if (!table_has(t, STOCK) && table_has_others(t))
		buf_printf(out, "%s: no column is named 'stock', so each item in it counts as in stock: where a column says how many there are, name it 'stock'\n",
			   path);
	for (uint32_t i = l->items->count; i--;)
		if (said[i] == (STOCK_SOME | STOCK_NONE)) {
			first = i;
			both++;
		}
	if (both) {
		buf_printf(out, "%s: %u item%s several rows, of which some say none in stock, as '", path, both, both == 1 ? " has" : "s have");
		error_clean(l->items->list[first].text, out);
		buf_text_put(out, "': one row that has some is enough\n");
	}
}

static int read_stock(struct loading *l, const char *path, struct error *err)
{
	uint64_t rows = 0, unknown = 0;
	struct table *t = read_table(l, path, &rows, &unknown, err);
	uint8_t *said = mem_zero(l->items->count + (size_t)1, sizeof *said);

	if (t) {
		note_stocks(l, t, said);
		put_stock_warnings(l, t, path, said);
	}
	for (uint32_t i = 0; i < l->items->count; i++)
		l->catalog->wanted[i] &= (said[i] & STOCK_SOME) != 0;
	mem_free(said);
	table_close(t);
	return t ? 0 : -1;
}

int catalog_load(struct catalog *c, const struct items *items, const struct catalog_asked *asked,
		 const struct zone *zone, struct error *err)
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
	bad = compile_only(&l, asked->only, err);
	if (!bad && asked->products)
		bad = read_products(&l, asked, err);
	if (!bad && asked->stock)
		bad = read_stock(&l, asked->stock, err);
	for (uint32_t i = 0; i < items->count; i++)
		c->left += c->wanted[i];
	expr_free(l.only);
	map_release(&l.categories);
	arena_release(&l.scratch);
	arena_release(&l.texts);
	mem_free(l.products);
	return bad;
}

void catalog_release(struct catalog *c)
{
	mem_free(c->wanted);
	mem_free(c->category);
	mem_free(c->price);
	buf_release(&c->warnings);
	*c = (struct catalog){0};
}
