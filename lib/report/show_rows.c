/*
 * Rows as they come.  CSV and JSON are written at once; the aligned shapes
 * hold their rows until the end, since the widths come from all of them.
 */
#include "base/mem.h"
#include "base/moment.h"
#include "record/scan.h"
#include "report/cell.h"
#include "report/delimited.h"
#include "report/show_parts.h"

struct show_rows {
	struct show how;
	struct sheet sheet;		/* of one section */
	struct section *section;
	struct buf *out;
	struct buf scratch;
};

static bool streams(const struct show_rows *r)
{
	return r->how.shape == SHAPE_CSV || r->how.shape == SHAPE_EXCEL ||
	       r->how.shape == SHAPE_JSON;
}

struct show_rows *show_rows_new(const struct show *how,
				const struct column *columns, size_t count,
				struct buf *out)
{
	struct show_rows *r = mem_zero(1, sizeof *r);

	r->how = *how;
	r->out = out;
	r->sheet.title = "List";
	r->sheet.as_of = MOMENT_NONE;
	r->section = sheet_add(&r->sheet, "list", "List", columns, count);
	if (how->shape == SHAPE_EXCEL)
		delimited_put_mark(out);
	if (!streams(r) || how->shape == SHAPE_JSON)
		return r;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		delimited_put(out, span_of(columns[i].key),
			      how->shape == SHAPE_EXCEL);
	}
	buf_char(out, '\n');
	return r;
}

static void put_line(struct show_rows *r, const struct cell *cells)
{
	for (size_t i = 0; i < r->section->column_count; i++) {
		buf_clear(&r->scratch);
		cell_put_plain(&r->scratch, &cells[i]);
		if (i)
			buf_char(r->out, ',');
		delimited_put(r->out, buf_view(&r->scratch),
			      r->how.shape == SHAPE_EXCEL &&
			      !cell_is_number(&cells[i]));
	}
	buf_char(r->out, '\n');
}

static void put_object(struct show_rows *r, const struct cell *cells)
{
	buf_char(r->out, '{');
	for (size_t i = 0; i < r->section->column_count; i++) {
		if (i)
			buf_char(r->out, ',');
		text_encode(r->out, span_of(r->section->columns[i].key));
		buf_char(r->out, ':');
		cell_put_json(r->out, &cells[i]);
	}
	buf_lit(r->out, "}\n");
}

/* The texts of a row live only until the next: keep what is held. */
static struct cell keep_cell(struct sheet *s, struct cell c)
{
	if (c.kind == CELL_TEXT || c.kind == CELL_RAW) {
		c.text = arena_copy(&s->texts, c.text);
	} else if (c.kind == CELL_LIST) {
		struct span *items = arena_alloc(&s->texts,
						 c.list.count * sizeof *items);

		for (size_t i = 0; i < c.list.count; i++)
			items[i] = arena_copy(&s->texts, c.list.items[i]);
		c.list.items = items;
	}
	return c;
}

void show_rows_put(struct show_rows *r, const struct cell *cells)
{
	struct cell *row;

	if (r->how.shape == SHAPE_JSON) {
		put_object(r, cells);
		return;
	}
	if (streams(r)) {
		put_line(r, cells);
		return;
	}
	row = section_row(r->section);
	for (size_t i = 0; i < r->section->column_count; i++)
		row[i] = keep_cell(&r->sheet, cells[i]);
}

void show_rows_end(struct show_rows *r)
{
	if (r->how.shape == SHAPE_MARKDOWN)
		markdown_table(r->section, r->out);
	else if (r->how.shape == SHAPE_HTML)
		show_html(&r->sheet, r->out);
	else if (!streams(r))
		text_table(&r->how, r->section, r->out);
	sheet_release(&r->sheet);
	buf_release(&r->scratch);
	mem_free(r);
}
