/*
 * The overview: who and how much, month by month, where it comes from, which
 * segments, and what is at risk.
 *
 * Totals and revenue by currency come from the order summaries, which cover
 * every event; what happened in which month only the events on the lines know.
 */
#include "understand/report/overview.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "understand/report/count.h"
#include "understand/report/month.h"
#include "understand/report/partial.h"
#include "understand/report/summary.h"

struct overview {
	const struct zone *zone;
	unsigned workers;
	struct who_lists *lists;
	struct overview_part *parts;
};

static void *start(const struct count_setup *setup, struct error *err)
{
	struct who_lists *lists = who_load(err);
	struct overview *o;

	if (!lists)
		return NULL;
	o = mem_zero(1, sizeof *o);
	o->lists = lists;
	o->zone = setup->zone;
	o->workers = setup->workers;
	o->parts = mem_zero(setup->workers, sizeof *o->parts);
	for (unsigned i = 0; i < setup->workers; i++) {
		o->parts[i].first_seen = MOMENT_NONE;
		o->parts[i].last_seen = MOMENT_NONE;
		o->parts[i].as_of = MOMENT_NONE;
		recent_init(&o->parts[i].recent);
		o->parts[i].asker = who_asker_new(lists);
	}
	return o;
}

void overview_put_month(struct buf *key, int month)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(key, (char)((unsigned)month >> shift & 0xff));
}

int overview_month(struct span key)
{
	unsigned month = 0;

	for (size_t i = key.len - 4; i < key.len; i++)
		month = month << 8 | (unsigned char)key.ptr[i];
	return (int)month;
}

static int begin(void *state, unsigned worker, const struct profile *p,
		 struct error *err)
{
	struct overview_part *w = &((struct overview *)state)->parts[worker];

	(void)err;
	who_begin(w->asker, p);
	orders_clear(&w->noted);
	recent_begin(&w->recent);
	w->name_count = 0;
	return 0;
}

static void note_name(struct overview_part *w, const struct event *e)
{
	struct span name = event_type_names[e->type];

	if (e->name.kind == VALUE_TEXT) {
		buf_clear(&w->text);
		name = value_text(e->name, &w->text);
	}
	w->noted_names = mem_room(w->noted_names, w->name_count, &w->name_cap,
				  sizeof *w->noted_names);
	w->noted_names[w->name_count++] = tally_index(&w->names, name);
}

static int event(void *state, unsigned worker, const struct profile *p,
		 const struct event *e, struct error *err)
{
	struct overview *o = state;
	struct overview_part *w = &o->parts[worker];
	struct order order;

	if (p->as_of != MOMENT_NONE && e->time > p->as_of)
		return 0;
	note_name(w, e);
	who_event(w->asker, e);
	if (e->source.kind == VALUE_TEXT)
		recent_note(&w->recent, e->source.raw, e->time);
	if (order_read(e, &order, &w->text, err))
		return -1;
	orders_add(&w->noted, &order, hash_64(e->source.raw), e->time, (uint32_t)w->noted.count);
	return 0;
}

/* The money of one currency of an order summary. */
static int count_money(void *context, struct span currency, const struct summary_money *money, struct error *err)
{
	struct overview_part *w = context;
	struct tally_row *row = tally_row(&w->revenue, currency);

	row->counts[0]++;
	if (tally_add_money(row, money->revenue, err))
		return -1;
	return tally_add_money(tally_row(&w->refunded, currency), money->refunded, err);
}

static int count_orders(struct overview_part *w, const struct profile *p,
			struct error *err)
{
	uint64_t count = summary_count(p->orders, SPAN("count"));

	w->orders += count;
	w->refunds += summary_count(p->orders, SPAN("refunds"));
	w->buyers += count > 0;
	w->repeaters += count > 1;
	return summary_walk(p->orders, count_money, w, &w->text, err);
}

/* Each model's member of scores that names a risk band. */
static int count_risks(struct overview_part *w, struct value scores,
		       struct error *err)
{
	struct decimal at_risk;
	struct member m;
	struct scan s;

