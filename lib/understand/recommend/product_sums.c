#include "understand/recommend/product_sums.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/table.h"

/* ---- costs ---- */

enum { COST_ITEM, COST_COST, COST_CURRENCY, COST_COLUMNS };

static struct span pair_key(struct buf *text, struct span item, struct span currency)
{
	buf_clear(text);
	buf_span(text, item);
	buf_char(text, '\0');
	buf_span(text, currency);
	return buf_view(text);
}

static int add_cost(struct product_costs *c, const struct table *t, const struct span *cells, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX], currency[CURRENCY_SIZE] = "";
	struct buf key = BUF_INIT;
	struct decimal cost;
	size_t at;
	bool added;

	if (!decimal_parse(cells[COST_COST], &cost) || cost.digits < 0) {
		error_usage(err, "the cost %s is no number such as 12.50", error_quote(cells[COST_COST], quoted));
		return table_fault(t, err);
	}
	if (cells[COST_CURRENCY].len)
		currency_read(cells[COST_CURRENCY], currency);
	at = map_put(&c->places, pair_key(&key, cells[COST_ITEM], span_of(currency)), &added);
	buf_release(&key);
	if (!added) {
		error_usage(err, "%s has two costs", error_quote(cells[COST_ITEM], quoted));
		return table_fault(t, err);
	}
	c->list = mem_room(c->list, at, &c->cap, sizeof *c->list);
	c->list[at] = cost;
	return 0;
}

int product_costs_read(struct product_costs *c, const char *path, struct error *err)
{
	static const char *const columns[] = {"item", "cost", "currency", NULL};
	struct table *t = table_open(path, columns, err);
	struct span cells[COST_COLUMNS];
	int got = t ? 0 : -1;

	if (t && (!table_has(t, COST_ITEM) || !table_has(t, COST_COST))) {
		error_usage(err, "the costs of products need the columns item and cost");
		got = table_fault(t, err);
	}
	while (!got && (got = table_next(t, cells, err)) > 0)
		got = add_cost(c, t, cells, err);
	table_close(t);
	return got < 0 ? -1 : 0;
}

void product_costs_release(struct product_costs *c)
{
	map_release(&c->places);
	mem_free(c->list);
}

bool product_costs_find(const struct product_costs *c, struct span item, struct span currency, struct buf *text, struct decimal *cost)
{
	size_t at = map_find(&c->places, pair_key(text, item, currency));

	if (at == MAP_NONE)
		at = map_find(&c->places, pair_key(text, item, SPAN("")));
	if (at == MAP_NONE)
		return false;
	*cost = c->list[at];
	return true;
}

/* ---- sums ---- */

static void add_to(struct product_sums *s, struct decimal *sum, struct decimal more)
{
	s->lost |= !decimal_add(*sum, more, sum);
}

static struct product *product_at(struct product_sums *s, struct span key)
{
	bool added;
	size_t at = map_put(&s->keys, key, &added);

	if (added) {
		s->list = mem_room(s->list, at, &s->cap, sizeof *s->list);
		s->list[at] = (struct product){0};
	}
	return &s->list[at];
}

static struct product_repeats *repeats_at(struct product_sums *s, struct span item)
{
	bool added;
	size_t at = map_put(&s->items, item, &added);

	if (added) {
		s->repeats = mem_room(s->repeats, at, &s->repeat_cap, sizeof *s->repeats);
		s->repeats[at] = (struct product_repeats){.label = SPAN_NONE};
	}
	return &s->repeats[at];
}

static struct product_currency *total_at(struct product_sums *s, struct span code)
{
	bool added;
	size_t at = map_put(&s->codes, code, &added);

	if (added) {
		s->currencies = mem_room(s->currencies, at, &s->currency_cap, sizeof *s->currencies);
		s->currencies[at] = (struct product_currency){0};
	}
	return &s->currencies[at];
}

static void take_label(struct product_sums *s, struct product_repeats *r, struct span label)
{
	if (label.len && (span_absent(r->label) || span_compare(label, r->label) < 0))
		r->label = arena_copy(&s->texts, label);
}

