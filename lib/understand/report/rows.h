/*
 * Tables with a row for each customer, event or identifier: made by the
 * workers, then filtered to a limit, sorted and shown.
 *
 * Without sorting or limit, and for a shape that streams, a worker writes the
 * final text at once; else rows travel packed (pack.h).  They are shown as they
 * come, but for the first ones of a table for people, which settle its widths.
 *
 * Only rows to be sorted are held until the end, no more of them than twice the
 * limit.  Rows that the sort keys
 * leave alike stand in the order of their cells, so that the order of the
 * profiles does not show.
 */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "record/profile.h"
#include "understand/report/show.h"

#define ROWS_SORT_MAX 8

struct rows {
	struct show how;
	const char *key;	/* of its section; NULL: "list" */
	const char *title;
	const struct sheet *about;	/* what was asked, for a page; borrowed; NULL */
	const struct zone *zone;	/* of times for people; NULL: UTC */
	const struct column *columns;	/* borrowed */
	size_t column_count;
	size_t sort_count;
	bool descending[ROWS_SORT_MAX];
	bool limited;
	uint64_t limit;

	/* Internal. */
	struct arena held;		/* rows to be sorted */
	struct span *packed;
	size_t count, cap, next;
	uint64_t shown;
	struct sheet sheet;		/* a table's first rows */
	struct show_table *table;	/* once its widths are settled */
	struct cell *cells;
	struct arena lists;
};

/* For workers: one row.  SORT holds sort_count cells; SCRATCH is overwritten. */
void rows_emit(const struct rows *r, const struct cell *sort,
	       const struct cell *cells, struct buf *out, struct buf *scratch);

/* For the absorbing thread: begin, what a block's workers emitted, the end. */
void rows_begin(struct rows *r, struct buf *out);
void rows_absorb(struct rows *r, struct span bytes, struct buf *out);

/* A part of what is left to show; true: call again for more. */
bool rows_end(struct rows *r, struct buf *out);

/* Internal: sorts what is held. */
void rows_sort(struct rows *r);

#endif
