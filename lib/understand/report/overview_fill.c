/* The sections of the overview. */
#include "time/zone.h"
#include "understand/report/month.h"
#include "understand/report/overview.h"

#define GAPS_MAX 600	/* months between first and last that are all shown */

static void pair(struct section *s, const char *name, struct cell value)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = value;
}

static struct span currency_name(struct sheet *sheet, struct span currency)
{
	return currency.len ? arena_copy(&sheet->texts, currency) :
			      SPAN("unknown currency");
}

static void fill_totals(const struct overview_part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"name", "", NULL, -1}, {"value", "", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "totals", "Customers and orders", columns, 2);

	s->pairs = true;
	s->note = "Customers are people known; anonymous visitors and programs, of whom only a browser is known, are none";
	pair(s, "customers", cell_count(all->who[WHO_BUYER] + all->who[WHO_KNOWN]));
	pair(s, "buyers", cell_count(all->buyers));
	pair(s, "repeat_buyers", cell_count(all->repeaters));
	pair(s, "repeat_rate", cell_share((double)all->repeaters, (double)all->buyers));
	pair(s, "known_without_orders", cell_count(all->who[WHO_BUYER] + all->who[WHO_KNOWN] - all->buyers));
	pair(s, "anonymous_visitors", cell_count(all->who[WHO_ANONYMOUS]));
	pair(s, "crawlers", cell_count(all->who[WHO_CRAWLER]));
	pair(s, "profiles", cell_count(all->customers));
	pair(s, "orders", cell_count(all->orders));
	pair(s, "refunds", cell_count(all->refunds));
	pair(s, "with_email", cell_count(all->with_email));
	pair(s, "with_phone", cell_count(all->with_phone));
	pair(s, "events", cell_count(all->events));
	pair(s, "first_seen", cell_time(all->first_seen));
	pair(s, "last_seen", cell_time(all->last_seen));
}

static void fill_revenue(struct overview_part *all, struct sheet *sheet)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1},
		{"revenue", "Net revenue", NULL, 2},
		{"refunded", "Refunded", NULL, 2},
		{"customers", "Customers", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "revenue", "Revenue by currency", columns, 4);

	s->note = "Orders less refunds and cancellations; currencies are never added up";
	s->empty = "no customer has an order";
	tally_sort_by_count(&all->revenue);
	for (size_t i = 0; i < tally_size(&all->revenue); i++) {
		const struct tally_row *from = &all->revenue.rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(currency_name(sheet, from->key));
		row[1] = cell_number(from->money);
		row[2] = cell_number(tally_row(&all->refunded, from->key)->money);
		row[3] = cell_count(from->counts[0]);
	}
}

/* The net money of MONTH in CURRENCY. */
static struct cell month_money(struct overview_part *all, struct span currency,
			       int month)
{
	size_t i;

	buf_clear(&all->key);
	buf_span(&all->key, currency);
	overview_put_month(&all->key, month);
	i = map_find(&all->money.keys, buf_view(&all->key));
	return cell_number(i == MAP_NONE ? DECIMAL_ZERO : all->money.rows[i].money);
}

static void put_month(struct overview_part *all, struct sheet *sheet,
		      struct section *s, struct span currency, int month)
{
	struct cell *row = section_row(s);
	char text[MONTH_TEXT];
	size_t i;

	month_text(month, text);
	row[0] = cell_text(arena_copy(&sheet->texts, span_of(text)));
	row[1] = month_money(all, currency, month);
	buf_clear(&all->key);
	overview_put_month(&all->key, month);
	i = map_find(&all->months.keys, buf_view(&all->key));
	for (int k = MONTH_ORDERS; k <= MONTH_NEW; k++)
		row[2 + k] = cell_count(i == MAP_NONE ? 0 : all->months.rows[i].counts[k]);
}