	if (scores.kind != VALUE_OBJECT)
		return 0;
	scan_start(&s, scores.raw);
	if (scan_enter(&s, '{', NULL))
		return 0;
	while (scan_member(&s, &m, NULL) > 0) {
		struct value band = value_member(m.value, SPAN("risk"));
		struct span name;

		if (band.kind != VALUE_TEXT)
			continue;
		buf_clear(&w->text);
		name = value_text(band, &w->text);
		tally_row(&w->risks, name)->counts[0]++;
		if (!value_decimal(value_member(m.value, SPAN("value_at_risk")), &at_risk))
			continue;
		buf_clear(&w->key);
		value_decode(value_member(m.value, SPAN("currency")), &w->key);
		buf_char(&w->key, '\n');
		buf_span(&w->key, name);
		if (tally_add_money(tally_row(&w->risk_money, buf_view(&w->key)),
				    at_risk, err))
			return -1;
	}
	return 0;
}

static void count_texts(struct overview_part *w, struct value array,
			struct tally *into)
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

static void widen(int64_t *low, int64_t *high, struct value from,
		  struct value to)
{
	int64_t moment;

	if (value_moment(from, &moment) && (*low == MOMENT_NONE || moment < *low))
		*low = moment;
	if (value_moment(to, &moment) && moment > *high)
		*high = moment;
}

/* Its row of a month exists even where there was only a refund. */
static void count_in_month(struct overview_part *w, enum order_part part, int month,
			   int *last_month)
{
	struct tally_row *row;

	buf_clear(&w->key);
	overview_put_month(&w->key, month);
	row = tally_row(&w->months, buf_view(&w->key));
	if (part != ORDER_PART_NEW && part != ORDER_PART_LINE)
		return;
	row->counts[MONTH_ORDERS] += part == ORDER_PART_NEW;
	row->counts[MONTH_CUSTOMERS] += month != *last_month;
	row->counts[MONTH_NEW] += *last_month == -1;
	*last_month = month;
}

/* One order or refund of the customer, settled. */
static int count_entry(struct overview *o, struct overview_part *w, const struct order_entry *e,
		       int *last_month, struct error *err)
{
	struct tally_row *currency = tally_row(&w->currencies, span_of(e->order.currency));
	int month;

	currency->counts[0]++;
	if (e->time == MOMENT_NONE)
		return 0;
	month = month_of(o->zone, e->time);
	count_in_month(w, e->part, month, last_month);
	buf_clear(&w->key);
	buf_span(&w->key, span_of(e->order.currency));
	overview_put_month(&w->key, month);
	if (!e->has_net)
		return 0;
	return tally_add_money(tally_row(&w->money, buf_view(&w->key)), e->net, err);
}

static int count_noted(struct overview *o, struct overview_part *w, int64_t as_of, struct error *err)
{
	int last_month = -1;

	if (orders_settle(&w->noted, err) || recent_count_orders(&w->recent, &w->noted, as_of, err))
		return -1;
	recent_count_sources(&w->recent, as_of, &w->text);
	for (size_t i = 0; i < w->noted.count; i++)
		if (count_entry(o, w, &w->noted.list[i], &last_month, err))
			return -1;
	for (size_t i = 0; i < w->name_count; i++)
		w->names.rows[w->noted_names[i]].counts[0]++;
	w->events += w->name_count;
	return 0;
}

static int commit(void *state, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct overview *o = state;
	struct overview_part *w = &o->parts[worker];

	w->customers++;
	w->who[who_end(w->asker)]++;
	w->with_email += value_member(p->ids, SPAN("email")).kind == VALUE_ARRAY;
	w->with_phone += value_member(p->ids, SPAN("phone")).kind == VALUE_ARRAY;
	w->without_events += p->events.kind != VALUE_ARRAY ||
			     p->events_omitted.kind == VALUE_NUMBER;
	count_texts(w, p->sources, &w->sources);
	count_texts(w, p->segments, &w->segments);
	widen(&w->first_seen, &w->last_seen, p->first_seen, p->last_seen);
	if (p->as_of > w->as_of)
		w->as_of = p->as_of;
	return count_orders(w, p, err) || count_risks(w, p->scores, err) ||
	       count_noted(o, w, p->as_of, err) ? -1 : 0;
}

