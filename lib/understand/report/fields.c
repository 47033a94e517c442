/*
 * Every field that the profiles and their events have: in how many, and an
 * example (the smallest text, so that the order of rows does not show).
 */
#include "base/mem.h"
#include "understand/report/count.h"
#include "understand/report/partial.h"
#include "understand/report/tally.h"

#define DEPTH_MAX 4		/* of dotted names */
#define FURTHER "(further fields)"
#define FIELDS_MAX 5000		/* a worker; further names are counted together */

struct part {
	uint64_t profiles, events;
	struct tally head, event;
	struct buf path, text;
	uint64_t stamp;		/* of the record at hand: counts[1] of its rows */
};

struct fields {
	unsigned workers;
	struct part *parts;
};

static void *start(const struct count_setup *setup, struct error *err)
{
	struct fields *f = mem_zero(1, sizeof *f);

	(void)err;
	f->workers = setup->workers;
	f->parts = mem_zero(setup->workers, sizeof *f->parts);
	return f;
}

static void count_leaf(struct part *w, struct tally *t, struct value v)
{
	struct tally_row *row;

	if (v.kind == VALUE_NULL || v.kind == VALUE_NONE)
		return;
	if (tally_size(t) >= FIELDS_MAX &&
	    map_find(&t->keys, buf_view(&w->path)) == MAP_NONE) {
		buf_clear(&w->path);
		buf_lit(&w->path, FURTHER);
	}
	row = tally_row(t, buf_view(&w->path));
	/* Once a record, however often the name repeats in it. */
	if (row->counts[1] != w->stamp) {
		row->counts[1] = w->stamp;
		row->counts[0]++;
	}
	buf_clear(&w->text);
	if (v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT)
		tally_example(t, row, v.raw);
	else
		tally_example(t, row, value_text(v, &w->text));
}

static void count_field(struct part *w, struct tally *t, struct value v,
			int depth);

static void put_key(struct part *w, const struct member *m)
{
	buf_clear(&w->text);
	buf_span(&w->path, member_key(m, &w->text));
}

static void count_members(struct part *w, struct tally *t, struct value object,
			  int depth)
{
	size_t before = w->path.len;
	struct member m;
	struct scan s;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		w->path.len = before;
		if (before)
			buf_char(&w->path, '.');
		put_key(w, &m);
		count_field(w, t, m.value, depth + 1);
	}
	w->path.len = before;
}

static void count_field(struct part *w, struct tally *t, struct value v,
			int depth)
{
	if (v.kind == VALUE_OBJECT && depth < DEPTH_MAX)
		count_members(w, t, v, depth);
	else
		count_leaf(w, t, v);
}

static void count_named(struct part *w, struct tally *t, const char *name,
			struct value v)
{
	buf_clear(&w->path);
	buf_text_put(&w->path, name);
	count_field(w, t, v, 1);
}

static void count_others(struct part *w, struct tally *t,
			 const struct members *others)
{
	for (size_t i = 0; i < others->count; i++) {
		buf_clear(&w->path);
		put_key(w, &others->list[i]);
		count_field(w, t, others->list[i].value, 1);
	}
}

static void count_head(struct part *w, const struct profile *p)
{
	count_named(w, &w->head, "id", p->id);
	count_named(w, &w->head, "as_of", p->as_of_text);
	count_named(w, &w->head, "ids", p->ids);
	count_named(w, &w->head, "traits", p->traits);
	count_named(w, &w->head, "consent", p->consent);
	count_named(w, &w->head, "sources", p->sources);
	count_named(w, &w->head, "first_seen", p->first_seen);
	count_named(w, &w->head, "last_seen", p->last_seen);
	count_named(w, &w->head, "orders", p->orders);
	count_named(w, &w->head, "segments", p->segments);
	count_named(w, &w->head, "scores", p->scores);
	count_named(w, &w->head, "events_omitted", p->events_omitted);
	count_others(w, &w->head, &p->others);
}

