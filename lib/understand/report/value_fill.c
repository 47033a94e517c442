#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/lorenz.h"
#include "time/moment.h"
#include "understand/report/month.h"
#include "understand/report/value.h"

#define GAPS_MAX 240		/* months without money are rows, too, of no more than so many */
#define CURVE_STEP 5		/* percent */
#define CURVES_MAX 12

static struct cell micro_cell(__int128 micro)
{
	struct decimal d = {micro, MONEY_SCALE};

	/* A sum has no zeros at its end. */
	return decimal_add(d, DECIMAL_ZERO, &d) ? cell_number(d) : CELL_EMPTY;
}

static struct cell mean_cell(struct decimal sum, uint64_t count)
{
	struct decimal mean;

	return decimal_div(sum, decimal_of((int64_t)count), &mean) ? cell_number(decimal_round(mean, 2)) : CELL_EMPTY;
}

static struct cell currency_cell(struct sheet *sheet, struct span currency)
{
	return cell_text(currency.len ? arena_copy(&sheet->texts, currency) : SPAN("unknown currency"));
}

/* ---- Rows in their order. ---- */

struct span value_model(const struct value_part *all)
{
	const struct tally_row *best = NULL;

	for (size_t i = 0; i < tally_size(&all->models); i++) {
		const struct tally_row *m = &all->models.rows[i];
		uint64_t worth = m->counts[MODEL_WORTH];

		if (worth && (!best || worth > best->counts[MODEL_WORTH] ||
			      (worth == best->counts[MODEL_WORTH] && span_compare(m->key, best->key) < 0)))
			best = m;
	}
	return best ? best->key : SPAN_NONE;
}

struct ordering {
	const struct value_part *all;
	bool by_money;
};

static struct span currency_of(const struct tally_row *row)
{
	struct span rest = row->key;

	return span_cut(&rest, '\0');
}

static struct span group_of(const struct tally_row *row)
{
	struct span rest = row->key;

	span_cut(&rest, '\0');
	return rest;
}

static uint64_t customers_with(const struct value_part *all, struct span currency)
{
	size_t i = map_find(&all->currencies.keys, currency);

	return i == MAP_NONE ? 0 : all->currencies.rows[i].counts[0];
}

static int compare_currencies(const struct value_part *all, struct span a, struct span b)
{
	uint64_t p = customers_with(all, a), q = customers_with(all, b);

	return p != q ? (p < q ? 1 : -1) : span_compare(a, b);
}

/* What is not known comes last. */
static int compare_groups(struct span a, struct span b)
{
	return !a.len || !b.len ? !a.len - !b.len : span_compare(a, b);
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct tally_row *p = *(const struct tally_row *const *)a, *q = *(const struct tally_row *const *)b;
	const struct ordering *o = context;
	int order = compare_currencies(o->all, currency_of(p), currency_of(q));

	if (!order && o->by_money)
		order = decimal_compare(q->money, p->money);
	return order ? order : compare_groups(group_of(p), group_of(q));
}

const struct tally_row **value_rows(const struct value_part *all, const struct tally *t, bool by_money)
{
	struct ordering o = {all, by_money};
	const struct tally_row **list = mem_zero(tally_size(t) + 1, sizeof *list);

	for (size_t i = 0; i < tally_size(t); i++)
		list[i] = &t->rows[i];
	qsort_r(list, tally_size(t), sizeof *list, compare_rows, &o);
	return list;
}

/* ---- How it is spread. ---- */

/* One currency: its customers' money in order. */
struct spread {
	const struct tally_row *of;
	struct lorenz l;
};

static size_t count_positive(const struct lorenz *l)
{
	size_t i = l->count;

	while (i && l->amounts[i - 1] > 0)
		i--;
	return l->count - i;
}

/* The mean of the two in the middle, where there are two. */
static __int128 double_median(const struct lorenz *l)
{
	return l->amounts[(l->count - 1) / 2] + l->amounts[l->count / 2];
}

static struct cell median_cell(const struct lorenz *l)
{
	struct decimal half, sum = {double_median(l), MONEY_SCALE};

