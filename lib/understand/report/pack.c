#include "understand/report/pack.h"

#include <string.h>

static void put_text(struct buf *out, struct span text)
{
	buf_put(out, &text.len, sizeof text.len);
	buf_span(out, text);
}

static void pack_cell(struct buf *out, const struct cell *c)
{
	buf_char(out, (char)(c->kind << 1 | c->open));
	switch (c->kind) {
	case CELL_NONE:
	case CELL_HIDDEN:
		break;
	case CELL_TEXT:
	case CELL_RAW:
		put_text(out, c->text);
		break;
	case CELL_COUNT:
		buf_put(out, &c->count, sizeof c->count);
		break;
	case CELL_NUMBER:
		buf_put(out, &c->number.digits, sizeof c->number.digits);
		buf_char(out, (char)c->number.scale);
		break;
	case CELL_SHARE:
	case CELL_REAL:
		buf_put(out, &c->real, sizeof c->real);
		break;
	case CELL_TIME:
		buf_put(out, &c->time, sizeof c->time);
		break;
	case CELL_LIST:
		buf_put(out, &c->list.count, sizeof c->list.count);
		for (size_t i = 0; i < c->list.count; i++)
			put_text(out, c->list.items[i]);
		break;
	}
}

void pack_cells(struct buf *out, const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pack_cell(out, &cells[i]);
}

static void take(struct span *bytes, void *to, size_t len)
{
	memcpy(to, bytes->ptr, len);
	*bytes = span_sub(*bytes, len, bytes->len);
}

static struct span take_text(struct span *bytes)
{
	struct span text;

	take(bytes, &text.len, sizeof text.len);
	text.ptr = bytes->ptr;
	*bytes = span_sub(*bytes, text.len, bytes->len);
	return text;
}

static void take_list(struct span *bytes, struct cell *c, struct arena *a)
{
	struct span *items;

	take(bytes, &c->list.count, sizeof c->list.count);
	items = arena_alloc(a, (c->list.count + 1) * sizeof *items);
	for (size_t i = 0; i < c->list.count; i++)
		items[i] = take_text(bytes);
	c->list.items = items;
}

static void unpack_cell(struct span *bytes, struct cell *c, struct arena *a)
{
	unsigned char head = (unsigned char)bytes->ptr[0];

	*bytes = span_sub(*bytes, 1, bytes->len);
	*c = CELL_EMPTY;
	c->kind = (enum cell_kind)(head >> 1);
	c->open = head & 1;
	switch (c->kind) {
	case CELL_NONE:
	case CELL_HIDDEN:
		break;
	case CELL_TEXT:
	case CELL_RAW:
		c->text = take_text(bytes);
		break;
	case CELL_COUNT:
		take(bytes, &c->count, sizeof c->count);
		break;
	case CELL_NUMBER:
		take(bytes, &c->number.digits, sizeof c->number.digits);
		c->number.scale = bytes->ptr[0];
		*bytes = span_sub(*bytes, 1, bytes->len);
		break;
	case CELL_SHARE:
	case CELL_REAL:
		take(bytes, &c->real, sizeof c->real);
		break;
	case CELL_TIME:
		take(bytes, &c->time, sizeof c->time);
		break;
	case CELL_LIST:
		take_list(bytes, c, a);
		break;
	}
}

void unpack_cells(struct span *bytes, struct cell *cells, size_t count,
		  struct arena *a)
{
	for (size_t i = 0; i < count; i++)
		unpack_cell(bytes, &cells[i], a);
}

static int compare_lists(const struct cell *a, const struct cell *b)
{
	for (size_t i = 0; i < a->list.count && i < b->list.count; i++) {
		int order = span_compare(a->list.items[i], b->list.items[i]);

		if (order)
			return order;
	}
	return (a->list.count > b->list.count) - (a->list.count < b->list.count);
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
	if (a->kind == CELL_LIST && b->kind == CELL_LIST)
		return compare_lists(a, b);
	if (a->kind == b->kind)		/* texts and raw values */
		return span_compare(a->text, b->text);
	return (int)a->kind - (int)b->kind;
}
