/*
 * The columns that no rule copies.
 *
 * Each column wants the field that the table of headers gives it, if any, and else a property (of an
 * identify record: a trait) of its own name.  Where a rule has the field, the column goes by its name.
 * Where several columns mean one field, all of them become targets of it, in the stated order, and all
 * but the first also targets of their own names: the contests of these targets say which count in a row.
 * In the same way the names of JSON's members are shared out: their number is open, and a name that
 * is taken in one record is free in another.  A header's names are shared out once.
 *
 * Cost: a sort of the columns that have a field, and maps for the rest.
 */
#include "collect/mapping/plan_columns.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/mapping/contest.h"

/* So many members of one record share a name out by what it has; more get their numbers once. */
#define NAMESAKES_MAX 64

/* A column and the field that it means. */
struct candidate {
	struct field field;
	unsigned rank;
	size_t column;
	size_t group;		/* of those that mean the same field */
	const struct plan *plan;
};

/* A column that goes by its name, always or where its contest says so. */
struct named {
	size_t column;
	const int *before;
	size_t before_count;
	unsigned nothing;	/* as in its contest */
	bool time;
	struct span key;	/* absent: not settled yet */
	const struct contest *contest;
	const struct plan *plan;
};

struct columns {
	struct plan *plan;
	bool typed;
	struct candidate *candidates;
	size_t candidate_count;
	struct named *named;
	size_t named_count;
	struct named **by_name;		/* the same, sorted */
	struct map keys;		/* of names that are settled */
};

/* Words of these kinds are no value of F: see value_put, which has names of people and places apart. */
unsigned plan_nothing_in(const struct field *f)
{
	static const bool formed[] = {
		[FORM_EMAIL] = true, [FORM_PHONE] = true, [FORM_COUNTRY] = true, [FORM_DATE] = true,
		[FORM_MOMENT] = true, [FORM_NUMBER] = true, [FORM_MONEY] = true, [FORM_CONSENT] = true,
		[FORM_TYPE] = false,
	};

	if (span_ends(f->key, SPAN("name")) || span_equal(f->key, SPAN("city")))
		return 0;
	return formed[f->form] || f->hint == HINT_ORDER ? NULL_CELL | NULL_FORM : NULL_CELL;
}

static bool has_target(const struct plan *p, const struct field *f)
{
	return map_find(&p->keys[f->section], f->key) != MAP_NONE;
}

/* Is COLUMN inside an object that the mapping takes as a whole? */
static bool is_inside_whole(const struct plan *p, size_t column)
{
	struct span name = p->columns[column].name;

	for (size_t dot = 0; p->json && dot < name.len; dot++) {
		size_t at = name.ptr[dot] != '.' ? MAP_NONE :
			map_find(&p->exact, span_sub(name, 0, dot));

		if (at != MAP_NONE && p->columns[p->exact.entries[at].number].whole)
			return true;
	}
	return false;
}

static bool goes_nowhere(const struct plan *p, size_t column)
{
	return p->columns[column].copied || is_inside_whole(p, column) ||
	       plan_ignores(p, p->columns[column].name);
}

/* The stated order: see contest.h. */

/* "order_id", "properties.order_id": in lower case, words joined by _. */
static bool is_folded(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
			return false;
	}
	return true;
}

int plan_compare_names(struct span a, struct span b)
{
	bool a_folded = is_folded(a), b_folded = is_folded(b);

	if (a_folded != b_folded)
		return a_folded ? -1 : 1;
	return span_compare(a, b);
}

static int compare_names(const struct plan *p, size_t a, size_t b)
{
	int order = plan_compare_names(p->columns[a].name, p->columns[b].name);

	return order ? order : (a > b) - (a < b);
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return compare_names(x->plan, x->column, y->column);
}

static int compare_named(const void *a, const void *b)
{
	const struct named *x = *(struct named *const *)a, *y = *(struct named *const *)b;
	const struct plan *p = x->plan;
	int order = span_compare(p->columns[x->column].base, p->columns[y->column].base);

	if (order)
		return order;
	/* A table's columns have an order of their own, which messages name. */
	return p->json ? compare_names(p, x->column, y->column) :
			 (x->column > y->column) - (x->column < y->column);
}

/* Fields. */

/* People write headers as they like. */
static bool is_called(const struct plan *p, struct span name, struct span word)
{
	return p->json ? span_equal(name, word) : span_equal_nocase(name, word);
}

/* The member `type` of each record says what it is; and so `id` is the message's: the records are ours. */
static bool typed_field(struct plan *p, size_t column, struct candidate *c)
{
	struct span name = p->columns[column].name;

	if (is_called(p, name, SPAN("type"))) {
		p->typed = !plan_find(p, SECTION_TYPE, SPAN(""));
		p->type_column = (int)column;
		c->field = (struct field){.section = SECTION_TYPE, .form = FORM_TYPE, .hint = HINT_NONE, .key = SPAN("")};
		c->rank = 0;
		return true;
	}
	if (is_called(p, name, SPAN("name")) && !p->columns[column].used)
		p->name_column = (int)column;
	if (!is_called(p, name, SPAN("id")))
		return false;
	c->field = (struct field){.section = SECTION_ID, .form = FORM_TEXT, .hint = HINT_NONE, .key = SPAN("")};
	c->rank = UINT_MAX;
	return true;
}

