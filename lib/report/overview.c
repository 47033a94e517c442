/*
 * The overview: who and how much, month by month, where it comes from, which
 * segments, and what is at risk.
 */
#include <string.h>

#include "base/mem.h"
#include "report/count.h"
#include "report/order.h"
#include "report/tally.h"

/* counts[] of a month. */
enum { MONTH_ORDERS, MONTH_CUSTOMERS, MONTH_NEW };

struct part {
	uint64_t customers, buyers, repeaters, orders, refunds;
	uint64_t with_email, with_phone, events;
	int64_t first_seen, last_seen, as_of;
	struct tally revenue;	/* by currency: counts[0] orders, money net */
	struct tally months;	/* by "2024-03" */
	struct tally money;	/* by currency, newline, month: money net */
	struct tally names;	/* of events */
	struct tally sources;
	struct tally segments;
	struct tally risks;	/* by band: money at risk */
	struct buf text, key;
	int last_month;		/* of the customer at hand */
};

struct overview {
	const struct zone *zone;
	unsigned workers;
	struct part *parts;
};

static void *start(const struct count_setup *setup)
{
	struct overview *o = mem_zero(1, sizeof *o);

	o->zone = setup->zone;
	o->workers = setup->workers;
	o->parts = mem_zero(setup->workers, sizeof *o->parts);
	for (unsigned i = 0; i < setup->workers; i++) {
		o->parts[i].first_seen = MOMENT_NONE;
		o->parts[i].last_seen = MOMENT_NONE;
		o->parts[i].as_of = MOMENT_NONE;
	}
	return o;
}

static void count_texts(struct part *w, struct value array, struct tally *into)
{
	struct scan s;
	struct value v;

	if (array.kind != VALUE_ARRAY)
		return;
	scan_start(&s, array.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &v, NULL) > 0) {
		buf_clear(&w->text);
		if (v.kind == VALUE_TEXT)
			tally_row(into, value_text(v, &w->text))->counts[0]++;
	}
}

static uint64_t member_count(struct value object, struct span key)
{
	struct decimal number;

	if (!value_decimal(value_member(object, key), &number) ||
	    number.scale || number.digits < 0)
		return 0;
	return (uint64_t)number.digits;
}

static void count_orders(struct part *w, const struct profile *p)
{
	uint64_t count = member_count(p->orders, SPAN("count"));

	w->orders += count;
	w->refunds += member_count(p->orders, SPAN("refunds"));
	w->buyers += count > 0;
	w->repeaters += count > 1;
}

/* Each model's member of scores that names a risk band. */
static int count_risks(struct part *w, struct value scores, struct error *err)
{
	struct scan s;
	struct member m;
	int got;

	if (scores.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, scores.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while ((got = scan_member(&s, &m, err)) > 0) {
		struct value band = value_member(m.value, SPAN("risk"));
		struct decimal at_risk;
		struct tally_row *row;

		if (band.kind != VALUE_TEXT)
			continue;
		buf_clear(&w->text);
		row = tally_row(&w->risks, value_text(band, &w->text));
		row->counts[0]++;
		if (value_decimal(value_member(m.value, SPAN("value_at_risk")), &at_risk) &&
		    tally_add_money(row, at_risk, err))
			return -1;
	}
	return got;
}

static int count_order_event(struct overview *o, struct part *w,
			     const struct event *e, enum order_kind kind,
			     struct error *err)
{
	struct decimal money;
	char month[MONTH_TEXT];
	struct tally_row *row;
	struct span currency;

	buf_clear(&w->text);
	currency = order_currency(e, &w->text);
	row = tally_row(&w->revenue, currency);
	row->counts[0]++;
	if (order_money(e, kind, &money) && tally_add_money(row, money, err))
		return -1;
	if (e->time == MOMENT_NONE)
		return 0;
	order_month_text(order_month(o->zone, e->time), month);
	buf_clear(&w->key);
	buf_span(&w->key, currency);
	buf_printf(&w->key, "\n%s", month);
	row = tally_row(&w->money, buf_view(&w->key));
	if (order_money(e, kind, &money) && tally_add_money(row, money, err))
		return -1;
	if (kind == ORDER_COMPLETED) {
		int number = order_month(o->zone, e->time);

		row = tally_row(&w->months, span_of(month));
		row->counts[MONTH_ORDERS]++;
		row->counts[MONTH_CUSTOMERS] += number != w->last_month;
		row->counts[MONTH_NEW] += w->last_month == -1;
		w->last_month = number;
	}
	return 0;
}

static int count_events(struct overview *o, struct part *w,
			const struct profile *p, struct error *err)
{
	struct profile_events walk;
	struct event e;
	int got;

	w->last_month = -1;
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		enum order_kind kind = order_kind(&e);

		if (p->as_of != MOMENT_NONE && e.time > p->as_of)
			continue;
		w->events++;
		buf_clear(&w->text);
		tally_row(&w->names, e.name.kind == VALUE_TEXT ?
			  value_text(e.name, &w->text) :
			  event_type_names[e.type])->counts[0]++;
		if (kind != ORDER_NONE && count_order_event(o, w, &e, kind, err))
			return -1;
	}
	return got;
}

