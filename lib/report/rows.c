#include "report/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/moment.h"
#include "report/pack.h"

/* Does a worker write the final text? */
static bool rendered(const struct rows *r)
{
	return show_streams(r->how.shape) && !r->sort_count && !r->limited;
}

void rows_emit(const struct rows *r, const struct cell *sort,
	       const struct cell *cells, struct buf *out, struct buf *scratch)
{
	size_t begin;

	if (rendered(r)) {
		show_row(&r->how, r->columns, cells, r->column_count, out, scratch);
		return;
	}
	buf_put(out, &(size_t){0}, sizeof(size_t));
	begin = out->len;
	pack_cells(out, sort, r->sort_count);
	pack_cells(out, cells, r->column_count);
	memcpy(out->ptr + begin - sizeof(size_t), &(size_t){out->len - begin},
	       sizeof(size_t));
}

void rows_begin(struct rows *r, struct buf *out)
{
	if (show_streams(r->how.shape))
		show_header(&r->how, r->columns, r->column_count, out);
}

void rows_absorb(struct rows *r, struct span bytes, struct buf *out)
{
	if (rendered(r)) {
		buf_span(out, bytes);
		return;
	}
	while (bytes.len) {
		size_t len;

		memcpy(&len, bytes.ptr, sizeof len);
		/* Unsorted, what is over the limit need not be held. */
		if (r->sort_count || !r->limited || r->count < r->limit) {
			r->packed = mem_room(r->packed, r->count, &r->cap,
					     sizeof *r->packed);
			r->packed[r->count++] = arena_copy(&r->held,
				span_sub(bytes, sizeof len, len));
		}
		bytes = span_sub(bytes, sizeof len + len, bytes.len);
	}
}

/* A row with its sort cells unpacked, for comparing. */
struct keyed {
	struct cell keys[ROWS_SORT_MAX];
	struct span packed;
	const struct rows *rows;
};

static int compare_rows(const void *one, const void *other)
{
	const struct keyed *a = one, *b = other;
	const struct rows *r = a->rows;

	for (size_t i = 0; i < r->sort_count; i++) {
		const struct cell *x = &a->keys[i], *y = &b->keys[i];
		int order = cell_compare(x, y);

		if (!order)
			continue;
		/* Unknown stays last, whichever way the sort goes. */
		if (r->descending[i] && x->kind != CELL_NONE && y->kind != CELL_NONE)
			return -order;
		return order;
	}
	return span_compare(a->packed, b->packed);
}

static void sort_rows(struct rows *r)
{
	struct keyed *keyed = mem_zero(r->count + 1, sizeof *keyed);

	for (size_t i = 0; i < r->count; i++) {
		struct span rest = r->packed[i];

		keyed[i].rows = r;
		keyed[i].packed = rest;
		unpack_cells(&rest, keyed[i].keys, r->sort_count, &r->held);
	}
	qsort(keyed, r->count, sizeof *keyed, compare_rows);
	for (size_t i = 0; i < r->count; i++)
		r->packed[i] = keyed[i].packed;
	mem_free(keyed);
}

static void unpack_row(struct rows *r, size_t i, struct cell *cells)
{
	struct cell sort[ROWS_SORT_MAX];
	struct span rest = r->packed[i];

	unpack_cells(&rest, sort, r->sort_count, &r->held);
	unpack_cells(&rest, cells, r->column_count, &r->held);
}

static void show_held(struct rows *r, size_t count, struct buf *out)
{
	struct cell *cells = mem_zero(r->column_count, sizeof *cells);
	struct buf scratch = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		unpack_row(r, i, cells);
		show_row(&r->how, r->columns, cells, r->column_count, out, &scratch);
	}
	buf_release(&scratch);
	mem_free(cells);
}

static void show_held_table(struct rows *r, size_t count, struct buf *out)
{
	struct sheet sheet = {.title = r->title, .as_of = MOMENT_NONE};
	struct section *s = sheet_add(&sheet, "list", r->title, r->columns,
				      r->column_count);

	for (size_t i = 0; i < count; i++)
		unpack_row(r, i, section_row(s));
	show_table(&r->how, &sheet, out);
	sheet_release(&sheet);
}

void rows_end(struct rows *r, struct buf *out)
{
	size_t count;

	if (!rendered(r)) {
		if (r->sort_count)
			sort_rows(r);
		count = r->limited && r->limit < r->count ? r->limit : r->count;
		if (show_streams(r->how.shape))
			show_held(r, count, out);
		else
			show_held_table(r, count, out);
	}
	mem_free(r->packed);
	arena_release(&r->held);
}
