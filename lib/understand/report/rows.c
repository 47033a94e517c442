#include "understand/report/rows.h"

#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/report/pack.h"
#include "understand/report/show_xlsx.h"

#define HELD_MIN 10000	/* rows, before any are shed */
#define PART 4096	/* sorted rows shown at once */

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
	if (show_streams(r->how.shape)) {
		show_header(&r->how, r->columns, r->column_count, out);
		return;
	}
	r->sheet = (struct sheet){.title = r->title, .as_of = MOMENT_NONE, .zone = r->zone};
	for (size_t i = 0; r->about && i < r->about->asked_count; i++)
		sheet_note_asked(&r->sheet, r->about->asked[i].option, r->about->asked[i].text);
	sheet_add(&r->sheet, r->key ? r->key : "list", r->title, r->columns, r->column_count);
	if (r->how.shape == SHAPE_XLSX)
		show_book_begin(r->how.book, &r->sheet.sections[0]);
}

static void unpack_row(const struct rows *r, struct span packed,
		       struct cell *cells, struct arena *lists)
{
	struct cell sort[ROWS_SORT_MAX];

	unpack_cells(&packed, sort, r->sort_count, lists);
	unpack_cells(&packed, cells, r->column_count, lists);
}

/* A row of CSV or JSON. */
static void stream_row(struct rows *r, struct span packed, struct buf *out)
{
	struct buf scratch = BUF_INIT;

	if (!r->cells)
		r->cells = mem_zero(r->column_count, sizeof *r->cells);
	arena_clear(&r->lists);
	unpack_row(r, packed, r->cells, &r->lists);
	show_row(&r->how, r->columns, r->cells, r->column_count, out, &scratch);
	buf_release(&scratch);
}

/* What has come so far settles the widths. */
static void open_table(struct rows *r, struct buf *out)
{
	struct section *s = &r->sheet.sections[0];

	r->table = show_table_open(&r->how, s, out);
	s->row_count = 0;
}

/* A row of a table for people: the first ones wait for each other. */
static void table_row(struct rows *r, struct span packed, struct buf *out)
{
	struct section *s = &r->sheet.sections[0];

	if (r->how.shape == SHAPE_HTML && s->row_count == SHOW_HTML_ROWS) {
		s->left_out++;
		return;
	}
	if (!r->table && r->how.shape != SHAPE_XLSX) {
		packed = arena_copy(&r->sheet.texts, packed);
		unpack_row(r, packed, section_row(s), &r->sheet.texts);
		if (r->how.shape != SHAPE_HTML && s->row_count == SHOW_ALIGN_ROWS)
			open_table(r, out);
		return;
	}
	arena_clear(&r->lists);
	unpack_row(r, packed, section_row(s), &r->lists);
	if (r->how.shape == SHAPE_XLSX)
		show_book_rows(r->how.book, s);
	else
		show_table_rows(r->table, s, out);
	s->row_count = 0;
}

static void put_row(struct rows *r, struct span packed, struct buf *out)
{
	if (r->limited && r->shown == r->limit)
		return;
	r->shown++;
	if (show_streams(r->how.shape))
		stream_row(r, packed, out);
	else
		table_row(r, packed, out);
}

/* Of a sorted and limited list only the first rows are kept. */
static void shed_rows(struct rows *r)
{
	struct arena kept = {0};

	rows_sort(r);
	r->count = (size_t)r->limit;
	for (size_t i = 0; i < r->count; i++)
		r->packed[i] = arena_copy(&kept, r->packed[i]);
	arena_release(&r->held);
	r->held = kept;
}

/* To be sorted at the end. */
static void hold_row(struct rows *r, struct span packed)
{
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
		struct span packed;
		size_t len;

		memcpy(&len, bytes.ptr, sizeof len);
		packed = span_sub(bytes, sizeof len, len);
		if (!r->sort_count)
			put_row(r, packed, out);
		else
			hold_row(r, packed);
		bytes = span_sub(bytes, sizeof len + len, bytes.len);
	}
}

/* A workbook says at its end of when it is. */
static void close_book(struct rows *r)
{
	if (r->about)
		r->sheet.as_of = r->about->as_of;
	show_book_end(r->how.book, &r->sheet, &r->sheet.sections[0]);
}

/* The end of a table; HTML has waited for it. */
static void close_table(struct rows *r, struct buf *out)
{
	if (show_streams(r->how.shape))
		return;
	if (r->how.shape == SHAPE_XLSX)
		close_book(r);
	else if (r->how.shape == SHAPE_HTML)
		show_sheet(&r->how, &r->sheet, out);
	else if (!r->table)
		open_table(r, out);
	show_table_close(r->table);
	sheet_release(&r->sheet);
}

bool rows_end(struct rows *r, struct buf *out)
{
	if (!r->next && r->sort_count)
		rows_sort(r);
	for (size_t i = 0; i < PART && r->next < r->count; i++)
		put_row(r, r->packed[r->next++], out);
	if (r->next < r->count)
		return true;
	close_table(r, out);
	mem_free(r->packed);
	mem_free(r->cells);
	arena_release(&r->held);
	arena_release(&r->lists);
	return false;
}

