/*
 * Functions of a profile's events.  Each walks the row's cached events from the
 * newest; windows are (as_of - length, as_of].
 *
 * Merge keeps the newest events.  So a window is whole when it begins at or
 * after the oldest event that was kept, or when the oldest kept is undated, for
 * the undated rank oldest: then every dated one is there.
 */
#include "base/mem.h"
#include "base/map.h"
#include "expr/profile_row.h"
#include "expr/tree.h"

struct window {
	const struct profile_cache *cache;
	struct span name;	/* absent: any event */
	int64_t begin;		/* exclusive; MOMENT_NONE: no beginning */
	int64_t end;		/* inclusive */
	bool whole;		/* omitted events cannot change it */
};

static bool covers_all(const struct profile_cache *c, int64_t begin)
{
	if (c->complete)
		return true;
	if (begin == MOMENT_NONE || !c->count)
		return false;
	return c->events[0].time == MOMENT_NONE || begin >= c->events[0].time;
}

/*
 * The window of an optional duration (NULL: all time).  1, 0 when nothing is
 * known about it, -1 with *ERR.
 */
static int open_window(struct expr_run *run, const struct datum *length,
		       struct window *w, struct error *err)
{
	struct profile_cache *c;

	if (profile_cache_fill(run, &c, err))
		return -1;
	*w = (struct window){.cache = c, .begin = MOMENT_NONE, .end = profile_now(run)};
	if (!c->known)
		return 0;
	if (w->end == MOMENT_NONE) {
		w->end = MOMENT_MAX;
		if (length)
			return 0;
	}
	/* A window that reaches behind year 1 has no beginning. */
	if (length && !duration_add(w->end, length->duration, -1, run->zone, &w->begin))
		w->begin = MOMENT_NONE;
	w->whole = covers_all(c, w->begin);
	return 1;
}

/* An undated event lies in no window, and in all time. */
static bool in_window(const struct window *w, int64_t time)
{
	if (time == MOMENT_NONE)
		return w->begin == MOMENT_NONE;
	return time > w->begin && time <= w->end;
}

/* The next older event of the window, counting *I down from cache->count. */
static const struct past_event *next_event(const struct window *w, size_t *i)
{
	while (*i > 0) {
		const struct past_event *e = &w->cache->events[--*i];

		if (in_window(w, e->time) &&
		    (span_absent(w->name) || span_equal(w->name, e->name)))
			return e;
	}
	return NULL;
}

static const struct datum *optional(const struct datum *args, size_t count,
				    size_t i)
{
	return i < count ? &args[i] : NULL;
}

static int call_count(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = open_window(run, optional(args, count, 1), &w, err);
	int64_t found = 0;
	size_t i;

	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = args[0].text;
	for (i = w.cache->count; next_event(&w, &i); )
		found++;
	*out = datum_number(decimal_of(found));
	return 0;
}

static int call_did(struct expr_run *run, const struct datum *args,
		    size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = open_window(run, optional(args, count, 1), &w, err);
	size_t i;

	if (got <= 0)
		return got;
	w.name = args[0].text;
	i = w.cache->count;
	if (next_event(&w, &i))
		*out = datum_truth(true);
	else if (w.whole)
		*out = datum_truth(false);
	return 0;
}

/* Sums that stop being one as soon as two currencies meet. */
struct money {
	struct decimal sum;
	struct span currency;	/* empty: none was named */
	bool any;
	bool mixed;
};

static int add_money(struct expr_run *run, struct money *m, struct value props,
		     struct decimal amount, bool subtract, struct error *err)
{
	struct span currency = span_trim(profile_text(run,
			value_member(props, SPAN("currency"))));
	bool fits;

	/* An empty currency is as good as none; codes are capitals to merge. */
	if (m->any && !span_equal_nocase(currency, m->currency))
		m->mixed = true;
	m->any = true;
	m->currency = currency;
	if (subtract)
		fits = decimal_sub(m->sum, decimal_abs(amount), &m->sum);
	else
		fits = decimal_add(m->sum, amount, &m->sum);
	return fits ? 0 : error_data(err, "a sum is more than a number can hold");
}

/* Money properties of Segment's events: not added across currencies. */
static bool is_money(struct span prop)
{
	static const char *const names[] = {
		"revenue", "total", "subtotal", "value", "price", "tax",
		"shipping", "discount", NULL
	};
	size_t i;

	for (i = 0; names[i]; i++) {
		if (span_equal(prop, span_of(names[i])))
			return true;
	}
	return false;
}

static int call_sum(struct expr_run *run, const struct datum *args,
		    size_t count, struct datum *out, struct error *err)
{
	struct window w;
	struct money m = {0};
	const struct past_event *e;
	struct decimal amount;
	int got = open_window(run, optional(args, count, 2), &w, err);
	size_t i;

	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = args[0].text;
	i = w.cache->count;
	while ((e = next_event(&w, &i)) != NULL) {
		if (value_decimal(value_path(e->props, args[1].text), &amount) &&
		    add_money(run, &m, e->props, amount, false, err))
			return -1;
	}
	if (!m.mixed || !is_money(args[1].text))
		*out = datum_number(m.sum);
	return 0;
}

