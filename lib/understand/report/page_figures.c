/* The tiles and the sentences at the top of the page. */
#include <string.h>

#include "text/html.h"
#include "understand/report/cell.h"
#include "understand/report/figures.h"
#include "understand/report/page.h"

static const struct cell *cell_of(const struct section *s, size_t row, size_t column)
{
	return &s->cells[row * s->column_count + column];
}

static void put_people(struct buf *out, const struct section *s, size_t row, size_t column)
{
	struct buf text = BUF_INIT;

	cell_put_people(&text, cell_of(s, row, column), &s->columns[column], s->zone);
	html_put(out, buf_view(&text));
	buf_release(&text);
}

/* More of these is worse. */
static bool is_cost(const struct section *s, size_t row)
{
	return span_equal(cell_of(s, row, FIGURE_NAME)->text, SPAN("refunds"));
}

static const char *change_class(const struct section *s, size_t row, double change)
{
	if (change == 0)
		return "";
	return (change > 0) != is_cost(s, row) ? "up" : "down";
}

static void put_arrow(struct buf *out, const char *class, double change)
{
	buf_printf(out, "<span class=\"%s\"><span aria-hidden=\"true\">%s</span> ", class,
		   change > 0 ? "▲" : change < 0 ? "▼" : "=");
}

/* "+12.1 % usual"; with nothing before, the figure that was. */
static void put_change(struct buf *out, const struct section *s, size_t row)
{
	const struct cell *change = cell_of(s, row, FIGURE_CHANGE), *before = cell_of(s, row, FIGURE_BEFORE);
	double now = cell_size(cell_of(s, row, FIGURE_NOW)), low = cell_size(cell_of(s, row, FIGURE_LOW));
	double high = cell_size(cell_of(s, row, FIGURE_HIGH));

	if (before->kind == CELL_NONE) {
		buf_lit(out, "<p class=\"delta\">no four weeks before</p>");
		return;
	}
	buf_lit(out, "<p class=\"delta\">");
	if (change->kind == CELL_SHARE) {
		put_arrow(out, change_class(s, row, change->real), change->real);
		buf_printf(out, "%+.1f %%</span> from ", change->real * 100);
	} else {
		buf_lit(out, "before: ");
	}
	put_people(out, s, row, FIGURE_BEFORE);
	if (cell_of(s, row, FIGURE_LOW)->kind != CELL_NONE)
		buf_text_put(out, now < low ? "; unusually low" : now > high ? "; unusually high" : "; as usual");
	buf_lit(out, "</p>");
}

static void put_figure(struct buf *out, const struct section *s, size_t row, int level)
{
	const struct cell *unit = cell_of(s, row, FIGURE_UNIT);

	buf_printf(out, "<li><h%d>", level);
	cell_put_name(out, &(struct cell){.kind = CELL_TEXT, .text = cell_of(s, row, FIGURE_NAME)->text});
	buf_printf(out, "</h%d><p class=\"num\">", level);
	put_people(out, s, row, FIGURE_NOW);
	if (unit->kind == CELL_TEXT) {
		buf_lit(out, " <small>");
		put_people(out, s, row, FIGURE_UNIT);
		buf_lit(out, "</small>");
	}
	buf_lit(out, "</p>");
	put_change(out, s, row);
	if (s->series)
		page_put_spark(out, s->series + row * s->series_count, s->series_count);
	buf_lit(out, "</li>\n");
}

void page_put_figures(struct buf *out, const struct section *s, int level)
{
	buf_printf(out, "<h%d class=\"vh\" id=\"", level);
	html_put(out, span_of(s->key));
	buf_printf(out, "-h\">%s</h%d>\n<ul class=\"kpis\" id=\"", s->title, level);
	html_put(out, span_of(s->key));
	buf_lit(out, "\">\n");
	for (size_t r = 0; r < s->row_count; r++)
		put_figure(out, s, r, level + 1);
	buf_lit(out, "</ul>\n");
}

static void put_finding(struct buf *out, const struct section *s, size_t row)
{
	struct span direction = cell_of(s, row, FINDING_DIRECTION)->text;
	bool up = span_equal(direction, SPAN("up")), down = span_equal(direction, SPAN("down"));

	buf_printf(out, "<li><span aria-hidden=\"true\">%s</span><span><b>", up ? "▲" : down ? "▼" : "●");
	put_people(out, s, row, FINDING_WHAT);
	buf_lit(out, "</b>");
	if (cell_of(s, row, FINDING_DETAIL)->kind == CELL_TEXT) {
		buf_lit(out, ": ");
		put_people(out, s, row, FINDING_DETAIL);
	}
	buf_lit(out, "</span></li>\n");
}

void page_put_findings(struct buf *out, const struct section *s, int level)
{
	buf_lit(out, "<section class=\"w find\" id=\"");
	html_put(out, span_of(s->key));
	buf_printf(out, "\"><h%d>", level);
	html_put(out, span_of(s->title));
	buf_printf(out, "</h%d>\n", level);
	if (s->note) {
		buf_lit(out, "<p class=\"note\">");
		html_put(out, span_of(s->note));
		buf_lit(out, "</p>\n");
	}
	buf_lit(out, "<ul>\n");
	for (size_t r = 0; r < s->row_count; r++)
		put_finding(out, s, r);
	buf_lit(out, "</ul></section>\n");
}