static bool find_field(const struct columns *w, size_t column, struct candidate *c)
{
	struct plan *p = w->plan;
	const struct column *name = &p->columns[column];

	if (goes_nowhere(p, column))
		return false;
	if (!(w->typed && typed_field(p, column, c)) &&
	    !plan_table_field(p, column, &c->field, &c->rank))
		return false;
	return !(name->used && !field_is_known(&c->field)) && !has_target(p, &c->field);
}

static void find_fields(struct columns *w)
{
	struct plan *p = w->plan;
	struct map seen[SECTIONS] = {0};

	for (size_t i = p->fixed; i < p->column_count; i++) {
		struct candidate c = {.column = i, .plan = p};
		bool added;
		size_t at;

		if (!find_field(w, i, &c))
			continue;
		at = map_put(&seen[c.field.section], c.field.key, &added);
		if (added)
			seen[c.field.section].entries[at].number = w->candidate_count;
		c.group = seen[c.field.section].entries[at].number;
		w->candidates[w->candidate_count++] = c;
	}
	for (int s = 0; s < SECTIONS; s++)
		map_release(&seen[s]);
	if (w->candidate_count)
		qsort(w->candidates, w->candidate_count, sizeof *w->candidates, compare_candidates);
}

/* C goes by its name where one of BEFORE has its field. */
static void add_named(struct columns *w, const struct candidate *c, const int *before,
		      size_t before_count)
{
	w->named[w->named_count++] = (struct named){
		.column = c->column,
		.before = before,
		.before_count = before_count,
		.nothing = plan_nothing_in(&c->field),
		.time = c->field.section == SECTION_TIME && w->plan->clocks,
		.plan = w->plan,
	};
}

static bool has_clock(const struct plan *p, const struct candidate *list, size_t count)
{
	for (size_t i = 0; list->field.section == SECTION_TIME && i < count; i++)
		if (field_is_clock(p->columns[list[i].column].name))
			return true;
	return false;
}

static void find_zone(struct plan *p)
{
	for (size_t i = p->fixed; p->clocks && p->zone_column < 0 && i < p->column_count; i++)
		if (field_is_zone(p->columns[i].name))
			p->zone_column = (int)i;
}

static const struct contest *new_contest(struct plan *p, struct contest with)
{
	struct contest *c = arena_alloc(&p->arena, sizeof *c);

	*c = with;
	return c;
}

/* The COUNT columns of LIST mean one field. */
static void add_group(struct columns *w, const struct candidate *list, size_t count)
{
	struct plan *p = w->plan;
	int *columns = arena_alloc(&p->arena, count * sizeof *columns);
	unsigned *ranks = arena_alloc(&p->arena, count * sizeof *ranks);
	struct holders *h = arena_alloc(&p->arena, sizeof *h);
	size_t at = map_put(&p->holders[list->field.section], list->field.key, NULL);

	p->clocks = p->clocks || has_clock(p, list, count);
	*h = (struct holders){columns, ranks, count};
	p->holders[list->field.section].entries[at].ptr = h;
	for (size_t i = 0; i < count; i++) {
		struct target *t = plan_add_target(p, &list[i].field, ORIGIN_TABLE);

		columns[i] = t->column = (int)list[i].column;
		ranks[i] = list[i].rank;
		p->columns[t->column].copied = p->columns[t->column].known = true;
		t->clock = field_is_clock(p->columns[t->column].name) &&
			   list->field.section == SECTION_TIME;
		if (count > 1)
			t->contest = new_contest(p, (struct contest){
				.before = columns, .before_count = i,
				.nothing = plan_nothing_in(&list->field),
				.time = p->clocks && list->field.section == SECTION_TIME,
			});
		/* A time that is none has its name even where it is alone. */
		if (i || t->clock)
			add_named(w, &list[i], columns, i);
	}
}

static void add_fields(struct columns *w)
{
	size_t from = 0;

	while (from < w->candidate_count) {
		size_t to = from;

		while (to < w->candidate_count &&
		       w->candidates[to].group == w->candidates[from].group)
			to++;
		add_group(w, w->candidates + from, to - from);
		from = to;
	}
}

/* Names. */

/* Those that mean no field go by their names, in all rows. */
static void find_names(struct columns *w)
{
	struct plan *p = w->plan;

	for (size_t i = p->fixed; i < p->column_count; i++)
		if (!p->columns[i].used && !goes_nowhere(p, i))
			w->named[w->named_count++] = (struct named){.column = i, .plan = p};
}

static struct field named_field(const struct plan *p, struct span key)
{
	return field_of_rest(key, p->type == EVENT_IDENTIFY);
}

static bool is_taken(const struct columns *w, struct span key)
{
	struct field f = named_field(w->plan, key);

	return has_target(w->plan, &f) || map_find(&w->keys, key) != MAP_NONE;
}

