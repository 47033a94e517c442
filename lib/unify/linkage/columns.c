#include "unify/linkage/columns.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "unify/identity/known_identifiers.h"
#include "unify/linkage/running.h"
#include "unify/linkage/wording.h"

/* A column is kept when one in SPARSE records fills it, at least FEW. */
#define SPARSE 50
#define FEW 2

/* In the order of columns. */
static const struct known_trait {
	struct span name;
	enum column_kind kind;
	int twin;		/* a later line that shares its words */
} known_traits[] = {
	{SPAN("first_name"), COLUMN_NAME, 1},
	{SPAN("last_name"), COLUMN_NAME, 0},
	{SPAN("name"), COLUMN_TEXT, COLUMN_NONE},
	{SPAN("birth_date"), COLUMN_DATE, COLUMN_NONE},
	{SPAN("street_number"), COLUMN_CODE, COLUMN_NONE},
	{SPAN("address"), COLUMN_TEXT, 6},
	{SPAN("address_2"), COLUMN_TEXT, 5},
	{SPAN("postcode"), COLUMN_CODE, COLUMN_NONE},
	{SPAN("city"), COLUMN_TEXT, COLUMN_NONE},
	{SPAN("state"), COLUMN_CATEGORY, COLUMN_NONE},
	{SPAN("country"), COLUMN_CATEGORY, COLUMN_NONE},
	{SPAN("gender"), COLUMN_CATEGORY, COLUMN_NONE},
	{SPAN("company"), COLUMN_TEXT, COLUMN_NONE},
	{SPAN("email"), COLUMN_EMAIL, COLUMN_NONE},
	{SPAN("phone"), COLUMN_CODE, COLUMN_NONE},
};

#define KNOWN (sizeof known_traits / sizeof *known_traits)

/* All columns that may be; identifier types behind the known traits. */
struct columns_maker {
	const struct blocked *blocked;
	struct column *list;
	size_t count;
	size_t cap;
	struct map types;	/* identifier type -> its column */
	struct map others;	/* other trait -> its column */
};

/* A value made comparable, on its way to its column. */
struct columns_value {
	uint64_t hash;		/* of its text */
	size_t text;		/* where that begins in the batch's texts */
	uint32_t record;
	uint16_t len;		/* at most SIMILARITY_MAX and a little */
	uint16_t column;
};

struct columns_batch {
	const struct columns *columns;
	struct values {
		struct columns_value *list;
		size_t count;
		size_t cap;
	} *columns_values;	/* by column; a twin's stand with the other one's */
	size_t count;
	struct buf texts;
	struct wording wording;
};

struct columns_batch *columns_batch_new(const struct columns *c)
{
	struct columns_batch *b = mem_zero(1, sizeof *b);

	b->columns = c;
	b->count = c->maker->count;
	b->columns_values = mem_zero(b->count, sizeof *b->columns_values);
	return b;
}

void columns_batch_free(struct columns_batch *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++)
		mem_free(b->columns_values[i].list);
	mem_free(b->columns_values);
	buf_release(&b->texts);
	wording_release(&b->wording);
	mem_free(b);
}

void columns_batch_clear(struct columns_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		b->columns_values[i].count = 0;
	buf_clear(&b->texts);
}

/* The first of twins: they share their words, so one thread puts both. */
static int first_twin(const struct column *c, int number)
{
	return c->twin != COLUMN_NONE && c->twin < number ? c->twin : number;
}

void columns_add(struct columns_batch *b, uint32_t record, int number, struct span text)
{
	const struct columns_maker *m = b->columns->maker;
	struct values *v;

	if (number == COLUMN_NONE)
		return;
	text = wording_make(&b->wording, m->blocked, &m->list[number], text);
	if (!text.len)
		return;
	v = &b->columns_values[first_twin(&m->list[number], number)];
	v->list = mem_room(v->list, v->count, &v->cap, sizeof *v->list);
	v->list[v->count++] = (struct columns_value){
		hash_64(text), b->texts.len, record, (uint16_t)text.len, (uint16_t)number,
	};
	buf_span(&b->texts, text);
}

static void put_cell(struct columns *c, struct column *column, uint32_t record,
		     struct span text, uint64_t hash)
{
	if (!column->cells) {
		column->cells = mem_zero(c->records + 1, sizeof *column->cells);
		if (!column->vocabulary)
			column->vocabulary = vocabulary_new();
		if (column->twin != COLUMN_NONE)
			c->maker->list[column->twin].vocabulary = column->vocabulary;
	}
	column->filled += !column->cells[record];
	column->cells[record] = vocabulary_put(column->vocabulary, column->kind, text, hash);
}

/* So many values ahead the vocabulary's memory is fetched, in three steps. */
#define AHEAD 8

