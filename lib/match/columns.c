#include "match/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/unicode.h"
#include "match/identifier.h"
#include "match/phonetic.h"
#include "match/similarity.h"

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
	struct buf text;
	struct arena scratch;
};

static struct vocabulary *vocabulary_new(void)
{
	struct vocabulary *v = mem_zero(1, sizeof *v);

	v->words = mem_room(v->words, 0, &v->cap, sizeof *v->words);
	v->words[0] = (struct word){.text = SPAN("")};
	return v;
}

static void vocabulary_free(struct vocabulary *v)
{
	if (!v)
		return;
	map_release(&v->map);
	map_release(&v->users);
	mem_free(v->words);
	mem_free(v);
}

static bool keeps_blanks(enum column_kind kind)
{
	return kind == COLUMN_NAME || kind == COLUMN_TEXT;
}

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 128;
}

/* Letters and digits; one blank for what stands between them, or nothing. */
static void put_clean(enum column_kind kind, struct span s, struct buf *out)
{
	bool gap = false;

	for (size_t i = 0; i < s.len && out->len < SIMILARITY_MAX; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (!is_plain(c)) {
			gap = c != '\'' || gap;
			continue;
		}
		if (gap && out->len && keeps_blanks(kind))
			buf_char(out, ' ');
		gap = false;
		buf_char(out, (char)c);
	}
}

