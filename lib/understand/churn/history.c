#include "understand/churn/history.h"

#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/mem.h"
#include "record/orders.h"

/* The orders of a customer by as_of, settled, and what is left of each. */
struct walk {
	struct orders orders;
	struct decimal *left;	/* by the place of the order's first event */
	bool *taken;		/* something was paid back of it */
	int64_t first_day;
	int64_t last_day;
	int64_t buying_days;
	struct decimal spend;	/* of the days after the first */
	bool money_lost;	/* an amount is missing, or does not fit */
	const char *currency;	/* of the first purchase; NULL: there is none */
	bool currency_mixed;
};

static int add_orders(struct walk *w, const struct profile *p, const struct zone *zone, struct error *err)
{
	struct profile_events events;
	struct buf scratch = BUF_INIT;
	int64_t day = INT64_MIN;
	struct event e;
	int got;

	profile_events_start(&events, p);
	while ((got = profile_events_next(&events, &e, err)) > 0) {
		enum order_kind kind = order_kind(&e);
		struct order order;

		if (kind == ORDER_NONE || e.time == MOMENT_NONE || e.time > p->as_of)
			continue;
		if (zone_day(zone, e.time) < day) {
			got = error_data(err, "the events of a profile must be oldest first: run cdp-merge again");
			break;
		}
		day = zone_day(zone, e.time);
		/* Money that cannot be read is not known. */
		order_read_properties(kind, e.props, &order, &scratch, NULL);
		orders_add(&w->orders, &order, hash_64(e.source.raw), e.time, (uint32_t)w->orders.count);
	}
	buf_release(&scratch);
	return got ? -1 : orders_settle(&w->orders, err);
}

static void add_up(struct walk *w)
{
	w->left = mem_zero(w->orders.count + 1, sizeof *w->left);
	w->taken = mem_zero(w->orders.count + 1, sizeof *w->taken);
	for (size_t i = 0; i < w->orders.count; i++) {
		const struct order_entry *e = &w->orders.list[i];

		if (e->of == ORDER_OF_NONE)
			continue;
		w->taken[e->of] |= e->part == ORDER_PART_REFUND || e->refund;
		if (e->has_net && !decimal_add(w->left[e->of], e->net, &w->left[e->of]))
			w->money_lost = true;
	}
}

/* An order of which all was paid back was no purchase. */
static bool is_kept(const struct walk *w, const struct order_entry *e)
{
	return e->of != ORDER_OF_NONE && !(w->taken[e->of] && w->left[e->of].digits <= 0);
}

static bool is_purchase(const struct walk *w, const struct order_entry *e)
{
	return (e->part == ORDER_PART_NEW || e->part == ORDER_PART_LINE) && is_kept(w, e);
}

static void take_purchase(struct walk *w, const struct order_entry *e, int64_t day)
{
	if (!w->buying_days) {
		w->first_day = day;
		w->currency = e->order.currency;
	}
	if (!w->buying_days || day > w->last_day)
		w->buying_days++;
	w->last_day = day;
	w->currency_mixed |= strcmp(e->order.currency, w->currency) != 0;
}

/* What E adds to the money behind the first day; a refund is taken off its order's day. */
static void take_money(struct walk *w, const struct order_entry *e, const struct zone *zone)
{
	const struct order_entry *at = e->of == ORDER_OF_NONE ? e : &w->orders.list[e->of];

	if (e->part == ORDER_PART_AGAIN || (e->of != ORDER_OF_NONE && !is_kept(w, e)))
		return;
	if (e->part == ORDER_PART_LINE)
		at = e;
	if (zone_day(zone, at->time) <= w->first_day)
		return;
	if (e->has_net ? !decimal_add(w->spend, e->net, &w->spend) : e->part != ORDER_PART_REFUND)
		w->money_lost = true;
}

static void walk_orders(struct walk *w, const struct zone *zone)
{
	add_up(w);
	for (size_t i = 0; i < w->orders.count; i++)
		if (is_purchase(w, &w->orders.list[i]))
			take_purchase(w, &w->orders.list[i], zone_day(zone, w->orders.list[i].time));
	for (size_t i = 0; i < w->orders.count && w->buying_days > 1; i++)
		take_money(w, &w->orders.list[i], zone);
	if (w->spend.digits < 0)
		w->spend = DECIMAL_ZERO;
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
		memcpy(out->currency, w->currency, strlen(w->currency) + 1);
	if (out->spend_known)
		out->spend = decimal_double(w->spend) / out->repeats;
}

int history_read(const struct profile *p, const struct zone *zone,
		 struct history *out, struct error *err)
{
	struct walk w = {0};
	struct decimal omitted;
	int bad;

	*out = (struct history){.state = HISTORY_KNOWN};
	if (p->events.kind != VALUE_ARRAY) {
		out->state = HISTORY_NO_EVENTS;
		return 0;
	}
	if (value_decimal(p->events_omitted, &omitted) && omitted.digits > 0) {
		out->state = HISTORY_OMITTED;
		return 0;
	}
	bad = add_orders(&w, p, zone, err);
	if (!bad) {
		walk_orders(&w, zone);
		finish(&w, zone_day(zone, p->as_of), out);
	}
	mem_free(w.left);
	mem_free(w.taken);
	orders_release(&w.orders);
	return bad ? -1 : 0;
}
