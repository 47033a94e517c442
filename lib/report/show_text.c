/*
 * A sheet for a terminal or a log: aligned tables, bars behind the rows, a
 * sparkline above a line chart, a heat map by background colour.
 */
#include "base/error.h"
#include "base/mem.h"
#include "base/moment.h"
#include "expr/unicode.h"
#include "report/cell.h"
#include "report/show_parts.h"

#define BAR_WIDTH 24
#define WRAP 76	/* of notes */

static const struct span blocks[] = {
	SPAN("▁"), SPAN("▂"), SPAN("▃"), SPAN("▄"),
	SPAN("▅"), SPAN("▆"), SPAN("▇"), SPAN("█"),
};
static const struct span ascii_blocks[] = {
	SPAN("_"), SPAN("."), SPAN("-"), SPAN("="),
	SPAN("+"), SPAN("*"), SPAN("%"), SPAN("#"),
};

/* From pale to deep: 256-colour backgrounds that black text is legible on. */
static const int heat[] = {255, 254, 195, 159, 123, 87, 51, 50, 49, 48};

static void put_blanks(struct buf *out, size_t count)
{
	while (count--)
		buf_char(out, ' ');
}

static const struct cell *cell_at(const struct section *s, size_t row,
				  size_t column)
{
	return &s->cells[row * s->column_count + column];
}

static double largest(const struct section *s, size_t from, size_t to)
{
	double most = 0;

	for (size_t r = 0; r < s->row_count; r++)
		for (size_t c = from; c <= to; c++) {
			double size = cell_size(cell_at(s, r, c));

			if (size > most)
				most = size;
		}
	return most;
}

static void put_bar(const struct show *how, double share, struct buf *out)
{
	static const struct span eighths[] = {
		SPAN("▏"), SPAN("▎"), SPAN("▍"), SPAN("▌"),
		SPAN("▋"), SPAN("▊"), SPAN("▉"), SPAN("█"),
	};
	int size = (int)(share * BAR_WIDTH * 8 + 0.5);

	if (!how->unicode) {
		for (; size >= 4; size -= 8)
			buf_char(out, '#');
		return;
	}
	for (; size >= 8; size -= 8)
		buf_span(out, eighths[7]);
	if (size > 0)
		buf_span(out, eighths[size - 1]);
}

static void put_sparkline(const struct show *how, const struct section *s,
			  struct buf *out)
{
	const struct span *levels = how->unicode ? blocks : ascii_blocks;
	double most = largest(s, s->chart_value, s->chart_value);

	buf_lit(out, "  ");
	for (size_t r = 0; r < s->row_count; r++) {
		double size = cell_size(cell_at(s, r, s->chart_value));
		int level = most > 0 && size > 0 ? (int)(size / most * 7.999) : 0;

		buf_span(out, levels[level]);
	}
	buf_char(out, '\n');
}

static void put_heat(double share, struct span text, struct buf *out)
{
	int level = share >= 1 ? 9 : share <= 0 ? 0 : (int)(share * 10);

	buf_printf(out, "\033[48;5;%dm\033[38;5;16m", heat[level]);
	buf_span(out, text);
	buf_lit(out, "\033[0m");
}

static void put_people(const struct section *s, size_t row, size_t column,
		       struct buf *out)
{
	const struct cell *c = cell_at(s, row, column);

	if (s->pairs && !column)
		cell_put_name(out, c);
	else
		cell_put_people(out, c, &s->columns[column]);
}

/* The widths that the columns need. */
static void measure(const struct section *s, size_t *widths, bool *right)
{
	struct buf text = BUF_INIT;

	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		widths[c] = unicode_width(buf_view(&text));
		right[c] = false;
		for (size_t r = 0; r < s->row_count; r++) {
			size_t width;

			buf_clear(&text);
			put_people(s, r, c, &text);
			width = unicode_width(buf_view(&text));
			widths[c] = width > widths[c] ? width : widths[c];
			right[c] = right[c] || (!s->pairs && cell_is_number(cell_at(s, r, c)));
		}
	}
	buf_release(&text);
}

/* Pads TEXT to WIDTH; the last column on the left needs no blanks behind it. */
static void put_padded(struct span text, size_t width, bool right, bool last,
		       struct buf *out)
{
	size_t own = unicode_width(text);
	size_t blanks = width > own ? width - own : 0;

