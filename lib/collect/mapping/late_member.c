#include "collect/mapping/late_member.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/contest.h"
#include "collect/mapping/extras.h"
#include "collect/mapping/plan_columns.h"
#include "collect/mapping/value.h"
#include "collect/mapping/version_column.h"
#include "collect/mapping/when.h"
#include "record/scan.h"

/* What a path means; in late_arena. */
struct late_path {
	struct span path;
	struct target *field;		/* NULL: none that it means, or a rule has that */
	unsigned rank;			/* among those that mean it */
	const struct holders *holders;	/* columns that mean it; NULL: none */
	size_t position;		/* so many of them come before it */
	struct consent_kind consent;
	bool has_name;			/* the rest is made where it is needed: see need_name */
	struct target name;
	const struct holders *above;	/* columns that mean a field of its name; NULL: none */
	const struct namesakes *namesakes;	/* columns that go by its name; NULL: none */
};

/* A member of the row at hand. */
struct late_member {
	struct late_path *late;
	struct cell cell;
	bool settled;		/* it has its place */
	bool named;		/* another one has its field */
};

static const struct holders *holders_of(const struct plan *p, const struct field *f)
{
	size_t at = map_find(&p->holders[f->section], f->key);

	return at == MAP_NONE ? NULL : p->holders[f->section].entries[at].ptr;
}

static void find_position(const struct plan *p, struct late_path *l)
{
	const struct holders *h = l->holders;

	for (size_t i = 0; h && i < h->count; i++) {
		struct span name = p->columns[h->columns[i]].name;

		if (h->ranks[i] < l->rank || (h->ranks[i] == l->rank && plan_compare_names(name, l->path) < 0))
			l->position = i + 1;
	}
}

/* Members of the context may stand in groups: "page.url". */
static void find_group(struct maker *m, struct target *t)
{
	struct span key = t->field.key;
	size_t dot = t->field.section == SECTION_CONTEXT ? span_find_byte(key, '.') : key.len;

	t->group = SPAN("");
	if (dot < key.len) {
		t->group = extras_prefix(span_sub(key, 0, dot), &m->late_arena);
		key = span_sub(key, dot + 1, key.len);
	}
	t->prefix = extras_prefix(key, &m->late_arena);
}

static void find_meaning(struct maker *m, struct late_path *l)
{
	const struct plan *p = m->plan;
	struct target *t;
	struct field field;

	if (!plan_field_of(p, l->path, &m->late_arena, &field, &l->rank))
		return;
	l->holders = holders_of(p, &field);
	if (!l->holders && plan_find(p, field.section, field.key))
		return;
	find_position(p, l);
	t = l->field = arena_zero(&m->late_arena, sizeof *t);
	t->field = field;
	t->clock = t->field.section == SECTION_TIME && field_is_clock(l->path);
	find_group(m, t);
}

static void fill_target(const struct plan *p, const struct late_path *l, struct target *t)
{
	t->origin = ORIGIN_REST;
	t->column = -1;
	t->demoted = t->prefix;
	t->names_section = field_is_section(l->path);
	t->label = l->path;
	t->version_rank = p->versioned ? version_rank(l->path) : 0;
	t->number = p->tallies;		/* the one for all that came late */
}

/* Where L goes that has not its field. */
static void need_name(struct maker *m, struct late_path *l)
{
	const struct plan *p = m->plan;
	struct buf folded = BUF_INIT;
	struct target *t = &l->name;
	size_t at;

	if (l->has_name)
		return;
	l->has_name = true;
	expr_fold_name(l->path, &folded);
	t->field = field_of_rest(SPAN("column"), p->type == EVENT_IDENTIFY);
	if (folded.len)
		t->field.key = arena_copy(&m->late_arena, buf_view(&folded));
	buf_release(&folded);
	at = map_find(&p->namesakes, t->field.key);
	if (at != MAP_NONE)
		l->namesakes = p->namesakes.entries[at].ptr;
	l->above = holders_of(p, &t->field);
	if (!l->namesakes && !l->above)
		t->field.key = extras_free_key(m, t->field.section, t->field.key);
	find_group(m, t);
	fill_target(p, l, t);
}

static struct late_path *new_path(struct maker *m, struct span path)
{
	struct late_path *l = arena_zero(&m->late_arena, sizeof *l);

	l->path = arena_copy(&m->late_arena, path);
	find_meaning(m, l);
	l->consent = consent_kind_of(path, &m->late_arena);
	if (l->field)
		fill_target(m->plan, l, l->field);
	return l;
}

