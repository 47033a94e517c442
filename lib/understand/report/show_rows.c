/* Rows as they come, for machines; and one table by itself, for people. */
#include "base/error.h"
#include "base/mem.h"
#include "record/scan.h"
#include "text/delimited.h"
#include "understand/report/cell.h"
#include "understand/report/show_parts.h"

bool show_streams(enum shape shape)
{
	return shape == SHAPE_CSV || shape == SHAPE_EXCEL || shape == SHAPE_JSON;
}

void show_header(const struct show *how, const struct column *columns,
		 size_t count, struct buf *out)
{
	if (how->shape == SHAPE_JSON)
		return;
	if (how->shape == SHAPE_EXCEL)
		delimited_put_mark(out);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		delimited_put(out, span_of(columns[i].key),
			      how->shape == SHAPE_EXCEL);
	}
	buf_char(out, '\n');
}

void show_field(const struct show *how, const struct cell *c, struct buf *out,
		struct buf *scratch)
{
	bool defuse = how->shape == SHAPE_EXCEL && !cell_is_number(c);
	size_t plain;

	buf_clear(scratch);
	cell_put_plain(scratch, c);
	if (!how->terminal) {
		delimited_put(out, buf_view(scratch), defuse);
		return;
	}
	/* Cleaning never lengthens: with the room made, nothing moves. */
	plain = scratch->len;
	buf_reserve(scratch, plain);
	error_clean(span_sub(buf_view(scratch), 0, plain), scratch);
	delimited_put(out, buf_since(scratch, plain), defuse);
}

static void put_object(const struct column *columns, const struct cell *cells,
		       size_t count, struct buf *out)
{
	buf_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, span_of(columns[i].key));
		buf_char(out, ':');
		cell_put_json(out, &cells[i]);
	}
	buf_lit(out, "}\n");
}

void show_row(const struct show *how, const struct column *columns,
	      const struct cell *cells, size_t count, struct buf *out,
	      struct buf *scratch)
{
	if (how->shape == SHAPE_JSON) {
		size_t from = out->len;

		put_object(columns, cells, count, out);
		if (how->terminal)
			clean_json(out, from);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		show_field(how, &cells[i], out, scratch);
	}
	buf_char(out, '\n');
}

struct show_table {
	const struct show *how;
	struct text_layout *layout;	/* NULL for Markdown */
};

struct show_table *show_table_open(const struct show *how,
				   const struct section *s, struct buf *out)
{
	struct show_table *t = mem_zero(1, sizeof *t);

	t->how = how;
	if (how->shape == SHAPE_MARKDOWN) {
		markdown_table(s, out);
		return t;
	}
	t->layout = text_open(how, s, out);
	text_rows(how, t->layout, s, out);
	return t;
}

void show_table_rows(struct show_table *t, const struct section *s,
		     struct buf *out)
{
	if (t->layout)
		text_rows(t->how, t->layout, s, out);
	else
		markdown_rows(s, out);
}

void show_table_close(struct show_table *t)
{
	if (!t)
		return;
	if (t->layout)
		text_close(t->layout);
	mem_free(t);
}