static void add_interval(struct product_repeats *r, int64_t days)
{
	r->days = mem_room(r->days, r->count, &r->cap, sizeof *r->days);
	r->days[r->count++] = days > INT32_MAX ? INT32_MAX : (int32_t)days;
}

static struct decimal left_of(const struct bought_line *p)
{
	if (p->dropped)
		return DECIMAL_ZERO;
	return p->counted ? p->quantity : p->sold;
}

/* As much of AMOUNT as LEFT is of what was ordered. */
static struct decimal amount_left(struct product_sums *s, const struct bought_line *p, struct decimal left)
{
	struct decimal part;

	if (!decimal_compare(left, p->sold))
		return p->amount;
	if (!decimal_mul(p->amount, left, &part) || !decimal_div(part, p->sold, &part)) {
		s->lost = true;
		return DECIMAL_ZERO;
	}
	return decimal_round(part, MONEY_SCALE);
}

static struct span code_of(const struct bought *b, const struct bought_line *p)
{
	return span_of(b->settled.list[p->entry].order.currency);
}

static void add_line(struct product_sums *s, const struct bought *b, const struct bought_line *p, const struct product_costs *costs)
{
	struct span currency = code_of(b, p);
	struct product *of = product_at(s, pair_key(&s->key, p->item, currency));
	struct decimal left = left_of(p), returned, revenue, cost = p->cost;

	add_to(s, &of->sold, p->sold);
	if (decimal_sub(p->sold, left, &returned))
		add_to(s, &of->returned, returned);
	of->unpriced += !p->priced && left.digits;
	if (!p->priced)
		return;
	of->priced = true;
	revenue = amount_left(s, p, left);
	add_to(s, &of->revenue, revenue);
	add_to(s, &total_at(s, currency)->products, revenue);
	if (!p->costed && !product_costs_find(costs, p->item, currency, &s->key, &cost))
		return;
	s->from_table += !p->costed;
	of->costed = true;
	add_to(s, &of->of_costed, revenue);
	if (decimal_mul(cost, left, &cost))
		add_to(s, &of->cost, cost);
	else
		s->lost = true;
}

static int compare_lines(const void *a, const void *b, void *bought)
{
	const struct bought_line *x = *(const struct bought_line *const *)a, *y = *(const struct bought_line *const *)b;
	int order = span_compare(x->item, y->item);

	if (!order)
		order = span_compare(code_of(bought, x), code_of(bought, y));
	if (!order)
		order = (x->basket > y->basket) - (x->basket < y->basket);
	return order ? order : (x > y) - (x < y);
}

static int compare_days(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The lines FROM to TO are of one item and currency, basket by basket: orders that kept it, and one customer. */
static void count_orders(struct product_sums *s, const struct bought *b, size_t from, size_t to)
{
	const struct bought_line *last = NULL;
	struct product *of = product_at(s, pair_key(&s->key, s->sorted[from]->item, code_of(b, s->sorted[from])));

	for (size_t i = from; i < to; i++) {
		const struct bought_line *p = s->sorted[i];

		if (p->dropped)
			continue;
		of->customers += !last;
		of->orders += !last || last->basket != p->basket;
		last = p;
	}
}

/* The lines FROM to TO are of one item. */
static void count_repeats(struct product_sums *s, size_t from, size_t to, const struct zone *zone)
{
	struct product_repeats *r = repeats_at(s, s->sorted[from]->item);
	size_t count = 0, days = 0;
	bool kept = false;

	for (size_t i = from; i < to; i++) {
		const struct bought_line *p = s->sorted[i];

		take_label(s, r, p->label);
		kept |= !p->dropped;
		if (p->dropped || p->time == MOMENT_NONE)
			continue;
		s->bought_on = mem_room(s->bought_on, count, &s->bought_cap, sizeof *s->bought_on);
		s->bought_on[count++] = zone_day(zone, p->time);
	}
	r->customers += kept;
	if (!count)
		return;
	qsort(s->bought_on, count, sizeof *s->bought_on, compare_days);
	for (size_t i = 1; i < count; i++)
		if (s->bought_on[i] != s->bought_on[i - 1]) {
			days++;
			add_interval(r, s->bought_on[i] - s->bought_on[i - 1]);
		}
	r->again += days > 0;
}

static void sort_lines(struct product_sums *s, const struct bought *b, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < b->count; i++) {
		if (b->list[i].signal != SIGNAL_PURCHASE)
			continue;
		s->sorted = mem_room(s->sorted, *count, &s->sorted_cap, sizeof *s->sorted);
		s->sorted[(*count)++] = &b->list[i];
	}
	if (*count)
		qsort_r(s->sorted, *count, sizeof *s->sorted, compare_lines, (void *)(uintptr_t)b);
}