	return decimal_div(sum, decimal_of(2), &half) ? cell_number(decimal_round(half, 2)) : CELL_EMPTY;
}

static void put_spread(struct sheet *sheet, struct section *s, const struct spread *of)
{
	const struct lorenz *l = &of->l;
	struct cell *row = section_row(s);
	double gini;

	row[0] = currency_cell(sheet, of->of->key);
	row[1] = cell_count(l->count);
	row[2] = cell_count(count_positive(l));
	row[3] = cell_number(of->of->money);
	row[4] = mean_cell(of->of->money, l->count);
	row[5] = median_cell(l);
	if (!l->total)
		return;
	if (lorenz_gini(l, &gini))
		row[6] = cell_real(gini);
	row[7] = cell_count(lorenz_fewest(l, 50));
	row[8] = cell_count(lorenz_fewest(l, 80));
	row[9] = cell_share((double)lorenz_largest(l, 1), (double)l->total);
}

static void fill_spread(const struct spread *list, size_t count, uint64_t customers, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1}, {"customers", "Customers", NULL, -1}, {"above_zero", "Above 0", NULL, -1},
		{"revenue", "Revenue", NULL, 2}, {"per_customer", "A customer", NULL, 2}, {"median", "Median", NULL, 2},
		{"gini", "Gini", NULL, 2}, {"bring_half", "Bring half", NULL, -1}, {"bring_80", "Bring 80 %", NULL, -1},
		{"largest_share", "Share of the largest", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "value", "What customers are worth", columns, 10);

	s->note = sheet_text(sheet, "Revenue less refunds, of the %llu customer%s those with an order or refund in the currency; Gini: 0 all bring the "
			     "same, 1 one brings everything", (unsigned long long)customers, customers == 1 ? "" : "s");
	s->empty = customers ? "no customer has an order" : "there is no customer";
	for (size_t i = 0; i < count; i++)
		put_spread(sheet, s, &list[i]);
}

/* A part that is less than one customer has no row. */
static void fill_pareto(const struct spread *list, size_t count, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1}, {"top", "The best", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"from", "Each from", NULL, 2}, {"revenue", "Revenue", NULL, 2}, {"share", "Share", NULL, -1},
	};
	static const unsigned parts[] = {1, 5, 10, 20, 50};
	struct section *s = sheet_add(sheet, "pareto", "What the best bring", columns, 6);

	s->chart = CHART_BARS;
	s->chart_label = 1;
	s->chart_value = 5;
	s->label_columns = 2;
	s->note = "The customers with most revenue, rounded up; customers below 0 count as 0; a part of less than one customer is left out";
	s->empty = "no customer has revenue above 0";
	for (size_t i = 0; i < count; i++) {
		if (list[i].l.total)
			s->empty = "half of the customers are less than one";
		for (size_t k = 0; list[i].l.total && k < sizeof parts / sizeof *parts; k++) {
			const struct lorenz *l = &list[i].l;
			size_t best = lorenz_part(l, parts[k]);
			struct cell *row;

			if (l->count * parts[k] < 100)
				continue;
			row = section_row(s);
			row[0] = currency_cell(sheet, list[i].of->key);
			row[1] = cell_share(parts[k], 100);
			row[2] = cell_count(best);
			row[3] = micro_cell(l->amounts[l->count - best]);
			row[4] = micro_cell(lorenz_largest(l, best));
			row[5] = cell_share((double)lorenz_largest(l, best), (double)l->total);
		}
	}
}

/* The share of the smallest PERCENT of customers; between two of them in a straight line. */
static struct cell curve_cell(const struct lorenz *l, unsigned percent)
{
	size_t whole = l->count * percent / 100, rest = l->count * percent % 100;
	double sum = (double)lorenz_smallest(l, whole);

	if (rest)
		sum += (double)(l->amounts[whole] > 0 ? l->amounts[whole] : 0) * (double)rest / 100;
	return cell_share(sum, (double)l->total);
}

static struct section *add_curve(const struct spread *const *list, size_t count, struct sheet *sheet)
{
	struct column columns[CURVES_MAX + 1] = {{"customers", "Customers", NULL, -1}};