/* A member of the order summary. */
static int from_summary(struct expr_run *run, struct span key,
			struct datum *out, struct error *err)
{
	const struct profile_row *row = run->row;

	return profile_datum(run, value_member(row->profile->orders, key),
			     TYPE_NUMBER, out, err);
}

static int call_revenue(struct expr_run *run, const struct datum *args,
			size_t count, struct datum *out, struct error *err)
{
	struct window w;
	struct money m = {0};
	const struct past_event *e;
	struct decimal amount;
	size_t i;
	int got;

	if (!count)
		return from_summary(run, SPAN("revenue"), out, err);
	got = open_window(run, &args[0], &w, err);
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	i = w.cache->count;
	while ((e = next_event(&w, &i)) != NULL) {
		bool minus = span_equal(e->name, SPAN("Order Refunded")) ||
			     span_equal(e->name, SPAN("Order Cancelled"));

		if (!minus && !span_equal(e->name, SPAN("Order Completed")))
			continue;
		if (value_decimal(value_member(e->props, SPAN("revenue")), &amount) &&
		    add_money(run, &m, e->props, amount, minus, err))
			return -1;
	}
	if (!m.mixed)
		*out = datum_number(m.sum);
	return 0;
}

/* Distinct order_ids; an order without one is an order of its own. */
static int call_orders(struct expr_run *run, const struct datum *args,
		       size_t count, struct datum *out, struct error *err)
{
	struct window w;
	struct map ids = MAP_INIT;
	const struct past_event *e;
	int64_t nameless = 0;
	size_t i;
	int got;

	if (!count)
		return from_summary(run, SPAN("count"), out, err);
	got = open_window(run, &args[0], &w, err);
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = SPAN("Order Completed");
	i = w.cache->count;
	while ((e = next_event(&w, &i)) != NULL) {
		struct span id = profile_text(run, value_member(e->props, SPAN("order_id")));

		if (id.len)
			map_put(&ids, id, NULL);
		else
			nameless++;
	}
	*out = datum_number(decimal_of((int64_t)ids.count + nameless));
	map_release(&ids);
	return 0;
}

/* The newest dated event NAME that is not after now; NULL when there is none. */
static const struct past_event *newest(struct window *w, struct span name)
{
	const struct past_event *e;
	size_t i = w->cache->count;

	w->name = name;
	do {
		e = next_event(w, &i);
	} while (e && e->time == MOMENT_NONE);
	return e;
}

static int call_last(struct expr_run *run, const struct datum *args,
		     size_t count, struct datum *out, struct error *err)
{
	struct window w;
	int got = open_window(run, NULL, &w, err);
	const struct past_event *e = got > 0 ? newest(&w, args[0].text) : NULL;

	(void)count;
	if (e)
		*out = datum_time(e->time);
	return got < 0 ? -1 : 0;
}

static int call_first(struct expr_run *run, const struct datum *args,
		      size_t count, struct datum *out, struct error *err)
{
	struct window w;
	const struct past_event *e;
	int got = open_window(run, NULL, &w, err);
	size_t i;

	(void)count;
	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	w.name = args[0].text;
	i = w.cache->count;
	while ((e = next_event(&w, &i)) != NULL) {
		if (e->time != MOMENT_NONE)
			*out = datum_time(e->time);
	}
	return 0;
}

/* Of a time, a text that is one, or an event's name. */
static int call_days_since(struct expr_run *run, const struct datum *args,
			   size_t count, struct datum *out, struct error *err)
{
	struct node lenient = {.lenient = true};
	struct datum then = args[0];

	if (args[0].type == TYPE_TEXT) {
		convert_text_time(&lenient, args[0].text, DATES_ISO, run->zone, &then, NULL);
		if (then.type != TYPE_TIME && call_last(run, args, count, &then, err))
			return -1;
	}
	if (then.type == TYPE_TIME)
		*out = profile_days_since(run, then.time);
	return 0;
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

const struct expr_function profile_functions[] = {
	{"count", TYPE_NUMBER, 1, 2, {TYPE_TEXT, TYPE_DURATION}, call_count},
	{"did", TYPE_TRUTH, 1, 2, {TYPE_TEXT, TYPE_DURATION}, call_did},
	{"sum", TYPE_NUMBER, 2, 3, {TYPE_TEXT, TYPE_TEXT, TYPE_DURATION}, call_sum},
	{"revenue", TYPE_NUMBER, 0, 1, {TYPE_DURATION}, call_revenue},
	{"orders", TYPE_NUMBER, 0, 1, {TYPE_DURATION}, call_orders},
	{"first", TYPE_TIME, 1, 1, {TYPE_TEXT}, call_first},
	{"last", TYPE_TIME, 1, 1, {TYPE_TEXT}, call_last},
	{"days_since", TYPE_NUMBER, 1, 1, {TYPE_ANY}, call_days_since},
	{"in_segment", TYPE_TRUTH, 1, 1, {TYPE_TEXT}, call_in_segment},
	{"has_consent", TYPE_TRUTH, 1, 1, {TYPE_TEXT}, call_has_consent},
	{NULL, TYPE_UNKNOWN, 0, 0, {TYPE_UNKNOWN}, NULL},
};
