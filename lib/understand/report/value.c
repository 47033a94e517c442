/*
 * The report value: how revenue is spread over customers, by cohort and by segment, from new and from known
 * ones; and, where cdp-churn has scored them, what they are expected to bring, what of it is at risk, and whether
 * the chances came true.
 *
 * Money is that of the order summaries, which cover every event, but for new and repeat, which takes the orders
 * of the events.  Keeps 16 bytes a customer and currency, and 16 a score.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "stats/lorenz.h"
#include "time/moment.h"
#include "understand/report/month.h"
#include "understand/report/summary.h"
#include "understand/report/value.h"

struct value_report {
	const struct zone *zone;
	unsigned workers;
	struct value_part *parts;
};

void value_put_month(struct buf *key, int month)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(key, (char)((unsigned)month >> shift & 0xff));
}

int value_month(struct span key)
{
	unsigned month = 0;

	for (size_t i = 0; i < VALUE_MONTH; i++)
		month = month << 8 | (unsigned char)key.ptr[i];
	return (int)month;
}

struct value_amounts *value_amounts(struct value_part *part, size_t i)
{
	while (i >= part->amount_cap) {
		size_t had = part->amount_cap;

		part->amounts = mem_room(part->amounts, had, &part->amount_cap, sizeof *part->amounts);
		memset(part->amounts + had, 0, (part->amount_cap - had) * sizeof *part->amounts);
	}
	return &part->amounts[i];
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct value_report *r = mem_zero(1, sizeof *r);

	(void)err;
	r->zone = setup->zone;
	r->workers = setup->workers;
	r->parts = mem_zero(setup->workers, sizeof *r->parts);
	for (unsigned i = 0; i < setup->workers; i++)
		r->parts[i].as_of = r->parts[i].newest = MOMENT_NONE;
	return r;
}

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct value_part *w = &((struct value_report *)state)->parts[worker];

	(void)p;
	(void)err;
	orders_clear(&w->past);
	orders_clear(&w->all);
	return 0;
}

static void add_entry(struct orders *to, const struct order_entry *e)
{
	orders_add(to, &e->order, e->source, e->time, e->event);
}

/* Events come oldest first: all that is past is there when the first later one comes. */
static void add_later(struct value_part *w, const struct order *order, const struct event *e)
{
	if (!w->all.count)
		for (size_t i = 0; i < w->past.count; i++)
			add_entry(&w->all, &w->past.list[i]);
	orders_add(&w->all, order, hash_64(e->source.raw), e->time, (uint32_t)w->all.count);
}

static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct value_part *w = &((struct value_report *)state)->parts[worker];
	struct order order;

	w->newest = e->time > w->newest ? e->time : w->newest;
	if (order_read(e, &order, &w->text, err))
		return -1;
	if (p->as_of != MOMENT_NONE && e->time > p->as_of)
		add_later(w, &order, e);
	else
		orders_add(&w->past, &order, hash_64(e->source.raw), e->time, (uint32_t)w->past.count);
	return 0;
}

/* ---- Groups of the customer at hand. ---- */

static void note_segment(struct value_part *w, struct span name)
{
	size_t i = tally_index(&w->names, name);

	while (i >= w->met_cap) {
		size_t had = w->met_cap;

		w->met = mem_room(w->met, had, &w->met_cap, sizeof *w->met);
		memset(w->met + had, 0, (w->met_cap - had) * sizeof *w->met);
	}
	if (w->met[i] == w->customers)
		return;
	w->met[i] = w->customers;
	w->list = mem_room(w->list, w->list_count, &w->list_cap, sizeof *w->list);
	w->list[w->list_count++] = i;
}

static void list_segments(struct value_part *w, struct value array)
{
	struct value element;
	struct scan scan;

	w->list_count = 0;
	if (array.kind != VALUE_ARRAY)
		return;
	scan_start(&scan, array.raw);
	if (scan_enter(&scan, '[', NULL))
		return;
	while (scan_element(&scan, &element, NULL) > 0) {
		buf_clear(&w->text);
		if (element.kind == VALUE_TEXT)
			note_segment(w, value_text(element, &w->text));
	}
}

/* The month of the first order, by the summary. */
static void find_cohort(struct value_part *w, const struct zone *zone, const struct profile *p)
{
	struct value first = value_member(p->orders, SPAN("first"));
	int64_t time;

	buf_clear(&w->cohort);
	buf_clear(&w->text);
	if (first.kind == VALUE_TEXT && moment_parse_record(value_text(first, &w->text), &time))
		value_put_month(&w->cohort, month_of(zone, time));
}

