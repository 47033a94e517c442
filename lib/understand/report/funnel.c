/*
 * Funnels: how many did the first step, how many of them then the second, and so on.
 *
 * A chain begins with any event of the first step.  Each further step is the first event of its
 * kind behind the step before it, at most the window after the chain's first event; other
 * events may lie between, unless the order is strict: then the steps directly follow each other.
 * Events of one moment are taken in the order of the steps, as by funnel() of cdp-expr(7): where only
 * the day is known, they stand on the profile by their ids, which say nothing.  A customer
 * (or session) counts with the chain that gets farthest, of several such with the one that begins
 * first: so it is in a step at most once, and counts rise for no step.  This is windowFunnel of
 * ClickHouse and of Mixpanel's unique counts; theirs say as little about which of two chains it is.
 *
 * All chains are followed at once.  One that began earlier has never done less than one that
 * began later, and its window ends no later: so in the order of their beginnings the chains that
 * have done n steps stand in a row behind those that have done more, and those whose window has
 * passed stand in front.  Each chain moves on at most once for each step: the cost is events and
 * chains times steps.
 *
 * Sessions are those of the rules ga4 of journey/session.h.  An event that is of no site or app,
 * such as the order that a shop's server tells of, is in the session that has not ended by then.
 */
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "expr/duration.h"
#include "journey/session.h"
#include "text/url.h"
#include "understand/report/count.h"

#define STEPS_MAX 32		/* as in ClickHouse */
#define PAGE "page:"
#define NAMES_MAX 1000		/* names of events that are no step, for a hint: by worker */

enum { STEP, WINDOW, BY, STRICT_ORDER };

static const char *const units[] = {"customers", "sessions", NULL};

static const struct count_option options[] = {
	[STEP] = {"step", "EVENT", "the event that is the next step: its name, or page:PATH of a page (* at the end: any rest); give it for each step",
		  NULL, NULL, true},
	[WINDOW] = {"window", "DURATION", "the last step comes at most so long after the first", "30d", NULL, false},
	[BY] = {"by", "WHAT", "what goes through it, with all steps in one session or not", "customers", units, false},
	[STRICT_ORDER] = {"strict-order", NULL, "no other event may lie between the steps", NULL, NULL, false},
	{0},
};

/* How far one customer or session got; times in milliseconds. */
struct chain {
	size_t done;		/* steps */
	int64_t times[STEPS_MAX];
};

struct worker_part {
	struct chain best;
	int64_t *times;		/* of the chains, [chain][step] */
	uint64_t *last;		/* and the number of the event that each did last */
	size_t count, cap;
	size_t from[STEPS_MAX];	/* the first chain that has done no more than so many steps */
	size_t alive;		/* those before this one: their window has passed */
	uint64_t number;	/* of the event at hand */
	struct moment {		/* events of one time, before they are taken */
		int64_t time;
		uint32_t *steps;	/* by event: the steps that it can be, as bits */
		size_t count, cap;
	} moment;

	struct session_walk session;
	bool in_session;
	int64_t session_end;

	uint64_t reached[STEPS_MAX];
	struct durations {	/* from the step before */
		int64_t *list;
		size_t count, cap;
	} durations[STEPS_MAX];
	uint64_t seen[STEPS_MAX];	/* events that are this step */
	struct map names;	/* of other events */
	struct buf scratch;
	uint64_t without_events;	/* customers whose events are not all there */
};

struct funnel {
	struct span steps[STEPS_MAX];
	size_t count;
	const char *window_text;
	int64_t window;
	bool strict, by_sessions;
	unsigned workers;
	struct worker_part *parts;
};

static int read_steps(struct funnel *f, const struct count_value *given, struct error *err)
{
	if (given->count < 2)
		return error_usage(err, "funnel: name each step, two or more: --step 'Product Viewed' --step 'Order Completed'");
	if (given->count > STEPS_MAX)
		return error_usage(err, "funnel: it can have %d steps", STEPS_MAX);
	f->count = given->count;
	for (size_t i = 0; i < f->count; i++) {
		f->steps[i] = span_of(given->texts[i]);
		if (!f->steps[i].len || !span_is_utf8(f->steps[i]))
			return error_usage(err, "funnel: --step %zu is %s: name an event", i + 1,
					   f->steps[i].len ? "not UTF-8" : "empty");
	}
	return 0;
}

