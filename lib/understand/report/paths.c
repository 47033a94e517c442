/*
 * Paths: which steps follow each other, and what customers or sessions do behind or in front of an event
 * (path_counts.h).
 *
 * A step is an event by its name, or a page that was seen by its path.  Sessions are those of the rules ga4 of
 * journey/session.h; an event of no site or app is in the session that has not ended by then, as in funnels.  Programs
 * that visit by themselves (who.h) are left out: their ways are not those of people.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/duration.h"
#include "journey/request.h"
#include "text/url.h"
#include "understand/report/count.h"
#include "understand/report/path_counts.h"
#include "understand/report/visit_walk.h"
#include "understand/report/who.h"

#define PAGE "page:"
#define LIMIT_DEFAULT 20

enum { FROM_EVENT, TO_EVENT, STEPS, BY, WITHIN, LENGTH, KEEP_REPEATS, LIMIT };
enum steps { STEPS_ALL, STEPS_EVENTS, STEPS_PAGES };

static const char *const units[] = {"customers", "sessions", NULL};
static const char *const steps_names[] = {"all", "events", "pages", NULL};	/* as enum steps */

static const struct count_option options[] = {
	[FROM_EVENT] = {"from-event", "EVENT", "what comes after the first such event: its name, or page:PATH of a page (* at the end: any rest)",
			NULL, NULL, false},
	[TO_EVENT] = {"to-event", "EVENT", "what comes before the first such event, written so", NULL, NULL, false},
	[STEPS] = {"steps", "WHAT", "what a step is: an event or a page, an event alone, or a page alone", "all", steps_names, false},
	[BY] = {"by", "WHAT", "whose paths: of customers, or each session for itself", "customers", units, false},
	[WITHIN] = {"within", "DURATION", "the last step comes at most so long after the first", "30d", NULL, false},
	[LENGTH] = {"length", "N", "at most N steps, 2 to 10", "3", NULL, false},
	[KEEP_REPEATS] = {"keep-repeats", NULL, "a step done again at once is a step of its own", NULL, NULL, false},
	[LIMIT] = {"limit", "N", "at most N paths of each length, and N branches of a tree; default 20", NULL, NULL, false},
	{0},
};

/* An event that the trees are of. */
struct anchor {
	const char *text;	/* as given; NULL: not asked for */
	const char *option;
	struct span label;	/* of the step, or how it begins */
	bool begins;
};

struct worker_part {
	struct path_counts counts;
	struct who_asker *asker;
	struct visit_walk *visits;	/* NULL: by customers */
	uint64_t crawlers;
	uint64_t without_events;	/* customers whose events are not all there */
	struct buf scratch, label;
};

struct paths {
	struct path_rules rules;
	enum steps steps;
	struct anchor from, to;
	const char *within_text;
	bool by_sessions;
	uint64_t limit;
	struct who_lists *lists;
	unsigned workers;
	struct worker_part *parts;
};

/* ---- options ---- */

static int choice_of(const struct count_value *given, const char *const *choices)
{
	int i = 0;

	while (choices[i] && strcmp(given->texts[0], choices[i]))
		i++;
	return i;
}

static int read_anchor(const struct paths *f, struct anchor *a, const char *option, const struct count_value *given, struct error *err)
{
	bool page;

	if (!given->count)
		return 0;
	a->text = given->texts[0];
	a->option = option;
	a->label = span_of(a->text);
	if (!a->label.len || !span_is_utf8(a->label))
		return error_usage(err, "paths: %s is %s: name an event", option, a->label.len ? "not UTF-8" : "empty");
	page = span_starts(a->label, SPAN(PAGE));
	if (page ? f->steps == STEPS_EVENTS : f->steps == STEPS_PAGES && *a->text != '/')
		return error_usage(err, "paths: %s %s is no step of --steps %s", option, a->text, steps_names[f->steps]);
	a->begins = (page || f->steps == STEPS_PAGES) && span_ends(a->label, SPAN("*"));
	if (a->begins)
		a->label.len--;
	if (page && f->steps == STEPS_PAGES)
		a->label = span_sub(a->label, sizeof PAGE - 1, a->label.len);
	return 0;
}