/* Of value I and those after it: what each step finds leads to the next one's. */
static void look_ahead(const struct vocabulary *v, const struct values *values, size_t i)
{
	const struct columns_value *list = values->list;

	if (i + 3 * AHEAD < values->count)
		map_prefetch(&v->map, list[i + 3 * AHEAD].hash);
	if (i + 2 * AHEAD < values->count)
		map_prefetch_entry(&v->map, list[i + 2 * AHEAD].hash);
	if (i + AHEAD < values->count)
		map_prefetch_key(&v->map, list[i + AHEAD].hash);
}

size_t columns_jobs(const struct columns *c)
{
	return c->maker->count;
}

/* Identifiers, the last columns, have the most words: they go first. */
void columns_put(struct columns *c, struct columns_batch *const *batches,
		 size_t count, size_t job)
{
	size_t number = c->maker->count - 1 - job;
	struct column *list = c->maker->list;

	for (size_t b = 0; b < count; b++) {
		const struct values *values = &batches[b]->columns_values[number];
		const char *texts = batches[b]->texts.ptr;

		for (size_t i = 0; i < values->count; i++) {
			const struct columns_value *v = &values->list[i];

			if (list[number].vocabulary)
				look_ahead(list[number].vocabulary, values, i);
			put_cell(c, &list[v->column], v->record,
				 (struct span){texts + v->text, v->len}, v->hash);
		}
	}
}

void columns_init(struct columns *c, size_t records,
		  const struct blocked *blocked)
{
	struct columns_maker *m = mem_zero(1, sizeof *m);

	*c = (struct columns){.records = records, .maker = m};
	m->blocked = blocked;
	m->count = m->cap = KNOWN;
	m->list = mem_zero(KNOWN, sizeof *m->list);
	for (size_t i = 0; i < KNOWN; i++)
		m->list[i] = (struct column){
			.name = known_traits[i].name, .kind = known_traits[i].kind,
			.strong = known_traits[i].kind != COLUMN_CATEGORY,
			.twin = known_traits[i].twin,
		};
}

size_t columns_least(size_t records)
{
	return records / SPARSE > FEW ? records / SPARSE : FEW;
}

int columns_trait(struct span name)
{
	for (size_t i = 0; i < KNOWN; i++) {
		if (span_equal(known_traits[i].name, name))
			return (int)i;
	}
	return COLUMN_NONE;
}

bool columns_is_telling(struct span name)
{
	int i = columns_trait(name);

	return i != COLUMN_NONE && known_traits[i].kind != COLUMN_CATEGORY;
}

int columns_type(struct columns *c, struct span type)
{
	struct columns_maker *m = c->maker;
	bool added;
	size_t entry = map_put(&m->types, type, &added);
	bool email = span_equal(type, SPAN("email"));

	if (!added)
		return (int)m->types.entries[entry].number;
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count] = (struct column){
		.name = m->types.entries[entry].key, .identifier = true,
		.kind = email ? COLUMN_EMAIL : COLUMN_CODE, .strong = true,
		.twin = COLUMN_NONE,
	};
	m->types.entries[entry].number = m->count;
	return (int)m->count++;
}

void columns_other(struct columns *c, struct span name, enum column_kind kind, bool exact)
{
	struct columns_maker *m = c->maker;
	bool added;
	size_t entry = map_put(&m->others, name, &added);

	if (!added)
		return;
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count] = (struct column){
		.name = m->others.entries[entry].key, .kind = kind, .strong = true,
		.twin = COLUMN_NONE, .running = exact, .other = true,
	};
	m->others.entries[entry].number = m->count++;
}

int columns_place(const struct columns *c, struct span name)
{
	int place = columns_trait(name);
	const struct map *others = &c->maker->others;
	size_t entry;

	if (place != COLUMN_NONE || !others->count)
		return place;
	entry = map_find(others, name);
	return entry == MAP_NONE ? COLUMN_NONE : (int)others->entries[entry].number;
}

static void count_words(struct columns *c, struct column *column)
{
	column->counts = mem_zero(column->vocabulary->count + 1,
				  sizeof *column->counts);
	for (size_t i = 0; i < c->records; i++)
		column->counts[column->cells[i]]++;
}

/* Does it tell records apart, and enough of them? */
static bool is_useful(const struct columns *c, const struct column *column)
{
	const struct vocabulary *v = column->vocabulary;

	if (column->filled < columns_least(c->records))
		return false;
	for (size_t i = 1; i <= v->count; i++) {
		if (column->counts[i] == column->filled)
			return false;
	}
	return true;
}

/* Has no word two records? */
static bool is_all_different(const struct column *column)
{
	for (size_t i = 1; i <= column->vocabulary->count; i++) {
		if (column->counts[i] > 1)
			return false;
	}
	return true;
}