	for (size_t i = 0; i < count; i++) {
		const char *name = currency_cell(sheet, list[i]->of->key).text.ptr;

		columns[i + 1] = (struct column){count > 1 ? sheet_text(sheet, "share %s", name) : "share", sheet_text(sheet, "Share of revenue, %s", name),
						 NULL, -1};
	}
	return sheet_add(sheet, "lorenz", "Lorenz curve", columns, count + 1);
}

static void fill_curve(const struct spread *list, size_t count, struct sheet *sheet)
{
	const struct spread *with[CURVES_MAX];
	struct section *s;
	size_t curves = 0;

	for (size_t i = 0; i < count && curves < CURVES_MAX; i++)
		if (list[i].l.total && list[i].l.count > 1)
			with[curves++] = &list[i];
	if (!curves)
		return;
	s = add_curve(with, curves, sheet);
	s->chart = CHART_LINE;
	s->chart_curve = true;
	s->chart_value = 1;
	s->note = "What share of the revenue so many customers have, those with least first; if all had the same, it were the straight line";
	for (unsigned percent = 0; percent <= 100; percent += CURVE_STEP) {
		struct cell *row = section_row(s);

		row[0] = cell_share(percent, 100);
		for (size_t i = 0; i < curves; i++)
			row[i + 1] = curve_cell(&with[i]->l, percent);
	}
}

static int compare_spreads(const void *a, const void *b, void *context)
{
	return compare_currencies(context, ((const struct spread *)a)->of->key, ((const struct spread *)b)->of->key);
}

static void fill_spreads(struct value_part *all, struct sheet *sheet)
{
	size_t count = tally_size(&all->currencies);
	struct spread *list = mem_zero(count + 1, sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = (struct spread){&all->currencies.rows[i], lorenz_of(all->amounts[i].list, all->amounts[i].count)};
	qsort_r(list, count, sizeof *list, compare_spreads, all);
	fill_spread(list, count, all->customers, sheet);
	if (count) {
		fill_pareto(list, count, sheet);
		fill_curve(list, count, sheet);
	}
	mem_free(list);
}

/* ---- New and repeat. ---- */

struct months {
	const struct value_part *all;
	struct sheet *sheet;
	struct section *by_month;
	int now, open;	/* months; -1: not known */
};

struct month_sums {
	uint64_t counts[VALUE_KINDS];
	struct decimal money[VALUE_KINDS];
};

static void add_month(const struct value_part *all, struct span key, struct month_sums *to)
{
	size_t i = map_find(&all->months.keys, key);

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		size_t at = map_find(&all->money[kind].keys, key);

		to->counts[kind] += i == MAP_NONE ? 0 : all->months.rows[i].counts[kind];
		/* Of sums that fit: they are all parts of them. */
		if (at != MAP_NONE)
			decimal_add(to->money[kind], all->money[kind].rows[at].money, &to->money[kind]);
	}
}

/* From the column TO on. */
static void put_sums(struct cell *to, const struct month_sums *m)
{
	struct decimal orders, net;

	for (int kind = 0; kind < VALUE_KINDS; kind++) {
		to[2 * kind] = cell_count(m->counts[kind]);
		to[2 * kind + 1] = cell_number(m->money[kind]);
	}
	if (!decimal_add(m->money[VALUE_NEW], m->money[VALUE_REPEAT], &orders))
		return;
	if (decimal_add(orders, m->money[VALUE_REFUNDS], &net))
		to[6] = cell_number(net);
	if (orders.digits > 0)
		to[7] = cell_share(decimal_double(m->money[VALUE_REPEAT]), decimal_double(orders));
}

#define SUM_COLUMNS                                                                                                                  \
	{"new_orders", "First orders", NULL, -1}, {"new", "From first orders", NULL, 2}, {"repeat_orders", "Further orders", NULL, -1}, \
	{"repeat", "From further ones", NULL, 2}, {"refunds", "Refunds", NULL, -1}, {"refunded", "Paid back", NULL, 2},               \
	{"revenue", "Revenue", NULL, 2}, {"repeat_share", "Share of further orders", NULL, -1}

