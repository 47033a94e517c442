#include "understand/predict/buyer.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"

const char *const buyer_feature_names[BUYER_FEATURES] = {
	"orders", "repeats", "days_first_to_last", "days_known", "days_silent", "mean_gap_days", "overdue",
	"buying_days_30", "buying_days_60", "buying_days_90", "buying_days_180",
	"spent", "mean_order", "spent_30", "spent_60", "spent_90", "spent_180",
};

static const int windows[] = {30, 60, 90, 180};

enum { WINDOWS = sizeof windows / sizeof *windows };

void buyer_reader_release(struct buyer_reader *r)
{
	buying_release(&r->now);
	buying_release(&r->then);
}

/* The walk over the orders of one customer up to a day. */
struct walk {
	int64_t day;		/* of the cutoff */
	int64_t first, last;
	int64_t days, orders;
	int64_t days_in[WINDOWS];
	bool money;
	double total, spent_in[WINDOWS];
	const char *currency;
};

static void take_day(struct walk *w, int64_t day)
{
	if (w->days && day <= w->last)
		return;
	if (!w->days)
		w->first = day;
	w->days++;
	w->last = day;
	for (size_t i = 0; i < WINDOWS; i++)
		w->days_in[i] += day > w->day - windows[i];
}

static void take_money(struct walk *w, const struct order_entry *e, int64_t day)
{
	double amount = e->has_net ? decimal_double(e->net) : 0;

	if (!e->has_net && e->part != ORDER_PART_REFUND)
		w->money = false;
	w->total += amount;
	for (size_t i = 0; i < WINDOWS; i++)
		w->spent_in[i] += day > w->day - windows[i] ? amount : 0;
}

static void take_entry(struct walk *w, const struct buying *b, const struct order_entry *e,
		       const struct zone *zone)
{
	const struct order_entry *at = e->of == ORDER_OF_NONE ? e : &b->orders.list[e->of];
	int64_t day = zone_day(zone, at->time);

	if (buying_is_purchase(b, e)) {
		take_day(w, zone_day(zone, e->time));
		w->orders += e->part == ORDER_PART_NEW;
		if (!w->currency)
			w->currency = e->order.currency;
		w->money &= !strcmp(w->currency, e->order.currency);
	}
	if (e->part != ORDER_PART_AGAIN && buying_is_kept(b, e))
		take_money(w, e, day);
}

static double scaled(double x)
{
	return x < 0 ? -log1p(-x) : log1p(x);
}

static void finish(const struct walk *w, struct buyer *out)
{
	double *f = out->features;
	double gap = w->days > 1 ? (double)(w->last - w->first) / (double)(w->days - 1) : 0;

	out->known = true;
	out->repeats = (int32_t)(w->days - 1);
	out->last = (int32_t)(w->last - w->first);
	out->age = (int32_t)(w->day - w->first);
	out->money = w->money;
	if (w->money)
		memcpy(out->currency, w->currency, strlen(w->currency) + 1);
	f[BUYER_ORDERS] = (double)w->orders;
	f[BUYER_REPEATS] = out->repeats;
	f[BUYER_LAST] = out->last;
	f[BUYER_AGE] = out->age;
	f[BUYER_SILENT] = out->age - out->last;
	f[BUYER_GAP] = gap;
	f[BUYER_OVERDUE] = f[BUYER_SILENT] / (gap + 1);
	f[BUYER_TOTAL] = w->total;
	f[BUYER_MEAN] = w->orders ? w->total / (double)w->orders : 0;
	for (size_t i = 0; i < WINDOWS; i++) {
		f[BUYER_DAYS_30 + i] = (double)w->days_in[i];
		f[BUYER_SPENT_30 + i] = w->spent_in[i];
	}
	for (size_t i = 0; i < BUYER_FEATURES; i++)
		f[i] = i >= BUYER_TOTAL && !w->money ? NAN : scaled(f[i]);
}

/* The buyer as the orders of B up to MOMENT, of calendar day DAY, have him. */
static void know(const struct buying *b, const struct zone *zone, int64_t moment, int64_t day,
		 struct buyer *out)
{
	struct walk w = {.day = day, .money = !b->lost};

	for (size_t i = 0; i < b->orders.count; i++)
		if (b->orders.list[i].time <= moment)
			take_entry(&w, b, &b->orders.list[i], zone);
	*out = (struct buyer){.known = false};
	if (w.days)
		finish(&w, out);
}

/* Do all orders of B stand as they were made, whatever comes behind? */
static bool is_plain(const struct orders *o)
{
	for (size_t i = 0; i < o->count; i++)
		if (!order_adds_up(&o->list[i].order) || o->list[i].source != o->list[0].source ||
		    o->list[i].part == ORDER_PART_AGAIN)
			return false;
	return true;
}

static bool bought_between(const struct buying *b, const struct zone *zone, int64_t after, int64_t through)
{
	for (size_t i = 0; i < b->orders.count; i++) {
		const struct order_entry *e = &b->orders.list[i];
		int64_t day = zone_day(zone, e->time);

		if (day > after && day <= through && buying_is_purchase(b, e))
			return true;
	}
	return false;
}

int buyer_read(struct buyer_reader *r, const struct profile *p, const struct zone *zone,
	       const struct cutoffs *cutoffs, struct buyer *out, bool *known, struct error *err)
{
	enum buying_state state;
	bool plain;

	if (buying_read_orders(&r->now, p, &state, err))
		return -1;
	*known = state == BUYING_KNOWN;
	plain = is_plain(&r->now.orders);
	for (size_t i = 0; i < cutoffs->count && *known; i++) {
		struct profile then = *p;

		then.as_of = cutoffs->moments[i];
		if (!plain && buying_read_orders(&r->then, &then, &state, err))
			return -1;
		know(plain ? &r->now : &r->then, zone, then.as_of, cutoffs->days[i], &out[i]);
		out[i].bought = bought_between(&r->now, zone, cutoffs->days[i],
					       cutoffs->days[i] + cutoffs->horizon_days);
	}
	return 0;
}

int buyer_read_now(struct buyer_reader *r, const struct profile *p, const struct zone *zone,
		   struct buyer *out, bool *known, struct error *err)
{
	enum buying_state state;

	if (buying_read_orders(&r->now, p, &state, err))
		return -1;
	*known = state == BUYING_KNOWN;
	if (*known)
		know(&r->now, zone, p->as_of, zone_day(zone, p->as_of), out);
	return 0;
}
