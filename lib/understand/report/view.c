#include "understand/report/view.h"

#include <math.h>

#include "text/unicode.h"
#include "understand/report/cell.h"
#include "understand/report/figures.h"

static const struct cell *cell_at(const struct section *s, size_t row,
				  size_t column)
{
	return &s->cells[row * s->column_count + column];
}

/* The cell's share of the row's base; negative: it has none. */
static double base_share(const struct section *s, size_t row, size_t column)
{
	const struct cell *c = cell_at(s, row, column);
	double base;

	if (s->chart != CHART_HEAT || !s->chart_base ||
	    column < s->chart_value || c->kind != CELL_COUNT)
		return -1;
	base = cell_size(cell_at(s, row, s->chart_base));
	return base > 0 ? cell_size(c) / base : -1;
}

void view_put_cell(struct buf *out, const struct section *s, size_t row,
		   size_t column)
{
	const struct cell *c = cell_at(s, row, column);
	double share = base_share(s, row, column);

	if (share >= 0)
		buf_printf(out, "%.0f%%%s", share * 100, c->open ? "*" : "");
	else if ((s->pairs || s->look == LOOK_FIGURES) && !column)
		cell_put_name(out, c);
	else if (s->look == LOOK_FIGURES && column == FIGURE_UNIT && c->kind == CELL_NONE)
		return;
	else
		cell_put_people(out, c, &s->columns[column], s->zone);
}

bool view_is_number(const struct section *s, size_t column)
{
	for (size_t r = 0; r < s->row_count; r++)
		if (cell_is_number(cell_at(s, r, column)))
			return true;
	return false;
}

void view_range(const struct section *s, size_t from, size_t to, double *low,
		double *high)
{
	*low = *high = 0;
	for (size_t r = 0; r < s->row_count; r++)
		for (size_t c = from; c <= to; c++) {
			double size = cell_size(cell_at(s, r, c));

			*high = size > *high ? size : *high;
			*low = size < *low ? size : *low;
		}
}

int view_depth(const struct section *s, size_t row, size_t column, double most)
{
	const struct cell *c = cell_at(s, row, column);
	double share = base_share(s, row, column);

	if (s->chart != CHART_HEAT || column < s->chart_value ||
	    !cell_is_number(c))
		return -1;
	if (share < 0)
		share = most > 0 ? cell_size(c) / most : 0;
	if (share <= 0)
		return 0;
	return share >= 1 ? VIEW_DEPTHS - 1 : (int)(share * VIEW_DEPTHS);
}

void view_put_cut(struct buf *out, struct span text, size_t width)
{
	size_t len = 0, used = 0;

	if (unicode_width(text) <= width) {
		buf_span(out, text);
		return;
	}
	while (len < text.len) {
		size_t next = len + unicode_offset(span_sub(text, len, text.len), 1);
		size_t wide = unicode_width(span_sub(text, len, next - len));

		if (used + wide + 1 > width)
			break;
		used += wide;
		len = next;
	}
	buf_span(out, span_sub(text, 0, len));
	buf_lit(out, "…");
}

void view_put_end(struct buf *out, struct span text, size_t width)
{
	size_t wide = unicode_width(text), from = 0;

	if (wide <= width) {
		buf_span(out, text);
		return;
	}
	while (from < text.len && wide + 1 > width) {
		size_t next = from + unicode_offset(span_sub(text, from, text.len), 1);

		wide -= unicode_width(span_sub(text, from, next - from));
		from = next;
	}
	buf_lit(out, "…");
	buf_span(out, span_sub(text, from, text.len));
}

double view_step(double range, int parts)
{
	static const double steps[] = {1, 2, 2.5, 5, 10};
	double unit = pow(10, floor(log10(range / parts)));
	size_t i = 0;

	while (i < 4 && steps[i] * unit * parts < range * (1 - 1e-9))
		i++;
	return steps[i] * unit;
}

void view_put_tick(struct buf *out, double number)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
	const char *name = "";

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (fabs(number) >= units[i].unit) {
			number /= units[i].unit;
			name = units[i].name;
			break;
		}
	/* Steps are sums of doubles: what is left of zero is zero. */
	if (fabs(number) < 1e-9)
		number = 0;
	buf_printf(out, "%.4g%s", number, name);
}
