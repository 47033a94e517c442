#include "report/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/moment.h"
#include "report/pack.h"

#define HELD_MIN 10000	/* rows, before any are shed */
#define PART 4096	/* rows shown at once */

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

/* A row with its cells unpacked as far as they were needed to compare. */
struct keyed {
	struct cell *keys;		/* sort_count of them */
	struct span packed;
};

struct ordering {
	const struct rows *rows;
	struct arena lists;		/* of cells compared */
	struct cell *one, *other;	/* column_count each */
};

/* Rows that the keys leave alike, by what they show. */
static int compare_cells(const struct keyed *a, const struct keyed *b,
			 struct ordering *o)
{
	const struct rows *r = o->rows;
	struct span x = a->packed, y = b->packed;
	struct cell skipped[ROWS_SORT_MAX];

	arena_clear(&o->lists);
	unpack_cells(&x, skipped, r->sort_count, &o->lists);
	unpack_cells(&y, skipped, r->sort_count, &o->lists);
	unpack_cells(&x, o->one, r->column_count, &o->lists);
	unpack_cells(&y, o->other, r->column_count, &o->lists);
	for (size_t i = 0; i < r->column_count; i++) {
		int order = cell_compare(&o->one[i], &o->other[i]);

		if (order)
			return order;
	}
	return span_compare(a->packed, b->packed);
}

static int compare_rows(const void *one, const void *other, void *context)
{
	const struct keyed *a = one, *b = other;
	struct ordering *o = context;
	const struct rows *r = o->rows;

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
	return compare_cells(a, b, o);
}

static void sort_rows(struct rows *r)
{
	struct keyed *keyed = mem_zero(r->count + 1, sizeof *keyed);
	struct cell *keys = mem_zero(r->count * r->sort_count + 1, sizeof *keys);
	struct ordering o = {.rows = r};
	struct arena lists = {0};

	o.one = mem_zero(2 * r->column_count + 1, sizeof *o.one);
	o.other = o.one + r->column_count;
	for (size_t i = 0; i < r->count; i++) {
		struct span rest = r->packed[i];

		keyed[i].packed = rest;
		keyed[i].keys = keys + i * r->sort_count;
		unpack_cells(&rest, keyed[i].keys, r->sort_count, &lists);
	}
	qsort_r(keyed, r->count, sizeof *keyed, compare_rows, &o);
	for (size_t i = 0; i < r->count; i++)
		r->packed[i] = keyed[i].packed;
	arena_release(&lists);
	arena_release(&o.lists);
	mem_free(o.one);
	mem_free(keys);
	mem_free(keyed);
}

/* Of a sorted and limited list only the first rows are kept. */
static void shed_rows(struct rows *r)
{
	struct arena kept = {0};

	sort_rows(r);
	r->count = (size_t)r->limit;
	for (size_t i = 0; i < r->count; i++)
		r->packed[i] = arena_copy(&kept, r->packed[i]);
	arena_release(&r->held);
	r->held = kept;
}

static void hold_row(struct rows *r, struct span packed)
{
	/* Unsorted, what is over the limit need not be held. */
	if (r->limited && !r->sort_count && r->count >= r->limit)
		return;
	r->packed = mem_room(r->packed, r->count, &r->cap, sizeof *r->packed);
	r->packed[r->count++] = arena_copy(&r->held, packed);
	if (r->limited && r->count >= HELD_MIN && r->count / 2 > r->limit)
		shed_rows(r);
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
		hold_row(r, span_sub(bytes, sizeof len, len));
		bytes = span_sub(bytes, sizeof len + len, bytes.len);
	}
}

static void unpack_row(struct rows *r, size_t i, struct cell *cells,
		       struct arena *lists)
{
	struct cell sort[ROWS_SORT_MAX];
	struct span rest = r->packed[i];

	unpack_cells(&rest, sort, r->sort_count, lists);
	unpack_cells(&rest, cells, r->column_count, lists);
}

/* The next PART rows. */
static void show_held(struct rows *r, struct buf *out)
{
	struct cell *cells = mem_zero(r->column_count, sizeof *cells);
	struct buf scratch = BUF_INIT;
	struct arena lists = {0};

	for (size_t i = 0; i < PART && r->shown < r->count; i++) {
		unpack_row(r, r->shown++, cells, &lists);
		show_row(&r->how, r->columns, cells, r->column_count, out, &scratch);
	}
	arena_release(&lists);
	buf_release(&scratch);
	mem_free(cells);
}

static void show_held_table(struct rows *r, struct buf *out)
{
	struct sheet sheet = {.title = r->title, .as_of = MOMENT_NONE};
	struct section *s = sheet_add(&sheet, "list", r->title, r->columns,
				      r->column_count);

	for (; r->shown < r->count; r->shown++)
		unpack_row(r, r->shown, section_row(s), &r->held);
	show_table(&r->how, &sheet, out);
	sheet_release(&sheet);
}

bool rows_end(struct rows *r, struct buf *out)
{
	if (!r->sorted && r->sort_count)
		sort_rows(r);
	r->sorted = true;
	if (r->limited && r->limit < r->count)
		r->count = (size_t)r->limit;
	if (!show_streams(r->how.shape))
		show_held_table(r, out);
	else
		show_held(r, out);
	if (r->shown < r->count)
		return true;
	mem_free(r->packed);
	arena_release(&r->held);
	return false;
}
