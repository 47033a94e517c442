/*
 * Funnels: how many customers, or sessions, did each of several steps in their order (funnel_chain.h), and how long it took.
 *
 * Sessions are those of the rules ga4 of journey/session.h.  An event that is of no site or app,
 * such as the order that a shop's server tells of, is in the session that has not ended by then.
 *
 * Broken down, each counts in the groups of its customer by an expression over the profile, or, by channel, in that of
 * the visit in which the chain began.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/column_list.h"
#include "expr/duration.h"
#include "expr/profile_asked.h"
#include "expr/profile_scope.h"
#include "text/url.h"
#include "understand/report/count.h"
#include "understand/report/funnel_counts.h"
#include "understand/report/group_items.h"
#include "understand/report/visit_walk.h"

#define PAGE "page:"
#define WHERE " where "
#define NAMES_MAX 1000		/* names of events that are no step, for a hint: by worker */
#define GROUPS_DEFAULT 20
#define EXCLUDED_MAX 32

enum { STEP, WITHIN, ORDER, EXCLUDE, BY, BREAKDOWN, LIMIT };

static const char *const units[] = {"customers", "sessions", NULL};
static const char *const orders[] = {"sequential", "increasing", "no-repeat", "strict", "any", NULL};	/* as funnel_order */

static const struct count_option options[] = {
	[STEP] = {"step", "EVENT", "the event that is the next step: its name, or page:PATH of a page (* at the end: any rest), and 'where CONDITION' on its properties; give it for each step",
		  NULL, NULL, true},
	[WITHIN] = {"within", "DURATION", "the last step comes at most so long after the first", "30d", NULL, false},
	[ORDER] = {"order", "HOW", "what may lie between steps: anything; the same at a later moment; no step again; nothing; or the steps come in any order",
		   "sequential", orders, false},
	[EXCLUDE] = {"exclude", "EVENT", "an event, written as a step, that ends the way when it comes between steps; it may be given many times",
		     NULL, NULL, true},
	[BY] = {"by", "WHAT", "what goes through it, with all steps in one session or not", "customers", units, false},
	[BREAKDOWN] = {"breakdown", "EXPR", "the same for each group of customers, such as country or segments; or by the channel of the visit with the first step",
		       NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N groups; default 20", NULL, NULL, false},
	{0},
};

/* What is looked for among events. */
struct mark {
	struct span text;	/* as given */
	struct span event;
	struct expr *condition;	/* NULL: any */
};

/* A visit, to know where a chain began. */
struct began {
	int64_t start, end;
	struct span channel;
};

struct worker_part {
	struct funnel_chains chains;
	struct funnel_counts all;
	struct funnel_groups groups;
	uint64_t named[FUNNEL_STEPS_MAX], seen[FUNNEL_STEPS_MAX];	/* events of this step's name; that are it */
	uint64_t outside[FUNNEL_STEPS_MAX];	/* of its name, but in no session */
	struct map names;	/* of other events */
	uint64_t without_events;	/* customers whose events are not all there */
	struct buf text;

	/* The customer at hand. */
	struct profile_row row;
	struct expr_run run, tests;	/* of the breakdown, of conditions */
	struct arena scratch, test_scratch;
	struct group_items items;
	struct visit_walk *visits;	/* NULL: neither sessions nor channels are asked for */
	struct began *began;
	size_t began_count, began_cap;
};

struct funnel {
	struct mark steps[FUNNEL_STEPS_MAX], excluded[EXCLUDED_MAX];
	size_t excluded_count;
	struct funnel_rules rules;
	const char *within_text;
	bool by_sessions, by_channel, conditions;
	struct profile_scope *scope;
	const char *group;	/* the label of the breakdown; NULL: none */
	struct expr *breakdown;	/* NULL: none, or by channel */
	uint64_t limit;
	struct sites *sites;
	struct arena texts;
	unsigned workers;
	struct worker_part *parts;
};

/* ---- options ---- */

/* TEXT, the NUMBERth of OPTION. */
static int read_mark(struct funnel *f, struct mark *m, const char *option, size_t number, const char *text, struct error *err)
{
	struct span whole = span_of(text), condition;
	size_t at = span_find(whole, SPAN(WHERE));

	m->text = m->event = whole;
	if (whole.len && span_is_utf8(whole)) {
		if (at == whole.len)
			return 0;
		m->event = span_trim(span_sub(whole, 0, at));
		condition = span_sub(whole, at + sizeof WHERE - 1, whole.len);
		m->condition = profile_condition(f->scope, span_starts(m->event, SPAN(PAGE)) ? SPAN_NONE : m->event, condition, option, err);
		f->conditions = true;
		return m->condition ? 0 : -1;
	}
	return error_usage(err, "funnel: %s %zu is %s: name an event", option, number, whole.len ? "not UTF-8" : "empty");
}

static int read_steps(struct funnel *f, const struct count_value *given, struct error *err)
{
	if (given->count < 2)
		return error_usage(err, "funnel: name each step, two or more: --step 'Product Viewed' --step 'Order Completed'");
	if (given->count > FUNNEL_STEPS_MAX)
		return error_usage(err, "funnel: it can have %d steps", FUNNEL_STEPS_MAX);
	for (; f->rules.steps < given->count; f->rules.steps++)
		if (read_mark(f, &f->steps[f->rules.steps], "--step", f->rules.steps + 1, given->texts[f->rules.steps], err))
			return -1;
	for (size_t i = 0; f->rules.order == FUNNEL_ANY && i < f->rules.steps; i++)
		for (size_t k = 0; k < i; k++)
			if (span_equal(f->steps[i].text, f->steps[k].text))
				return error_usage(err, "funnel: --order any cannot have the step '%s' twice: one event would be both", given->texts[i]);
	return 0;
}

static int read_excluded(struct funnel *f, const struct count_value *given, struct error *err)
{
	if (given->count > EXCLUDED_MAX)
		return error_usage(err, "funnel: --exclude can be given %d times", EXCLUDED_MAX);
	for (; f->excluded_count < given->count; f->excluded_count++)
		if (read_mark(f, &f->excluded[f->excluded_count], "--exclude", f->excluded_count + 1,
			      given->texts[f->excluded_count], err))
			return -1;
	return 0;
}

static int read_breakdown(struct funnel *f, const struct count_value *given, struct error *err)
{
	static const char *const own[] = {"step", "event", "customers", "sessions", "of_first", "to_next", NULL};
	struct expr_scope names = profile_scope_names(f->scope);
	struct span item, label;

	if (!given->count)
		return 0;
	item = span_trim(span_of(given->texts[0]));
	label = column_list_label(&item);
	f->group = arena_copy(&f->texts, span_absent(label) ? item : label).ptr;
	for (size_t i = 0; own[i]; i++)
		if (!strcmp(own[i], f->group))
			return error_usage(err, "funnel: --breakdown: the table has a column %s: write 'Label=%s'", f->group, given->texts[0]);
	if (span_equal(item, SPAN("channel"))) {
		f->by_channel = true;
		f->sites = sites_load(NULL, err);
		return f->sites ? 0 : -1;
	}
	f->breakdown = expr_compile(item, "--breakdown", 1, 1, &names, TYPE_ANY, err);
	return f->breakdown ? 0 : -1;
}

static int choice_of(const struct count_value *given, const char *const *choices)
{
	int i = 0;

	while (choices[i] && strcmp(given->texts[0], choices[i]))
		i++;
	return i;
}

static int read_options(struct funnel *f, const struct count_value *given, struct error *err)
{
	f->within_text = given[WITHIN].texts[0];
	f->by_sessions = choice_of(&given[BY], units) == 1;
	f->rules.order = (enum funnel_order)choice_of(&given[ORDER], orders);
	f->limit = GROUPS_DEFAULT;
	if (given[LIMIT].count && (!span_number(span_of(given[LIMIT].texts[0]), &f->limit) || !f->limit))
		return error_usage(err, "funnel: --limit %s: a number from 1", given[LIMIT].texts[0]);
	return read_steps(f, &given[STEP], err) || read_excluded(f, &given[EXCLUDE], err) ||
	       duration_read(f->within_text, "--within", &f->rules.window, err) || read_breakdown(f, &given[BREAKDOWN], err) ? -1 : 0;
}

static void free_part(const struct funnel *f, struct worker_part *w)
{
	funnel_chains_release(&w->chains);
	funnel_counts_release(&w->all, f->rules.steps);
	funnel_groups_release(&w->groups, f->rules.steps);
	map_release(&w->names);
	buf_release(&w->text);
	profile_row_release(&w->row);
	arena_release(&w->scratch);
	arena_release(&w->test_scratch);
	visit_walk_free(w->visits);
	mem_free(w->began);
}

static void free_funnel(void *state)
{
	struct funnel *f = state;

	for (unsigned i = 0; f->parts && i < f->workers; i++)
		free_part(f, &f->parts[i]);
	for (size_t i = 0; i < FUNNEL_STEPS_MAX; i++)
		expr_free(f->steps[i].condition);
	for (size_t i = 0; i < EXCLUDED_MAX; i++)
		expr_free(f->excluded[i].condition);
	expr_free(f->breakdown);
	profile_scope_free(f->scope);
	sites_free(f->sites);
	arena_release(&f->texts);
	mem_free(f->parts);
	mem_free(f);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct funnel *f = mem_zero(1, sizeof *f);

	f->workers = setup->workers;
	f->scope = profile_scope_new();
	if (read_options(f, setup->values, err)) {
		free_funnel(f);
		return NULL;
	}
	f->parts = mem_zero(setup->workers, sizeof *f->parts);
	for (unsigned i = 0; i < f->workers; i++) {
		struct worker_part *w = &f->parts[i];

		profile_row_init(&w->row, f->scope);
		w->run = (struct expr_run){.row = &w->row, .scratch = &w->scratch, .zone = setup->zone};
		w->tests = (struct expr_run){.row = &w->row, .scratch = &w->test_scratch, .zone = setup->zone};
		if (f->by_sessions || f->by_channel)
			w->visits = visit_walk_new(f->sites);
	}
	return f;
}

/* ---- which step an event is ---- */

/*
 * Is E a page whose path is PATH, or, where that ends with "*", begins so?  What is asked of a page, behind "?", is
 * compared where PATH has some.
 */
static bool is_page(const struct event *e, struct span path, struct buf *scratch)
{
	struct span found;

	if (e->type != EVENT_PAGE)
		return false;
	buf_clear(scratch);
	found = value_text(value_path(e->context, SPAN("page.path")), scratch);
	if (!found.len)
		found = url_path(value_text(value_path(e->context, SPAN("page.url")), scratch));
	if (!memchr(path.ptr, '#', path.len))
		found = span_cut(&found, '#');
	if (!memchr(path.ptr, '?', path.len))
		found = span_cut(&found, '?');
	if (span_ends(path, SPAN("*")))
		return found.len && span_starts(found, span_sub(path, 0, path.len - 1));
	return span_equal(found, path);
}

/* What has no name goes by its type, as in cdp-expr(7). */
static bool is_named(const struct event *e, struct span name, struct buf *scratch)
{
	if (e->name.kind == VALUE_TEXT ? value_is_text(e->name, name)
				       : e->type < EVENT_TYPES && span_equal(event_type_names[e->type], name))
		return true;
	return span_starts(name, SPAN(PAGE)) && is_page(e, span_sub(name, sizeof PAGE - 1, name.len), scratch);
}

/* -1 with a data error: the condition. */
static int meets(struct worker_part *w, const struct mark *m, const struct event *e, struct error *err)
{
	int truth = m->condition ? profile_condition_test(m->condition, &w->tests, e, err) : 1;

	arena_clear(&w->test_scratch);
	return truth;
}

static void note_name(struct worker_part *w, const struct event *e)
{
	buf_clear(&w->text);
	if (w->names.count < NAMES_MAX && e->name.kind == VALUE_TEXT)
		map_put(&w->names, value_text(e->name, &w->text), NULL);
}

/* The steps that E can be, as bits. */
static uint32_t find_steps(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	uint32_t steps = 0;
	bool named = false;

	for (size_t i = 0; i < f->rules.steps; i++) {
		if (!is_named(e, f->steps[i].event, &w->text))
			continue;
		named = true;
		w->named[i]++;
		if (meets(w, &f->steps[i], e, NULL) <= 0)
			continue;
		w->seen[i]++;
		steps |= (uint32_t)1 << i;
	}
	if (!named)
		note_name(w, e);
	return steps;
}

static void note_outside(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	for (size_t i = 0; i < f->rules.steps; i++)
		w->outside[i] += is_named(e, f->steps[i].event, &w->text);
}

static bool is_excluded(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	for (size_t i = 0; i < f->excluded_count; i++)
		if (is_named(e, f->excluded[i].event, &w->text) && meets(w, &f->excluded[i], e, NULL) > 0)
			return true;
	return false;
}

/* ---- one customer ---- */

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *w = &f->parts[worker];

	arena_clear(&w->scratch);
	profile_row_set(&w->row, p);
	w->run.as_of = w->tests.as_of = p->as_of;
	if (f->breakdown || f->conditions)
		profile_row_note(&w->run);
	return f->breakdown ? group_items_find(f->breakdown, &w->run, &w->text, &w->items, err) : 0;
}