	if (right)
		put_blanks(out, blanks);
	buf_span(out, text);
	if (!right && !last)
		put_blanks(out, blanks);
}

static void put_labels(const struct show *how, const struct section *s,
		       const size_t *widths, const bool *right, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_lit(out, "  ");
	if (how->colour)
		buf_lit(out, "\033[2m");
	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		if (c)
			buf_lit(out, "  ");
		put_padded(buf_view(&text), widths[c], right[c],
			   c + 1 == s->column_count, out);
	}
	if (how->colour)
		buf_lit(out, "\033[0m");
	buf_char(out, '\n');
	buf_release(&text);
}

static void put_cell(const struct show *how, const struct section *s,
		     size_t row, size_t column, size_t width, bool right,
		     struct buf *out)
{
	const struct cell *cell = cell_at(s, row, column);
	struct buf text = BUF_INIT, padded = BUF_INIT;

	put_people(s, row, column, &text);
	put_padded(buf_view(&text), width, right,
		   column + 1 == s->column_count && s->chart != CHART_BARS,
		   &padded);
	if (s->chart == CHART_HEAT && how->colour && column >= s->chart_value &&
	    cell->kind != CELL_NONE)
		put_heat(cell_size(cell) / largest(s, s->chart_value,
						   s->column_count - 1),
			 buf_view(&padded), out);
	else
		buf_span(out, buf_view(&padded));
	buf_release(&text);
	buf_release(&padded);
}

void text_table(const struct show *how, const struct section *s,
		struct buf *out)
{
	size_t *widths = mem_zero(s->column_count, sizeof *widths);
	bool *right = mem_zero(s->column_count, sizeof *right);
	double most = largest(s, s->chart_value, s->chart_value);

	measure(s, widths, right);
	if (!s->pairs)
		put_labels(how, s, widths, right, out);
	for (size_t r = 0; r < s->row_count; r++) {
		buf_lit(out, "  ");
		for (size_t c = 0; c < s->column_count; c++) {
			if (c)
				buf_lit(out, "  ");
			put_cell(how, s, r, c, widths[c], right[c], out);
		}
		if (s->chart == CHART_BARS && cell_size(cell_at(s, r, s->chart_value)) > 0) {
			buf_lit(out, "  ");
			put_bar(how, cell_size(cell_at(s, r, s->chart_value)) / most, out);
		}
		buf_char(out, '\n');
	}
	mem_free(widths);
	mem_free(right);
}

/* NOTE in lines of WRAP columns, indented. */
static void put_note(const struct show *how, const char *note, struct buf *out)
{
	struct span rest = span_of(note);
	size_t used = 0;

	buf_text_put(out, how->colour ? "  \033[2m" : "  ");
	while (!span_absent(rest)) {
		struct span word = span_cut(&rest, ' ');
		size_t width = unicode_width(word);

		if (used && used + 1 + width > WRAP) {
			buf_lit(out, "\n  ");
			used = 0;
		} else if (used) {
			buf_char(out, ' ');
			used++;
		}
		buf_span(out, word);
		used += width;
	}
	buf_text_put(out, how->colour ? "\033[0m\n" : "\n");
}

static void put_heading(const struct show *how, const struct section *s,
			struct buf *out)
{
	buf_text_put(out, how->colour ? "\n\033[1m" : "\n");
	error_clean(span_of(s->title), out);
	buf_text_put(out, how->colour ? "\033[0m\n" : "\n");
	if (s->note)
		put_note(how, s->note, out);
}

void show_text(const struct show *how, const struct sheet *s, struct buf *out)
{
	if (how->colour)
		buf_lit(out, "\033[1m");
	error_clean(span_of(s->title), out);
	if (how->colour)
		buf_lit(out, "\033[0m");
	if (s->as_of != MOMENT_NONE) {
		struct cell as_of = cell_time(s->as_of);

		buf_lit(out, ", as of ");
		cell_put_people(out, &as_of, NULL);
		buf_lit(out, " UTC");
	}
	buf_char(out, '\n');
	for (size_t i = 0; i < s->count; i++) {
		const struct section *section = &s->sections[i];

		put_heading(how, section, out);
		if (section->chart == CHART_LINE && section->row_count > 1)
			put_sparkline(how, section, out);
		text_table(how, section, out);
	}
}
