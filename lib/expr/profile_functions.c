/* Functions of a profile's events; those of their properties: profile_properties.c. */
#include <string.h>

#include "expr/profile_window.h"
#include "expr/tree.h"
#include "time/date_text.h"

static int call_count(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = window_open(run, window_length(args, count, 1), &w, err);
	int64_t found = 0;
	size_t i;

	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = args[0].text;
	for (i = w.cache->count; window_next(&w, &i); )
		found++;
	*out = datum_number(decimal_of(found));
	return window_close(&w, got);
}

static int call_did(struct expr_run *run, const struct datum *args,
		    size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = window_open(run, window_length(args, count, 1), &w, err);
	size_t i;

	if (got <= 0)
		return got;
	w.name = args[0].text;
	i = w.cache->count;
	if (window_next(&w, &i))
		*out = datum_truth(true);
	else if (w.whole)
		*out = datum_truth(false);
	return window_close(&w, got);
}

/* A member of the order summary. */
static int from_summary(struct expr_run *run, struct span key,
			struct datum *out, struct error *err)
{
	const struct profile_row *row = run->row;

	return profile_datum(run, value_member(row->profile->orders, key),
			     TYPE_NUMBER, out, err);
}

/* The net money of settled orders in W; of several currencies: no sum. */
static int sum_orders(struct window *w, const struct orders *orders, struct datum *out,
		      struct error *err)
{
	struct decimal sum = DECIMAL_ZERO;
	const char *currency = NULL;

	for (size_t i = 0; i < orders->count; i++) {
		const struct order_entry *e = &orders->list[i];

		if (!e->has_net || e->part == ORDER_PART_AGAIN || !window_counts(w, orders, e))
			continue;
		if (currency && strcmp(currency, e->order.currency))
			return 0;
		currency = e->order.currency;
		if (!decimal_add(sum, e->net, &sum))
			return error_data(err, "a sum is more than a number can hold");
	}
	*out = datum_number(sum);
	return 0;
}

/* The same, without settling, of orders whose lines just add up.  1, 0 when they do not, -1. */
static int sum_plain(struct expr_run *run, const struct window *w, struct datum *out,
		     struct error *err)
{
	struct decimal sum = DECIMAL_ZERO;
	char currency[CURRENCY_SIZE];
	bool any = false, within;
	struct order order;
	size_t i = w->cache->count;
	int got;

	while ((got = window_plain_order(run, w, &i, &order, &within)) > 0) {
		if (!within || !order.money_known)
			continue;
		if (any && strcmp(currency, order.currency))
			return 1;
		if (!any)
			memcpy(currency, order.currency, sizeof currency);
		any = true;
		if (!decimal_add(sum, order.money, &sum))
			return error_data(err, "a sum is more than a number can hold");
	}
	if (!got)
		*out = datum_number(sum);
	return got == 0;
}

static int call_revenue(struct expr_run *run, const struct datum *args,
			size_t count, struct datum *out, struct error *err)
{
	const struct orders *orders;
	struct window w;
	int got;

	if (!count && !run->filter)
		return from_summary(run, SPAN("revenue"), out, err);
	got = window_open(run, window_length(args, count, 0), &w, err);
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	got = w.cache->plain && !w.cache->settled && !run->filter ? sum_plain(run, &w, out, err) : 0;
	if (got)
		return got < 0 ? -1 : 0;
	got = window_orders(run, &w, &orders, err) || sum_orders(&w, orders, out, err) ? -1 : 0;
	return window_close(&w, got);
}

/* Money of one customer that is put together in one currency. */
struct one_currency {
	struct expr_run *run;
	char code[CURRENCY_SIZE];	/* in capitals, as records have it */
	struct decimal sum;
	bool unknown;			/* some has no currency, or no rate is stated for it */
};

static void start_currency(struct one_currency *c, struct expr_run *run, struct span code)
{
	*c = (struct one_currency){.run = run};
	for (size_t i = 0; i < code.len && i < CURRENCY_SIZE - 1; i++) {
		char small = span_lower(code.ptr[i]);

		c->code[i] = small >= 'a' && small <= 'z' ? (char)(small - 'a' + 'A') : small;
	}
}