static int read_numbers(struct paths *f, const struct count_value *given, struct error *err)
{
	uint64_t length;

	if (!span_number(span_of(given[LENGTH].texts[0]), &length) || length < 2 || length > PATH_LENGTH_MAX)
		return error_usage(err, "paths: --length %s: a number from 2 to %d", given[LENGTH].texts[0], PATH_LENGTH_MAX);
	f->rules.length = length;
	f->limit = LIMIT_DEFAULT;
	if (given[LIMIT].count && (!span_number(span_of(given[LIMIT].texts[0]), &f->limit) || !f->limit))
		return error_usage(err, "paths: --limit %s: a number from 1", given[LIMIT].texts[0]);
	f->within_text = given[WITHIN].texts[0];
	return duration_read(f->within_text, "--within", &f->rules.window, err);
}

static int read_options(struct paths *f, const struct count_value *given, struct error *err)
{
	f->steps = (enum steps)choice_of(&given[STEPS], steps_names);
	f->by_sessions = choice_of(&given[BY], units) == 1;
	f->rules.keep_repeats = given[KEEP_REPEATS].count;
	if (read_anchor(f, &f->from, "--from-event", &given[FROM_EVENT], err) || read_anchor(f, &f->to, "--to-event", &given[TO_EVENT], err))
		return -1;
	f->rules.before = f->to.text;
	f->rules.from_start = !f->from.text;
	f->rules.after = f->from.text || !f->to.text;
	return read_numbers(f, given, err);
}

static void free_paths(void *state)
{
	struct paths *f = state;

	for (unsigned i = 0; f->parts && i < f->workers; i++) {
		struct worker_part *w = &f->parts[i];

		path_counts_release(&w->counts);
		who_asker_free(w->asker);
		visit_walk_free(w->visits);
		buf_release(&w->scratch);
		buf_release(&w->label);
	}
	who_free(f->lists);
	mem_free(f->parts);
	mem_free(f);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct paths *f = mem_zero(1, sizeof *f);

	f->workers = setup->workers;
	if (!read_options(f, setup->values, err))
		f->lists = who_load(err);
	if (!f->lists) {
		free_paths(f);
		return NULL;
	}
	f->parts = mem_zero(setup->workers, sizeof *f->parts);
	for (unsigned i = 0; i < f->workers; i++) {
		f->parts[i].asker = who_asker_new(f->lists);
		if (f->by_sessions)
			f->parts[i].visits = visit_walk_new(NULL);
	}
	return f;
}

/* ---- steps ---- */

/* The path of the page E, without what is asked of it; absent: it does not say, or it was not seen. */
static struct span page_path(const struct event *e, struct buf *scratch, bool *seen)
{
	struct request r;
	struct span path;

	request_read(e, &r, scratch);
	*seen = request_is_visit(r.kind);
	path = span_absent(r.path) ? url_path(r.url) : r.path;
	if (span_absent(path))
		return path;
	path = span_cut(&path, '#');
	return span_cut(&path, '?');
}

/* What E is called as a step into W's label; false: it is none. */
static bool find_label(const struct paths *f, struct worker_part *w, const struct event *e)
{
	bool page = e->type == EVENT_PAGE || e->type == EVENT_SCREEN, seen = true;
	struct span name = SPAN_NONE, path = SPAN_NONE;

	buf_clear(&w->label);
	if (page ? f->steps == STEPS_EVENTS : e->type != EVENT_TRACK || f->steps == STEPS_PAGES)
		return false;
	if (page)
		path = page_path(e, &w->scratch, &seen);
	if (path.len && f->steps != STEPS_PAGES)
		buf_lit(&w->label, PAGE);
	if (!path.len) {
		buf_clear(&w->scratch);
		name = value_text(e->name, &w->scratch);
	}
	buf_span(&w->label, path.len ? path : name.len ? name : event_type_names[e->type]);
	return seen;
}

static uint64_t marks_of(const struct paths *f, struct span label)
{
	const struct anchor *both[] = {&f->from, &f->to};
	static const uint64_t marks[] = {PATH_FROM, PATH_TO};
	uint64_t found = 0;

	for (int i = 0; i < 2; i++)
		if (both[i]->text && (both[i]->begins ? span_starts(label, both[i]->label) : span_equal(label, both[i]->label)))
			found |= marks[i];
	return found;
}