/* ---- Money that was spent. ---- */

static int add_sum(struct value_part *w, struct tally *to, const struct span *parts, size_t count, struct decimal money, struct error *err)
{
	struct tally_row *row;

	buf_clear(&w->key);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(&w->key, '\0');
		buf_span(&w->key, parts[i]);
	}
	row = tally_row(to, buf_view(&w->key));
	row->counts[0]++;
	return tally_add_money(row, money, err);
}

/* Millionths; -1 when that is more than anybody pays. */
static int add_amount(struct value_part *w, size_t currency, struct decimal money, struct error *err)
{
	struct value_amounts *to = value_amounts(w, currency);

	money = decimal_round(money, MONEY_SCALE);
	for (; money.scale < MONEY_SCALE && money.digits < LORENZ_MOST && money.digits > -LORENZ_MOST; money.scale++)
		money.digits *= 10;
	if (money.digits >= LORENZ_MOST || money.digits <= -LORENZ_MOST)
		return error_data(err, "the profile's orders.revenue is too large to be shared out");
	to->list = mem_room(to->list, to->count, &to->cap, sizeof *to->list);
	to->list[to->count++] = money.digits;
	return 0;
}

static int count_spent(void *context, struct span currency, const struct summary_money *money, struct error *err)
{
	struct value_part *w = context;
	size_t at = tally_index(&w->currencies, currency);
	struct span parts[2] = {w->currencies.rows[at].key, buf_view(&w->cohort)};

	w->currencies.rows[at].counts[0]++;
	if (tally_add_money(&w->currencies.rows[at], money->revenue, err) || add_amount(w, at, money->revenue, err) ||
	    add_sum(w, &w->cohorts.spent, parts, 2, money->revenue, err))
		return -1;
	for (size_t i = 0; i < w->list_count; i++) {
		parts[1] = w->names.rows[w->list[i]].key;
		if (add_sum(w, &w->segments.spent, parts, 2, money->revenue, err))
			return -1;
	}
	return 0;
}

/* ---- New and repeat. ---- */

static int count_entry(struct value_part *w, const struct zone *zone, const struct order_entry *e, bool first, struct error *err)
{
	int kind = e->part == ORDER_PART_REFUND ? VALUE_REFUNDS : first ? VALUE_NEW : VALUE_REPEAT;

	if (e->part == ORDER_PART_AGAIN)
		return 0;
	buf_clear(&w->key);
	buf_text_put(&w->key, e->order.currency);
	buf_char(&w->key, '\0');
	if (e->time != MOMENT_NONE)
		value_put_month(&w->key, month_of(zone, e->time));
	tally_row(&w->months, buf_view(&w->key))->counts[kind] += e->part == ORDER_PART_NEW || e->refund;
	return e->has_net ? tally_add_money(tally_row(&w->money[kind], buf_view(&w->key)), e->net, err) : 0;
}

static int count_orders(struct value_part *w, const struct zone *zone, struct error *err)
{
	uint32_t first = ORDER_OF_NONE;

	if (orders_settle(&w->past, err))
		return -1;
	for (uint32_t i = 0; i < w->past.count; i++) {
		const struct order_entry *e = &w->past.list[i];

		if (first == ORDER_OF_NONE && e->part == ORDER_PART_NEW)
			first = i;
		if (count_entry(w, zone, e, e->of == first && first != ORDER_OF_NONE, err))
			return -1;
	}
	return 0;
}

/* ---- What models say. ---- */

/* Did somebody order within DAYS behind as_of? */
static int ordered_within(struct value_part *w, const struct profile *p, uint64_t days, bool *ordered, struct error *err)
{
	int64_t end = p->as_of + (int64_t)days * DAY_MS;

	*ordered = false;
	if (!w->all.count)
		return 0;
	if (orders_settle(&w->all, err))
		return -1;
	for (size_t i = 0; i < w->all.count; i++) {
		const struct order_entry *e = &w->all.list[i];

		*ordered = *ordered || (e->part == ORDER_PART_NEW && e->time > p->as_of && e->time <= end);
	}
	return 0;
}

