#include "understand/churn/history.h"

#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "record/orders.h"

/* The state of one walk over the events. */
struct walk {
	int64_t first_day;
	int64_t last_day;
	int64_t buying_days;
	uint64_t orders;
	struct decimal spend;	/* of the days after the first */
	bool money_lost;	/* a revenue is missing, or does not fit */
	struct span currency;	/* raw, of the first purchase; absent: none */
	bool currency_mixed;
	struct span source;	/* raw, of the first purchase */
	bool unsettled;		/* refunds, or several sources: orders are to be settled */
};

/* The raw JSON of a text, or SPAN_NONE for anything else. */
static struct span raw_text(struct value v)
{
	return v.kind == VALUE_TEXT ? v.raw : SPAN_NONE;
}

static void take_money(struct walk *w, const struct event *e, bool repeat)
{
	struct span currency = raw_text(value_member(e->props, SPAN("currency")));
	struct decimal revenue;

	if (!w->orders++)
		w->currency = currency;
	else if (span_absent(currency) != span_absent(w->currency) ||
		 !span_equal(currency, w->currency))
		w->currency_mixed = true;
	if (!repeat || w->money_lost)
		return;
	if (!value_decimal(value_member(e->props, SPAN("revenue")), &revenue) ||
	    !decimal_add(w->spend, revenue, &w->spend))
		w->money_lost = true;
}

/* Only where orders may add up to less than their events does it take a second look. */
static void take_source(struct walk *w, const struct event *e)
{
	if (!w->orders)
		w->source = e->source.raw;
	else if (!span_equal(w->source, e->source.raw))
		w->unsettled = true;
}

static int take_purchase(struct walk *w, const struct event *e, int64_t day,
			 struct error *err)
{
	if (w->buying_days && day < w->last_day)
		return error_data(err, "the events of a profile must be oldest first: run cdp-merge again");
	if (!w->buying_days)
		w->first_day = day;
	if (!w->buying_days || day > w->last_day)
		w->buying_days++;
	w->last_day = day;
	take_source(w, e);
	take_money(w, e, day > w->first_day);
	return 0;
}

/* Notes E; is it a purchase? */
static bool is_purchase(struct walk *w, const struct event *e, int64_t as_of)
{
	enum order_kind kind = e->time != MOMENT_NONE && e->time <= as_of ? order_kind(e) : ORDER_NONE;

	w->unsettled |= kind > ORDER_COMPLETED;
	return kind == ORDER_COMPLETED;
}

static int add_orders(const struct profile *p, struct orders *orders, struct error *err)
{
	struct profile_events events;
	struct buf scratch = BUF_INIT;
	struct event e;
	int got;

	profile_events_start(&events, p);
	while ((got = profile_events_next(&events, &e, err)) > 0) {
		enum order_kind kind = order_kind(&e);
		struct order order;

		if (kind == ORDER_NONE || e.time == MOMENT_NONE || e.time > p->as_of)
			continue;
		/* Money that cannot be read is not known. */
		order_read_properties(kind, e.props, &order, &scratch, NULL);
		orders_add(orders, &order, hash_64(e.source.raw), e.time, (uint32_t)orders->count);
	}
	buf_release(&scratch);
	return got ? -1 : orders_settle(orders, err);
}

/* The time whose day's money E changes: a refund is taken off its order's. */
static int64_t money_time(const struct orders *orders, const struct order_entry *e)
{
	for (size_t i = 0; e->part == ORDER_PART_REFUND && e->order.id_known && i < orders->count; i++) {
		const struct order_entry *o = &orders->list[i];

		if (o->part == ORDER_PART_NEW && o->order.id_known && o->order.id == e->order.id &&
		    !strcmp(o->order.currency, e->order.currency))
			return o->time;
	}
	return e->time;
}

/* What is left of the money behind the first day. */
static int settle_spend(struct walk *w, const struct profile *p, const struct zone *zone,
			struct error *err)
{
	struct orders orders = {0};
	int failed = add_orders(p, &orders, err);

	w->spend = DECIMAL_ZERO;
	for (size_t i = 0; i < orders.count && !failed; i++) {
		const struct order_entry *e = &orders.list[i];

		if (e->part != ORDER_PART_AGAIN && e->has_net &&
		    zone_day(zone, money_time(&orders, e)) > w->first_day &&
		    !decimal_add(w->spend, e->net, &w->spend))
			w->money_lost = true;
	}
	orders_release(&orders);
	if (w->spend.digits < 0)
		w->spend = DECIMAL_ZERO;
	return failed ? -1 : 0;
}

static void copy_currency(const struct walk *w, struct history *out)
{
	struct value raw = {.raw = w->currency, .kind = VALUE_TEXT};
	struct buf scratch = BUF_INIT;
	struct span text;

	if (span_absent(w->currency))
		return;
	raw.escaped = span_find_byte(w->currency, '\\') < w->currency.len;
	text = value_text(raw, &scratch);
	if (text.len < CURRENCY_MAX)
		memcpy(out->currency, text.ptr, text.len);
	else
		out->spend_known = false;
	buf_release(&scratch);
}

static void finish(const struct walk *w, int64_t as_of_day, struct history *out)
{
	if (!w->buying_days) {
		out->state = HISTORY_NO_PURCHASE;
		return;
	}
	out->state = HISTORY_KNOWN;
	out->repeats = (int32_t)(w->buying_days - 1);
	out->last = (int32_t)(w->last_day - w->first_day);
	out->age = (int32_t)(as_of_day - w->first_day);
	out->spend_known = out->repeats && !w->money_lost && !w->currency_mixed;
	if (!w->currency_mixed)
		copy_currency(w, out);
	if (out->spend_known)
		out->spend = decimal_double(w->spend) / out->repeats;
}

int history_read(const struct profile *p, const struct zone *zone,
		 struct history *out, struct error *err)
{
	struct profile_events events;
	struct walk w = {0};
	struct event e;
	struct decimal omitted;
	int got;

	*out = (struct history){.state = HISTORY_KNOWN};
	if (p->events.kind != VALUE_ARRAY) {
		out->state = HISTORY_NO_EVENTS;
		return 0;
	}
	if (value_decimal(p->events_omitted, &omitted) && omitted.digits > 0) {
		out->state = HISTORY_OMITTED;
		return 0;
	}
	profile_events_start(&events, p);
	while ((got = profile_events_next(&events, &e, err)) > 0)
		if (is_purchase(&w, &e, p->as_of) &&
		    take_purchase(&w, &e, zone_day(zone, e.time), err))
			return -1;
	if (got < 0 || (w.unsettled && w.buying_days > 1 && settle_spend(&w, p, zone, err)))
		return -1;
	finish(&w, zone_day(zone, p->as_of), out);
	return 0;
}