/* Conditions that cannot be evaluated reject the line before it counts. */
static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *w = &f->parts[worker];

	(void)p;
	for (size_t i = 0; f->conditions && i < f->rules.steps; i++)
		if (f->steps[i].condition && is_named(e, f->steps[i].event, &w->text) && meets(w, &f->steps[i], e, err) < 0)
			return -1;
	for (size_t i = 0; f->conditions && i < f->excluded_count; i++)
		if (f->excluded[i].condition && is_named(e, f->excluded[i].event, &w->text) && meets(w, &f->excluded[i], e, err) < 0)
			return -1;
	return 0;
}

/* The channel of the visit that was going on at TIME. */
static struct span channel_at(const struct worker_part *w, int64_t time)
{
	struct span found = SPAN("(no visit)");

	for (size_t i = 0; i < w->began_count && w->began[i].start <= time; i++)
		found = time - w->began[i].end <= session_rule_sets[0].inactivity ? w->began[i].channel : SPAN("(no visit)");
	return found;
}

/* The chain of a customer or session. */
static void count_chain(const struct funnel *f, struct worker_part *w)
{
	const struct funnel_chain *best = funnel_chains_finish(&w->chains);

	if (best->done) {
		funnel_counts_add(&w->all, best);
		if (f->by_channel) {
			buf_clear(&w->text);
			buf_char(&w->text, GROUP_KNOWN);
			buf_span(&w->text, channel_at(w, best->times[0]));
			funnel_counts_add(funnel_groups_at(&w->groups, buf_view(&w->text)), best);
		}
		for (size_t i = 0; f->breakdown && i < w->items.count; i++)
			funnel_counts_add(funnel_groups_at(&w->groups, w->items.list[i]), best);
	}
	funnel_chains_start(&w->chains, &f->rules);
}