static void note_new(struct maker *m, struct late_path *l)
{
	/* Read as what it means, like a column: there is nothing to say. */
	if (l->holders || (l->field && l->field->field.section < SECTION_IDS))
		return;
	if (!l->field)
		need_name(m, l);
	m->new_late = mem_room(m->new_late, m->new_count, &m->new_cap, sizeof(struct span *));
	m->new_late[m->new_count++] = l->field ? &l->field->field.key : &l->name.field.key;
}

static struct late_path *path_of(struct maker *m, struct span path, bool came_late)
{
	bool added;
	size_t at = map_put(&m->late, path, &added);

	if (added) {
		struct late_path *l = new_path(m, path);

		m->late.entries[at].ptr = l;
		if (came_late)
			note_new(m, l);
	}
	return m->late.entries[at].ptr;
}

static struct late_member *add_member(struct maker *m, struct late_path *l, struct cell cell)
{
	m->lates = mem_room(m->lates, m->late_count, &m->late_cap, sizeof *m->lates);
	m->lates[m->late_count] = (struct late_member){.late = l, .cell = cell};
	return &m->lates[m->late_count++];
}

static void collect_members(struct maker *m, const struct row *row)
{
	m->late_count = 0;
	for (size_t i = 0; i < row->touched_count; i++) {
		size_t column = (size_t)row->touched[i];

		if (column < m->plan->column_count || !contest_fills(&row->cells[column]) ||
		    (!span_absent(m->plan->ignore) && plan_ignores(m->plan, row->names[column])))
			continue;
		add_member(m, path_of(m, row->names[column], true), row->cells[column]);
	}
}

/* The row as targets read it, where it differs from the one given. */

static void copy_row(struct maker *m)
{
	const struct row *given = m->row;
	size_t count = m->plan->column_count;

	if (given == &m->own)
		return;
	m->own_cells = mem_grow(m->own_cells, count + 1, sizeof *m->own_cells);
	m->own_touched = mem_grow(m->own_touched, given->touched_count + count + 1, sizeof *m->own_touched);
	memcpy(m->own_cells, given->cells, count * sizeof *m->own_cells);
	if (given->touched_count)
		memcpy(m->own_touched, given->touched, given->touched_count * sizeof *m->own_touched);
	m->own = *given;
	m->own.cells = m->own_cells;
	m->own.count = count;
	m->own.touched = m->own_touched;
	m->own.plain = false;
	m->own.plains = NULL;
	m->row = &m->own;
}

static void set_cell(struct maker *m, int column, struct cell cell)
{
	copy_row(m);
	if (m->own_cells[column].kind == CELL_NONE)
		m->own_touched[m->own.touched_count++] = column;
	m->own_cells[column] = cell;
}

/* Fields. */

static int compare_fields(const void *a, const void *b)
{
	const struct late_member *x = a, *y = b;
	const struct target *t = x->late->field, *u = y->late->field;
	const struct field *f, *g;
	int order;

	if (!t || !u)
		return !t - !u;
	f = &t->field;
	g = &u->field;
	if (f->section != g->section)
		return (f->section > g->section) - (f->section < g->section);
	order = span_compare(f->key, g->key);
	if (order)
		return order;
	if (x->late->rank != y->late->rank)
		return x->late->rank < y->late->rank ? -1 : 1;
	return plan_compare_names(x->late->path, y->late->path);
}

static bool same_field(const struct late_path *a, const struct late_path *b)
{
	return a->field && b->field && a->field->field.section == b->field->field.section &&
	       span_equal(a->field->field.key, b->field->field.key);
}

/* The first of the columns that has a value of their field, or their number. */
static size_t first_that_means(const struct maker *m, const struct holders *h, unsigned nothing)
{
	size_t i = 0;

	while (i < h->count && !contest_means(&m->row->cells[h->columns[i]], nothing, m->plan->style.nulls))
		i++;
	return i;
}

/*
 * A column before the one at FIRST, which has the field now, that W's cell may take: an empty one, or one
 * whose word means nothing; else that one itself.  Columns that expressions read stay as they are.
 */
static size_t find_slot(const struct maker *m, const struct holders *h, size_t first)
{
	size_t slot = h->count;

	for (size_t i = 0; i <= first && i < h->count; i++) {
		if (m->plan->columns[h->columns[i]].used)
			continue;
		if (!contest_fills(&m->row->cells[h->columns[i]]))
			return i;
		slot = slot < first ? slot : i;
	}
	return slot;
}