/* The first and last month of M, the one of NOW included; false without any. */
static bool month_range(const struct tally *m, int now, int *first, int *last)
{
	for (size_t i = 0; i < tally_size(m); i++) {
		int month = overview_month(m->rows[i].key);

		if (!i || month < *first)
			*first = month;
		if (!i || month > *last)
			*last = month;
	}
	if (tally_size(m) && now > *last)
		*last = now;
	return tally_size(m) > 0;
}

/*
 * Months without an order are rows too, or a line over the rows would lie; but
 * not when a date of long ago stands alone.
 */
static void put_months(struct overview_part *all, struct sheet *sheet,
		       struct section *s, struct span currency, int now, int open)
{
	int first, last;

	if (!month_range(&all->months, now, &first, &last))
		return;
	for (int month = first; month <= last; month++) {
		buf_clear(&all->key);
		overview_put_month(&all->key, month);
		if (last - first >= GAPS_MAX && month != now &&
		    map_find(&all->months.keys, buf_view(&all->key)) == MAP_NONE)
			continue;
		put_month(all, sheet, s, currency, month);
		s->cells[(s->row_count - 1) * s->column_count].open = month == open;
	}
}

static const char *months_note(const struct overview_part *all,
			       struct sheet *sheet)
{
	struct buf note = BUF_INIT;
	const char *kept;

	buf_lit(&note, "By the month of the order or refund; * has not fully passed");
	if (tally_size(&all->currencies) > 1)
		buf_lit(&note, "; revenue in the commonest currency");
	kept = sheet_note_missing(sheet, sheet_text(sheet, "%s", buf_text(&note)), all->without_events);
	buf_release(&note);
	return kept;
}

/* Money of the commonest currency. */
static void fill_months(struct overview_part *all, const struct zone *zone,
			struct sheet *sheet)
{
	struct column columns[] = {
		{"month", "Month", NULL, -1},
		{"revenue", "Net revenue", NULL, 2},
		{"orders", "Orders", NULL, -1},
		{"customers", "Customers who ordered", NULL, -1},
		{"new_customers", "of these new", NULL, -1},
	};
	int now = all->as_of == MOMENT_NONE ? -1 : month_of(zone, all->as_of);
	int open = all->as_of == MOMENT_NONE ? -1 : month_open(zone, all->as_of);
	struct span currency = SPAN("");
	struct section *s;

	if (tally_size(&all->currencies)) {
		currency = all->currencies.rows[0].key;
		columns[1].unit = currency_name(sheet, currency).ptr;
	}
	s = sheet_add(sheet, "months", "Month by month", columns, 5);
	s->note = months_note(all, sheet);
	s->empty = "no order or refund on these lines has a date";
	s->chart = CHART_LINE;
	s->chart_value = 1;
	put_months(all, sheet, s, currency, now, open);
}

/* RECENT, where not NULL, knows the newest record of each. */
static void fill_counts(struct tally *t, const struct recent *recent, struct sheet *sheet, const char *key,
			const char *title, const struct column *what,
			uint64_t whole)
{
	const struct column columns[] = {
		*what, {"count", "Count", NULL, -1}, {"share", "Share", NULL, -1}, {"newest", "Newest record", NULL, -1},
	};
	struct section *s;

	tally_sort_by_count(t);
	if (!tally_size(t) || !t->rows[0].counts[0])
		return;
	s = sheet_add(sheet, key, title, columns, recent ? 4 : 3);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(t); i++) {
		struct cell *row;

		if (!t->rows[i].counts[0])
			return;
		row = section_row(s);
		row[0] = cell_text(arena_copy(&sheet->texts, t->rows[i].key));
		row[1] = cell_count(t->rows[i].counts[0]);
		row[2] = cell_share((double)t->rows[i].counts[0], (double)whole);
		if (recent)
			row[3] = cell_time(recent_newest(recent, t->rows[i].key));
	}
}

static const struct span bands[] = {SPAN("high"), SPAN("medium"), SPAN("low")};

#define BANDS (sizeof bands / sizeof *bands)

/* The distinct currencies of risk_money, sorted; the caller's tally. */
static struct tally risk_currencies(const struct overview_part *all)
{
	struct tally t = TALLY_INIT;