/* A subscription that ends is another churn than that nothing is bought. */
static int note_chance(struct value_part *w, const struct profile *p, size_t model, struct value score, double chance, struct error *err)
{
	struct decimal days;
	bool ordered;

	if (span_equal(w->models.rows[model].key, SPAN("contract")) || p->as_of == MOMENT_NONE || p->events.kind != VALUE_ARRAY ||
	    !value_decimal(value_member(score, SPAN("horizon_days")), &days) || days.scale || days.digits < 1 || days.digits > 36525)
		return 0;
	w->horizon_days = (uint64_t)days.digits > w->horizon_days ? (uint64_t)days.digits : w->horizon_days;
	if (ordered_within(w, p, (uint64_t)days.digits, &ordered, err))
		return -1;
	w->models.rows[model].counts[MODEL_CHANCES]++;
	w->chances = mem_room(w->chances, w->chance_count, &w->chance_cap, sizeof *w->chances);
	w->chances[w->chance_count++] = (struct value_chance){chance, (uint32_t)model, !ordered};
	return 0;
}

/* EXPECTED money, of which AT_RISK, by the customer's cohort and segments. */
static int count_worth(struct value_part *w, struct span model, struct span currency, struct decimal expected, struct decimal at_risk,
		       struct error *err)
{
	struct span parts[3] = {model, currency, buf_view(&w->cohort)};

	if (add_sum(w, &w->cohorts.expected, parts, 3, expected, err) || add_sum(w, &w->cohorts.at_risk, parts, 3, at_risk, err))
		return -1;
	for (size_t i = 0; i < w->list_count; i++) {
		parts[2] = w->names.rows[w->list[i]].key;
		if (add_sum(w, &w->segments.expected, parts, 3, expected, err) || add_sum(w, &w->segments.at_risk, parts, 3, at_risk, err))
			return -1;
	}
	return 0;
}

/* Money of a score: what it expects, and what it says is at risk, else the chance times the former. */
static bool read_worth(struct value score, struct decimal chance, struct decimal *expected, struct decimal *at_risk)
{
	if (!value_decimal(value_member(score, SPAN("expected_value")), expected))
		return false;
	if (!value_decimal(value_member(score, SPAN("value_at_risk")), at_risk) &&
	    !decimal_mul(decimal_round(chance, 9), decimal_round(*expected, 9), at_risk))
		return false;
	*expected = decimal_round(*expected, MONEY_SCALE);
	*at_risk = decimal_round(*at_risk, MONEY_SCALE);
	return true;
}

static int add_band_worth(struct value_part *w, const struct span *parts, struct decimal expected, struct decimal at_risk, struct error *err)
{
	return add_sum(w, &w->band_expected, parts, 3, expected, err) || add_sum(w, &w->band_at_risk, parts, 3, at_risk, err) ? -1 : 0;
}

static int count_score(struct value_part *w, const struct profile *p, struct span name, struct value score, struct error *err)
{
	struct buf currency_text = BUF_INIT, band_text = BUF_INIT;
	struct decimal chance, expected = DECIMAL_ZERO, at_risk = DECIMAL_ZERO;
	struct value currency = value_member(score, SPAN("currency")), band = value_member(score, SPAN("risk"));
	struct span parts[3] = {SPAN_NONE, currency.kind == VALUE_TEXT ? value_text(currency, &currency_text) : SPAN(""),
				band.kind == VALUE_TEXT ? value_text(band, &band_text) : SPAN("")};
	size_t model;
	bool worth;
	int failed;

	if (score.kind != VALUE_OBJECT || !value_decimal(value_member(score, SPAN("p_churn")), &chance)) {
		buf_release(&currency_text);
		buf_release(&band_text);
		return 0;
	}
	model = tally_index(&w->models, name);
	parts[0] = w->models.rows[model].key;
	w->models.rows[model].counts[MODEL_SCORED]++;
	worth = read_worth(score, chance, &expected, &at_risk);
	w->models.rows[model].counts[MODEL_WORTH] += worth;
	failed = (worth && (count_worth(w, parts[0], parts[1], expected, at_risk, err) || add_band_worth(w, parts, expected, at_risk, err))) ||
		 add_sum(w, &w->bands, parts, 3, decimal_round(chance, 9), err) || note_chance(w, p, model, score, decimal_double(chance), err);
	buf_release(&currency_text);
	buf_release(&band_text);
	return failed ? -1 : 0;
}