static void note_visit(const struct funnel *f, struct worker_part *w, const struct visit *v)
{
	if (!f->by_channel)
		return;
	w->began = mem_room(w->began, w->began_count, &w->began_cap, sizeof *w->began);
	w->began[w->began_count++] = (struct began){v->session.start, v->session.end, arena_copy(&w->scratch, v->channel)};
}

static void take_event(const struct funnel *f, struct worker_part *w, const struct event *e)
{
	struct visit ended;

	if (w->visits && visit_walk_feed(w->visits, e, &ended)) {
		note_visit(f, w, &ended);
		if (f->by_sessions)
			count_chain(f, w);
	}
	if (!f->by_sessions || visit_walk_inside(w->visits, e->time))
		funnel_chains_feed(&w->chains, e->time, find_steps(f, w, e), is_excluded(f, w, e));
	else
		note_outside(f, w, e);
}

/* Walks the events again, now that all are good: sums of half a profile cannot be taken back. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *w = &f->parts[worker];
	struct profile_events walk;
	struct visit ended;
	struct event e;
	int got;

	w->began_count = 0;
	funnel_chains_start(&w->chains, &f->rules);
	if (w->visits)
		visit_walk_start(w->visits);
	profile_events_start(&walk, p);
	while ((got = profile_events_next_past(&walk, p->as_of, &e, err)) > 0)
		take_event(f, w, &e);
	if (w->visits && visit_walk_finish(w->visits, &ended))
		note_visit(f, w, &ended);
	count_chain(f, w);
	w->without_events += p->events.kind != VALUE_ARRAY ||
			     p->events_omitted.kind == VALUE_NUMBER;
	return got;
}

/* ---- the figures ---- */

