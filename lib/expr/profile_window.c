#include "expr/profile_window.h"

#include "expr/tree.h"

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
int window_open(struct expr_run *run, const struct datum *length,
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

bool window_holds(const struct window *w, int64_t time)
{
	if (time == MOMENT_NONE)
		return w->begin == MOMENT_NONE;
	return time > w->begin && time <= w->end;
}

/* The next older event of the window, counting *I down from cache->count. */
const struct past_event *window_next(const struct window *w, size_t *i)
{
	while (*i > 0) {
		const struct past_event *e = &w->cache->events[--*i];

		if (window_holds(w, e->time) &&
		    (span_absent(w->name) || span_equal(w->name, e->name)))
			return e;
	}
	return NULL;
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