/* AMOUNT at a stated rate; money of other currencies counts for nothing where none are stated. */
static bool convert_money(struct one_currency *c, const char *currency, struct decimal amount,
			  struct decimal *out)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)c->run->row;
	const struct rates *rates = profile_scope_rates(row->scope);
	const struct rate *rate;

	*out = DECIMAL_ZERO;
	if (!rates || !amount.digits)
		return true;
	rate = rates_find(rates, currency, c->code);
	rate_use(&row->rates, currency, c->code, row->number);
	c->unknown = c->unknown || !rate;
	return !rate || rate_convert(rate, amount, out);
}

/* Adds AMOUNT in CURRENCY (empty: none was named). */
static int add_money(struct one_currency *c, const char *currency, struct decimal amount, struct error *err)
{
	struct decimal converted = amount;

	if (!*currency)
		c->unknown = c->unknown || amount.digits;
	else if ((strcmp(currency, c->code) && !convert_money(c, currency, amount, &converted)) ||
		 !decimal_add(c->sum, converted, &c->sum))
		return error_data(err, "a sum is more than a number can hold");
	return 0;
}

static void finish_currency(const struct one_currency *c, struct datum *out)
{
	*out = c->unknown ? DATUM_UNKNOWN : datum_number(c->sum);
}

/* Money of the summary in the currency that TEXT names. */
static int add_summary(struct one_currency *c, struct span text, struct value revenue, struct error *err)
{
	char currency[CURRENCY_SIZE] = "";
	struct decimal amount;

	if (!value_decimal(revenue, &amount))
		return 0;
	if (!span_equal(text, SPAN("unknown")))
		memcpy(currency, text.ptr, text.len < CURRENCY_SIZE ? text.len : CURRENCY_SIZE - 1);
	return add_money(c, currency, amount, err);
}

/* What BY, the summary by currency, has of CODE as it stands; 0 where others are named. */
static int member_in(struct expr_run *run, struct value by, struct span code, struct datum *out,
		     struct error *err)
{
	struct scan s;
	struct member m;

	*out = datum_number(DECIMAL_ZERO);
	scan_start(&s, by.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while (scan_member(&s, &m, NULL) > 0) {
		if (span_equal(m.key, SPAN("unknown")))
			*out = DATUM_UNKNOWN;
		else if (span_equal_nocase(m.key, code))
			return profile_datum(run, value_member(m.value, SPAN("revenue")), TYPE_NUMBER, out, err);
	}
	return 0;
}

static int convert_members(struct expr_run *run, struct value by, struct span code, struct datum *out,
			   struct error *err)
{
	struct one_currency c;
	struct scan s;
	struct member m;

	start_currency(&c, run, code);
	scan_start(&s, by.raw);
	if (scan_enter(&s, '{', err))
		return -1;
	while (scan_member(&s, &m, NULL) > 0)
		if (add_summary(&c, m.key, value_member(m.value, SPAN("revenue")), err))
			return -1;
	finish_currency(&c, out);
	return 0;
}

/* The summary's money in CODE: of several currencies each, else all or none. */
static int summary_in(struct expr_run *run, struct span code, struct datum *out,
		      struct error *err)
{
	const struct profile_row *row = run->row;
	struct value orders = row->profile->orders;
	struct value by = value_member(orders, SPAN("by_currency"));
	struct value currency = value_member(orders, SPAN("currency"));
	struct span own = currency.kind == VALUE_TEXT ? profile_text(run, currency) : SPAN("unknown");
	struct one_currency c;

	if (by.kind == VALUE_OBJECT)
		return profile_scope_rates(row->scope) ? convert_members(run, by, code, out, err)
						       : member_in(run, by, code, out, err);
	if (from_summary(run, SPAN("revenue"), out, err))
		return -1;
	/* Of no money none is in any currency. */
	if (out->type != TYPE_NUMBER || !out->number.digits || span_equal_nocase(code, own))
		return 0;
	start_currency(&c, run, code);
	if (add_summary(&c, own, value_member(orders, SPAN("revenue")), err))
		return -1;
	finish_currency(&c, out);
	return 0;
}

/* Settled money of the window in CODE. */
static int sum_in(struct window *w, const struct orders *orders, struct span code,
		  struct datum *out, struct error *err)
{
	struct one_currency c;