static void add_part(struct worker_part *all, const struct worker_part *part, size_t steps)
{
	funnel_counts_merge(&all->all, &part->all, steps);
	for (size_t i = 0; i < part->groups.keys.count; i++)
		funnel_counts_merge(funnel_groups_at(&all->groups, part->groups.keys.entries[i].key), part->groups.list[i], steps);
	for (size_t i = 0; i < steps; i++) {
		all->named[i] += part->named[i];
		all->seen[i] += part->seen[i];
		all->outside[i] += part->outside[i];
	}
	for (size_t i = 0; i < part->names.count; i++)
		map_put(&all->names, part->names.entries[i].key, NULL);
	all->without_events += part->without_events;
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
	static const char *const between[] = {
		"in this order", "in this order, each at a later moment", "in this order, none of them again before the next",
		"in this order, with no other event between", "in any order, so many of them",
	};
	const char *text = sheet_text(sheet, "%s that did the steps %s, the last at most %s after the first%s; to the next: how many went on, and the median and the 90th percentile of the time that took; total: the time since the first step",
				      f->by_sessions ? "Sessions" : "Customers", between[f->rules.order], f->within_text,
				      f->excluded_count ? ", without what is excluded between" : "");

	if (f->by_channel)
		text = sheet_text(sheet, "%s; by the channel of the visit in which the first step was done", text);
	return sheet_note_missing(sheet, text, without_events);
}