/* Known traits as they stand in the table, then types by priority, then other traits. */
static int by_place(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	if (x->identifier != y->identifier)
		return x->identifier ? -1 : 1;
	return x->identifier ? known_identifier_compare(x->name, y->name)
			     : span_compare(x->name, y->name);
}

static void take_column(struct columns *c, const struct column *column)
{
	struct column *to = &c->list[c->count++];

	*to = *column;
	to->name = arena_copy(&c->arena, column->name);
	for (size_t i = 0; i < c->vocabulary_count; i++) {
		if (c->vocabularies[i] == to->vocabulary)
			return;
	}
	c->vocabularies[c->vocabulary_count++] = to->vocabulary;
}

static bool owns(const struct columns *c, const struct vocabulary *v)
{
	for (size_t i = 0; i < c->vocabulary_count; i++) {
		if (c->vocabularies[i] == v)
			return true;
	}
	return false;
}

/* Frees the columns that were not taken, and their vocabularies once. */
static void drop_rest(struct columns *c, struct columns_maker *m,
		      const bool *taken)
{
	for (size_t i = 0; i < m->count; i++) {
		struct vocabulary *v = m->list[i].vocabulary;

		if (!taken[i]) {
			mem_free(m->list[i].cells);
			mem_free(m->list[i].counts);
		}
		if (!v || owns(c, v))
			continue;
		for (size_t j = i + 1; j < m->count; j++) {
			if (m->list[j].vocabulary == v)
				m->list[j].vocabulary = NULL;
		}
		vocabulary_free(v);
	}
}

/* Twins are known by name from now on: both are here, or neither is a twin. */
static void find_twins(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct column *column = &c->list[i];
		int twin = column->twin;

		column->twin = twin == COLUMN_NONE ? COLUMN_NONE :
			       columns_find(c, known_traits[twin].name);
	}
}

/* From columns to rows: a pair of records is two places in memory, not twelve. */
static void make_rows(struct columns *c)
{
	c->rows = mem_zero(c->records * c->count + 1, sizeof *c->rows);
	for (size_t i = 0; i < c->count; i++) {
		struct column *column = &c->list[i];

		for (size_t r = 0; r < c->records; r++)
			c->rows[r * c->count + i] = column->cells[r];
		mem_free(column->cells);
		column->cells = NULL;
	}
}

void columns_settle(struct columns *c)
{
	struct columns_maker *m = c->maker;
	bool *taken = mem_zero(m->count, sizeof *taken);

	qsort(m->list + KNOWN, m->count - KNOWN, sizeof *m->list, by_place);
	for (size_t i = 0; i < m->count; i++) {
		struct column *column = &m->list[i];

		if (!column->cells)
			continue;
		count_words(c, column);
		if (column->identifier || column->other)
			column->running = column->running ||
					  (!span_equal(column->name, SPAN("phone")) &&
					   is_running(column));
		taken[i] = c->count < COLUMNS_MAX && is_useful(c, column) &&
			   !(column->running && is_all_different(column));
		if (taken[i])
			take_column(c, column);
	}
	drop_rest(c, m, taken);
	for (size_t i = 0; i < c->vocabulary_count; i++) {
		map_keep_keys(&c->vocabularies[i]->map);
		map_release(&c->vocabularies[i]->users);
	}
	find_twins(c);
	make_rows(c);
	columns_link(c, &c->linking);
	mem_free(taken);
	mem_free(m->list);
	map_release(&m->types);
	map_release(&m->others);
	mem_free(m);
	c->maker = NULL;
}

void columns_link(struct columns *c, const struct linking *l)
{
	c->linking = *l;
	c->pairs = linking_pairs(l, NULL, 0, c->records, 1);
}

int columns_find(const struct columns *c, struct span name)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!c->list[i].identifier && span_equal(c->list[i].name, name))
			return (int)i;
	}
	return COLUMN_NONE;
}

void columns_leave_out(struct columns *c, struct span name, const char *why)
{
	size_t at = c->left_out_count;

	c->left_out = mem_room(c->left_out, c->left_out_count, &c->left_out_cap, sizeof *c->left_out);
	for (; at && span_compare(name, c->left_out[at - 1].name) < 0; at--)
		c->left_out[at] = c->left_out[at - 1];
	c->left_out[at] = (struct left_out){arena_copy(&c->arena, name), why};
	c->left_out_count++;
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		mem_free(c->list[i].cells);
		mem_free(c->list[i].counts);
	}
	mem_free(c->rows);
	mem_free(c->left_out);
	for (size_t i = 0; i < c->vocabulary_count; i++)
		vocabulary_free(c->vocabularies[i]);
	arena_release(&c->arena);
	*c = (struct columns){0};
}
