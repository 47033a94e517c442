#include "collect/ingest/survey.h"

#include <string.h>

#include "base/decimal.h"
#include "base/decimal_local.h"
#include "base/hash.h"
#include "base/mem.h"
#include "collect/ingest/odd_row.h"
#include "record/event.h"
#include "time/date_text.h"

/* Longer values are no dates and no numbers. */
#define VALUE_MAX 64
#define EXAMPLE_MAX 60

void survey_release(struct survey *s)
{
	mem_free(s->columns);
	arena_release(&s->arena);
	*s = SURVEY_INIT;
}

const struct survey_column *survey_column(const struct survey *s, size_t column)
{
	static const struct survey_column none;

	return column < s->count ? &s->columns[column] : &none;
}

static void make_column_room(struct survey *s, size_t count)
{
	if (count > s->cap) {
		s->cap = count < 2 * s->cap ? 2 * s->cap : count;
		s->columns = mem_grow(s->columns, s->cap, sizeof *s->columns);
	}
	if (count > s->count)
		memset(s->columns + s->count, 0,
		       (count - s->count) * sizeof *s->columns);
	s->count = count > s->count ? count : s->count;
}

static void note_case(struct survey *s, struct survey_case *c, struct span value)
{
	if (c->count++)
		return;
	c->sample = arena_copy(&s->arena, value);
	c->line = s->line;
}

static void survey_date(struct survey *s, struct survey_column *c, struct span v)
{
	unsigned fits = date_fits(v);

	if (fits == (DATE_FITS_DMY | DATE_FITS_MDY))
		note_case(s, &c->either, v);
	else if (fits == DATE_FITS_DMY)
		note_case(s, &c->day_first, v);
	else if (fits == DATE_FITS_MDY)
		note_case(s, &c->month_first, v);
}

static void survey_number(struct survey *s, struct survey_column *c, struct span v)
{
	unsigned fits = decimal_fits(v);

	if (fits & DECIMAL_DIFFERS)
		note_case(s, &c->mark, v);
	else if (fits == DECIMAL_FITS_POINT)
		note_case(s, &c->point, v);
	else if (fits == DECIMAL_FITS_COMMA)
		note_case(s, &c->comma, v);
}

static void keep_example(struct survey *s, struct survey_column *c, struct span v)
{
	struct span cut = span_sub(v, 0, EXAMPLE_MAX);

	for (size_t i = 0; i < SURVEY_EXAMPLES; i++) {
		if (span_absent(c->examples[i])) {
			c->examples[i] = arena_copy(&s->arena, cut);
			return;
		}
		if (span_equal(c->examples[i], cut))
			return;
	}
}

/*
 * What a value is made of; enough to see that most are no dates and no numbers.  The counts stand in
 * one number, a byte each, so that a character of the sample costs one addition.
 */
enum shape {
	DIGITS = 0,
	LETTERS = 8,
	POINTS = 16,		/* . and , and what else stands in numbers */
	JOINS = 24,		/* - / . between the parts of a date */
	COLONS = 32,		/* in times, and in no number */
};

#define ONE(shape) (UINT64_C(1) << (shape))

static const uint64_t shapes[256] = {
	['0' ... '9'] = ONE(DIGITS),
	['A' ... 'Z'] = ONE(LETTERS), ['a' ... 'z'] = ONE(LETTERS), ['@'] = ONE(LETTERS),
	['.'] = ONE(JOINS) | ONE(POINTS), ['/'] = ONE(JOINS), ['-'] = ONE(JOINS),
	[','] = ONE(POINTS), ['\''] = ONE(POINTS), [0x80 ... 0xff] = ONE(POINTS),
	[':'] = ONE(COLONS),
};

/* V has at most VALUE_MAX bytes. */
static uint64_t shape_of(struct span v)
{
	uint64_t counts = 0;

	for (size_t i = 0; i < v.len; i++)
		counts += shapes[(unsigned char)v.ptr[i]];
	return counts;
}

static unsigned count_of(uint64_t counts, enum shape shape)
{
	return (unsigned)(counts >> shape & 0xff);
}

/* A currency's code is the longest word in a number; none is in a numeric date. */
#define NUMBER_LETTERS 3

/* "9" before "10", and "2024-03-09" before "2024-03-10". */
static void note_order(struct survey_column *c, struct span v)
{
	int order = (v.len > c->above_len) - (v.len < c->above_len);
	size_t len = v.len < sizeof c->above ? v.len : sizeof c->above;

	if (!order)
		order = memcmp(v.ptr, c->above, len);
	if (c->above_len) {
		c->up += order > 0;
		c->down += order < 0;
	}
	memcpy(c->above, v.ptr, len);
	c->above_len = v.len;
}

static void note_above(const struct survey *s, struct survey_column *c, struct span v)
{
	uint64_t hash = hash_64(v);

	c->again += hash == c->last;
	c->last = hash;
	c->begins |= s->rows == 1;
	note_order(c, v);
}

static void survey_cell(struct survey *s, struct survey_column *c,
			const struct cell *cell)
{
	struct span v = span_trim(cell->text);
	uint64_t shape;

	if (cell->kind == CELL_NONE || !v.len) {
		c->below += c->filled > 0 && !s->is_sum;
		c->last = 0;
		return;
	}
	note_above(s, c, v);
	c->filled++;
	if (cell->kind != CELL_RAW)
		keep_example(s, c, v);
	/* "page" ... "identify" */
	if (v.len >= 4 && v.len <= 8 && (unsigned char)((*v.ptr | 0x20) - 'a') < 26)
		c->types += event_type_parse(v) != EVENT_TYPES;
	if (cell->kind != CELL_TEXT || v.len > VALUE_MAX)
		return;
	shape = shape_of(v);
	if (!count_of(shape, DIGITS))
		return;
	if (count_of(shape, JOINS) >= 2 && (unsigned char)(*v.ptr - '0') < 10)
		survey_date(s, c, v);
	if (count_of(shape, POINTS) && !count_of(shape, COLONS) && count_of(shape, LETTERS) <= NUMBER_LETTERS)
		survey_number(s, c, v);
}

void survey_bad(struct survey *s, uint64_t line, const struct error *why)
{
	if (s->bad++)
		return;
	s->first_bad = *why;
	s->first_bad.line = line;
}

/* Only with blanks in it, which sums have. */
static bool is_sum(const struct row *row)
{
	struct span first = SPAN(""), text;
	bool blank = false;

	for (size_t i = 0; i < row->count && !(first.len && blank); i++) {
		text = span_trim(row->cells[i].text);
		blank |= !text.len;
		first = first.len ? first : text;
	}
	return blank && first.len && odd_row_begins_sum(first);
}

void survey_take(struct survey *s, const struct row *row, uint64_t line)
{
	make_column_room(s, row->count);
	s->is_sum = is_sum(row);
	s->rows++;
	s->line = line;
	for (size_t i = 0; i < row->count; i++)
		survey_cell(s, &s->columns[i], &row->cells[i]);
}