static void put_month(struct months *m, struct span currency, struct span key, int month)
{
	struct cell *row = section_row(m->by_month);
	struct month_sums sums = {0};
	char text[MONTH_TEXT];

	if (month >= 0) {
		month_text(month, text);
		row[0] = cell_text(arena_copy(&m->sheet->texts, span_of(text)));
		row[0].open = month == m->open;
	}
	row[1] = currency_cell(m->sheet, currency);
	add_month(m->all, key, &sums);
	put_sums(row + 2, &sums);
}

/* ROWS are the COUNT months of one currency; months without money between them are rows, too. */
static void put_months(struct months *m, const struct tally_row *const *rows, size_t count)
{
	struct span currency = currency_of(rows[0]), last;
	struct buf key = BUF_INIT;
	int next = -1;
	size_t known = count;

	while (known && !group_of(rows[known - 1]).len)
		known--;
	last = known ? group_of(rows[known - 1]) : SPAN_NONE;
	for (size_t i = 0; i < known; i++) {
		int month = value_month(group_of(rows[i]));
		bool fill = next >= 0 && value_month(last) - value_month(group_of(rows[0])) < GAPS_MAX;

		for (; fill && next < month; next++) {
			buf_clear(&key);
			buf_span(&key, currency);
			buf_char(&key, '\0');
			value_put_month(&key, next);
			put_month(m, currency, buf_view(&key), next);
		}
		put_month(m, currency, rows[i]->key, month);
		next = month + 1;
	}
	for (size_t i = known; i < count; i++)
		put_month(m, currency, rows[i]->key, -1);
	buf_release(&key);
}

static void put_currency(struct months *m, struct section *totals, const struct tally_row *const *rows, size_t count)
{
	struct month_sums sums = {0};
	struct cell *row = section_row(totals);

	for (size_t i = 0; i < count; i++)
		add_month(m->all, rows[i]->key, &sums);
	row[0] = currency_cell(m->sheet, currency_of(rows[0]));
	put_sums(row + 1, &sums);
	put_months(m, rows, count);
}

static void fill_kinds(const struct value_part *all, const struct zone *zone, struct sheet *sheet)
{
	static const struct column total_columns[] = {{"currency", "Currency", NULL, -1}, SUM_COLUMNS};
	static const struct column month_columns[] = {{"month", "Month", NULL, -1}, {"currency", "Currency", NULL, -1}, SUM_COLUMNS};
	struct section *totals = sheet_add(sheet, "new_and_repeat", "From first and from further orders", total_columns, 9), spare = *totals;
	size_t at = sheet->count - 1, count = tally_size(&all->months), end;
	const struct tally_row **rows = value_rows(all, &all->months, false);
	struct months m = {all, sheet, NULL, -1, -1};

	spare.note = sheet_note_missing(sheet, "Orders and refunds by their events; a customer's first order, and all others", all->without_events);
	spare.empty = "no order stands on these lines";
	m.by_month = sheet_add(sheet, "new_and_repeat_by_month", "The same month by month", month_columns, 10);
	m.by_month->note = "By the month of the order or refund; * has not fully passed";
	m.by_month->empty = spare.empty;
	m.by_month->label_columns = 2;
	m.by_month->chart_value = 8;
	if (all->as_of != MOMENT_NONE) {
		m.now = month_of(zone, all->as_of);
		m.open = month_open(zone, all->as_of);
	}
	for (size_t i = 0; i < count; i = end) {
		for (end = i + 1; end < count && span_equal(currency_of(rows[i]), currency_of(rows[end]));)
			end++;
		put_currency(&m, &spare, rows + i, end - i);
		m.by_month->chart = !i && end == count ? CHART_LINE : CHART_NONE;
	}
	sheet->sections[at] = spare;
	mem_free(rows);
}

/* ---- By group. ---- */

/* What is shown of a group: its first column, and its rows. */
struct group_look {
	const char *key, *title, *note, *empty;
	struct column group;
	bool months;
};