static void take_event(const struct paths *f, struct worker_part *w, const struct event *e)
{
	struct visit ended;
	size_t name;
	bool added;

	if (w->visits && visit_walk_feed(w->visits, e, &ended))
		path_counts_end(&w->counts, &f->rules);
	if (w->visits && !visit_walk_inside(w->visits, e->time))
		return;
	if (!find_label(f, w, e))
		return;
	name = map_put(&w->counts.names, buf_view(&w->label), &added);
	if (added)
		w->counts.names.entries[name].number = marks_of(f, buf_view(&w->label));
	path_counts_step(&w->counts, &f->rules, (uint32_t)name, e->time);
}

/* ---- one customer ---- */

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct paths *f = state;

	(void)err;
	who_begin(f->parts[worker].asker, p);
	return 0;
}

static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct paths *f = state;

	(void)p;
	(void)err;
	who_event(f->parts[worker].asker, e);
	return 0;
}

/* Walks the events again, now that all are good: sums of half a profile cannot be taken back. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct paths *f = state;
	struct worker_part *w = &f->parts[worker];
	struct profile_events walk;
	struct event e;
	int got;

	if (who_end(w->asker) == WHO_CRAWLER) {
		w->crawlers++;
		return 0;
	}
	if (w->visits)
		visit_walk_start(w->visits);
	profile_events_start(&walk, p);
	while ((got = profile_events_next_past(&walk, p->as_of, &e, err)) > 0)
		take_event(f, w, &e);
	path_counts_end(&w->counts, &f->rules);
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	return got;
}

/* ---- the figures ---- */

static struct span show_names(struct sheet *sheet, const struct buf *text)
{
	return arena_copy(&sheet->texts, buf_view(text));
}

static void put_pair(struct section *s, const char *name, uint64_t value)
{
	struct cell *row = section_row(s);

	row[0] = cell_text(span_of(name));
	row[1] = cell_count(value);
}

static void fill_totals(const struct paths *f, struct sheet *sheet, const struct worker_part *all)
{
	static const struct column columns[] = {{"name", "", NULL, -1}, {"value", "", NULL, -1}};
	struct section *s = sheet_add(sheet, "totals", "Steps", columns, 2);

	s->pairs = true;
	s->note = sheet_note_missing(sheet, "Those with a step; repeats: steps that were done again at once; crawlers are left out", all->without_events);
	put_pair(s, units[f->by_sessions], all->counts.units);
	put_pair(s, "steps", all->counts.steps);
	put_pair(s, "different_steps", all->counts.names.count);
	put_pair(s, "repeats", f->rules.keep_repeats ? 0 : all->counts.repeats);
	put_pair(s, "crawlers", all->crawlers);
}

static struct column unit_column(const struct paths *f)
{
	return f->by_sessions ? (struct column){"sessions", "Sessions", NULL, -1} : (struct column){"customers", "Customers", NULL, -1};
}

static void fill_list(const struct paths *f, struct sheet *sheet, const struct path_counts *c)
{
	const struct column columns[] = {{"length", "Steps", NULL, -1}, {"path", "Path", NULL, -1}, unit_column(f),
					 {"of_all", "Of all", NULL, -1}, {"times", "Times", NULL, -1}};
	struct section *s = sheet_add(sheet, "paths", "Paths", columns, 5);
	struct buf text = BUF_INIT;
	struct path_list l;
	size_t same = 0;	/* rows of this length so far */

	s->note = sheet_text(sheet, "Up to %zu steps one after the other, the last at most %s after the first%s", f->rules.length, f->within_text,
			     f->rules.keep_repeats ? "" : "; a step done again at once counts once");
	s->empty = sheet_text(sheet, "no %s two steps one after the other", f->by_sessions ? "session has" : "customer did");
	s->label_columns = 2;
	path_list_make(&l, c, &c->paths, false);
	for (size_t i = 0; i < l.count; i++) {
		const struct path_row *r = &l.rows[i];
		struct cell *row;

		same = i && l.rows[i - 1].length == r->length ? same + 1 : 0;
		if (same >= f->limit) {
			s->left_out++;
			continue;
		}
		buf_clear(&text);
		for (size_t k = 0; k < r->length; k++)
			buf_printf(&text, "%s%.*s", k ? " > " : "", (int)l.labels[r->names[k]].len, l.labels[r->names[k]].ptr);
		row = section_row(s);
		row[0] = cell_count(r->length);
		row[1] = cell_text(show_names(sheet, &text));
		row[2] = cell_count(r->units);
		row[3] = cell_share((double)r->units, (double)c->units);
		row[4] = cell_count(r->times);
	}
	path_list_release(&l);
	buf_release(&text);
}