/* KEY_2, _3, ...: the first behind *NUMBER, which it becomes, that nothing has. */
static struct span number_key(struct columns *w, struct span key, unsigned *number)
{
	struct buf b = BUF_INIT;
	struct span kept;

	do {
		buf_clear(&b);
		buf_span(&b, key);
		buf_printf(&b, "_%u", ++*number);
	} while (is_taken(w, buf_view(&b)));
	kept = arena_copy(&w->plan->arena, buf_view(&b));
	buf_release(&b);
	return kept;
}

static void settle_name(struct columns *w, struct named *n, struct span key)
{
	n->key = key;
	map_put(&w->keys, key, NULL);
}

static const struct holders *holders_of(const struct columns *w, struct span key)
{
	struct field f = named_field(w->plan, key);
	size_t at = map_find(&w->plan->holders[f.section], f.key);

	return at == MAP_NONE ? NULL : w->plan->holders[f.section].entries[at].ptr;
}

static void keep_namesakes(struct plan *p, struct span key, const struct namesake *list, size_t count)
{
	struct namesakes *s = arena_alloc(&p->arena, sizeof *s);
	size_t at = map_put(&p->namesakes, key, NULL);

	*s = (struct namesakes){list, count};
	p->namesakes.entries[at].ptr = s;
}

/*
 * The COUNT columns of LIST want one name.  The first has it, unless a rule or, in a table, a field
 * does; members of JSON that follow share it, and those of a table get numbers later.
 */
static void share_name(struct columns *w, struct named **list, size_t count)
{
	struct plan *p = w->plan;
	struct span key = p->columns[list[0]->column].base;
	const struct holders *h = p->json ? holders_of(w, key) : NULL;
	struct namesake *shared = arena_alloc(&p->arena, count * sizeof *shared);

	if (!h && is_taken(w, key))
		key = SPAN_NONE;
	for (size_t i = 0; i < count; i++) {
		struct named *n = list[i];
		struct contest c = {
			.before = n->before,
			.before_count = n->before_count,
			.nothing = n->nothing,
			.time = n->time,
			.fallback = n->before_count > 0 || n->time,
		};

		if (!span_absent(key) && (p->json ? i < NAMESAKES_MAX : !i)) {
			settle_name(w, n, key);
			c.holders = h ? h->columns : NULL;
			c.holder_count = h ? h->count : 0;
			c.namesakes = shared;
			c.namesake_count = i;
		}
		if (c.fallback || c.holder_count || c.namesake_count)
			n->contest = new_contest(p, c);
		shared[i] = (struct namesake){(int)n->column, n->contest};
	}
	if (p->json && !span_absent(key))
		keep_namesakes(p, key, shared, count < NAMESAKES_MAX ? count : NAMESAKES_MAX);
}

static bool same_name(const struct named *a, const struct named *b)
{
	return span_equal(a->plan->columns[a->column].base, b->plan->columns[b->column].base);
}

static void share_names(struct columns *w)
{
	unsigned number = 1;
	size_t from = 0;

	for (size_t i = 0; i < w->named_count; i++)
		w->by_name[i] = &w->named[i];
	if (w->named_count)
		qsort(w->by_name, w->named_count, sizeof(struct named *), compare_named);
	while (from < w->named_count) {
		size_t to = from;

		while (to < w->named_count && same_name(w->by_name[to], w->by_name[from]))
			to++;
		share_name(w, w->by_name + from, to - from);
		from = to;
	}
	for (size_t i = 0; i < w->named_count; i++) {
		struct named *n = w->by_name[i];

		if (!i || !same_name(n, w->by_name[i - 1]))
			number = 1;
		if (span_absent(n->key))
			settle_name(w, n, number_key(w, w->plan->columns[n->column].base, &number));
	}
}

static int compare_columns(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->column > y->column) - (x->column < y->column);
}

/* In the order of the columns. */
static void add_names(struct columns *w)
{
	struct plan *p = w->plan;

	if (w->named_count)
		qsort(w->named, w->named_count, sizeof *w->named, compare_columns);
	for (size_t i = 0; i < w->named_count; i++) {
		const struct named *n = &w->named[i];
		struct field f = named_field(p, n->key);
		struct target *t = plan_add_target(p, &f, ORIGIN_REST);

		t->column = (int)n->column;
		t->contest = n->contest;
		t->clock = n->time && field_is_clock(p->columns[n->column].name);
		p->columns[n->column].copied = true;
	}
}

void plan_add_columns(struct plan *p, bool typed)
{
	struct columns w = {.plan = p, .typed = typed};

	w.candidates = mem_zero(p->column_count + 1, sizeof *w.candidates);
	w.named = mem_zero(2 * p->column_count + 1, sizeof *w.named);
	w.by_name = mem_zero(2 * p->column_count + 1, sizeof(struct named *));
	find_fields(&w);
	add_fields(&w);
	find_zone(p);
	find_names(&w);
	share_names(&w);
	add_names(&w);
	map_release(&w.keys);
	mem_free(w.by_name);
	mem_free(w.candidates);
	mem_free(w.named);
}
