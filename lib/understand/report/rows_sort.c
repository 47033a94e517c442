/* The order of held rows. */
#include <stdlib.h>

#include "base/mem.h"
#include "understand/report/pack.h"
#include "understand/report/rows.h"

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

void rows_sort(struct rows *r)
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
