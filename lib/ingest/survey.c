#include "ingest/survey.h"

#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/moment.h"
#include "record/event.h"

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

static void make_room(struct survey *s, size_t count)
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

static void note(struct survey *s, struct survey_case *c, struct span value)
{
	if (!c->count++)
		c->sample = arena_copy(&s->arena, value);
}

static void take_date(struct survey *s, struct survey_column *c, struct span v)
{
	struct civil civil;
	unsigned fits = moment_fits(v);

	if (fits == (DATE_FITS_DMY | DATE_FITS_MDY))
		note(s, &c->either, v);
	else if (fits == DATE_FITS_DMY)
		note(s, &c->day_first, v);
	else if (fits == DATE_FITS_MDY)
		note(s, &c->month_first, v);
	else if (moment_parse_civil(v, DATES_ISO, &civil))
		c->dates++;
}

static void take_number(struct survey *s, struct survey_column *c, struct span v)
{
	unsigned fits = decimal_fits(v);

	if (!fits)
		return;
	c->numbers++;
	if (fits & DECIMAL_DIFFERS)
		note(s, &c->mark, v);
	else if (fits == DECIMAL_FITS_POINT)
		note(s, &c->point, v);
	else if (fits == DECIMAL_FITS_COMMA)
		note(s, &c->comma, v);
}

static void take_example(struct survey *s, struct survey_column *c, struct span v)
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

/* Dates and numbers hold a digit; most texts do not. */
static bool has_digit(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if ((unsigned char)(v.ptr[i] - '0') < 10)
			return true;
	return false;
}

static void take_cell(struct survey *s, struct survey_column *c,
		      const struct cell *cell)
{
	struct span v = span_trim(cell->text);

	if (cell->kind == CELL_NONE || !v.len)
		return;
	c->filled++;
	if (cell->kind != CELL_RAW)
		take_example(s, c, v);
	c->types += event_type_parse(v) != EVENT_TYPES;
	if (cell->kind == CELL_NUMBER)
		c->numbers++;
	if (cell->kind != CELL_TEXT || v.len > VALUE_MAX || !has_digit(v))
		return;
	take_date(s, c, v);
	take_number(s, c, v);
}

void survey_take(struct survey *s, const struct row *row)
{
	make_room(s, row->count);
	s->rows++;
	for (size_t i = 0; i < row->count; i++)
		take_cell(s, &s->columns[i], &row->cells[i]);
}
