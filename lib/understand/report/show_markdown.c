#include "base/error.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/figures.h"
#include "understand/report/show_parts.h"
#include "understand/report/view.h"

/* TEXT so that neither a table nor markup breaks, nor a terminal that shows it. */
static void put_escaped(struct buf *out, struct span text)
{
	struct buf clean = BUF_INIT;

	error_clean(text, &clean);
	for (size_t i = 0; i < clean.len; i++) {
		char c = clean.ptr[i];

		if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' ||
		    c == '[' || c == ']' || c == '#')
			buf_char(out, '\\');
		if (c == '<')
			buf_lit(out, "&lt;");
		else if (c == '&')
			buf_lit(out, "&amp;");
		else
			buf_char(out, c);
	}
	buf_release(&clean);
}

static void put_rule(const struct section *s, struct buf *out)
{
	buf_char(out, '|');
	for (size_t c = 0; c < s->column_count; c++) {
		bool right = view_is_number(s, c);

		buf_text_put(out, right ? " ---: |" : " --- |");
	}
	buf_char(out, '\n');
}

void markdown_rows(const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < s->row_count * s->column_count; i++) {
		size_t c = i % s->column_count;

		buf_clear(&text);
		view_put_cell(&text, s, i / s->column_count, c);
		buf_text_put(out, c ? " " : "| ");
		put_escaped(out, buf_view(&text));
		buf_text_put(out, c + 1 == s->column_count ? " |\n" : " |");
	}
	buf_release(&text);
}

void markdown_table(const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_char(out, '|');
	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		buf_char(out, ' ');
		put_escaped(out, buf_view(&text));
		buf_lit(out, " |");
	}
	buf_char(out, '\n');
	put_rule(s, out);
	buf_release(&text);
	markdown_rows(s, out);
}

static void put_findings(const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	for (size_t r = 0; r < s->row_count; r++) {
		const struct cell *row = &s->cells[r * s->column_count];

		buf_clear(&text);
		cell_put_people(&text, &row[FINDING_WHAT], NULL, NULL);
		buf_lit(out, "- **");
		put_escaped(out, buf_view(&text));
		buf_lit(out, "**");
		buf_clear(&text);
		cell_put_people(&text, &row[FINDING_DETAIL], NULL, NULL);
		if (row[FINDING_DETAIL].kind == CELL_TEXT) {
			buf_lit(out, ": ");
			put_escaped(out, buf_view(&text));
		}
		buf_char(out, '\n');
	}
	buf_release(&text);
}

static void put_asked(const struct sheet *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	sheet_put_asked(s, &text);
	if (text.len) {
		buf_lit(out, "\nAsked: ");
		put_escaped(out, buf_view(&text));
		buf_char(out, '\n');
	}
	buf_release(&text);
}

void show_markdown(const struct sheet *s, struct buf *out)
{
	buf_lit(out, "# ");
	put_escaped(out, span_of(s->title));
	buf_char(out, '\n');
	if (s->as_of != MOMENT_NONE) {
		buf_lit(out, "\nAs of ");
		sheet_put_as_of(s, out);
		buf_lit(out, ".\n");
	}
	put_asked(s, out);
	for (size_t i = 0; i < s->count; i++) {
		buf_lit(out, "\n## ");
		put_escaped(out, span_of(s->sections[i].title));
		buf_lit(out, "\n\n");
		if (s->sections[i].note) {
			put_escaped(out, span_of(s->sections[i].note));
			buf_lit(out, "\n\n");
		}
		if (s->sections[i].look == LOOK_FINDINGS)
			put_findings(&s->sections[i], out);
		else
			markdown_table(&s->sections[i], out);
		if (s->sections[i].left_out)
			buf_printf(out, "\nand %llu more\n", (unsigned long long)s->sections[i].left_out);
	}
}