static void widen(int64_t *low, int64_t *high, struct value from,
		  struct value to)
{
	int64_t moment;

	if (value_moment(from, &moment) && (*low == MOMENT_NONE || moment < *low))
		*low = moment;
	if (value_moment(to, &moment) && moment > *high)
		*high = moment;
}

static int profile(void *state, unsigned worker, const struct profile *p,
		   struct error *err)
{
	struct overview *o = state;
	struct part *w = &o->parts[worker];

	if (count_events(o, w, p, err) || count_risks(w, p->scores, err))
		return -1;
	w->customers++;
	w->with_email += value_member(p->ids, SPAN("email")).kind == VALUE_ARRAY;
	w->with_phone += value_member(p->ids, SPAN("phone")).kind == VALUE_ARRAY;
	count_orders(w, p);
	count_texts(w, p->sources, &w->sources);
	count_texts(w, p->segments, &w->segments);
	widen(&w->first_seen, &w->last_seen, p->first_seen, p->last_seen);
	if (p->as_of > w->as_of)
		w->as_of = p->as_of;
	return 0;
}

static void add_part(struct part *all, const struct part *w)
{
	all->customers += w->customers;
	all->buyers += w->buyers;
	all->repeaters += w->repeaters;
	all->orders += w->orders;
	all->refunds += w->refunds;
	all->with_email += w->with_email;
	all->with_phone += w->with_phone;
	all->events += w->events;
	if (w->first_seen != MOMENT_NONE &&
	    (all->first_seen == MOMENT_NONE || w->first_seen < all->first_seen))
		all->first_seen = w->first_seen;
	if (w->last_seen > all->last_seen)
		all->last_seen = w->last_seen;
	if (w->as_of > all->as_of)
		all->as_of = w->as_of;
	tally_merge(&all->revenue, &w->revenue);
	tally_merge(&all->months, &w->months);
	tally_merge(&all->money, &w->money);
	tally_merge(&all->names, &w->names);
	tally_merge(&all->sources, &w->sources);
	tally_merge(&all->segments, &w->segments);
	tally_merge(&all->risks, &w->risks);
}

static void pair(struct section *s, const char *name, struct cell value)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = value;
}

static const char *currency_name(struct sheet *sheet, struct span currency)
{
	return currency.len ? sheet_text(sheet, "%.*s", SPAN_ARG(currency)) :
			      "unknown currency";
}

static void fill_totals(const struct part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"name", "", NULL, -1}, {"value", "", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "totals", "Customers and orders", columns, 2);

	s->pairs = true;
	pair(s, "customers", cell_count(all->customers));
	pair(s, "buyers", cell_count(all->buyers));
	pair(s, "repeat_buyers", cell_count(all->repeaters));
	pair(s, "repeat_rate", cell_share((double)all->repeaters, (double)all->buyers));
	pair(s, "orders", cell_count(all->orders));
	pair(s, "refunds", cell_count(all->refunds));
	pair(s, "with_email", cell_count(all->with_email));
	pair(s, "with_phone", cell_count(all->with_phone));
	pair(s, "events", cell_count(all->events));
	pair(s, "first_seen", cell_time(all->first_seen));
	pair(s, "last_seen", cell_time(all->last_seen));
}

static void fill_revenue(struct part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1},
		{"revenue", "Net revenue", NULL, 2},
		{"events", "Orders and refunds", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "revenue", "Revenue by currency", columns, 3);

	s->note = "Orders less refunds and cancellations; currencies are never added up";
	tally_sort_by_count(&all->revenue);
	for (size_t i = 0; i < tally_size(&all->revenue); i++) {
		const struct tally_row *from = &all->revenue.rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(currency_name(sheet, from->key)));
		row[1] = cell_number(from->money);
		row[2] = cell_count(from->counts[0]);
	}
}

/* The net money of MONTH in CURRENCY. */
static struct cell month_money(struct part *all, struct span currency,
			       struct span month)
{
	size_t i;