static struct section *add_section(const struct funnel *f, struct sheet *sheet)
{
	const struct column columns[] = {
		{f->group ? sheet_text(sheet, "%s", f->group) : "", NULL, NULL, -1},
		{"step", "Step", NULL, -1}, {"event", "Event", NULL, -1},
		f->by_sessions ? (struct column){"sessions", "Sessions", NULL, -1} :
				 (struct column){"customers", "Customers", NULL, -1},
		{"of_first", "Of the first", NULL, -1}, {"to_next", "To the next", NULL, -1},
		{"median_seconds", "Median seconds to the next", NULL, 0}, {"p90_seconds", "90 % within", NULL, 0},
		{"median_total", "Median total", NULL, 0}, {"p90_total", "90 % total", NULL, 0},
	};
	size_t skip = !f->group;
	struct section *s = sheet_add(sheet, "funnel", "Funnel", columns + skip, sizeof columns / sizeof *columns - skip);

	s->chart = f->group ? CHART_NONE : CHART_BARS;
	s->chart_label = 1;
	s->chart_value = 2;
	s->label_columns = 3 - skip;
	return s;
}

static struct cell step_cell(const struct funnel *f, struct sheet *sheet, size_t i)
{
	if (f->rules.order == FUNNEL_ANY)
		return cell_text(span_of(sheet_text(sheet, "%zu of %zu", i + 1, f->rules.steps)));
	return cell_text(f->steps[i].text);
}

