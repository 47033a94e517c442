/*
 * Charts as static SVG: no script, sized by a viewBox, so that the page scales them.  The style
 * sheet lets letters grow and leaves out labels (x1, x2) where the card is narrow.  Up to
 * COLUMNS_MAX periods are columns, more are a line.  Coordinates have one decimal, so that the same
 * data gives the same bytes everywhere.
 */
#include <math.h>

#include "text/html.h"
#include "understand/report/cell.h"
#include "understand/report/page.h"
#include "understand/report/view.h"

#define WIDTH 640
#define LEFT 66			/* room for the figures of the axis, in the largest letters */
#define TOP 14
#define PLOT_HEIGHT 190
#define HEIGHT (TOP + PLOT_HEIGHT + 34)
#define RIGHT (WIDTH - 6)
#define GRID_LINES 4		/* about so many */
#define LABELS 6		/* at most so many below the axis */
#define LONG_LABELS 5		/* of such as "30 May 2013" */
#define LONG_LABEL 8		/* bytes of a longer one in the data: a day */
#define COLUMNS_MAX 48
#define TIPS_MAX 400		/* points with a tip: the page stays small */
#define SPARK_WIDTH 120
#define SPARK_HEIGHT 28

/* The scale of the axis: from LOW to HIGH, both whole steps. */
struct scale {
	double low, high, step;
};

struct chart {
	const struct section *s;
	struct scale scale;
	double pitch;		/* from row to row */
	bool columns;
};

static double row_size(const struct chart *c, size_t row)
{
	return cell_size(&c->s->cells[row * c->s->column_count + c->s->chart_value]);
}

static bool row_open(const struct chart *c, size_t row)
{
	return c->s->cells[row * c->s->column_count].open;
}

static bool find_scale(const struct section *s, struct scale *scale)
{
	view_range(s, s->chart_value, s->chart_value, &scale->low, &scale->high);
	if (scale->high <= scale->low)
		return false;
	scale->step = view_step(scale->high - scale->low, GRID_LINES);
	scale->low = floor(scale->low / scale->step) * scale->step;
	scale->high = ceil(scale->high / scale->step) * scale->step;
	return true;
}

/* The middle of a row. */
static double row_x(const struct chart *c, size_t row)
{
	return LEFT + c->pitch * ((double)row + 0.5);
}

static double size_y(const struct chart *c, double size)
{
	return TOP + (c->scale.high - size) / (c->scale.high - c->scale.low) * PLOT_HEIGHT;
}

static void put_open(struct buf *out, const struct section *s)
{
	buf_printf(out, "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"", WIDTH, HEIGHT);
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
	page_put_cell(out, s, 0, s->chart_label);
	buf_lit(out, " to ");
	page_put_cell(out, s, s->row_count - 1, s->chart_label);
	buf_lit(out, "; the figures are folded below.</desc>\n");
}

static void put_grid(struct buf *out, const struct chart *c)
{
	int lines = (int)((c->scale.high - c->scale.low) / c->scale.step + 0.5);

	for (int i = 0; i <= lines; i++) {
		double size = c->scale.low + i * c->scale.step;
		double y = size_y(c, size);
		bool zero = fabs(size) < c->scale.step / 2;

		buf_printf(out, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
				"<text class=\"e\" x=\"%d\" y=\"%.1f\">",
			   zero ? "z" : "g", LEFT, RIGHT, y, y, LEFT - 6, y + 5);
		view_put_tick(out, zero ? 0 : size);
		buf_lit(out, "</text>\n");
	}
}

/* Counted from the last, which always has one; of two the narrow card drops one. */
static void put_labels(struct buf *out, const struct chart *c)
{
	const struct cell *last = &c->s->cells[(c->s->row_count - 1) * c->s->column_count + c->s->chart_label];
	bool long_ones = last->kind == CELL_TEXT && last->text.len > LONG_LABEL;
	size_t most = long_ones ? LONG_LABELS : LABELS;
	size_t rows = c->s->row_count, step = (rows + most - 1) / most;

	for (size_t r = (rows - 1) % step; r < rows; r += step) {
		size_t place = (rows - 1 - r) / step;
		double x = row_x(c, r);
		bool end = x + 48 > WIDTH;

		buf_printf(out, "<text class=\"%s%s\" x=\"%.1f\" y=\"%d\">", end ? "e" : "mid",
			   place % 2 ? " x2 x1" : place % 4 ? " x1" : "", end ? (double)WIDTH : x, HEIGHT - 8);
		page_put_cell(out, c->s, r, c->s->chart_label);
		buf_lit(out, "</text>\n");
	}
}

static void put_tip(struct buf *out, const struct chart *c, size_t row)
{
	const char *unit = c->s->columns[c->s->chart_value].unit;

	buf_lit(out, "<title>");
	page_put_cell(out, c->s, row, c->s->chart_label);
	buf_lit(out, ": ");
	page_put_cell(out, c->s, row, c->s->chart_value);
	if (unit && *unit) {
		buf_char(out, ' ');
		html_put(out, span_of(unit));
	}
	buf_text_put(out, row_open(c, row) ? ", not over yet</title>" : "</title>");
}

static void put_column(struct buf *out, const struct chart *c, size_t row)
{
	double size = row_size(c, row), width = c->pitch * 0.72;
	double top = size_y(c, size > 0 ? size : 0), bottom = size_y(c, size > 0 ? 0 : size);

	buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\">",
		   row_open(c, row) ? "p" : "b", row_x(c, row) - width / 2, top, width, fmax(bottom - top, 0.6));
	put_tip(out, c, row);
	buf_lit(out, "</rect>\n");
}

