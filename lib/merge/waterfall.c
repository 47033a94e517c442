#include "merge/waterfall.h"

#include <math.h>

#include "expr/unicode.h"

#define WIDTH 80
#define VALUE_MAX 18
#define LEVEL_MAX 19
#define LABEL_MAX 16
#define BAR_LEAST 20
#define BAR_MOST 60

static void put_blanks(struct buf *out, size_t count)
{
	while (count--)
		buf_char(out, ' ');
}

/* TEXT, cleaned, in a field of WIDTH columns. */
static void put_field(struct span text, size_t width, struct buf *out)
{
	struct buf clean = BUF_INIT;
	struct span shown;
	size_t columns;

	error_clean(text, &clean);
	shown = buf_view(&clean);
	while (unicode_width(shown) > width)
		shown = span_sub(shown, 0, unicode_offset(shown, unicode_length(shown) - 1));
	columns = unicode_width(shown);
	buf_span(out, shown);
	put_blanks(out, width - columns);
	buf_release(&clean);
}

static void put_row(const struct comparison *c, size_t indent, struct buf *out)
{
	put_blanks(out, indent);
	put_field(c->column, LABEL_MAX, out);
	put_field(span_absent(c->a) ? SPAN("-") : c->a, VALUE_MAX, out);
	buf_char(out, ' ');
	put_field(span_absent(c->b) ? SPAN("-") : c->b, VALUE_MAX, out);
	buf_char(out, ' ');
	if (c->m <= 0) {
		buf_text_put(out, c->level);
		buf_char(out, '\n');
		return;
	}
	put_field(span_of(c->level), LEVEL_MAX, out);
	buf_printf(out, " m %-7.3g u %-8.3g %+6.2f", c->m, c->u, c->weight);
	if (fabs(c->frequency) >= 0.005)
		buf_printf(out, "  rare %+.2f", c->frequency);
	buf_char(out, '\n');
}

/* The steps of the chart from their begin to their end. */
struct chart {
	const struct explain_style *style;
	size_t indent;
	size_t width;
	double low, high;
	double at;		/* the sum so far */
};

static size_t position(const struct chart *c, double x)
{
	return (size_t)((x - c->low) / (c->high - c->low) * (double)(c->width - 1) + 0.5);
}

static void put_step(struct chart *c, struct span label, double step, struct buf *out)
{
	size_t from = position(c, c->at), to = position(c, c->at + step);
	size_t zero = position(c, 0);
	bool plus = step >= 0;
	struct span mark = c->style->unicode ? (plus ? SPAN("█") : SPAN("░"))
					     : (plus ? SPAN("#") : SPAN("="));

	if (from > to) {
		size_t swap = from;

		from = to;
		to = swap;
	}
	put_blanks(out, c->indent);
	put_field(label, LABEL_MAX, out);
	buf_printf(out, "%+7.2f ", step);
	for (size_t i = 0; i < from; i++)
		buf_text_put(out, i != zero ? " " : c->style->unicode ? "│" : "|");
	if (c->style->colour)
		buf_text_put(out, plus ? "\033[32m" : "\033[31m");
	for (size_t i = from; i <= to; i++)
		buf_span(out, mark);
	if (c->style->colour)
		buf_lit(out, "\033[0m");
	for (size_t i = to + 1; i <= zero; i++)
		buf_text_put(out, i != zero ? " " : c->style->unicode ? "│" : "|");
	buf_char(out, '\n');
	c->at += step;
}

static void see(struct chart *c, double step)
{
	c->at += step;
	c->low = fmin(c->low, c->at);
	c->high = fmax(c->high, c->at);
}

static struct chart make_chart(const struct comparisons *c, const struct explain_style *style,
			       size_t indent)
{
	size_t width = style->width ? style->width : WIDTH;
	struct chart chart = {.style = style, .indent = indent, .width = BAR_LEAST};

	if (width > indent + LABEL_MAX + 8 + BAR_LEAST)
		chart.width = width - indent - LABEL_MAX - 8;
	if (chart.width > BAR_MOST)
		chart.width = BAR_MOST;
	see(&chart, c->prior);
	for (size_t i = 0; i < c->count; i++) {
		see(&chart, c->list[i].weight);
		see(&chart, c->list[i].frequency);
	}
	chart.at = 0;
	if (chart.high - chart.low < 1)
		chart.high = chart.low + 1;
	return chart;
}

void waterfall_put(const struct comparisons *c, const struct explain_style *style,
		   size_t indent, struct buf *out)
{
	struct chart chart = make_chart(c, style, indent);

	for (size_t i = 0; i < c->count; i++)
		put_row(&c->list[i], indent, out);
	buf_char(out, '\n');
	put_step(&chart, SPAN("prior"), c->prior, out);
	for (size_t i = 0; i < c->count; i++) {
		if (c->list[i].m <= 0)
			continue;
		put_step(&chart, c->list[i].column, c->list[i].weight, out);
		if (fabs(c->list[i].frequency) >= 0.005)
			put_step(&chart, SPAN("  rare value"), c->list[i].frequency, out);
	}
	chart.at = 0;
	put_step(&chart, SPAN("sum"), c->score, out);
}