/* A tree that is shown: the nodes of most units, each with those below it that are among them. */
struct node {
	const struct path_row *row;
	size_t first, last, next;	/* children and sibling; 0: none, for the root is nobody's */
	uint64_t below;			/* units of its children here */
};

struct tree {
	const struct paths *of;
	struct sheet *sheet;
	struct section *section;
	const struct path_list *list;
	struct node *nodes;
	const char *root, *end;		/* what stands for them */
	bool backwards;
	struct buf text;
};

static struct span label_in(const struct tree *t, uint32_t name)
{
	return name == PATH_END ? span_of(t->end) : t->list->labels[name];
}

/* Its steps from the root on, or backwards to it; then EXTRA, where it is given. */
static struct span node_text(struct tree *t, const struct path_row *r, const char *extra)
{
	buf_clear(&t->text);
	if (t->backwards && extra)
		buf_printf(&t->text, "%s > ", extra);
	for (size_t i = r->length; t->backwards && i; i--) {
		buf_span(&t->text, label_in(t, r->names[i - 1]));
		buf_lit(&t->text, " > ");
	}
	buf_text_put(&t->text, t->root);
	for (size_t i = 0; !t->backwards && i < r->length; i++) {
		buf_lit(&t->text, " > ");
		buf_span(&t->text, label_in(t, r->names[i]));
	}
	if (!t->backwards && extra)
		buf_printf(&t->text, " > %s", extra);
	return show_names(t->sheet, &t->text);
}

static void put_node(struct tree *t, size_t depth, struct span text, uint64_t count, uint64_t above)
{
	struct cell *row = section_row(t->section);

	row[0] = cell_count(depth);
	row[1] = cell_text(text);
	row[2] = cell_count(count);
	row[3] = cell_share((double)count, (double)above);
	row[4] = cell_share((double)count, (double)t->nodes[0].row->units);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as a path is long, at most PATH_LENGTH_MAX. */
static void put_nodes(struct tree *t, size_t at, uint64_t above)
{
	const struct node *n = &t->nodes[at];
	const struct path_row *r = n->row;

	put_node(t, r->length, node_text(t, r, NULL), r->units, above);
	for (size_t child = n->first; child; child = t->nodes[child].next)
		put_nodes(t, child, r->units);
	if (n->first && n->below < r->units)
		put_node(t, r->length + 1, node_text(t, r, "(others)"), r->units - n->below, r->units);
}

/* Hangs each of the first COUNT rows below the one that it goes on from, which stands before it. */
static void link_nodes(struct tree *t, size_t count)
{
	struct map places = MAP_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct path_row *r = &t->list->rows[i];
		struct node *parent;

		t->nodes[i].row = r;
		map_put(&places, (struct span){(const char *)r->names, r->length * sizeof *r->names}, NULL);
		if (!r->length)
			continue;
		parent = &t->nodes[map_find(&places, (struct span){(const char *)r->names, (r->length - 1) * sizeof *r->names})];
		parent->below += r->units;
		if (parent->first)
			t->nodes[parent->last].next = i;
		else
			parent->first = i;
		parent->last = i;
	}
	map_release(&places);
}

static void fill_tree(struct tree *t, const struct path_counts *c, const struct path_table *table)
{
	struct path_list l;
	size_t count;

	path_list_make(&l, c, table, true);
	count = l.count <= t->of->limit ? l.count : t->of->limit + 1;	/* with the root */
	t->list = &l;
	t->nodes = mem_zero(count + 1, sizeof *t->nodes);
	link_nodes(t, count);
	if (count)
		put_nodes(t, 0, l.rows[0].units);
	path_list_release(&l);
	mem_free(t->nodes);
	buf_release(&t->text);
}

