/*
 * Charts as static SVG: no script, sized by a viewBox so that the page scales
 * them, every bar and point with a <title> that a pointer shows.  Coordinates
 * have one decimal, so that the same data gives the same bytes everywhere.
 */
#include <math.h>

#include "understand/report/cell.h"
#include "text/html.h"
#include "understand/report/html.h"
#include "understand/report/view.h"

#define BARS_MAX 24		/* rows drawn; the table behind has them all */
#define WIDTH 720
#define LABEL_WIDTH 200
#define LABEL_MAX 24		/* columns of a label */
#define ROW 24
#define LINE_HEIGHT 180
#define GRID_LINES 4		/* about so many */

static const struct cell *value_at(const struct section *s, size_t row)
{
	return &s->cells[row * s->column_count + s->chart_value];
}

static void put_people(struct buf *out, const struct section *s, size_t row,
		       size_t column)
{
	struct buf text = BUF_INIT;

	view_put_cell(&text, s, row, column);
	html_put(out, buf_view(&text));
	buf_release(&text);
}

/* A label in the room that there is for it; the whole stands in the tip. */
static void put_label(struct buf *out, const struct section *s, size_t row)
{
	struct buf text = BUF_INIT, cut = BUF_INIT;

	view_put_cell(&text, s, row, s->chart_label);
	view_put_cut(&cut, buf_view(&text), LABEL_MAX);
	html_put(out, buf_view(&cut));
	buf_release(&text);
	buf_release(&cut);
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
	put_label(out, s, row);
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
	double low, most;

	view_range(s, s->chart_value, s->chart_value, &low, &most);
	put_open(out, s, (int)rows * ROW);
	for (size_t r = 0; r < rows; r++) {
		double size = cell_size(value_at(s, r));

		put_bar(out, s, r, most > 0 && size > 0 ? size / most : 0);
	}
	buf_lit(out, "</svg>\n");
	if (rows < s->row_count)
		buf_printf(out, "<figcaption>The first %zu of %zu are drawn.</figcaption>\n",
			   rows, s->row_count);
}

/* The scale of a line chart: from LOW to HIGH, both whole steps. */
struct scale {
	double low, high, step;
};

static struct scale scale_of(const struct section *s)
{
	struct scale scale;

	view_range(s, s->chart_value, s->chart_value, &scale.low, &scale.high);
	if (scale.high <= scale.low)
		return (struct scale){0, 0, 0};
	scale.step = view_step(scale.high - scale.low, GRID_LINES);
	scale.low = floor(scale.low / scale.step) * scale.step;
	scale.high = ceil(scale.high / scale.step) * scale.step;
	return scale;
}

static double line_x(const struct section *s, size_t row)
{
	return 60 + (WIDTH - 95) * (double)row / (double)(s->row_count - 1);
}

static double line_y(const struct scale *scale, double size)
{
	return 10 + (scale->high - size) / (scale->high - scale->low) * LINE_HEIGHT;
}

static void put_grid(struct buf *out, const struct scale *scale)
{
	int lines = (int)((scale->high - scale->low) / scale->step + 0.5);

	for (int i = 0; i <= lines; i++) {
		double size = scale->low + i * scale->step;
		double y = line_y(scale, size);
		bool zero = fabs(size) < scale->step / 2;

		buf_printf(out, "<line class=\"%s\" x1=\"60\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
				"<text class=\"l\" x=\"54\" y=\"%.1f\">",
			   zero ? "z" : "g", WIDTH - 35, y, y, y + 4);
		view_put_tick(out, zero ? 0 : size);
		buf_lit(out, "</text>\n");
	}
}

static void put_points(struct buf *out, const struct section *s,
		       const struct scale *scale)
{
	size_t step = (s->row_count + 7) / 8;

	for (size_t r = 0; r < s->row_count; r++) {
		bool open = s->cells[r * s->column_count].open;

		buf_printf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">",
			   open ? "o" : "b", line_x(s, r),
			   line_y(scale, cell_size(value_at(s, r))));
		put_tip(out, s, r);
		buf_lit(out, "</circle>");
		if (r % step == 0) {
			buf_printf(out, "<text class=\"m\" x=\"%.1f\" y=\"%d\">",
				   line_x(s, r), LINE_HEIGHT + 30);
			put_people(out, s, r, s->chart_label);
			buf_lit(out, "</text>");
		}
		buf_char(out, '\n');
	}
}

static void put_path(struct buf *out, const struct section *s,
		     const struct scale *scale)
{
	for (size_t r = 0; r < s->row_count; r++)
		buf_printf(out, "%s%.1f,%.1f", r ? " " : "", line_x(s, r),
			   line_y(scale, cell_size(value_at(s, r))));
}

static void put_line(struct buf *out, const struct section *s)
{
	struct scale scale = scale_of(s);
	double zero;

	if (s->row_count < 2 || scale.high <= scale.low)
		return;
	zero = line_y(&scale, 0);
	put_open(out, s, LINE_HEIGHT + 40);
	put_grid(out, &scale);
	buf_printf(out, "<polygon class=\"a\" points=\"%.1f,%.1f ", line_x(s, 0), zero);
	put_path(out, s, &scale);
	buf_printf(out, " %.1f,%.1f\"/>\n<polyline class=\"c\" points=\"",
		   line_x(s, s->row_count - 1), zero);
	put_path(out, s, &scale);
	buf_lit(out, "\"/>\n");
	put_points(out, s, &scale);
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