static void count_event(struct part *w, const struct event *e)
{
	count_named(w, &w->event, "id", e->id);
	count_named(w, &w->event, "time", e->time_text);
	count_named(w, &w->event, "source", e->source);
	count_named(w, &w->event, "event", e->name);
	count_named(w, &w->event, "ids", e->ids);
	count_named(w, &w->event, "traits", e->traits);
	count_named(w, &w->event, "props", e->props);
	count_named(w, &w->event, "context", e->context);
	count_named(w, &w->event, "consent", e->consent);
	count_others(w, &w->event, &e->others);
}

/* Walks the events again: noting every field of each would cost more. */
static int commit(void *state, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct part *w = &((struct fields *)state)->parts[worker];
	struct profile_events walk;
	struct event e;

	w->stamp++;
	w->profiles++;
	count_head(w, p);
	profile_events_start(&walk, p);
	while (profile_events_next(&walk, &e, err) > 0) {
		w->stamp++;
		w->events++;
		count_event(w, &e);
	}
	return 0;
}

static void fill_rows(struct section *s, struct sheet *sheet, const char *of,
		      struct tally *t, uint64_t whole)
{
	tally_sort_by_key(t);
	for (size_t i = 0; i < tally_size(t); i++) {
		const struct tally_row *from = &t->rows[i];
		struct cell *row = section_row(s);

		row[0] = cell_text(span_of(of));
		row[1] = cell_text(arena_copy(&sheet->texts, from->key));
		row[2] = cell_count(from->counts[0]);
		row[3] = cell_share((double)from->counts[0], (double)whole);
		if (!span_absent(from->example))
			row[4] = cell_text(arena_copy(&sheet->texts, from->example));
	}
}

static void release_part(struct part *w)
{
	tally_release(&w->head);
	tally_release(&w->event);
	buf_release(&w->path);
	buf_release(&w->text);
}

static int add_up(struct fields *f, struct error *err)
{
	struct part *all = &f->parts[0];

	for (unsigned i = 1; i < f->workers; i++) {
		all->profiles += f->parts[i].profiles;
		all->events += f->parts[i].events;
		if (tally_merge(&all->head, &f->parts[i].head, err) || tally_merge(&all->event, &f->parts[i].event, err))
			return -1;
	}
	return 0;
}

/* Which names are counted together depends on those that came first, so on the part. */
static void check_names(struct partial *p, struct tally *t)
{
	if (map_find(&t->keys, SPAN(FURTHER)) != MAP_NONE)
		partial_fail(p, "fields: the data has more than %d names of fields: not by parts", FIELDS_MAX);
	/* The last record of each is nobody else's. */
	for (size_t i = 0; i < tally_size(t); i++)
		t->rows[i].counts[1] = 0;
}

static void carry(void *state, struct partial *p)
{
	struct fields *f = state;
	struct part *all = &f->parts[0];

	if (!partial_reads(p)) {
		if (add_up(f, NULL))
			partial_fail(p, "a sum of money has more than 38 digits");
		check_names(p, &all->head);
		check_names(p, &all->event);
	}
	partial_count(p, "profiles", &all->profiles);
	partial_count(p, "events", &all->events);
	partial_tally(p, "head", &all->head);
	partial_tally(p, "event", &all->event);
	if (tally_size(&all->head) > FIELDS_MAX || tally_size(&all->event) > FIELDS_MAX)
		partial_fail(p, "fields: the data has more than %d names of fields: not by parts", FIELDS_MAX);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	static const struct column columns[] = {
		{"of", "Of", NULL, -1}, {"field", "Field", NULL, -1},
		{"filled", "Filled", NULL, -1}, {"share", "Share", NULL, -1},
		{"example", "Example", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "fields", "Fields", columns, 5);
	struct fields *f = state;
	struct part *all = &f->parts[0];

	s->note = "In how many profiles, or events, a field has a value, and the smallest of them";
	if (add_up(f, err))
		return -1;
	fill_rows(s, sheet, "profile", &all->head, all->profiles);
	fill_rows(s, sheet, "event", &all->event, all->events);
	return 0;
}

static void free_fields(void *state)
{
	struct fields *f = state;

	for (unsigned i = 0; i < f->workers; i++)
		release_part(&f->parts[i]);
	mem_free(f->parts);
	mem_free(f);
}

const struct counting count_fields = {
	"fields", true, start, NULL, NULL, commit, fill, free_fields, NULL, carry,
};