static void take_slot(struct maker *m, size_t winner, size_t first)
{
	const struct holders *h = m->lates[winner].late->holders;
	size_t slot = find_slot(m, h, first);
	struct cell was;
	int column;

	if (slot == h->count) {
		m->lates[winner].named = true;
		return;
	}
	column = h->columns[slot];
	was = m->row->cells[column];
	set_cell(m, column, m->lates[winner].cell);
	m->lates[winner].settled = true;
	if (slot == first)
		add_member(m, path_of(m, m->plan->columns[column].name, false), was)->named = true;
}

/* A time of the day alone, and a duration, have no field of their own here. */
static bool is_no_time(const struct maker *m, const struct late_member *l)
{
	const struct target *t = l->late->field;

	return t->clock && l->cell.kind != CELL_RAW &&
	       when_kind_of(t, &m->plan->style, l->cell.text) != WHEN_DATE;
}

/* The members FROM up to TO mean one field. */
static void settle_field(struct maker *m, size_t from, size_t to)
{
	const struct holders *h = m->lates[from].late->holders;
	unsigned nothing = plan_nothing_in(&m->lates[from].late->field->field);
	size_t first = h ? first_that_means(m, h, nothing) : SIZE_MAX;
	size_t winner = to;

	for (size_t i = from; i < to; i++) {
		struct late_member *l = &m->lates[i];

		l->named = l->named || winner < to || l->late->position > first || is_no_time(m, l);
		if (!l->named && contest_means(&l->cell, nothing, m->plan->style.nulls))
			winner = i;
		else if (!l->named)
			l->settled = h != NULL;	/* a word that means nothing there */
	}
	if (winner < to && h)
		take_slot(m, winner, first);
}

static void settle_fields(struct maker *m)
{
	size_t count = m->late_count, from = 0;

	qsort(m->lates, count, sizeof *m->lates, compare_fields);
	while (from < count && m->lates[from].late->field) {
		size_t to = from + 1;

		while (to < count && same_field(m->lates[from].late, m->lates[to].late))
			to++;
		settle_field(m, from, to);
		from = to;
	}
}

/* What is no consent is kept as a trait, as that of a column is. */
static bool keep_as_trait(struct maker *m, const struct late_member *l)
{
	struct target *trait;

	if (l->late->field->field.section != SECTION_CONSENT ||
	    !value_note_consent(m, l->late->field, &l->cell))
		return false;
	need_name(m, l->late);
	trait = arena_alloc(&m->scratch, sizeof *trait);
	*trait = l->late->name;
	trait->field.section = SECTION_TRAITS;
	extras_add(m, trait, &l->cell);
	return true;
}

static void add_fields(struct maker *m)
{
	for (size_t i = 0; i < m->late_count; i++) {
		struct late_member *l = &m->lates[i];

		if (!l->late->field || l->named || l->settled)
			continue;
		if (!keep_as_trait(m, l))
			extras_add(m, l->late->field, &l->cell);
		l->settled = true;
	}
}

/* Names. */

/* Those that are settled come last, in any order. */
static int compare_named(const void *a, const void *b)
{
	const struct late_member *x = a, *y = b;
	int order;

	if (x->settled || y->settled)
		return x->settled - y->settled;
	order = span_compare(x->late->name.field.key, y->late->name.field.key);
	return order ? order : plan_compare_names(x->late->path, y->late->path);
}

/* Does the column of N go by its name in this row? */
static bool goes_by_name(const struct maker *m, const struct namesake *n)
{
	return contest_fills(&m->row->cells[n->column]) && !m->plan->columns[n->column].used &&
	       (!n->contest || contest_counts(n->contest, m->row, m->plan->style.nulls));
}

static bool has_above(const struct maker *m, const struct holders *h)
{
	for (size_t i = 0; h && i < h->count; i++)
		if (contest_fills(&m->row->cells[h->columns[i]]))
			return true;
	return false;
}

/* L by its name and the next number behind *NUMBER; by 0 without one. */
static void add_numbered(struct maker *m, const struct late_member *l, size_t *number)
{
	const struct target *t = &l->late->name;
	struct target *numbered;

	if (*number) {
		numbered = arena_alloc(&m->scratch, sizeof *numbered);
		*numbered = *t;
		numbered->field.key = maker_numbered_key(m, t, number);
		numbered->prefix = numbered->demoted = extras_prefix(numbered->field.key, &m->scratch);
		t = numbered;
	} else {
		*number = 1;
	}
	extras_add(m, t, &l->cell);
}