static void free_funnel(void *state)
{
	struct funnel *f = state;

	for (unsigned i = 0; f->parts && i < f->workers; i++) {
		struct worker_part *w = &f->parts[i];

		for (size_t j = 0; j < f->count; j++)
			mem_free(w->durations[j].list);
		mem_free(w->times);
		mem_free(w->last);
		mem_free(w->moment.steps);
		session_release(&w->session);
		map_release(&w->names);
		buf_release(&w->scratch);
	}
	mem_free(f->parts);
	mem_free(f);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	const struct count_value *given = setup->values;
	struct funnel *f = mem_zero(1, sizeof *f);

	f->workers = setup->workers;
	f->window_text = given[WINDOW].texts[0];
	f->by_sessions = span_equal(span_of(given[BY].texts[0]), SPAN("sessions"));
	f->strict = given[STRICT_ORDER].count > 0;
	if (read_steps(f, &given[STEP], err) ||
	    duration_read(f->window_text, "--window", &f->window, err)) {
		free_funnel(f);
		return NULL;
	}
	f->parts = mem_zero(setup->workers, sizeof *f->parts);
	return f;
}

/* ---- the chains of one customer or session ---- */

static void clear_chains(struct worker_part *w)
{
	w->best.done = w->count = w->alive = w->moment.count = 0;
	w->number = 0;
	for (size_t i = 0; i < STEPS_MAX; i++)
		w->from[i] = 0;
}

/* The chain I has done the steps up to STEP, the last of them just now. */
static void note_best(const struct funnel *f, struct worker_part *w, size_t i, size_t step)
{
	if (step < w->best.done)
		return;
	w->best.done = step + 1;
	for (size_t j = 0; j <= step; j++)
		w->best.times[j] = w->times[i * f->count + j];
}

static void begin_chain(const struct funnel *f, struct worker_part *w, int64_t time)
{
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 16;
		w->times = mem_grow(w->times, w->cap * f->count, sizeof *w->times);
		w->last = mem_grow(w->last, w->cap, sizeof *w->last);
	}
	w->times[w->count * f->count] = time;
	w->last[w->count] = w->number;
	note_best(f, w, w->count, 0);
	w->from[0] = ++w->count;
}

/* The chains that wait for STEP go on. */
static void advance_chains(const struct funnel *f, struct worker_part *w, size_t step, int64_t time)
{
	size_t i = w->from[step], end = w->from[step - 1];

	for (i = i < w->alive ? w->alive : i; i < end; i++) {
		/* One that missed an event is behind for good. */
		if (f->strict && w->last[i] + 1 != w->number)
			continue;
		w->times[i * f->count + step] = time;
		w->last[i] = w->number;
		note_best(f, w, i, step);
	}
	w->from[step] = end;
}

/* Is E a page whose path is PATH, or, where that ends with "*", begins so? */
static bool is_page(const struct event *e, struct span path, struct buf *scratch)
{
	struct span found;

	if (e->type != EVENT_PAGE)
		return false;
	buf_clear(scratch);
	found = value_text(value_path(e->context, SPAN("page.path")), scratch);
	if (!found.len) {
		found = url_path(value_text(value_path(e->context, SPAN("page.url")), scratch));
		found = span_cut(&found, '#');
		found = span_cut(&found, '?');
	}
	if (span_ends(path, SPAN("*")))
		return found.len && span_starts(found, span_sub(path, 0, path.len - 1));
	return span_equal(found, path);
}

