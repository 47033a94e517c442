#include "understand/report/show.h"

#include <string.h>

#include "text/delimited.h"
#include "understand/report/cell.h"
#include "understand/report/show_parts.h"
#include "understand/report/show_xlsx.h"

const char *const shape_names[] = {"text", "csv",  "json", "md",
				   "html", "excel", "xlsx", NULL};

enum shape shape_parse(struct span name)
{
	for (int i = 0; shape_names[i]; i++)
		if (span_equal(name, span_of(shape_names[i])))
			return (enum shape)i;
	return SHAPE_NONE;
}

/* In any case: "REPORT.XLSX". */
static bool ends_in(struct span name, const char *ending)
{
	size_t len = strlen(ending);

	return name.len >= len && span_equal_nocase(span_sub(name, name.len - len, len), span_of(ending));
}

enum shape shape_of_path(const char *path)
{
	static const struct {
		const char *ending;
		enum shape shape;
	} endings[] = {
		{".txt", SHAPE_TEXT},	  {".csv", SHAPE_CSV},
		{".json", SHAPE_JSON},	  {".ndjson", SHAPE_JSON},
		{".jsonl", SHAPE_JSON},	  {".md", SHAPE_MARKDOWN},
		{".html", SHAPE_HTML},	  {".htm", SHAPE_HTML},
		{".xlsx", SHAPE_XLSX},
	};
	struct span name = span_of(path);

	if (span_ends(name, SPAN(".gz")))
		name.len -= 3;
	else if (span_ends(name, SPAN(".zst")))
		name.len -= 4;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends_in(name, endings[i].ending))
			return endings[i].shape;
	return SHAPE_NONE;
}

void show_sheet(const struct show *how, const struct sheet *sheet,
		struct buf *out)
{
	size_t from = out->len;

	switch (how->shape) {
	case SHAPE_CSV:
	case SHAPE_EXCEL:
		show_delimited(how, sheet, out);
		break;
	case SHAPE_JSON:
		show_json(sheet, out);
		if (how->terminal)
			clean_json(out, from);
		break;
	case SHAPE_MARKDOWN:
		show_markdown(sheet, out);
		break;
	case SHAPE_HTML:
		show_html(sheet, out);
		break;
	case SHAPE_XLSX:
		show_book_put(how->book, sheet);
		break;
	default:
		show_text(how, sheet, out);
	}
}

static void put_header(struct buf *out, const struct section *s, bool defuse)
{
	for (size_t i = 0; i < s->column_count; i++) {
		if (i)
			buf_char(out, ',');
		delimited_put(out, span_of(s->columns[i].key), defuse);
	}
	buf_char(out, '\n');
}

static void delimited_one(const struct show *how, const struct section *s,
			  struct buf *out)
{
	struct buf scratch = BUF_INIT;

	put_header(out, s, how->shape == SHAPE_EXCEL);
	for (size_t i = 0; i < s->row_count * s->column_count; i++) {
		if (i % s->column_count)
			buf_char(out, ',');
		show_field(how, &s->cells[i], out, &scratch);
		if (i % s->column_count == s->column_count - 1)
			buf_char(out, '\n');
	}
	buf_release(&scratch);
}

/* What names a row: "recency 5". */
static void put_row_name(const struct show *how, const struct cell *row,
			 size_t labels, struct buf *out)
{
	struct cell name = CELL_EMPTY;
	struct buf text = BUF_INIT, scratch = BUF_INIT;

	for (size_t i = 0; i < labels; i++) {
		if (i)
			buf_char(&text, ' ');
		cell_put_plain(&text, &row[i]);
	}
	if (labels > 1)
		name = cell_text(buf_view(&text));
	show_field(how, labels > 1 ? &name : &row[0], out, &scratch);
	buf_release(&text);
	buf_release(&scratch);
}

/* One section in the long form: section,row,column,value. */
static void delimited_long(const struct show *how, const struct section *s,
			   struct buf *out)
{
	bool defuse = how->shape == SHAPE_EXCEL;
	size_t labels = s->label_columns ? s->label_columns : 1;
	struct buf scratch = BUF_INIT;

	for (size_t r = 0; r < s->row_count; r++) {
		const struct cell *row = s->cells + r * s->column_count;

		for (size_t i = labels; i < s->column_count; i++) {
			delimited_put(out, span_of(s->key), defuse);
			buf_char(out, ',');
			put_row_name(how, row, labels, out);
			buf_char(out, ',');
			delimited_put(out, span_of(s->columns[i].key), defuse);
			buf_char(out, ',');
			show_field(how, &row[i], out, &scratch);
			buf_char(out, '\n');
		}
	}
	buf_release(&scratch);
}

void show_delimited(const struct show *how, const struct sheet *s,
		    struct buf *out)
{
	if (how->shape == SHAPE_EXCEL)
		delimited_put_mark(out);
	if (s->count == 1) {
		delimited_one(how, &s->sections[0], out);
		return;
	}
	buf_lit(out, "section,row,column,value\n");
	for (size_t i = 0; i < s->count; i++)
		delimited_long(how, &s->sections[i], out);
}