static const struct tally_row *find_model_row(const struct tally *t, struct span model, struct span key)
{
	struct buf text = BUF_INIT;
	size_t i;

	buf_span(&text, model);
	buf_char(&text, '\0');
	buf_span(&text, key);
	i = map_find(&t->keys, buf_view(&text));
	buf_release(&text);
	return i == MAP_NONE ? NULL : &t->rows[i];
}

static struct cell group_cell(struct sheet *sheet, const struct group_look *look, struct span group)
{
	char text[MONTH_TEXT];

	if (!look->months)
		return cell_text(arena_copy(&sheet->texts, group));
	if (!group.len)
		return CELL_EMPTY;
	month_text(value_month(group), text);
	return cell_text(arena_copy(&sheet->texts, span_of(text)));
}

static void put_group(struct sheet *sheet, struct section *s, const struct group_look *look, const struct value_sums *sums,
		      const struct tally_row *of, struct span model)
{
	struct cell *row = section_row(s);
	const struct tally_row *expected = span_absent(model) ? NULL : find_model_row(&sums->expected, model, of->key);
	const struct tally_row *at_risk = expected ? find_model_row(&sums->at_risk, model, of->key) : NULL;

	row[0] = group_cell(sheet, look, group_of(of));
	row[1] = currency_cell(sheet, currency_of(of));
	row[2] = cell_count(of->counts[0]);
	row[3] = cell_number(of->money);
	row[4] = mean_cell(of->money, of->counts[0]);
	if (!span_absent(model))
		row[5] = cell_count(expected ? expected->counts[0] : 0);
	if (!expected)
		return;
	row[6] = cell_number(expected->money);
	row[7] = mean_cell(expected->money, expected->counts[0]);
	row[8] = cell_number(at_risk->money);
}

static bool is_one_currency(const struct tally_row *const *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (!span_equal(currency_of(rows[0]), currency_of(rows[i])))
			return false;
	return true;
}

static void fill_groups(const struct value_part *all, const struct value_sums *sums, const struct group_look *look, struct sheet *sheet)
{
	const struct column columns[] = {
		look->group, {"currency", "Currency", NULL, -1}, {"customers", "Customers", NULL, -1}, {"revenue", "Revenue", NULL, 2},
		{"per_customer", "A customer so far", NULL, 2}, {"scored", "Scored", NULL, -1}, {"expected_value", "Expected", NULL, 2},
		{"expected_per_customer", "A customer expected", NULL, 2}, {"value_at_risk", "At risk", NULL, 2},
	};
	struct span model = value_model(all);
	size_t count = tally_size(&sums->spent);
	const struct tally_row **rows = value_rows(all, &sums->spent, !look->months);
	struct section *s = sheet_add(sheet, look->key, look->title, columns, span_absent(model) ? 5 : 9);

	s->label_columns = 2;
	s->empty = look->empty;
	s->note = span_absent(model) ? sheet_text(sheet, "%s; what they will bring is not known before cdp-churn has scored them", look->note) :
		  sheet_text(sheet, "%s; expected and at risk within the horizon of scores.%.*s", look->note, SPAN_ARG(model));
	if (is_one_currency(rows, count)) {
		s->chart = CHART_BARS;
		s->chart_value = 4;
	}
	for (size_t i = 0; i < count; i++)
		put_group(sheet, s, look, sums, rows[i], model);
	mem_free(rows);
}

void value_fill(struct value_part *all, const struct zone *zone, struct sheet *sheet)
{
	static const struct group_look cohorts = {
		"clv_by_cohort", "Customer value by month of the first order", "Revenue less refunds, by the order summaries",
		"no customer has an order", {"cohort", "First order", NULL, -1}, true,
	};
	static const struct group_look segments = {
		"clv_by_segment", "Customer value by segment", "A customer may be in several segments", "no buyer is in a segment",
		{"segment", "Segment", NULL, -1}, false,
	};

	fill_spreads(all, sheet);
	fill_kinds(all, zone, sheet);
	fill_groups(all, &all->cohorts, &cohorts, sheet);
	fill_groups(all, &all->segments, &segments, sheet);
	value_fill_risk(all, sheet);
	value_fill_calibration(all, zone, sheet);
}
