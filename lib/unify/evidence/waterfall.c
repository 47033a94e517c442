#include "unify/evidence/waterfall.h"

#include <math.h>

#include "text/unicode.h"

#define WIDTH 80		/* of what is no terminal: of bars only */
#define NUMBERS 31		/* columns of m, u, weight and rarity */
#define VALUE_LEAST 8		/* narrower ones go on a line of their own */
#define VALUE_MOST 40
#define LABEL_LEAST 14		/* "  rare value" */
#define LABEL_MOST 24
#define BAR_LEAST 20
#define BAR_MOST 60

static void put_blanks(struct buf *out, size_t count)
{
	while (count--)
		buf_char(out, ' ');
}

/* Columns that TEXT takes, cleaned. */
static size_t width_of(struct span text)
{
	struct buf clean = BUF_INIT;
	size_t width;

	error_clean(text, &clean);
	width = unicode_width(buf_view(&clean));
	buf_release(&clean);
	return width;
}

/* TEXT, cleaned, in a field of WIDTH columns; what is cut off shows. */
static void put_field(struct span text, size_t width, struct buf *out)
{
	struct buf clean = BUF_INIT;
	struct span shown;
	bool cut = false;

	error_clean(text, &clean);
	shown = buf_view(&clean);
	while (unicode_width(shown) > width - cut) {
		shown = span_sub(shown, 0, unicode_offset(shown, unicode_length(shown) - 1));
		cut = true;
	}
	buf_span(out, shown);
	if (cut)
		buf_char(out, '~');
	put_blanks(out, width - cut - unicode_width(shown));
	buf_release(&clean);
}

/* The columns of the table. */
struct layout {
	size_t indent;
	size_t label, value, level;
	bool stacked;		/* values have a line of their own */
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct span shown_value(struct span value)
{
	return span_absent(value) ? SPAN("-") : value;
}

/* Two of one home have a step, and nothing that could stand in the table. */
static bool is_row(const struct comparison *k)
{
	return k->m > 0 || k->weight == 0;
}

static struct layout lay_out(const struct comparisons *c, const struct explain_style *style, size_t indent)
{
	struct layout l = {.indent = indent, .label = LABEL_LEAST, .value = VALUE_LEAST};
	size_t rest;

	for (size_t i = 0; i < c->count; i++) {
		const struct comparison *k = &c->list[i];

		l.label = larger(l.label, width_of(k->column));
		if (!is_row(k))
			continue;
		l.level = larger(l.level, width_of(span_of(k->level)));
		l.value = larger(l.value, larger(width_of(shown_value(k->a)), width_of(shown_value(k->b))));
	}
	l.label = l.label > LABEL_MOST ? LABEL_MOST : l.label;
	l.value = l.value > VALUE_MOST ? VALUE_MOST : l.value;
	rest = indent + l.label + 2 + l.level + 2 + NUMBERS;
	if (!style->width || rest + 2 * (l.value + 2) <= style->width)
		return l;
	l.stacked = style->width < rest + 2 * (VALUE_LEAST + 2);
	if (!l.stacked)
		l.value = (style->width - rest) / 2 - 2;
	return l;
}

static void put_numbers(const struct comparison *k, struct buf *out)
{
	buf_printf(out, "%-8.3g %-8.3g %+6.2f", k->m, k->u, k->weight);
	if (fabs(k->frequency) >= 0.005)
		buf_printf(out, " %+6.2f", k->frequency);
}

static void put_values(const struct layout *l, const struct comparison *k, struct buf *out)
{
	put_field(shown_value(k->a), l->value, out);
	buf_lit(out, "  ");
	put_field(shown_value(k->b), l->value, out);
	buf_lit(out, "  ");
}

static void put_row(const struct layout *l, const struct comparison *k, struct buf *out)
{
	put_blanks(out, l->indent);
	put_field(k->column, l->label, out);
	buf_lit(out, "  ");
	if (!l->stacked)
		put_values(l, k, out);
	if (k->m > 0) {
		put_field(span_of(k->level), l->level, out);
		buf_lit(out, "  ");
		put_numbers(k, out);
	} else {
		buf_text_put(out, k->level);
	}
	buf_char(out, '\n');
	if (!l->stacked)
		return;
	put_blanks(out, l->indent + 2);
	error_clean(shown_value(k->a), out);
	buf_lit(out, " | ");
	error_clean(shown_value(k->b), out);
	buf_char(out, '\n');
}

static void put_header(const struct layout *l, struct buf *out)
{
	put_blanks(out, l->indent + l->label + 2);
	if (!l->stacked) {
		put_field(SPAN("one"), l->value, out);
		buf_lit(out, "  ");
		put_field(SPAN("other"), l->value, out);
		buf_lit(out, "  ");
	}
	put_field(SPAN("agree"), l->level, out);
	buf_lit(out, "  m        u          bits   rare\n");
}

/* The steps of the chart from their begin to their end. */
struct chart {
	const struct explain_style *style;
	size_t indent, label;
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
	put_field(label, c->label, out);
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
			       const struct layout *l)
{
	size_t width = style->width ? style->width : WIDTH, taken = l->indent + l->label + 8;
	struct chart chart = {.style = style, .indent = l->indent, .label = l->label, .width = BAR_LEAST};

	if (width > taken + BAR_LEAST)
		chart.width = width - taken;
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
	struct layout layout = lay_out(c, style, indent);
	struct chart chart = make_chart(c, style, &layout);

	put_header(&layout, out);
	for (size_t i = 0; i < c->count; i++) {
		if (is_row(&c->list[i]))
			put_row(&layout, &c->list[i], out);
	}
	buf_char(out, '\n');
	put_step(&chart, SPAN("prior"), c->prior, out);
	for (size_t i = 0; i < c->count; i++) {
		if (!comparison_counts(&c->list[i]))
			continue;
		put_step(&chart, c->list[i].column, c->list[i].weight, out);
		if (fabs(c->list[i].frequency) >= 0.005)
			put_step(&chart, c->list[i].frequency > 0 ? SPAN("  rare value") : SPAN("  often seen"),
				 c->list[i].frequency, out);
	}
	chart.at = 0;
	put_step(&chart, SPAN("sum"), c->score, out);
}
