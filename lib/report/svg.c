/*
 * Charts as static SVG: no script, sized by a viewBox so that the page scales
 * them, every bar and point with a <title> that a pointer shows.  Coordinates
 * have one decimal, so that the same data gives the same bytes everywhere.
 */
#include "report/cell.h"
#include "report/html.h"

#define BARS_MAX 24		/* rows drawn; the table behind has them all */
#define WIDTH 720
#define LABEL_WIDTH 190
#define ROW 24
#define LINE_HEIGHT 180
#define GRID_LINES 4

static const struct cell *value_at(const struct section *s, size_t row)
{
	return &s->cells[row * s->column_count + s->chart_value];
}

static double largest(const struct section *s, size_t rows)
{
	double most = 0;

	for (size_t r = 0; r < rows; r++)
		if (cell_size(value_at(s, r)) > most)
			most = cell_size(value_at(s, r));
	return most;
}

static void put_people(struct buf *out, const struct section *s, size_t row,
		       size_t column)
{
	struct buf text = BUF_INIT;

	cell_put_people(&text, &s->cells[row * s->column_count + column],
			&s->columns[column]);
	html_put(out, buf_view(&text));
	buf_release(&text);
}

static void put_open(struct buf *out, const struct section *s, int height)
{
	buf_printf(out, "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"", WIDTH, height);
	html_put(out, span_of(s->key));
	buf_lit(out, "-t ");
	html_put(out, span_of(s->key));
	buf_lit(out, "-d\"><title id=\"");
	html_put(out, span_of(s->key));
	buf_lit(out, "-t\">");
	html_put(out, span_of(s->title));
	buf_lit(out, "</title><desc id=\"");
	html_put(out, span_of(s->key));
	buf_lit(out, "-d\">");
	html_put(out, span_of(s->note ? s->note : s->title));
	buf_lit(out, " The table below holds the numbers.</desc>\n");
}

static void put_tip(struct buf *out, const struct section *s, size_t row)
{
	buf_lit(out, "<title>");
	put_people(out, s, row, s->chart_label);
	buf_lit(out, ": ");
	put_people(out, s, row, s->chart_value);
	buf_lit(out, "</title>");
}

static void put_bar(struct buf *out, const struct section *s, size_t row,
		    double share)
{
	double y = (double)row * ROW;
	double width = share * (WIDTH - LABEL_WIDTH - 110);

	buf_printf(out, "<text class=\"l\" x=\"%d\" y=\"%.1f\">", LABEL_WIDTH - 8, y + 16);
	put_people(out, s, row, s->chart_label);
	buf_printf(out, "</text><rect class=\"b\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\">",
		   LABEL_WIDTH, y + 4, width > 0.5 ? width : 0.5, ROW - 8);
	put_tip(out, s, row);
	buf_printf(out, "</rect><text x=\"%.1f\" y=\"%.1f\">", LABEL_WIDTH + width + 6, y + 16);
	put_people(out, s, row, s->chart_value);
	buf_lit(out, "</text>\n");
}

static void put_bars(struct buf *out, const struct section *s)
{
	size_t rows = s->row_count < BARS_MAX ? s->row_count : BARS_MAX;
	double most = largest(s, rows);

	put_open(out, s, (int)rows * ROW);
	for (size_t r = 0; r < rows; r++)
		put_bar(out, s, r, most > 0 ? cell_size(value_at(s, r)) / most : 0);
	buf_lit(out, "</svg>\n");
}

static double line_x(const struct section *s, size_t row)
{
	return 60 + (WIDTH - 80) * (double)row / (double)(s->row_count - 1);
}

static double line_y(double share)
{
	return 10 + (1 - share) * LINE_HEIGHT;
}

static void put_grid(struct buf *out, double most)
{
	for (int i = 0; i <= GRID_LINES; i++) {
		double share = (double)i / GRID_LINES;

		buf_printf(out, "<line class=\"g\" x1=\"60\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
				"<text class=\"l\" x=\"54\" y=\"%.1f\">%.3g</text>\n",
			   WIDTH - 20, line_y(share), line_y(share),
			   line_y(share) + 4, most * share);
	}
}

static void put_points(struct buf *out, const struct section *s, double most)
{
	size_t step = (s->row_count + 7) / 8;

	for (size_t r = 0; r < s->row_count; r++) {
		double y = line_y(cell_size(value_at(s, r)) / most);

		buf_printf(out, "<circle class=\"b\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">",
			   line_x(s, r), y);
		put_tip(out, s, r);
		buf_lit(out, "</circle>");
		if (r % step)
			continue;
		buf_printf(out, "<text class=\"m\" x=\"%.1f\" y=\"%d\">",
			   line_x(s, r), LINE_HEIGHT + 30);
		put_people(out, s, r, s->chart_label);
		buf_lit(out, "</text>\n");
	}
}

static void put_line(struct buf *out, const struct section *s)
{
	double most = largest(s, s->row_count);

	if (s->row_count < 2 || most <= 0)
		return;
	put_open(out, s, LINE_HEIGHT + 40);
	put_grid(out, most);
	buf_lit(out, "<polyline class=\"c\" points=\"");
	for (size_t r = 0; r < s->row_count; r++)
		buf_printf(out, "%s%.1f,%.1f", r ? " " : "", line_x(s, r),
			   line_y(cell_size(value_at(s, r)) / most));
	buf_lit(out, "\"/>\n");
	put_points(out, s, most);
	buf_lit(out, "</svg>\n");
}

void svg_put_chart(struct buf *out, const struct section *s)
{
	if (!s->row_count)
		return;
	if (s->chart == CHART_BARS)
		put_bars(out, s);
	else if (s->chart == CHART_LINE)
		put_line(out, s);
}
