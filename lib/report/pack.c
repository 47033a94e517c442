#include "report/pack.h"

#include <string.h>

static void put_text(struct buf *out, struct span text)
{
	buf_put(out, &text.len, sizeof text.len);
	buf_span(out, text);
}

void pack_cells(struct buf *out, const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct cell *c = &cells[i];

		buf_put(out, c, sizeof *c);
		if (c->kind == CELL_TEXT || c->kind == CELL_RAW)
			put_text(out, c->text);
		for (size_t k = 0; c->kind == CELL_LIST && k < c->list.count; k++)
			put_text(out, c->list.items[k]);
	}
}

static struct span take_text(struct span *bytes)
{
	struct span text;

	memcpy(&text.len, bytes->ptr, sizeof text.len);
	text.ptr = bytes->ptr + sizeof text.len;
	*bytes = span_sub(*bytes, sizeof text.len + text.len, bytes->len);
	return text;
}

void unpack_cells(struct span *bytes, struct cell *cells, size_t count,
		  struct arena *a)
{
	for (size_t i = 0; i < count; i++) {
		struct cell *c = &cells[i];

		memcpy(c, bytes->ptr, sizeof *c);
		*bytes = span_sub(*bytes, sizeof *c, bytes->len);
		if (c->kind == CELL_TEXT || c->kind == CELL_RAW)
			c->text = take_text(bytes);
		if (c->kind == CELL_LIST) {
			struct span *items = arena_alloc(a, (c->list.count + 1) * sizeof *items);

			for (size_t k = 0; k < c->list.count; k++)
				items[k] = take_text(bytes);
			c->list.items = items;
		}
	}
}

static int compare_reals(double a, double b)
{
	return a < b ? -1 : a > b;
}

static bool is_exact(const struct cell *c)
{
	return c->kind == CELL_COUNT || c->kind == CELL_NUMBER;
}

static struct decimal exact(const struct cell *c)
{
	if (c->kind == CELL_NUMBER)
		return c->number;
	return (struct decimal){(__int128)c->count, 0};
}

static bool is_real(const struct cell *c)
{
	return c->kind == CELL_SHARE || c->kind == CELL_REAL;
}

static double real(const struct cell *c)
{
	return is_exact(c) ? decimal_double(exact(c)) : c->real;
}

int cell_compare(const struct cell *a, const struct cell *b)
{
	if (a->kind == CELL_NONE || b->kind == CELL_NONE)
		return (a->kind == CELL_NONE) - (b->kind == CELL_NONE);
	if (is_exact(a) && is_exact(b))
		return decimal_compare(exact(a), exact(b));
	if ((is_exact(a) || is_real(a)) && (is_exact(b) || is_real(b)))
		return compare_reals(real(a), real(b));
	if (a->kind == CELL_TIME && b->kind == CELL_TIME)
		return a->time < b->time ? -1 : a->time > b->time;
	if (a->kind == CELL_TEXT && b->kind == CELL_TEXT)
		return span_compare(a->text, b->text);
	return (int)a->kind - (int)b->kind;
}