static int count_scores(struct value_part *w, const struct profile *p, struct error *err)
{
	struct member m;
	struct scan s;

	if (p->scores.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, p->scores.raw);
	if (scan_enter(&s, '{', NULL))
		return 0;
	while (scan_member(&s, &m, NULL) > 0)
		if (count_score(w, p, m.key, m.value, err))
			return -1;
	return 0;
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct value_report *r = state;
	struct value_part *w = &r->parts[worker];

	w->customers++;
	w->as_of = p->as_of > w->as_of ? p->as_of : w->as_of;
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	list_segments(w, p->segments);
	find_cohort(w, r->zone, p);
	return summary_walk(p->orders, count_spent, w, &w->text, err) || count_orders(w, r->zone, err) || count_scores(w, p, err) ? -1 : 0;
}

/* ---- The whole. ---- */

static void add_amounts(struct value_part *all, const struct value_part *w)
{
	for (size_t i = 0; i < tally_size(&w->currencies); i++) {
		const struct value_amounts *from = &w->amounts[i];
		struct value_amounts *to = value_amounts(all, tally_index(&all->currencies, w->currencies.rows[i].key));

		for (size_t k = 0; k < from->count; k++) {
			to->list = mem_room(to->list, to->count, &to->cap, sizeof *to->list);
			to->list[to->count++] = from->list[k];
		}
	}
}

static void add_chances(struct value_part *all, const struct value_part *w)
{
	for (size_t i = 0; i < w->chance_count; i++) {
		struct value_chance c = w->chances[i];

		c.model = (uint32_t)tally_index(&all->models, w->models.rows[c.model].key);
		all->chances = mem_room(all->chances, all->chance_count, &all->chance_cap, sizeof c);
		all->chances[all->chance_count++] = c;
	}
}

/* The sums of a part, in one order. */
#define SUMS 13

static void list_sums(struct value_part *w, struct tally *list[SUMS])
{
	struct tally *all[SUMS] = {
		&w->currencies, &w->cohorts.spent, &w->cohorts.expected, &w->cohorts.at_risk, &w->segments.spent, &w->segments.expected,
		&w->segments.at_risk, &w->months, &w->money[VALUE_NEW], &w->money[VALUE_REPEAT], &w->money[VALUE_REFUNDS], &w->models, &w->bands,
	};

	memcpy(list, all, sizeof all);
}

static int add_part(struct value_part *all, struct value_part *w, struct error *err)
{
	struct tally *to[SUMS], *from[SUMS];

	add_amounts(all, w);
	list_sums(all, to);
	list_sums(w, from);
	for (size_t i = 0; i < SUMS; i++)
		if (tally_merge(to[i], from[i], err))
			return -1;
	add_chances(all, w);
	all->customers += w->customers;
	all->without_events += w->without_events;
	all->as_of = w->as_of > all->as_of ? w->as_of : all->as_of;
	all->newest = w->newest > all->newest ? w->newest : all->newest;
	all->horizon_days = w->horizon_days > all->horizon_days ? w->horizon_days : all->horizon_days;
	return tally_merge(&all->band_expected, &w->band_expected, err) || tally_merge(&all->band_at_risk, &w->band_at_risk, err) ? -1 : 0;
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct value_report *r = state;

	for (unsigned i = 1; i < r->workers; i++)
		if (add_part(&r->parts[0], &r->parts[i], err))
			return -1;
	value_fill(&r->parts[0], r->zone, sheet);
	return 0;
}

static void release_part(struct value_part *w)
{
	struct tally *list[SUMS];

	for (size_t i = 0; i < w->amount_cap; i++)
		mem_free(w->amounts[i].list);
	list_sums(w, list);
	for (size_t i = 0; i < SUMS; i++)
		tally_release(list[i]);
	tally_release(&w->band_expected);
	tally_release(&w->band_at_risk);
	tally_release(&w->names);
	orders_release(&w->past);
	orders_release(&w->all);
	mem_free(w->amounts);
	mem_free(w->chances);
	mem_free(w->met);
	mem_free(w->list);
	buf_release(&w->cohort);
	buf_release(&w->key);
	buf_release(&w->text);
}

static void free_report(void *state)
{
	struct value_report *r = state;

	for (unsigned i = 0; i < r->workers; i++)
		release_part(&r->parts[i]);
	mem_free(r->parts);
	mem_free(r);
}

const struct counting count_value = {
	"value", true, start, begin, event, commit, fill, free_report, NULL, NULL,
};