/* COUNT members from LIST on, which stand in the order that is stated, share a name with columns. */
static void share_name(struct maker *m, size_t from, size_t count)
{
	const struct late_path *late = m->lates[from].late;
	const struct namesakes *s = late->namesakes;
	size_t columns = 0, all = m->late_count, place = has_above(m, late->above), number;
	int *slots = arena_alloc(&m->scratch, ((s ? s->count : 0) + 1) * sizeof *slots);

	for (size_t i = 0; s && i < s->count; i++)
		if (goes_by_name(m, &s->list[i]))
			slots[columns++] = s->list[i].column;
	for (size_t i = 0; i < count; i++)
		add_member(m, m->lates[from + i].late, m->lates[from + i].cell);
	for (size_t i = 0; i < columns; i++) {
		struct late_path *path = path_of(m, m->plan->columns[slots[i]].name, false);

		need_name(m, path);
		add_member(m, path, m->row->cells[slots[i]]);
	}
	if (columns)
		qsort(m->lates + all, columns + count, sizeof *m->lates, compare_named);
	for (size_t i = 0; i < columns; i++)
		set_cell(m, slots[i], m->lates[all + i].cell);
	number = columns + place ? 1 : 0;
	for (size_t i = 1; i < columns + place; i++)
		maker_numbered_key(m, &late->name, &number);
	for (size_t i = columns; i < columns + count; i++)
		add_numbered(m, &m->lates[all + i], &number);
	m->late_count = all;
}

static void add_names(struct maker *m)
{
	size_t from = 0, left = 0;

	for (size_t i = 0; i < m->late_count; i++) {
		if (m->lates[i].settled)
			continue;
		need_name(m, m->lates[i].late);
		left++;
	}
	if (!left)
		return;
	qsort(m->lates, m->late_count, sizeof *m->lates, compare_named);
	while (from < m->late_count && !m->lates[from].settled) {
		struct span key = m->lates[from].late->name.field.key;
		size_t to = from + 1;

		while (to < m->late_count && !m->lates[to].settled &&
		       span_equal(key, m->lates[to].late->name.field.key))
			to++;
		if (m->lates[from].late->namesakes || m->lates[from].late->above)
			share_name(m, from, to - from);
		else
			for (size_t i = from; i < to; i++)
				extras_add(m, &m->lates[i].late->name, &m->lates[i].cell);
		from = to;
	}
}

/* Does the type that ROW says have names of its own?  A page's, a screen's or a group's is nobody's. */
static bool names_thing(const struct plan *p, const struct row *row)
{
	size_t column = (size_t)p->type_column;
	enum event_type type = column < row->count && row->cells[column].kind == CELL_TEXT ?
		event_type_parse(span_trim(row->cells[column].text)) : EVENT_TYPES;

	return type == EVENT_PAGE || type == EVENT_SCREEN || type == EVENT_GROUP;
}

/* Then `name` beside the type goes by its name. */
static void part_name(struct maker *m, const struct row *row)
{
	int column = m->plan->name_column;

	if (!names_thing(m->plan, row))
		return;
	for (size_t i = 0; i < m->late_count; i++)
		m->lates[i].named |= span_equal(m->lates[i].late->path, SPAN("name"));
	if (column < 0 || (size_t)column >= row->count || !contest_fills(&row->cells[column]))
		return;
	add_member(m, path_of(m, SPAN("name"), false), row->cells[column])->named = true;
	set_cell(m, column, (struct cell){.kind = CELL_NONE});
}

void late_members_find(struct maker *m, const struct row *row)
{
	m->row = row;
	collect_members(m, row);
	if (m->plan->typed)
		part_name(m, row);
	if (!m->late_count)
		return;
	settle_fields(m);
	add_fields(m);
	add_names(m);
}

bool late_member_consent(struct maker *m, size_t i, struct late_consent *out)
{
	struct late_path *late;

	if (i >= m->late_count)
		return false;
	late = m->lates[i].late;
	*out = (struct late_consent){late->consent, NULL, NULL, &m->lates[i].cell};
	if (late->field && late->field->field.section == SECTION_CONSENT)
		out->field = late->field;
	if (consent_has_rule(m->plan, late->consent))
		out->kind.sort = CONSENT_SORT_NONE;
	if (out->kind.sort)
		need_name(m, late);
	out->target = &late->name;
	return true;
}

void late_members_release(struct maker *m)
{
	mem_free(m->lates);
	mem_free(m->own_cells);
	mem_free(m->own_touched);
}
