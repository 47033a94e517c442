/*
 * Functions of the order of a profile's events: how far somebody got along a way, and
 * how often they came.
 */
#include "expr/profile_window.h"
#include "expr/tree.h"
#include "journey/session.h"

/* The latest beginning from which each step was reached in time. */
struct funnel {
	const struct datum *names;
	size_t count;
	struct duration length;
	int64_t begun[EXPR_ARGS_MAX];	/* by step; MOMENT_NONE: not reached */
	size_t reached;
};

/* Within the length of the beginning, which is its first moment? */
static bool is_in_time(const struct funnel *f, int64_t begun, int64_t time, const struct zone *zone)
{
	int64_t end;

	return !duration_add(begun, f->length, 1, zone, &end) || time <= end;
}

/*
 * An event is one step, the last that it can be: of "A", "A" it needs two.  A later beginning
 * leaves more time, so of each step the latest alone is kept.
 */
static void step(struct funnel *f, const struct past_event *e, const struct zone *zone)
{
	for (size_t i = f->count; i-- > 0; ) {
		int64_t begun = i ? f->begun[i - 1] : e->time;

		if (begun == MOMENT_NONE || !span_equal(f->names[i].text, e->name) ||
		    !is_in_time(f, begun, e->time, zone))
			continue;
		if (f->begun[i] == MOMENT_NONE || begun > f->begun[i])
			f->begun[i] = begun;
		if (f->reached < i + 1)
			f->reached = i + 1;
	}
}

/* Which step NAME is first; the count: none. */
static size_t first_step(const struct funnel *f, struct span name)
{
	size_t i = 0;

	while (i < f->count && !span_equal(f->names[i].text, name))
		i++;
	return i;
}

/* The events of one moment, from FROM up to TO, in the order of the steps. */
static void step_moment(struct funnel *f, struct window *w, size_t from, size_t to)
{
	for (size_t i = 0; i < f->count; i++)
		for (size_t k = from; k < to && !w->failed; k++) {
			const struct past_event *e = &w->cache->events[k];

			if (first_step(f, e->name) == i && window_holds(w, e->time) && window_passes(w, e))
				step(f, e, w->run->zone);
		}
}

int journey_funnel(struct expr_run *run, const struct datum *args, size_t count,
		   struct datum *out, struct error *err)
{
	struct window w;
	struct funnel f = {.names = args, .count = count - 1, .length = args[count - 1].duration};
	int got = window_open(run, NULL, &w, err);

	if (got <= 0)
		return got;
	for (size_t i = 0; i < f.count; i++)
		f.begun[i] = MOMENT_NONE;
	for (size_t from = 0, to; from < w.cache->count && f.reached < f.count; from = to) {
		int64_t time = w.cache->events[from].time;

		for (to = from + 1; to < w.cache->count && w.cache->events[to].time == time; to++)
			;
		if (time != MOMENT_NONE)
			step_moment(&f, &w, from, to);
	}
	/* Omitted events could only lead further. */
	if (w.whole || f.reached == f.count)
		*out = datum_number(decimal_of((int64_t)f.reached));
	return window_close(&w, got);
}

int journey_sessions(struct expr_run *run, const struct datum *args, size_t count,
		     struct datum *out, struct error *err)
{
	struct profile_row *row = (struct profile_row *)(uintptr_t)run->row;
	struct window w;
	struct session ended;
	struct session_event read;
	struct event e = {0};
	int64_t found = 0;
	int got = window_open(run, window_length(args, count, 0), &w, err);

	if (got <= 0 || !w.whole)
		return got < 0 ? -1 : 0;
	session_start(&w.cache->sessions, &session_rule_sets[0], NULL);
	for (size_t i = 0; i < w.cache->count; i++) {
		const struct past_event *past = &w.cache->events[i];

		e.type = past->type;
		e.time = past->time;
		e.context = past->context;
		if (past->time <= w.end && session_event_read(&e, &read, &row->text) &&
		    session_feed(&w.cache->sessions, &read, &ended))
			found += window_holds(&w, ended.start);
	}
	if (session_finish(&w.cache->sessions, &ended))
		found += window_holds(&w, ended.start);
	*out = datum_number(decimal_of(found));
	return 0;
}
