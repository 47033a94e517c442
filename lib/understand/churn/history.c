#include "understand/churn/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "journey/buying.h"
#include "time/moment.h"

/* The orders of a customer by as_of. */
struct walk {
	struct buying buying;
	int64_t first_day;
	int64_t last_day;
	int64_t buying_days;
	int64_t gap;		/* between the last two buying days */
	int64_t gap_before;
	int64_t log_gaps;
	enum time_unit unit;
	int64_t first_period;	/* of UNIT, and so are: */
	int64_t running;	/* the one that is not over by as_of */
	struct occasions occasions;
	struct decimal spend;	/* of the days after the first */
	bool money_lost;	/* an amount is missing, or does not fit */
	const char *currency;	/* of the first purchase; NULL: there is none */
	bool currency_mixed;
	const struct history_money *money;	/* NULL: nothing is converted */
	bool converted;
	const char *unrated;	/* the first currency without a rate; NULL: none */
};

static const struct {
	const char *name;
	double days;
} units[TIME_UNITS] = {
	[UNIT_DAY] = {"day", 1},
	[UNIT_WEEK] = {"week", 7},
	[UNIT_MONTH] = {"month", 365.25 / 12},
	[UNIT_YEAR] = {"year", 365.25},
};

const char *time_unit_name(enum time_unit unit)
{
	return units[unit].name;
}

double time_unit_days(enum time_unit unit)
{
	return units[unit].days;
}

/* The number of the calendar period that holds DAY. */
static int64_t period_of(enum time_unit unit, int64_t day)
{
	int year, month, rest;

	if (unit == UNIT_DAY)
		return day;
	if (unit == UNIT_WEEK)
		return (day - moment_weekday(day) + 1) / 7 - (day - moment_weekday(day) + 1 < 0);
	moment_civil_date(day, &year, &month, &rest);
	return unit == UNIT_YEAR ? year : (int64_t)year * 12 + month;
}

static void take_occasion(struct walk *w, int64_t day)
{
	int64_t period = period_of(w->unit, day);

	if (!w->buying_days)
		w->first_period = period;
	period -= w->first_period;
	if (period <= w->occasions.last || period + w->first_period >= w->running)
		return;
	w->occasions.repeats++;
	w->occasions.last = (int32_t)period;
}

static int check_order(const struct orders *o, const struct zone *zone, struct error *err)
{
	for (size_t i = 1; i < o->count; i++)
		if (zone_day(zone, o->list[i].time) < zone_day(zone, o->list[i - 1].time))
			return error_data(err, "the events of a profile must be oldest first: run cdp-merge again");
	return 0;
}

static void take_purchase(struct walk *w, const struct order_entry *e, int64_t day)
{
	take_occasion(w, day);
	if (!w->buying_days) {
		w->first_day = day;
		w->currency = e->order.currency;
	}
	if (w->buying_days && day > w->last_day) {
		w->gap_before = w->gap;
		w->gap = day - w->last_day;
		w->log_gaps += llround(log((double)w->gap) * HISTORY_LOG_UNIT);
	}
	if (!w->buying_days || day > w->last_day)
		w->buying_days++;
	w->last_day = day;
	w->currency_mixed |= strcmp(e->order.currency, w->currency) != 0;
}

/* E's money at the rates, where there are some; false: it is unknown. */
static bool convert_money(struct walk *w, const struct order_entry *e, struct decimal *net)
{
	const struct history_money *m = w->money;
	const struct rate *rate;

	*net = e->net;
	if (!m || !strcmp(e->order.currency, m->to))
		return true;
	rate = rates_find(m->rates, e->order.currency, m->to);
	if (!rate) {
		if (!w->unrated)
			w->unrated = e->order.currency;
		return false;
	}
	w->converted = true;
	return rate_convert(rate, e->net, net);
}

/* What E adds to the money behind the first day; a refund is taken off its order's day. */
static void take_money(struct walk *w, const struct order_entry *e, const struct zone *zone)
{
	struct decimal net;
	const struct order_entry *at = e->of == ORDER_OF_NONE ? e : &w->buying.orders.list[e->of];

	if (e->part == ORDER_PART_AGAIN || (e->of != ORDER_OF_NONE && !buying_is_kept(&w->buying, e)))
		return;
	if (e->part == ORDER_PART_LINE)
		at = e;
	if (zone_day(zone, at->time) <= w->first_day)
		return;
	if (e->has_net ? !convert_money(w, e, &net) || !decimal_add(w->spend, net, &w->spend) :
			 e->part != ORDER_PART_REFUND)
		w->money_lost = true;
}

static void walk_orders(struct walk *w, const struct zone *zone)
{
	const struct orders *o = &w->buying.orders;

	w->money_lost = w->buying.lost;
	for (size_t i = 0; i < o->count; i++)
		if (buying_is_purchase(&w->buying, &o->list[i]))
			take_purchase(w, &o->list[i], zone_day(zone, o->list[i].time));
	for (size_t i = 0; i < o->count && w->buying_days > 1; i++)
		take_money(w, &o->list[i], zone);
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
	out->gap = (int32_t)w->gap;
	out->gap_before = (int32_t)w->gap_before;
	out->log_gaps = w->log_gaps;
	out->occasions = w->occasions;
	if (w->running > w->first_period)
		out->occasions.age = (int32_t)(w->running - w->first_period - 1);
	out->currency_mixed = w->currency_mixed && !w->money;
	out->spend_known = out->repeats && !w->money_lost && !out->currency_mixed;
	if (!out->currency_mixed)
		snprintf(out->currency, sizeof out->currency, "%s",
			 w->money ? w->money->to : w->currency);
	out->converted = w->converted;
	if (w->unrated)
		snprintf(out->unrated, sizeof out->unrated, "%s", *w->unrated ? w->unrated : "?");
	if (out->spend_known)
		out->spend = decimal_double(w->spend) / out->repeats;
}

int history_read(const struct profile *p, const struct zone *zone, enum time_unit unit,
		 const struct history_money *money, struct history *out, struct error *err)
{
	struct walk w = {.money = money, .unit = unit, .running = period_of(unit, zone_day(zone, p->as_of) + 1)};
	enum buying_state state;
	int bad = buying_read_orders(&w.buying, p, &state, err);

	*out = (struct history){.state = state == BUYING_NO_EVENTS ? HISTORY_NO_EVENTS :
					 state == BUYING_OMITTED ? HISTORY_OMITTED : HISTORY_KNOWN};
	if (!bad && state == BUYING_KNOWN)
		bad = check_order(&w.buying.orders, zone, err);
	if (!bad && state == BUYING_KNOWN) {
		walk_orders(&w, zone);
		finish(&w, zone_day(zone, p->as_of), out);
	}
	buying_release(&w.buying);
	return bad ? -1 : 0;
}
