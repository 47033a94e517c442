#include "understand/table/design.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static size_t row_at(const size_t *rows, size_t i)
{
	return rows ? rows[i] : i;
}

/* The levels of C that one of ROWS has. */
static void use_levels(struct design_layout *l, struct design_term *t, const struct frame_column *c,
		       const size_t *rows, size_t row_count)
{
	bool *used = mem_zero((size_t)c->level_count + 1, sizeof *used);

	for (size_t i = 0; i < row_count; i++)
		if (c->codes[row_at(rows, i)] != FRAME_MISSING)
			used[c->codes[row_at(rows, i)]] = true;
	t->levels = arena_alloc(&l->texts, ((size_t)c->level_count + 1) * sizeof *t->levels);
	for (uint32_t i = 0; i < c->level_count; i++)
		if (used[i])
			t->levels[t->level_count++] = arena_copy(&l->texts, c->levels[i]);
	mem_free(used);
}

int design_layout_make(struct design_layout *l, struct frame *f, const size_t *columns, size_t count,
		       const size_t *rows, size_t row_count, struct error *err)
{
	*l = (struct design_layout){0};
	l->terms = arena_zero(&l->texts, (count + 1) * sizeof *l->terms);
	for (size_t i = 0; i < count; i++) {
		const struct frame_column *c = frame_column(f, columns[i]);
		struct design_term *t = &l->terms[l->term_count++];

		if (c->kind == FRAME_EMPTY)
			return error_usage(err, "column '%.*s' is empty: leave it out", SPAN_ARG(c->name));
		if (frame_doubt(f, columns[i], err))
			return -1;
		*t = (struct design_term){.name = arena_copy(&l->texts, c->name), .kind = c->kind};
		if (c->kind == FRAME_CATEGORY)
			use_levels(l, t, c, rows, row_count);
	}
	design_layout_name(l);
	return 0;
}

static size_t term_width(const struct design_term *t)
{
	if (t->kind == FRAME_NUMBER)
		return 1;
	return t->level_count ? t->level_count - 1 : 0;
}

static struct span contrast_name(struct design_layout *l, const struct design_term *t, size_t level)
{
	struct buf text = BUF_INIT;
	struct span name;

	if (t->kind == FRAME_NUMBER)
		return t->name;
	buf_printf(&text, "%.*s[%.*s]", SPAN_ARG(t->name), SPAN_ARG(t->levels[level]));
	name = arena_copy(&l->texts, buf_view(&text));
	buf_release(&text);
	return name;
}

void design_layout_name(struct design_layout *l)
{
	l->width = 0;
	for (size_t i = 0; i < l->term_count; i++)
		l->width += term_width(&l->terms[i]);
	l->names = arena_alloc(&l->texts, (l->width + 1) * sizeof *l->names);
	l->term_of = arena_alloc(&l->texts, (l->width + 1) * sizeof *l->term_of);
	for (size_t i = 0, at = 0; i < l->term_count; i++)
		for (size_t k = 0; k < term_width(&l->terms[i]); k++, at++) {
			l->names[at] = contrast_name(l, &l->terms[i], k + 1);
			l->term_of[at] = i;
		}
}

void design_layout_release(struct design_layout *l)
{
	arena_release(&l->texts);
	*l = (struct design_layout){0};
}

/* By level of C: its number in T, or FRAME_MISSING. */
static uint32_t *match_levels(const struct design_term *t, const struct frame_column *c)
{
	uint32_t *match = mem_alloc(((size_t)c->level_count + 1) * sizeof *match);

	for (uint32_t i = 0; i < c->level_count; i++) {
		match[i] = FRAME_MISSING;
		for (uint32_t k = 0; k < t->level_count; k++)
			if (span_equal(c->levels[i], t->levels[k]))
				match[i] = k;
	}
	return match;
}

static void fill_category(const struct design_layout *l, const struct design_term *t, const struct frame_column *c,
			  const size_t *rows, size_t row_count, double *out, size_t *unknown)
{
	uint32_t *match = match_levels(t, c);
	size_t width = term_width(t);

	for (size_t i = 0; i < row_count; i++, out += l->width) {
		uint32_t code = c->codes[row_at(rows, i)];
		uint32_t level = code == FRAME_MISSING ? FRAME_MISSING : match[code];

		if (unknown && level == FRAME_MISSING && code != FRAME_MISSING)
			++*unknown;
		for (size_t k = 0; k < width; k++)
			out[k] = level == FRAME_MISSING ? NAN : level == k + 1;
	}
	mem_free(match);
}

/* A category of numbers, of which this table has no other: 1, 2, 3 where the layout has 1, 2, 3+. */
static void fill_numeric_levels(const struct design_layout *l, const struct design_term *t, struct frame *f, size_t column,
				const size_t *rows, size_t row_count, double *out, size_t *unknown)
{
	const struct frame_column *c = frame_column(f, column);

	for (size_t i = 0; i < row_count; i++, out += l->width) {
		struct span text = span_trim(frame_cell(f, row_at(rows, i), column));
		bool missing = c->kind == FRAME_EMPTY || isnan(c->numbers[row_at(rows, i)]);
		uint32_t level = FRAME_MISSING;

		for (uint32_t k = 0; k < t->level_count && !missing; k++)
			if (span_equal(text, t->levels[k]))
				level = k;
		if (unknown && level == FRAME_MISSING && !missing)
			++*unknown;
		for (size_t k = 0; k < term_width(t); k++)
			out[k] = level == FRAME_MISSING ? NAN : level == k + 1;
	}
}

static int fill_term(const struct design_layout *l, const struct design_term *t, struct frame *f,
		     const size_t *rows, size_t row_count, double *out, size_t *unknown, struct error *err)
{
	size_t column = frame_find(f, t->name, err);
	const struct frame_column *c;

	if (column == FRAME_NONE)
		return -1;
	c = frame_column(f, column);
	if (t->kind == FRAME_CATEGORY && c->kind == FRAME_CATEGORY) {
		fill_category(l, t, c, rows, row_count, out, unknown);
		return 0;
	}
	if (t->kind == FRAME_CATEGORY) {
		fill_numeric_levels(l, t, f, column, rows, row_count, out, unknown);
		return 0;
	}
	if (c->kind == FRAME_CATEGORY) {
		if (frame_doubt(f, column, err))
			return -1;
		error_usage(err, "column '%.*s' was numbers when the model was fitted, and is none here", SPAN_ARG(t->name));
		return c->odd == FRAME_NONE ? -1 : frame_place(f, c->odd, err);
	}
	for (size_t i = 0; i < row_count; i++, out += l->width)
		*out = c->kind == FRAME_EMPTY ? NAN : c->numbers[row_at(rows, i)];
	return 0;
}

int design_fill(const struct design_layout *l, struct frame *f, const size_t *rows, size_t row_count,
		double *out, size_t *unknown, struct error *err)
{
	size_t at = 0;

	for (size_t i = 0; i < l->term_count; i++) {
		if (unknown)
			unknown[i] = 0;
		if (fill_term(l, &l->terms[i], f, rows, row_count, out + at, unknown ? &unknown[i] : NULL, err))
			return -1;
		at += term_width(&l->terms[i]);
	}
	return 0;
}
