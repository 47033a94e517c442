#include "expr/profile_window.h"

#include "expr/period.h"
#include "expr/tree.h"

static bool covers_all(const struct profile_cache *c, int64_t begin)
{
	if (c->complete)
		return true;
	if (begin == MOMENT_NONE || !c->count)
		return false;
	return c->events[0].time == MOMENT_NONE || begin >= c->events[0].time;
}

int window_open(struct expr_run *run, const struct datum *length,
		       struct window *w, struct error *err)
{
	struct profile_cache *c;

	*w = (struct window){.run = run, .err = err};
	if (profile_cache_fill(run, &c, err))
		return -1;
	w->cache = c;
	w->begin = MOMENT_NONE;
	w->end = profile_now(run);
	if (!c->known)
		return 0;
	if (w->end == MOMENT_NONE) {
		w->end = MOMENT_MAX;
		if (length)
			return 0;
	}
	/* A window that reaches behind year 1 has no beginning. */
	if (length && length->type == TYPE_WINDOW)
		period_place(length->period, w->end, run->zone, &w->begin, &w->end);
	else if (length && !duration_add(w->end, length->duration, -1, run->zone, &w->begin))
		w->begin = MOMENT_NONE;
	w->whole = covers_all(c, w->begin);
	return 1;
}

int window_close(const struct window *w, int got)
{
	return got < 0 || w->failed ? -1 : 0;
}

/* The first array that PATH leads through in E, and what of PATH is behind it. */
static bool find_array(const struct past_event *e, struct span path, struct value *array,
		       struct span *behind)
{
	static const struct span prefix = SPAN("context.");
	struct value v = e->props;

	*behind = path;
	if (span_starts(path, prefix) && value_member(v, SPAN("context")).kind == VALUE_NONE) {
		v = e->context;
		*behind = span_sub(path, prefix.len, path.len);
	}
	while (!span_absent(*behind)) {
		struct span rest = *behind, key = span_cut(&rest, '.');
		uint64_t number;

		if (v.kind == VALUE_ARRAY && !span_number(key, &number)) {
			*array = v;
			return behind->ptr > path.ptr;
		}
		v = value_path(v, key);
		*behind = rest;
	}
	return false;
}

static bool passes_filter(struct window *w, const struct past_event *e)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)w->run->row;
	int passes;

	row->event = e;
	passes = expr_run_passes(w->run, w->err);
	w->failed = w->failed || passes < 0;
	return passes > 0;
}

bool window_passes(struct window *w, const struct past_event *e)
{
	struct value array;
	struct span behind;

	return !w->run->filter || (w->prop.len && find_array(e, w->prop, &array, &behind)) ||
	       passes_filter(w, e);
}

int window_walk(struct window *w, const struct past_event *e,
		int (*take)(void *context, struct value v), void *context)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)w->run->row;
	struct value array;
	struct span behind;
	struct scan s;
	int got = 0;

	if (!w->run->filter || !find_array(e, w->prop, &array, &behind))
		return profile_walk_property(e, w->prop, take, context, w->err);
	scan_start(&s, array.raw);
	if (scan_enter(&s, '[', w->err))
		return -1;
	row->bound = span_sub(w->prop, 0, (size_t)(behind.ptr - w->prop.ptr));
	while (!got && !w->failed && (got = scan_element(&s, &row->element, w->err)) > 0)
		got = passes_filter(w, e) ? profile_walk(row->element, behind, take, context, w->err) : 0;
	row->bound = SPAN_NONE;
	return w->failed ? -1 : got;
}

bool window_holds(const struct window *w, int64_t time)
{
	if (time == MOMENT_NONE)
		return w->begin == MOMENT_NONE;
	return time > w->begin && time <= w->end;
}

const struct past_event *window_next(struct window *w, size_t *i)
{
	while (*i > 0 && !w->failed) {
		const struct past_event *e = &w->cache->events[--*i];

		if (window_holds(w, e->time) &&
		    (span_absent(w->name) || span_equal(w->name, e->name)) && window_passes(w, e))
			return e;
	}
	return NULL;
}

bool window_counts(struct window *w, const struct orders *orders, const struct order_entry *e)
{
	uint32_t event = e->event;

	if (!window_holds(w, e->time))
		return false;
	if (e->part == ORDER_PART_REFUND && e->of != ORDER_OF_NONE)
		event = orders->list[e->of].event;
	return window_passes(w, &w->cache->events[event]);
}

int window_orders(struct expr_run *run, const struct window *w,
		  const struct orders **orders, struct error *err)
{
	*orders = &w->cache->orders;
	return profile_cache_settle(run, w->cache, err);
}

int window_plain_order(struct expr_run *run, const struct window *w, size_t *i,
		       struct order *order, bool *within)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)run->row;

	while (*i > 0) {
		const struct past_event *e = &w->cache->events[--*i];

		if (e->kind == ORDER_NONE || (e->time != MOMENT_NONE && e->time > w->end))
			continue;
		*within = window_holds(w, e->time);
		/* Money that cannot be read is not known. */
		order_read_properties(e->kind, e->props, order, &row->text, NULL);
		return order_adds_up(order) ? 1 : -1;
	}
	return 0;
}

const struct datum *window_length(const struct datum *args, size_t count,
				  size_t i)
{
	return i < count ? &args[i] : NULL;
}

int window_add_money(struct expr_run *run, struct window_money *m, struct value props,
		     struct decimal amount, struct error *err)
{
	struct span currency = span_trim(profile_text(run,
			value_member(props, SPAN("currency"))));

	/* An empty currency is as good as none; codes are capitals to merge. */
	if (m->any && !span_equal_nocase(currency, m->currency))
		m->mixed = true;
	m->any = true;
	m->currency = currency;
	return decimal_add(m->sum, amount, &m->sum) ? 0 : error_data(err, "a sum is more than a number can hold");
}

/* Money properties of Segment's events: not added across currencies. */
bool window_is_money(struct span prop)
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