static void put_rows(const struct funnel *f, struct sheet *sheet, struct section *s, struct span group, struct funnel_counts *c)
{
	for (size_t i = 0; i < f->rules.steps; i++) {
		struct cell *row = section_row(s);

		if (f->group)
			*row++ = cell_text(group);
		row[0] = cell_count(i + 1);
		row[1] = step_cell(f, sheet, i);
		row[2] = cell_count(c->reached[i]);
		row[3] = cell_share((double)c->reached[i], (double)c->reached[0]);
		row[7] = funnel_times_cell(&c->first[i], 5);
		row[8] = funnel_times_cell(&c->first[i], 9);
		if (i + 1 == f->rules.steps)
			break;
		row[4] = cell_share((double)c->reached[i + 1], (double)c->reached[i]);
		row[5] = funnel_times_cell(&c->before[i + 1], 5);
		row[6] = funnel_times_cell(&c->before[i + 1], 9);
	}
}

static void fill_groups(const struct funnel *f, struct sheet *sheet, struct section *s, struct funnel_groups *g)
{
	size_t *order = funnel_groups_sort(g);

	for (size_t i = 0; i < g->keys.count && i < f->limit; i++) {
		struct span text = group_item_text(g->keys.entries[order[i]].key);

		put_rows(f, sheet, s, span_absent(text) ? text : arena_copy(&sheet->texts, text), g->list[order[i]]);
	}
	if (g->keys.count > f->limit)
		s->left_out = (g->keys.count - f->limit) * f->rules.steps;
	mem_free(order);
}

static void warn(const struct funnel *f, struct sheet *sheet, struct worker_part *all)
{
	const struct profile_row **rows = mem_zero(f->workers + 1, sizeof *rows);

	for (size_t i = 0; i < f->rules.steps; i++) {
		char quoted[ERROR_QUOTE_MAX];

		if (!all->named[i] && all->outside[i])
			sheet_warn(sheet, "--step %s: all its events are outside sessions; --by customers counts them",
				   error_quote(f->steps[i].event, quoted));
		else if (!all->named[i])
			warn_of_step(sheet, f->steps[i].event, &all->names);
		else if (!all->seen[i])
			sheet_warn(sheet, "--step %s: no event meets the condition", error_quote(f->steps[i].text, quoted));
	}
	for (unsigned i = 0; i < f->workers; i++)
		rows[i] = &f->parts[i].row;
	asked_put(profile_scope_asked(f->scope), rows, f->workers, &sheet->warnings);
	mem_free(rows);
}

static void add_up(struct funnel *f)
{
	for (unsigned i = 1; i < f->workers; i++)
		add_part(&f->parts[0], &f->parts[i], f->rules.steps);
}

static void carry(void *state, struct partial *p)
{
	struct funnel *f = state;
	struct worker_part *all = &f->parts[0];

	if (!partial_reads(p))
		add_up(f);
	partial_count(p, "without_events", &all->without_events);
	partial_counts(p, "named", all->named, f->rules.steps);
	partial_counts(p, "seen", all->seen, f->rules.steps);
	partial_counts(p, "outside", all->outside, f->rules.steps);
	partial_map(p, "names", &all->names);
	funnel_counts_carry(&all->all, f->rules.steps, p);
	funnel_groups_carry(&all->groups, f->rules.steps, p);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct funnel *f = state;
	struct worker_part *all = &f->parts[0];
	struct section *s;

	(void)err;
	add_up(f);
	s = add_section(f, sheet);
	s->note = note(f, sheet, all->without_events);
	put_rows(f, sheet, s, SPAN("(all)"), &all->all);
	if (f->group)
		fill_groups(f, sheet, s, &all->groups);
	warn(f, sheet, all);
	return 0;
}

const struct counting count_funnel = {
	"funnel", true, start, begin, event, commit, fill, free_funnel, options, carry,
};