static int add_part(struct overview_part *all, const struct overview_part *w,
		    struct error *err)
{
	all->customers += w->customers;
	for (int i = 0; i < WHO_COUNT; i++)
		all->who[i] += w->who[i];
	all->buyers += w->buyers;
	all->repeaters += w->repeaters;
	all->orders += w->orders;
	all->refunds += w->refunds;
	all->with_email += w->with_email;
	all->with_phone += w->with_phone;
	all->events += w->events;
	all->without_events += w->without_events;
	if (w->first_seen != MOMENT_NONE &&
	    (all->first_seen == MOMENT_NONE || w->first_seen < all->first_seen))
		all->first_seen = w->first_seen;
	if (w->last_seen > all->last_seen)
		all->last_seen = w->last_seen;
	if (w->as_of > all->as_of)
		all->as_of = w->as_of;
	return tally_merge(&all->revenue, &w->revenue, err) ||
	       tally_merge(&all->refunded, &w->refunded, err) ||
	       tally_merge(&all->currencies, &w->currencies, err) ||
	       tally_merge(&all->months, &w->months, err) ||
	       tally_merge(&all->money, &w->money, err) ||
	       tally_merge(&all->names, &w->names, err) ||
	       tally_merge(&all->sources, &w->sources, err) ||
	       tally_merge(&all->segments, &w->segments, err) ||
	       tally_merge(&all->risks, &w->risks, err) ||
	       tally_merge(&all->risk_money, &w->risk_money, err) ||
	       recent_add(&all->recent, &w->recent, err) ? -1 : 0;
}

static void release_part(struct overview_part *w)
{
	tally_release(&w->revenue);
	tally_release(&w->refunded);
	tally_release(&w->currencies);
	tally_release(&w->months);
	tally_release(&w->money);
	tally_release(&w->names);
	tally_release(&w->sources);
	tally_release(&w->segments);
	tally_release(&w->risks);
	tally_release(&w->risk_money);
	recent_release(&w->recent);
	who_asker_free(w->asker);
	orders_release(&w->noted);
	mem_free(w->noted_names);
	buf_release(&w->text);
	buf_release(&w->key);
}

static int add_up(struct overview *o, struct error *err)
{
	for (unsigned i = 1; i < o->workers; i++)
		if (add_part(&o->parts[0], &o->parts[i], err))
			return -1;
	return 0;
}

/* Names are numbered when they are seen, and some never count. */
static void drop_uncounted(struct tally *names)
{
	struct tally counted = TALLY_INIT;

	for (size_t i = 0; i < tally_size(names); i++)
		if (names->rows[i].counts[0])
			tally_row(&counted, names->rows[i].key)->counts[0] = names->rows[i].counts[0];
	tally_release(names);
	*names = counted;
}

static void carry(void *state, struct partial *p)
{
	struct overview *o = state;
	struct overview_part *all = &o->parts[0];
	uint64_t *const counts[] = {
		&all->customers, &all->buyers, &all->repeaters, &all->orders, &all->refunds,
		&all->with_email, &all->with_phone, &all->events, &all->without_events,
	};
	struct tally *const tallies[] = {
		&all->revenue, &all->refunded, &all->currencies, &all->months, &all->money,
		&all->names, &all->sources, &all->segments, &all->risks, &all->risk_money,
	};

	if (!partial_reads(p)) {
		if (add_up(o, NULL))
			partial_fail(p, "a sum of money has more than 38 digits");
		drop_uncounted(&all->names);
	}
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		partial_count(p, "count", counts[i]);
	partial_counts(p, "who", all->who, WHO_COUNT);
	partial_first(p, "first_seen", &all->first_seen);
	partial_last(p, "last_seen", &all->last_seen);
	partial_last(p, "as_of", &all->as_of);
	for (size_t i = 0; i < sizeof tallies / sizeof *tallies; i++)
		partial_tally(p, "tally", tallies[i]);
	recent_carry(&all->recent, p);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct overview *o = state;

	if (add_up(o, err))
		return -1;
	overview_fill(&o->parts[0], o->zone, sheet);
	return 0;
}

static void free_overview(void *state)
{
	struct overview *o = state;

	for (unsigned i = 0; i < o->workers; i++)
		release_part(&o->parts[i]);
	who_free(o->lists);
	mem_free(o->parts);
	mem_free(o);
}

const struct counting count_overview = {
	"overview", true, start, begin, event, commit, fill, free_overview, NULL, carry,
};