	for (size_t i = 0; i < tally_size(&all->risk_money); i++) {
		struct span key = all->risk_money.rows[i].key;

		tally_row(&t, span_cut(&key, '\n'));
	}
	tally_sort_by_key(&t);
	return t;
}

static struct cell risk_cell(struct overview_part *all, struct span currency,
			     struct span band)
{
	size_t i;

	buf_clear(&all->key);
	buf_span(&all->key, currency);
	buf_char(&all->key, '\n');
	buf_span(&all->key, band);
	i = map_find(&all->risk_money.keys, buf_view(&all->key));
	return i == MAP_NONE ? CELL_EMPTY : cell_number(all->risk_money.rows[i].money);
}

/* Money at risk stands beside the customers only where all of it adds up. */
static void fill_risks(struct overview_part *all, struct sheet *sheet,
		       const struct tally *currencies)
{
	struct column columns[] = {
		{"risk", "Risk", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"share", "Share", NULL, -1},
		{"value_at_risk", "Value at risk", NULL, 2},
	};
	bool one = tally_size(currencies) == 1;
	struct section *s;
	uint64_t whole = 0;

	if (one)
		columns[3].unit = currency_name(sheet, currencies->rows[0].key).ptr;
	s = sheet_add(sheet, "risk", "Churn risk", columns, one ? 4 : 3);
	s->note = "By the chance of no purchase within the horizon of cdp-churn";
	s->chart = CHART_BARS;
	s->chart_value = 1;
	for (size_t i = 0; i < tally_size(&all->risks); i++)
		whole += all->risks.rows[i].counts[0];
	for (size_t i = 0; i < BANDS; i++) {
		uint64_t count = tally_row(&all->risks, bands[i])->counts[0];
		struct cell *row = section_row(s);

		row[0] = cell_text(bands[i]);
		row[1] = cell_count(count);
		row[2] = cell_share((double)count, (double)whole);
		if (one)
			row[3] = risk_cell(all, currencies->rows[0].key, bands[i]);
	}
}

static void fill_risk_money(struct overview_part *all, struct sheet *sheet,
			    const struct tally *currencies)
{
	static const struct column columns[] = {
		{"currency", "Currency", NULL, -1}, {"high", "High risk", NULL, 2},
		{"medium", "Medium", NULL, 2}, {"low", "Low", NULL, 2},
	};
	struct section *s = sheet_add(sheet, "value_at_risk", "Value at risk by currency", columns, 4);

	for (size_t i = 0; i < tally_size(currencies); i++) {
		struct span currency = currencies->rows[i].key;
		struct cell *row = section_row(s);

		row[0] = cell_text(currency_name(sheet, currency));
		for (size_t k = 0; k < BANDS; k++)
			row[k + 1] = risk_cell(all, currency, bands[k]);
	}
}

void overview_fill(struct overview_part *all, const struct zone *zone,
		   struct sheet *sheet)
{
	static const struct column segment = {"segment", "Segment", NULL, -1};
	static const struct column name = {"event", "Event", NULL, -1};
	static const struct column source = {"source", "Source", NULL, -1};
	struct tally currencies = risk_currencies(all);

	tally_sort_by_count(&all->currencies);
	recent_fill(&all->recent, tally_size(&all->currencies) ? all->currencies.rows[0].key : SPAN_NONE, all->as_of, sheet);
	fill_totals(all, sheet);
	fill_revenue(all, sheet);
	fill_months(all, zone, sheet);
	fill_counts(&all->segments, NULL, sheet, "segments", "Segments", &segment, all->customers);
	if (tally_size(&all->risks))
		fill_risks(all, sheet, &currencies);
	if (tally_size(&currencies) > 1)
		fill_risk_money(all, sheet, &currencies);
	fill_counts(&all->names, NULL, sheet, "event_names", "Events", &name, all->events);
	fill_counts(&all->sources, &all->recent, sheet, "sources", "Profiles by source", &source, all->customers);
	tally_release(&currencies);
}