static void put_path(struct buf *out, const struct chart *c)
{
	for (size_t r = 0; r < c->s->row_count; r++)
		buf_printf(out, "%s%.1f,%.1f", r ? " " : "", row_x(c, r), size_y(c, row_size(c, r)));
}

/* The line, the area below it, and an unseen strip for each point, which has the tip. */
static void put_line(struct buf *out, const struct chart *c)
{
	double zero = size_y(c, 0);
	size_t rows = c->s->row_count;

	buf_printf(out, "<polygon class=\"a\" points=\"%.1f,%.1f ", row_x(c, 0), zero);
	put_path(out, c);
	buf_printf(out, " %.1f,%.1f\"/>\n<polyline class=\"c\" points=\"", row_x(c, rows - 1), zero);
	put_path(out, c);
	buf_lit(out, "\"/>\n");
	for (size_t r = 0; r < rows && rows <= TIPS_MAX; r++) {
		buf_printf(out, "<rect class=\"h\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\">",
			   row_x(c, r) - c->pitch / 2, TOP, c->pitch, PLOT_HEIGHT);
		put_tip(out, c, r);
		buf_lit(out, "</rect>\n");
	}
}

/* From nothing of nobody to all of everybody. */
static void put_even(struct buf *out, const struct chart *c)
{
	buf_printf(out, "<line class=\"z\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", row_x(c, 0), row_x(c, c->s->row_count - 1),
		   size_y(c, 0), size_y(c, 1));
}

bool page_put_chart(struct buf *out, const struct section *s)
{
	struct chart c = {.s = s, .columns = s->row_count <= COLUMNS_MAX && !s->chart_curve};

	if (s->row_count < 2 || !find_scale(s, &c.scale))
		return false;
	c.pitch = (double)(RIGHT - LEFT) / (double)s->row_count;
	put_open(out, s);
	put_grid(out, &c);
	if (c.columns)
		for (size_t r = 0; r < s->row_count; r++)
			put_column(out, &c, r);
	else
		put_line(out, &c);
	if (s->chart_curve)
		put_even(out, &c);
	put_labels(out, &c);
	buf_lit(out, "</svg>\n");
	return true;
}

void page_put_spark(struct buf *out, const double *figures, size_t count)
{
	double low = 0, high = 0, y = 0;

	for (size_t i = 0; i < count; i++) {
		high = fmax(high, figures[i]);
		low = fmin(low, figures[i]);
	}
	if (count < 3 || high <= low)
		return;
	buf_printf(out, "<svg class=\"spark\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"",
		   SPARK_WIDTH, SPARK_HEIGHT);
	for (size_t i = 0; i < count; i++) {
		y = 2 + (high - figures[i]) / (high - low) * (SPARK_HEIGHT - 4);
		buf_printf(out, "%s%.1f %.1f", i ? "L" : "M", 2 + (SPARK_WIDTH - 4) * (double)i / (double)(count - 1), y);
	}
	buf_printf(out, "\"/><path class=\"z\" d=\"M0 %.1fH%d\"/></svg>", 2 + high / (high - low) * (SPARK_HEIGHT - 4), SPARK_WIDTH);
}