/* The first eight digits: what follows is a time of day. */
static void put_date(struct span s, struct buf *out)
{
	static const struct span fillers[] = {
		SPAN("19000101"), SPAN("19010101"), SPAN("19700101"),
	};

	for (size_t i = 0; i < s.len && out->len < 8; i++) {
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			buf_char(out, s.ptr[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		if (span_equal(buf_view(out), fillers[i]))
			buf_clear(out);
	}
	if (out->len < 8)
		buf_clear(out);
}

static void put_email(struct span s, struct buf *out)
{
	s = span_trim(s);
	for (size_t i = 0; i < s.len && i < SIMILARITY_MAX; i++)
		buf_char(out, span_lower(s.ptr[i]));
}

/* Long texts are cut before they are folded: folding may cost much. */
static struct span fold(struct span s, struct arena *a)
{
	s = span_sub(s, 0, (size_t)2 * SIMILARITY_MAX);
	for (size_t i = 0; i < s.len; i++) {
		if ((signed char)s.ptr[i] < 0)
			return unicode_strip_marks(unicode_fold_case(s, a), a);
	}
	return s;
}

/* The comparable form of S, in the maker's buffer; empty: none. */
static struct span make_text(struct columns_maker *m, const struct column *c,
			     struct span s)
{
	buf_clear(&m->text);
	if (blocked_is(m->blocked, c->name, s))
		return SPAN("");
	s = fold(s, &m->scratch);
	if (c->kind == COLUMN_DATE)
		put_date(s, &m->text);
	else if (c->kind == COLUMN_EMAIL)
		put_email(s, &m->text);
	else
		put_clean(c->kind, s, &m->text);
	return buf_view(&m->text);
}

static uint32_t digits(struct span s, size_t from, size_t len)
{
	uint64_t number = 0;

	span_number(span_sub(s, from, len), &number);
	return (uint32_t)number;
}

static void derive(struct vocabulary *v, enum column_kind kind, struct word *w)
{
	if (kind == COLUMN_NAME) {
		char sound[4];

		if (phonetic_soundex(w->text, sound))
			memcpy(&w->sound, sound, 4);
		nickname_groups(w->text, w->nicknames);
	} else if (kind == COLUMN_EMAIL) {
		struct span user = span_sub(w->text, 0, span_find_byte(w->text, '@'));

		w->user = (uint32_t)map_put(&v->users, user, NULL) + 1;
	} else if (kind == COLUMN_DATE) {
		w->day = digits(w->text, 0, 4) * 372 + digits(w->text, 4, 2) * 31 +
			 digits(w->text, 6, 2);
	}
}

static uint32_t word_put(struct vocabulary *v, enum column_kind kind,
			 struct span text)
{
	bool added;
	size_t entry = map_put(&v->map, text, &added);
	size_t number = entry + 1;

	if (added) {
		v->words = mem_room(v->words, number, &v->cap, sizeof *v->words);
		v->words[number] = (struct word){.text = v->map.entries[entry].key};
		derive(v, kind, &v->words[number]);
	}
	return (uint32_t)number;
}

static void put_cell(struct columns *c, struct column *column, uint32_t record,
		     struct span raw)
{
	struct columns_maker *m = c->maker;
	struct span text;

	arena_clear(&m->scratch);
	text = make_text(m, column, raw);
	if (!text.len)
		return;
	if (!column->cells) {
		column->cells = mem_zero(c->records + 1, sizeof *column->cells);
		if (!column->vocabulary)
			column->vocabulary = vocabulary_new();
		if (column->twin != COLUMN_NONE)
			m->list[column->twin].vocabulary = column->vocabulary;
	}
	column->filled += !column->cells[record];
	column->cells[record] = word_put(column->vocabulary, column->kind, text);
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

void columns_put_trait(struct columns *c, uint32_t record, struct span name,
		       struct span text)
{
	size_t i = 0;

	while (i < KNOWN && !span_equal(known_traits[i].name, name))
		i++;
	if (i < KNOWN)
		put_cell(c, &c->maker->list[i], record, text);
}

bool columns_is_telling(struct span name)
{
	for (size_t i = 0; i < KNOWN; i++) {
		if (span_equal(known_traits[i].name, name))
			return known_traits[i].kind != COLUMN_CATEGORY;
	}
	return false;
}

static size_t column_of_type(struct columns *c, struct span type)
{
	struct columns_maker *m = c->maker;
	bool added;
	size_t entry = map_put(&m->types, type, &added);
	bool email = span_equal(type, SPAN("email"));

	if (!added)
		return (size_t)m->types.entries[entry].number;
	m->list = mem_room(m->list, m->count, &m->cap, sizeof *m->list);
	m->list[m->count] = (struct column){
		.name = m->types.entries[entry].key, .identifier = true,
		.kind = email ? COLUMN_EMAIL : COLUMN_CODE, .strong = true,
		.twin = COLUMN_NONE,
	};
	m->types.entries[entry].number = m->count;
	return m->count++;
}

void columns_put_identifier(struct columns *c, uint32_t record,
			    struct span type, struct span text)
{
	size_t i = column_of_type(c, type);

	put_cell(c, &c->maker->list[i], record, text);
}

static void count_words(struct columns *c, struct column *column)
{
	column->counts = mem_zero(column->vocabulary->map.count + 1,
				  sizeof *column->counts);
	for (size_t i = 0; i < c->records; i++)
		column->counts[column->cells[i]]++;
}

/* Does it tell records apart, and enough of them? */
static bool is_useful(const struct columns *c, const struct column *column)
{
	const struct vocabulary *v = column->vocabulary;

	if (column->filled < FEW || column->filled < c->records / SPARSE)
		return false;
	for (size_t i = 1; i <= v->map.count; i++) {
		if (column->counts[i] == column->filled)
			return false;
	}
	return true;
}

/* Known traits as they stand in the table, then types by priority. */
static int by_place(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	if (x->identifier != y->identifier)
		return x->identifier ? 1 : -1;
	if (x->identifier)
		return identifier_compare_types(x->name, y->name);
	return 0;
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
		taken[i] = c->count < COLUMNS_MAX && is_useful(c, column);
		if (taken[i])
			take_column(c, column);
	}
	drop_rest(c, m, taken);
	find_twins(c);
	mem_free(taken);
	mem_free(m->list);
	map_release(&m->types);
	buf_release(&m->text);
	arena_release(&m->scratch);
	mem_free(m);
	c->maker = NULL;
}

int columns_find(const struct columns *c, struct span name)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!c->list[i].identifier && span_equal(c->list[i].name, name))
			return (int)i;
	}
	return COLUMN_NONE;
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		mem_free(c->list[i].cells);
		mem_free(c->list[i].counts);
	}
	for (size_t i = 0; i < c->vocabulary_count; i++)
		vocabulary_free(c->vocabularies[i]);
	arena_release(&c->arena);
	*c = (struct columns){0};
}
