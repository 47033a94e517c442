#include "understand/recommend/product_count.h"

#include <stdlib.h>

#include "base/mem.h"
#include "understand/recommend/baskets.h"
#include "understand/recommend/product_sums.h"

#define LIMIT_DEFAULT 20
#define NOT_ON_A_PRODUCT "(not on a product)"

enum { ITEM, COSTS, LIMIT };

static const struct count_option options[] = {
	[ITEM] = {"item", "PROPERTY", "what names an item; default: sku, product_id, ..., name: the first that is there", NULL, NULL, false},
	[COSTS] = {"costs", "FILE", "a table of what one of each item costs: item, cost, and currency where that matters", NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

struct worker {
	struct bought bought;
	struct product_sums sums;
	struct basket_part baskets;
	uint32_t *opened;		/* by basket of the customer at hand: its number in BASKETS */
	size_t opened_cap;
	uint64_t nameless, orders, without_events;
};

struct products {
	struct span item;
	struct product_costs costs;
	const char *costs_path;
	uint64_t limit;
	const struct zone *zone;
	unsigned workers;
	struct worker *list;
};

static void free_products(void *state)
{
	struct products *p = state;

	for (unsigned i = 0; p->list && i < p->workers; i++) {
		struct worker *w = &p->list[i];

		bought_release(&w->bought);
		product_sums_release(&w->sums);
		basket_part_release(&w->baskets);
		mem_free(w->opened);
	}
	product_costs_release(&p->costs);
	mem_free(p->list);
	mem_free(p);
}

static int read_options(struct products *p, const struct count_value *given, struct error *err)
{
	p->item = given[ITEM].count ? span_of(given[ITEM].texts[0]) : SPAN_NONE;
	p->limit = LIMIT_DEFAULT;
	if (given[ITEM].count && !p->item.len)
		return error_usage(err, "products: --item is empty: name a property");
	if (given[LIMIT].count && (!span_number(span_of(given[LIMIT].texts[0]), &p->limit) || !p->limit))
		return error_usage(err, "products: --limit %s: a number from 1", given[LIMIT].texts[0]);
	p->costs_path = given[COSTS].count ? given[COSTS].texts[0] : NULL;
	return p->costs_path ? product_costs_read(&p->costs, p->costs_path, err) : 0;
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct products *p = mem_zero(1, sizeof *p);

	p->workers = setup->workers;
	p->zone = setup->zone;
	if (read_options(p, setup->values, err)) {
		free_products(p);
		return NULL;
	}
	p->list = mem_zero(setup->workers, sizeof *p->list);
	for (unsigned i = 0; i < setup->workers; i++) {
		p->list[i].bought = BOUGHT_INIT;
		p->list[i].bought.money = true;
		p->list[i].baskets = BASKET_PART_INIT;
	}
	return p;
}

/* What was kept, basket by basket. */
static void add_baskets(struct worker *w)
{
	const struct bought *b = &w->bought;

	while (w->opened_cap < (size_t)b->baskets + 1)
		w->opened = mem_room(w->opened, w->opened_cap, &w->opened_cap, sizeof *w->opened);
	for (size_t i = 0; i < b->baskets; i++)
		w->opened[i] = UINT32_MAX;
	for (size_t i = 0; i < b->count; i++) {
		const struct bought_line *p = &b->list[i];

		if (p->signal != SIGNAL_PURCHASE || p->dropped || p->basket >= b->baskets)
			continue;
		if (w->opened[p->basket] == UINT32_MAX)
			w->opened[p->basket] = basket_part_open(&w->baskets);
		else
			basket_part_reopen(&w->baskets, w->opened[p->basket]);
		basket_part_put(&w->baskets, p->item, p->label);
	}
}

/* Only a line that is good comes here, so reading it cannot fail. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct products *of = state;
	struct worker *w = &of->list[worker];

	if (bought_read(&w->bought, p, p->as_of, of->item, err))
		return -1;
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	w->orders += w->bought.orders;
	w->nameless += w->bought.nameless;
	product_sums_add(&w->sums, &w->bought, &of->costs, of->zone);
	add_baskets(w);
	return 0;
}

/* ---- the figures ---- */

struct filling {
	const struct products *of;
	const struct product_sums *sums;
	struct sheet *sheet;
	size_t *order;		/* places in sums->list: by currency, most revenue first */
};

static struct span cut_currency(struct span key, struct span *currency)
{
	struct span item = span_cut(&key, '\0');

	*currency = key;
	return item;
}

static const struct product_currency *currency_of(const struct product_sums *s, struct span code)
{
	size_t at = map_find(&s->codes, code);

	return at == MAP_NONE ? NULL : &s->currencies[at];
}

/* The currency with most orders first. */
static int compare_codes(const struct product_sums *s, struct span x, struct span y)
{
	const struct product_currency *m = currency_of(s, x), *n = currency_of(s, y);

	if (m && n && m->orders != n->orders)
		return m->orders < n->orders ? 1 : -1;
	return span_compare(x, y);
}

static int compare_products(const void *a, const void *b, void *sums)
{
	const struct product_sums *s = sums;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	struct span m, n, x = cut_currency(s->keys.entries[i].key, &m), y = cut_currency(s->keys.entries[k].key, &n);
	int order = compare_codes(s, m, n);

	if (!order)
		order = decimal_compare(s->list[k].revenue, s->list[i].revenue);
	if (!order)
		order = decimal_compare(s->list[k].sold, s->list[i].sold);
	return order ? order : span_compare(x, y);
}

static struct cell keep_text(struct sheet *sheet, struct span text)
{
	return cell_text(span_absent(text) ? text : arena_copy(&sheet->texts, text));
}

static struct cell label_cell(const struct filling *f, struct span item)
{
	size_t at = map_find(&f->sums->items, item);

	return keep_text(f->sheet, at == MAP_NONE ? SPAN_NONE : f->sums->repeats[at].label);
}

static struct cell currency_cell(struct sheet *sheet, struct span code)
{
	return code.len ? keep_text(sheet, code) : cell_text(SPAN("unknown"));
}

static void put_product(const struct filling *f, struct section *s, size_t place)
{
	const struct product *p = &f->sums->list[place];
	struct span currency, item = cut_currency(f->sums->keys.entries[place].key, &currency);
	const struct product_currency *all = currency_of(f->sums, currency);
	struct cell *row = section_row(s);
	struct decimal margin;

	row[0] = keep_text(f->sheet, item);
	row[1] = label_cell(f, item);
	row[2] = currency_cell(f->sheet, currency);
	row[3] = cell_count(p->orders);
	row[4] = cell_count(p->customers);
	row[5] = cell_number(p->sold);
	row[6] = cell_number(p->returned);
	row[7] = cell_share(decimal_double(p->returned), decimal_double(p->sold));
	if (p->priced)
		row[8] = cell_number(p->revenue);
	if (p->priced && all)
		row[9] = cell_share(decimal_double(p->revenue), decimal_double(all->revenue));
	if (!p->costed || !decimal_sub(p->of_costed, p->cost, &margin))
		return;
	row[10] = cell_number(margin);
	row[11] = cell_share(decimal_double(margin), decimal_double(p->of_costed));
}

/* What the orders of CODE have beside products, and all of it. */
static void put_rest(const struct filling *f, struct section *s, struct span code)
{
	const struct product_currency *all = currency_of(f->sums, code);
	struct decimal rest;
	struct cell *row;

	if (!all || !decimal_sub(all->revenue, all->products, &rest))
		return;
	if (rest.digits) {
		row = section_row(s);
		row[0] = cell_text(SPAN(NOT_ON_A_PRODUCT));
		row[2] = currency_cell(f->sheet, code);
		row[8] = cell_number(rest);
		row[9] = cell_share(decimal_double(rest), decimal_double(all->revenue));
	}
	row = section_row(s);
	row[0] = cell_text(SPAN("(all orders)"));
	row[2] = currency_cell(f->sheet, code);
	row[3] = cell_count(all->orders);
	row[8] = cell_number(all->revenue);
}

static struct span *sort_codes(const struct product_sums *s)
{
	struct span *list = mem_zero(s->codes.count + 1, sizeof *list);

	for (size_t i = 0; i < s->codes.count; i++) {
		size_t at = i;

		for (; at && compare_codes(s, list[at - 1], s->codes.entries[i].key) > 0; at--)
			list[at] = list[at - 1];
		list[at] = s->codes.entries[i].key;
	}
	return list;
}

static void fill_products(const struct filling *f, uint64_t without_events)
{
	static const struct column columns[] = {
		{"item", "Item", NULL, -1}, {"name", "Name", NULL, -1}, {"currency", "Currency", NULL, -1}, {"orders", "Orders", NULL, -1},
		{"customers", "Customers", NULL, -1}, {"quantity", "Quantity", NULL, -1}, {"returned", "Returned", NULL, -1},
		{"return_rate", "Return rate", NULL, -1}, {"revenue", "Revenue", NULL, 2}, {"share", "Share", NULL, -1},
		{"margin", "Margin", NULL, 2}, {"margin_share", "Margin share", NULL, -1},
	};
	const struct product_sums *sums = f->sums;
	struct section *s = sheet_add(f->sheet, "products", "Products", columns, sizeof columns / sizeof *columns);
	struct span *codes = sort_codes(sums);
	size_t next = 0;

	s->label_columns = 3;
	s->note = sheet_note_missing(f->sheet, "Quantity as ordered; revenue of what was not given back, most first; share of the revenue of all orders in that currency; margin of what has a known cost",
				     without_events);
	for (size_t c = 0; c < sums->codes.count; c++) {
		struct span currency = SPAN_NONE;
		uint64_t shown = 0;

		for (; next < sums->keys.count; next++) {
			cut_currency(sums->keys.entries[f->order[next]].key, &currency);
			if (!span_equal(currency, codes[c]))
				break;
			if (shown++ < f->of->limit)
				put_product(f, s, f->order[next]);
		}
		s->left_out += shown > f->of->limit ? shown - f->of->limit : 0;
		put_rest(f, s, codes[c]);
	}
	mem_free(codes);
}

/* The places of items in the order of products, each once, at most the limit; *COUNT of them. */
static size_t *top_items(const struct filling *f, size_t *count)
{
	size_t *list = mem_zero(f->sums->keys.count + 1, sizeof *list);
	bool *seen = mem_zero(f->sums->items.count + 1, sizeof *seen);

	*count = 0;
	for (size_t i = 0; i < f->sums->keys.count; i++) {
		struct span currency, item = cut_currency(f->sums->keys.entries[f->order[i]].key, &currency);
		size_t at = map_find(&f->sums->items, item);

		if (at == MAP_NONE || seen[at])
			continue;
		seen[at] = true;
		list[(*count)++] = at;
	}
	mem_free(seen);
	return list;
}

static int compare_days(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct cell median_cell(const struct product_repeats *r)
{
	struct decimal median;

	if (!r->count)
		return CELL_EMPTY;
	qsort(r->days, r->count, sizeof *r->days, compare_days);
	decimal_div(decimal_of((int64_t)r->days[r->count / 2] + r->days[(r->count - 1) / 2]), decimal_of(2), &median);
	return cell_number(median);
}

static void fill_repeats(const struct filling *f, const size_t *items, size_t count)
{
	static const struct column columns[] = {
		{"item", "Item", NULL, -1}, {"name", "Name", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"again", "Bought it again", NULL, -1}, {"share", "Share", NULL, -1}, {"median_days", "Median days between", NULL, 1},
	};
	struct section *s = sheet_add(f->sheet, "products_again", "Bought again", columns, 6);

	s->label_columns = 2;
	s->note = "Customers who bought the product on a second day, and the days between one and the next";
	for (size_t i = 0; i < count && i < f->of->limit; i++) {
		const struct product_repeats *r = &f->sums->repeats[items[i]];
		struct cell *row = section_row(s);

		row[0] = keep_text(f->sheet, f->sums->items.entries[items[i]].key);
		row[1] = keep_text(f->sheet, r->label);
		row[2] = cell_count(r->customers);
		row[3] = cell_count(r->again);
		row[4] = cell_share((double)r->again, (double)r->customers);
		row[5] = median_cell(r);
	}
	s->left_out = count > f->of->limit ? count - f->of->limit : 0;
}

/* How many baskets with item I have each other one. */
static void count_together(const struct baskets *b, uint32_t i, uint32_t *counts)
{
	for (uint32_t k = 0; k < b->items.count; k++)
		counts[k] = 0;
	for (uint32_t basket = 0; basket < b->count; basket++) {
		bool has = false;

		for (size_t k = b->starts[basket]; k < b->starts[basket + 1] && !has; k++)
			has = b->list[k] == i;
		for (size_t k = b->starts[basket]; has && k < b->starts[basket + 1]; k++)
			counts[b->list[k]]++;
	}
}

/* Most often together, of several the one that is in fewer baskets, so more of a surprise, then by its text. */
static uint32_t find_partner(const struct baskets *b, uint32_t i, const uint32_t *counts)
{
	uint32_t best = UINT32_MAX;

	for (uint32_t k = 0; k < b->items.count; k++) {
		if (k == i || !counts[k])
			continue;
		if (best == UINT32_MAX || counts[k] > counts[best] ||
		    (counts[k] == counts[best] && b->items.list[k].count < b->items.list[best].count) ||
		    (counts[k] == counts[best] && b->items.list[k].count == b->items.list[best].count &&
		     span_compare(b->items.list[k].text, b->items.list[best].text) < 0))
			best = k;
	}
	return best;
}

static void put_together(const struct filling *f, struct section *s, const struct baskets *b, uint32_t i, uint32_t with, uint32_t count)
{
	const struct item *one = &b->items.list[i], *other = &b->items.list[with];
	struct cell *row = section_row(s);

	row[0] = keep_text(f->sheet, one->text);
	row[1] = label_cell(f, one->text);
	row[2] = keep_text(f->sheet, other->text);
	row[3] = label_cell(f, other->text);
	row[4] = cell_count(count);
	row[5] = cell_share(count, one->count);
	row[6] = cell_real((double)b->count * count / ((double)one->count * other->count));
}

static void fill_together(const struct filling *f, struct baskets *b, const size_t *items, size_t count)
{
	static const struct column columns[] = {
		{"item", "Item", NULL, -1}, {"name", "Name", NULL, -1}, {"with", "With", NULL, -1}, {"with_name", "Its name", NULL, -1},
		{"orders", "Orders with both", NULL, -1}, {"share", "Of its orders", NULL, -1}, {"lift", "Lift", NULL, 2},
	};
	struct section *s = sheet_add(f->sheet, "products_together", "Bought together", columns, 7);
	uint32_t *counts = mem_zero(b->items.count + 1, sizeof *counts);

	s->label_columns = 4;
	s->note = "For each product the one that most of its orders have, too; lift: how many times as often as by chance (cdp-recommend baskets finds all rules)";
	for (size_t i = 0; i < count && i < f->of->limit; i++) {
		uint32_t at = items_find(&b->items, f->sums->items.entries[items[i]].key), with;

		if (at == UINT32_MAX)
			continue;
		count_together(b, at, counts);
		with = find_partner(b, at, counts);
		if (with != UINT32_MAX)
			put_together(f, s, b, at, with, counts[with]);
	}
	mem_free(counts);
}

static void warn(const struct products *p, struct sheet *sheet, const struct worker *all)
{
	uint64_t unpriced = 0;

	for (size_t i = 0; i < all->sums.keys.count; i++)
		unpriced += all->sums.list[i].unpriced;
	if (!all->sums.codes.count)
		sheet_warn(sheet, "products: no customer has an order here");
	if (all->nameless)
		sheet_warn(sheet, "products: %llu of %llu order%s no product: --item names the property that does", (unsigned long long)all->nameless,
			   (unsigned long long)all->orders, all->orders == 1 ? " names" : "s name");
	if (unpriced)
		sheet_warn(sheet, "products: %llu line%s no price, total or amount; the revenue is part of '%s'", (unsigned long long)unpriced,
			   unpriced == 1 ? " has" : "s have", NOT_ON_A_PRODUCT);
	if (p->costs_path && !all->sums.from_table)
		sheet_warn(sheet, "%s: no line takes its cost from there: write them as the first column of the report does", p->costs_path);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct products *p = state;
	struct worker *all = &p->list[0];
	struct basket_part *parts = mem_zero(p->workers, sizeof *parts);
	struct filling f = {.of = p, .sums = &all->sums, .sheet = sheet};
	struct baskets baskets;
	size_t *items, count;

	for (unsigned i = 0; i < p->workers; i++) {
		parts[i] = p->list[i].baskets;
		p->list[i].baskets = BASKET_PART_INIT;
	}
	for (unsigned i = 1; i < p->workers; i++) {
		product_sums_merge(&all->sums, &p->list[i].sums);
		all->orders += p->list[i].orders;
		all->nameless += p->list[i].nameless;
		all->without_events += p->list[i].without_events;
	}
	baskets_join(&baskets, parts, p->workers);
	mem_free(parts);
	f.order = mem_zero(all->sums.keys.count + 1, sizeof *f.order);
	for (size_t i = 0; i < all->sums.keys.count; i++)
		f.order[i] = i;
	qsort_r(f.order, all->sums.keys.count, sizeof *f.order, compare_products, &all->sums);
	items = top_items(&f, &count);
	fill_products(&f, all->without_events);
	fill_repeats(&f, items, count);
	fill_together(&f, &baskets, items, count);
	warn(p, sheet, all);
	mem_free(items);
	mem_free(f.order);
	baskets_release(&baskets);
	return all->sums.lost ? error_failed(err, "products: a sum does not fit into 38 digits") : 0;
}

const struct counting count_products = {
	"products", true, start, NULL, NULL, commit, fill, free_products, options, NULL,
};