	start_currency(&c, w->run, code);
	for (size_t i = 0; i < orders->count; i++) {
		const struct order_entry *e = &orders->list[i];

		if (e->has_net && e->part != ORDER_PART_AGAIN && window_counts(w, orders, e) &&
		    add_money(&c, e->order.currency, e->net, err))
			return -1;
	}
	finish_currency(&c, out);
	return 0;
}

static int call_revenue_in(struct expr_run *run, const struct datum *args, size_t count,
			   struct datum *out, struct error *err)
{
	const struct orders *orders;
	struct window w;
	int got;

	if (count == 1 && !run->filter)
		return summary_in(run, args[0].text, out, err);
	got = window_open(run, window_length(args, count, 1), &w, err);
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	got = window_orders(run, &w, &orders, err) ||
	      sum_in(&w, orders, args[0].text, out, err) ? -1 : 0;
	return window_close(&w, got);
}

/* Those that began in the window: it is an order's first event that a filter looks at. */
static int call_orders(struct expr_run *run, const struct datum *args,
		       size_t count, struct datum *out, struct error *err)
{
	const struct orders *orders;
	struct window w;
	int64_t found = 0;
	int got;

	if (!count && !run->filter)
		return from_summary(run, SPAN("count"), out, err);
	got = window_open(run, window_length(args, count, 0), &w, err);
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	if (window_orders(run, &w, &orders, err))
		return -1;
	for (size_t i = 0; i < orders->count; i++)
		found += orders->list[i].part == ORDER_PART_NEW && window_counts(&w, orders, &orders->list[i]);
	*out = datum_number(decimal_of(found));
	return window_close(&w, got);
}

/* The newest dated event NAME of the window; NULL when there is none. */
static const struct past_event *newest(struct window *w, struct span name)
{
	const struct past_event *e;
	size_t i = w->cache->count;

	w->name = name;
	do {
		e = window_next(w, &i);
	} while (e && e->time == MOMENT_NONE);
	return e;
}

/* Omitted events are older: they matter only where nothing was found. */
static int call_last(struct expr_run *run, const struct datum *args,
		     size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = window_open(run, window_length(args, count, 1), &w, err);
	const struct past_event *e = got > 0 ? newest(&w, args[0].text) : NULL;

	if (e)
		*out = datum_time(e->time);
	return window_close(&w, got);
}

static int call_first(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	struct window w;
	const struct past_event *e;
	int got = window_open(run, window_length(args, count, 1), &w, err);
	size_t i;

	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = args[0].text;
	i = w.cache->count;
	while ((e = window_next(&w, &i)) != NULL) {
		if (e->time != MOMENT_NONE)
			*out = datum_time(e->time);
	}
	return window_close(&w, got);
}

/* Days from the time in THEN, if it is one. */
static int put_days(const struct expr_run *run, const struct datum *then, struct datum *out)
{
	if (then->type == TYPE_TIME)
		*out = profile_days_since(run, then->time);
	return 0;
}

/* Of a time, a text that is one, or an event's name. */
static int call_days_since(struct expr_run *run, const struct datum *args,
			   size_t count, struct datum *out, struct error *err)
{
	struct node lenient = {.lenient = true};
	struct datum then = args[0];

	if (args[0].type == TYPE_TEXT) {
		then = DATUM_UNKNOWN;
		if (count == 1 && !run->filter)
			convert_text_time(&lenient, args[0].text, DATES_ISO, run->zone, &then, NULL);
		if (then.type != TYPE_TIME && call_last(run, args, count, &then, err))
			return -1;
	}
	return put_days(run, &then, out);
}

static int call_since_first(struct expr_run *run, const struct datum *args,
			    size_t count, struct datum *out, struct error *err)
{
	struct datum then = DATUM_UNKNOWN;

	return call_first(run, args, count, &then, err) ? -1 : put_days(run, &then, out);
}

/* A profile that was never segmented is in no segment that we know of. */
static int call_in_segment(struct expr_run *run, const struct datum *args,
			   size_t count, struct datum *out, struct error *err)
{
	const struct profile_row *row = run->row;
	struct datum list;
	size_t i;

	(void)count;
	if (profile_datum(run, row->profile->segments, TYPE_LIST, &list, err))
		return -1;
	if (list.type != TYPE_LIST)
		return 0;
	for (i = 0; i < list.list.count; i++) {
		if (span_equal(list.list.items[i], args[0].text))
			break;
	}
	*out = datum_truth(i < list.list.count);
	return 0;
}

/* A conflict is neither granted nor denied. */
static int call_has_consent(struct expr_run *run, const struct datum *args,
			    size_t count, struct datum *out, struct error *err)
{
	const struct profile_row *row = run->row;
	struct value v = value_member(row->profile->consent, args[0].text);

	(void)count;
	(void)err;
	if (value_is_text(v, SPAN("granted")))
		*out = datum_truth(true);
	else if (value_is_text(v, SPAN("denied")))
		*out = datum_truth(false);
	return 0;
}

#define OF_EVENT {TYPE_TEXT, TYPE_WINDOW}
#define OF_PROPERTY {TYPE_TEXT, TYPE_TEXT, TYPE_WINDOW}

const struct expr_function profile_functions[] = {
	{"count", TYPE_NUMBER, 1, 2, OF_EVENT, call_count, FUNCTION_FILTER},
	{"did", TYPE_TRUTH, 1, 2, OF_EVENT, call_did, FUNCTION_FILTER},
	{"revenue", TYPE_NUMBER, 0, 1, {TYPE_WINDOW}, call_revenue, FUNCTION_FILTER},
	{"revenue_in", TYPE_NUMBER, 1, 2, OF_EVENT, call_revenue_in, FUNCTION_FILTER | FUNCTION_CURRENCY},
	{"orders", TYPE_NUMBER, 0, 1, {TYPE_WINDOW}, call_orders, FUNCTION_FILTER},
	{"first", TYPE_TIME, 1, 2, OF_EVENT, call_first, FUNCTION_FILTER},
	{"first", TYPE_ANY, 2, 3, OF_PROPERTY, property_first, FUNCTION_FILTER},
	{"last", TYPE_TIME, 1, 2, OF_EVENT, call_last, FUNCTION_FILTER},
	{"last", TYPE_ANY, 2, 3, OF_PROPERTY, property_last, FUNCTION_FILTER},
	{"sum", TYPE_NUMBER, 2, 3, OF_PROPERTY, property_sum, FUNCTION_FILTER},
	{"avg", TYPE_NUMBER, 2, 3, OF_PROPERTY, property_avg, FUNCTION_FILTER},
	{"min", TYPE_NUMBER, 2, 3, OF_PROPERTY, property_min, FUNCTION_FILTER},
	{"max", TYPE_NUMBER, 2, 3, OF_PROPERTY, property_max, FUNCTION_FILTER},
	{"most_frequent", TYPE_ANY, 2, 3, OF_PROPERTY, property_most_frequent, FUNCTION_FILTER},
	{"unique", TYPE_LIST, 2, 3, OF_PROPERTY, property_unique, FUNCTION_FILTER},
	{"distinct", TYPE_NUMBER, 2, 3, OF_PROPERTY, property_distinct, FUNCTION_FILTER},
	{"days_since", TYPE_NUMBER, 1, 2, {TYPE_ANY, TYPE_WINDOW}, call_days_since, FUNCTION_FILTER},
	{"since_first", TYPE_NUMBER, 1, 2, OF_EVENT, call_since_first, FUNCTION_FILTER},
	{"funnel", TYPE_NUMBER, 3, EXPR_ARGS_MAX, {TYPE_TEXT, TYPE_TEXT, TYPE_DURATION}, journey_funnel,
	 FUNCTION_FILTER | FUNCTION_NAMES},
	{"sessions", TYPE_NUMBER, 0, 1, {TYPE_WINDOW}, journey_sessions, 0},
	{"in_segment", TYPE_TRUTH, 1, 1, {TYPE_TEXT}, call_in_segment, 0},
	{"has_consent", TYPE_TRUTH, 1, 1, {TYPE_TEXT}, call_has_consent, 0},
	{NULL, TYPE_UNKNOWN, 0, 0, {TYPE_UNKNOWN}, NULL, 0},
};