/* What has no name goes by its type, as in cdp-expr(7). */
static bool is_step(const struct event *e, struct span step, struct buf *scratch)
{
	if (e->name.kind == VALUE_TEXT ? value_is_text(e->name, step)
				       : e->type < EVENT_TYPES && span_equal(event_type_names[e->type], step))
		return true;
	return span_starts(step, SPAN(PAGE)) && is_page(e, span_sub(step, sizeof PAGE - 1, step.len), scratch);
}

static void note_name(struct worker_part *w, const struct event *e)
{
	buf_clear(&w->scratch);
	if (w->names.count < NAMES_MAX && e->name.kind == VALUE_TEXT)
		map_put(&w->names, value_text(e->name, &w->scratch), NULL);
}

/* The steps that E can be, as bits. */
static uint32_t find_steps(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	uint32_t steps = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (!is_step(e, f->steps[i], &w->scratch))
			continue;
		w->seen[i]++;
		steps |= (uint32_t)1 << i;
	}
	if (!steps)
		note_name(w, e);
	return steps;
}

static void take_event(const struct funnel *f, struct worker_part *w, uint32_t steps, int64_t time)
{
	w->number++;
	while (w->alive < w->count && time - w->times[w->alive * f->count] > f->window)
		w->alive++;
	/* The last step first: an event is one step of a chain. */
	for (size_t step = f->count; step-- > 0 && w->best.done < f->count;) {
		if (!(steps >> step & 1))
			continue;
		if (step)
			advance_chains(f, w, step, time);
		else
			begin_chain(f, w, time);
	}
}

/* In the order of the first step that each can be; those that are none come last. */
static void take_moment(const struct funnel *f, struct worker_part *w)
{
	const struct moment *m = &w->moment;

	for (size_t step = 0; step <= f->count; step++)
		for (size_t i = 0; i < m->count; i++)
			if ((m->steps[i] ? (size_t)__builtin_ctz(m->steps[i]) : f->count) == step)
				take_event(f, w, m->steps[i], m->time);
	w->moment.count = 0;
}

static void feed_event(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	struct moment *m = &w->moment;

	if (m->count && m->time != e->time)
		take_moment(f, w);
	m->time = e->time;
	m->steps = mem_room(m->steps, m->count, &m->cap, sizeof *m->steps);
	m->steps[m->count++] = find_steps(f, w, e);
}

static void count_best(const struct funnel *f, struct worker_part *w)
{
	take_moment(f, w);
	for (size_t i = 0; i < w->best.done; i++) {
		struct durations *d = &w->durations[i];

		w->reached[i]++;
		if (!i)
			continue;
		d->list = mem_room(d->list, d->count, &d->cap, sizeof *d->list);
		d->list[d->count++] = w->best.times[i] - w->best.times[i - 1];
	}
	clear_chains(w);
}

/* Is E in a session?  With the first event of one the session before it has gone through. */
static bool enter_session(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	struct session_event event;
	struct session ended;

	if (session_event_read(e, &event, &w->scratch)) {
		if (session_feed(&w->session, &event, &ended))
			count_best(f, w);
		w->in_session = true;
		w->session_end = e->time;
		return true;
	}
	return w->in_session && e->time - w->session_end <= w->session.rules->inactivity;
}

/* Walks the events again, now that all are good: sums of half a profile cannot be taken back. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *w = &f->parts[worker];
	struct profile_events walk;
	struct event e;
	int got;

	clear_chains(w);
	w->in_session = false;
	session_start(&w->session, &session_rule_sets[0], NULL);
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0)
		if (e.time != MOMENT_NONE && e.time <= p->as_of && (!f->by_sessions || enter_session(f, w, &e)))
			feed_event(f, w, &e);
	count_best(f, w);
	w->without_events += p->events.kind != VALUE_ARRAY ||
			     p->events_omitted.kind == VALUE_NUMBER;
	return got;
}

/* ---- the figures ---- */