static struct section *add_tree(const struct paths *f, struct sheet *sheet, const char *key, const char *title, const char *note,
				const struct anchor *a)
{
	const struct column columns[] = {{"step", "Step", NULL, -1}, {"path", "Path", NULL, -1}, unit_column(f),
					 {"of_step", "Of the step", NULL, -1}, {"of_all", "Of all", NULL, -1}};
	struct section *s = sheet_add(sheet, key, title, columns, 5);

	s->note = note;
	s->empty = sheet_text(sheet, "no %s a step%s%s", f->by_sessions ? "session has" : "customer did", a->text ? " " : "", a->text ? a->text : "");
	s->label_columns = 2;
	s->chart = CHART_BARS;
	s->chart_label = 1;
	s->chart_value = 2;
	return s;
}

static void fill_after(const struct paths *f, struct sheet *sheet, const struct path_counts *c)
{
	struct tree t = {.of = f, .sheet = sheet, .root = f->from.text ? f->from.text : "(start)", .end = "(end)"};
	const char *note = sheet_text(sheet, "%s, at most %s after it; (end): nothing more in that time; of the step: of those who did the step before",
				      f->from.text ? "What came after the first one" : "The first step and those behind it", f->within_text);

	t.section = add_tree(f, sheet, f->from.text ? "after" : "starts", f->from.text ? sheet_text(sheet, "After %s", f->from.text) : "Starts", note, &f->from);
	t.section->chart_label_ends = true;
	fill_tree(&t, c, &c->after);
}

static void fill_before(const struct paths *f, struct sheet *sheet, const struct path_counts *c)
{
	struct tree t = {.of = f, .sheet = sheet, .root = f->to.text, .end = "(start)", .backwards = true};
	const char *note = sheet_text(sheet, "What came before the first one, at most %s before it; (start): nothing in that time; of the step: of those who did the step after",
				      f->within_text);

	t.section = add_tree(f, sheet, "before", sheet_text(sheet, "Before %s", f->to.text), note, &f->to);
	fill_tree(&t, c, &c->before);
}

static int compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return span_compare(span_of(*x), span_of(*y));
}

/* An event that is no step of anybody: perhaps it is misspelt. */
static void warn_of_anchor(struct sheet *sheet, const struct anchor *a, const struct map *names)
{
	const char **list = mem_zero(names->count + 1, sizeof *list);
	char quoted[ERROR_QUOTE_MAX];
	const char *near;

	for (size_t i = 0; i < names->count; i++)
		list[i] = names->entries[i].key.ptr;
	qsort(list, names->count, sizeof *list, compare_names);
	near = error_suggest(span_of(a->text), list);
	error_quote(span_of(a->text), quoted);
	if (near)
		sheet_warn(sheet, "%s %s: no step has this name; did you mean '%s'?", a->option, quoted, near);
	else
		sheet_warn(sheet, "%s %s: no step has this name", a->option, quoted);
	mem_free(list);
}

static void add_up(struct paths *f)
{
	struct worker_part *all = &f->parts[0];

	for (unsigned i = 1; i < f->workers; i++) {
		path_counts_merge(&all->counts, &f->parts[i].counts);
		all->crawlers += f->parts[i].crawlers;
		all->without_events += f->parts[i].without_events;
	}
}

static void carry(void *state, struct partial *p)
{
	struct paths *f = state;
	struct worker_part *all = &f->parts[0];

	if (!partial_reads(p))
		add_up(f);
	partial_count(p, "crawlers", &all->crawlers);
	partial_count(p, "without_events", &all->without_events);
	path_counts_carry(&all->counts, p);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct paths *f = state;
	struct worker_part *all = &f->parts[0];

	(void)err;
	add_up(f);
	fill_totals(f, sheet, all);
	if (f->rules.after)
		fill_after(f, sheet, &all->counts);
	if (f->rules.before)
		fill_before(f, sheet, &all->counts);
	fill_list(f, sheet, &all->counts);
	if (f->from.text && !all->counts.after.keys.count)
		warn_of_anchor(sheet, &f->from, &all->counts.names);
	if (f->to.text && !all->counts.before.keys.count)
		warn_of_anchor(sheet, &f->to, &all->counts.names);
	return 0;
}

const struct counting count_paths = {
	"paths", true, start, begin, event, commit, fill, free_paths, options, carry,
};