	buf_clear(&all->key);
	buf_span(&all->key, currency);
	buf_char(&all->key, '\n');
	buf_span(&all->key, month);
	i = map_find(&all->money.keys, buf_view(&all->key));
	return i == MAP_NONE ? CELL_EMPTY : cell_number(all->money.rows[i].money);
}

/* Money of the commonest currency: the revenue rows are sorted by then. */
static void fill_months(const struct overview *o, struct part *all,
			struct sheet *sheet)
{
	struct span currency = tally_size(&all->revenue) ?
			       all->revenue.rows[0].key : SPAN("");
	const struct column columns[] = {
		{"month", "Month", NULL, -1},
		{"revenue", "Net revenue", currency_name(sheet, currency), 2},
		{"orders", "Orders", NULL, -1},
		{"customers", "Customers who ordered", NULL, -1},
		{"new_customers", "of these new", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "months", "Month by month", columns, 5);
	int open = all->as_of == MOMENT_NONE ? 0 : order_month(o->zone, all->as_of);
	char open_text[MONTH_TEXT];

	order_month_text(open, open_text);
	s->note = "By the month of the order or refund; * has not fully passed";
	s->chart = CHART_LINE;
	s->chart_value = 1;
	tally_sort_by_key(&all->months);
	for (size_t i = 0; i < tally_size(&all->months); i++) {
		const struct tally_row *from = &all->months.rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(sheet_text(sheet, "%.*s", SPAN_ARG(from->key))));
		row[0].open = open && span_equal(from->key, span_of(open_text));
		row[1] = month_money(all, currency, from->key);
		for (int k = 0; k < TALLY_COUNTS; k++)
			row[2 + k] = cell_count(from->counts[k]);
	}
}

static void fill_counts(struct tally *t, struct sheet *sheet, const char *key,
			const char *title, const char *what, uint64_t whole)
{
	const struct column columns[] = {
		{what, NULL, NULL, -1}, {"count", "Count", NULL, -1},
		{"share", "Share", NULL, -1},
	};
	struct section *s;

	if (!tally_size(t))
		return;
	s = sheet_add(sheet, key, title, columns, 3);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	tally_sort_by_count(t);
	for (size_t i = 0; i < tally_size(t); i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(sheet_text(sheet, "%.*s", SPAN_ARG(t->rows[i].key))));
		row[1] = cell_count(t->rows[i].counts[0]);
		row[2] = cell_share((double)t->rows[i].counts[0], (double)whole);
	}
}

static void fill_risks(struct part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"risk", "Risk", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"value_at_risk", "Value at risk", NULL, 2},
	};
	static const struct span bands[] = {SPAN("high"), SPAN("medium"), SPAN("low")};
	struct section *s;

	if (!tally_size(&all->risks))
		return;
	s = sheet_add(sheet, "risk", "Churn risk", columns, 3);
	s->note = "By the chance of no purchase within the horizon of cdp-churn";
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
		size_t found = map_find(&all->risks.keys, bands[i]);
		struct cell *row = section_row(s);

		row[0] = cell_text(bands[i]);
		row[1] = cell_count(found == MAP_NONE ? 0 : all->risks.rows[found].counts[0]);
		if (found != MAP_NONE)
			row[2] = cell_number(all->risks.rows[found].money);
	}
}

static void release_part(struct part *w)
{
	tally_release(&w->revenue);
	tally_release(&w->months);
	tally_release(&w->money);
	tally_release(&w->names);
	tally_release(&w->sources);
	tally_release(&w->segments);
	tally_release(&w->risks);
	buf_release(&w->text);
	buf_release(&w->key);
}

static void fill(void *state, struct sheet *sheet)
{
	struct overview *o = state;
	struct part all = {.first_seen = MOMENT_NONE, .last_seen = MOMENT_NONE,
			   .as_of = MOMENT_NONE};

	for (unsigned i = 0; i < o->workers; i++)
		add_part(&all, &o->parts[i]);
	fill_totals(&all, sheet);
	fill_revenue(&all, sheet);
	fill_months(o, &all, sheet);
	fill_counts(&all.segments, sheet, "segments", "Segments", "segment", all.customers);
	fill_risks(&all, sheet);
	fill_counts(&all.names, sheet, "event_names", "Events", "event", all.events);
	fill_counts(&all.sources, sheet, "sources", "Customers by source", "source", all.customers);
	release_part(&all);
}

static void free_overview(void *state)
{
	struct overview *o = state;

	for (unsigned i = 0; i < o->workers; i++)
		release_part(&o->parts[i]);
	mem_free(o->parts);
	mem_free(o);
}

const struct counting count_overview = {
	"overview", true, start, profile, fill, free_overview,
};