static void add_part(struct worker_part *all, const struct worker_part *part, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		struct durations *d = &all->durations[i];
		const struct durations *more = &part->durations[i];

		all->reached[i] += part->reached[i];
		all->seen[i] += part->seen[i];
		for (size_t j = 0; j < more->count; j++) {
			d->list = mem_room(d->list, d->count, &d->cap, sizeof *d->list);
			d->list[d->count++] = more->list[j];
		}
	}
	for (size_t i = 0; i < part->names.count; i++)
		map_put(&all->names, part->names.entries[i].key, NULL);
	all->without_events += part->without_events;
}

static int compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* In seconds; of an even number the mean of the two in the middle. */
static struct cell median_cell(struct durations *d)
{
	size_t half = d->count / 2;
	struct decimal seconds;

	if (!d->count)
		return CELL_EMPTY;
	qsort(d->list, d->count, sizeof *d->list, compare_times);
	if (!decimal_div(decimal_of(d->list[half] + d->list[(d->count - 1) / 2]), decimal_of(2000), &seconds))
		return CELL_EMPTY;
	return cell_number(decimal_round(seconds, 3));
}

static int compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return span_compare(span_of(*x), span_of(*y));
}

/* A step that no event is: perhaps it is misspelt. */
static void warn_of_step(struct sheet *sheet, struct span step, const struct map *names)
{
	const char **list = mem_zero(names->count + 1, sizeof *list);
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	for (size_t i = 0; i < names->count; i++)
		list[i] = names->entries[i].key.ptr;
	qsort(list, names->count, sizeof *list, compare_names);
	near = error_suggest(step, list);
	error_quote(step, quoted);
	if (near)
		sheet_warn(sheet, "--step %s: no event has this name; did you mean '%s'?", quoted, near);
	else
		sheet_warn(sheet, "--step %s: no %s", quoted,
			    span_starts(step, SPAN(PAGE)) ? "page has this path" : "event has this name");
	mem_free(list);
}

static const char *note(const struct funnel *f, struct sheet *sheet, uint64_t without_events)
{
	const char *text = sheet_text(sheet, "%s that did the steps in this order, the last at most %s after the first%s; "
				      "to the next: how many went on, and the median time they took",
				      f->by_sessions ? "Sessions" : "Customers", f->window_text,
				      f->strict ? ", with no other event between" : "");

	if (!without_events)
		return text;
	return sheet_text(sheet, "%s; %llu customers have not all their events here (cdp-merge --max-events, --no-events)",
			  text, (unsigned long long)without_events);
}

static void fill_section(const struct funnel *f, struct sheet *sheet, struct worker_part *all)
{
	const struct column columns[] = {
		{"step", "Step", NULL, -1}, {"event", "Event", NULL, -1},
		f->by_sessions ? (struct column){"sessions", "Sessions", NULL, -1} :
				 (struct column){"customers", "Customers", NULL, -1},
		{"of_first", "Of the first", NULL, -1}, {"to_next", "To the next", NULL, -1},
		{"median_seconds", "Median seconds to the next", NULL, 0},
	};
	struct section *s = sheet_add(sheet, "funnel", "Funnel", columns, 6);

	s->chart = CHART_BARS;
	s->chart_label = 1;
	s->chart_value = 2;
	s->label_columns = 2;
	s->note = note(f, sheet, all->without_events);
	for (size_t i = 0; i < f->count; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_count(i + 1);
		row[1] = cell_text(f->steps[i]);
		row[2] = cell_count(all->reached[i]);
		row[3] = cell_share((double)all->reached[i], (double)all->reached[0]);
		if (i + 1 == f->count)
			break;
		row[4] = cell_share((double)all->reached[i + 1], (double)all->reached[i]);
		row[5] = median_cell(&all->durations[i + 1]);
	}
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *all = &f->parts[0];

	(void)err;
	for (unsigned i = 1; i < f->workers; i++)
		add_part(all, &f->parts[i], f->count);
	fill_section(f, sheet, all);
	for (size_t i = 0; i < f->count; i++)
		if (!all->seen[i])
			warn_of_step(sheet, f->steps[i], &all->names);
	return 0;
}

const struct counting count_funnel = {
	"funnel", true, start, NULL, NULL, commit, fill, free_funnel, options,
};