static void add_orders(struct product_sums *s, const struct bought *b)
{
	for (size_t i = 0; i < b->settled.count; i++) {
		const struct order_entry *e = &b->settled.list[i];
		struct product_currency *c;

		if (e->part == ORDER_PART_AGAIN)
			continue;
		c = total_at(s, span_of(e->order.currency));
		c->orders += e->part == ORDER_PART_NEW;
		if (e->has_net)
			add_to(s, &c->revenue, e->net);
	}
}

void product_sums_add(struct product_sums *s, const struct bought *b, const struct product_costs *costs, const struct zone *zone)
{
	size_t count;

	add_orders(s, b);
	sort_lines(s, b, &count);
	for (size_t i = 0; i < count; i++)
		add_line(s, b, s->sorted[i], costs);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && span_equal(s->sorted[to]->item, s->sorted[from]->item); to++)
			;
		count_repeats(s, from, to, zone);
		for (size_t a = from, z; a < to; a = z) {
			for (z = a + 1; z < to && span_equal(code_of(b, s->sorted[z]), code_of(b, s->sorted[a])); z++)
				;
			count_orders(s, b, a, z);
		}
	}
}

static void merge_product(struct product_sums *s, struct product *to, const struct product *more)
{
	to->orders += more->orders;
	to->customers += more->customers;
	to->unpriced += more->unpriced;
	to->priced |= more->priced;
	to->costed |= more->costed;
	add_to(s, &to->sold, more->sold);
	add_to(s, &to->returned, more->returned);
	add_to(s, &to->revenue, more->revenue);
	add_to(s, &to->of_costed, more->of_costed);
	add_to(s, &to->cost, more->cost);
}

void product_sums_merge(struct product_sums *to, const struct product_sums *more)
{
	for (size_t i = 0; i < more->keys.count; i++)
		merge_product(to, product_at(to, more->keys.entries[i].key), &more->list[i]);
	for (size_t i = 0; i < more->items.count; i++) {
		const struct product_repeats *from = &more->repeats[i];
		struct product_repeats *r = repeats_at(to, more->items.entries[i].key);

		r->customers += from->customers;
		r->again += from->again;
		take_label(to, r, from->label);
		for (size_t k = 0; k < from->count; k++)
			add_interval(r, from->days[k]);
	}
	for (size_t i = 0; i < more->codes.count; i++) {
		struct product_currency *c = total_at(to, more->codes.entries[i].key);

		c->orders += more->currencies[i].orders;
		add_to(to, &c->revenue, more->currencies[i].revenue);
		add_to(to, &c->products, more->currencies[i].products);
	}
	to->from_table += more->from_table;
	to->lost |= more->lost;
}

void product_sums_release(struct product_sums *s)
{
	for (size_t i = 0; i < s->items.count; i++)
		mem_free(s->repeats[i].days);
	map_release(&s->keys);
	map_release(&s->items);
	map_release(&s->codes);
	mem_free(s->list);
	mem_free(s->repeats);
	mem_free(s->currencies);
	mem_free(s->sorted);
	mem_free(s->bought_on);
	arena_release(&s->texts);
	buf_release(&s->key);
}
