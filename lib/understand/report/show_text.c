/*
 * A sheet for a terminal or a log: aligned tables, bars behind the rows, a
 * sparkline above a line chart, a heat map by background colour.
 */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/unicode.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/figures.h"
#include "understand/report/show_parts.h"
#include "understand/report/view.h"

#define BAR_WIDTH 24	/* where no terminal says how wide it is */
#define BAR_MOST 60
#define BAR_MIN 4	/* a narrower one says nothing */
#define LABEL_MAX 48	/* columns of a bar's label */
#define WRAP 78		/* of notes, where no terminal says how wide it is */
#define WRAP_LEAST 30
#define WRAP_MOST 110	/* longer lines are hard to read */

static const struct span blocks[] = {
	SPAN("▁"), SPAN("▂"), SPAN("▃"), SPAN("▄"),
	SPAN("▅"), SPAN("▆"), SPAN("▇"), SPAN("█"),
};
static const struct span ascii_blocks[] = {
	SPAN("_"), SPAN("."), SPAN("-"), SPAN("="),
	SPAN("+"), SPAN("*"), SPAN("%"), SPAN("#"),
};

/*
 * From cold to hot: a 256-colour background, and black or white on it; the least has none.  The hue
 * says how much, at about one brightness: from pale to deep would read backwards where the terminal
 * is dark, the other way round where it is light.
 */
static const struct {
	int back, front;
} heat[VIEW_DEPTHS] = {
	{0, 0},    {25, 231}, {31, 231},  {37, 16},  {72, 16},
	{107, 16}, {143, 16}, {179, 16}, {173, 16}, {167, 16},
};

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

static void put_bar(const struct show *how, double share, size_t width,
		    struct buf *out)
{
	static const struct span eighths[] = {
		SPAN("▏"), SPAN("▎"), SPAN("▍"), SPAN("▌"),
		SPAN("▋"), SPAN("▊"), SPAN("▉"), SPAN("█"),
	};
	int size = (int)(share * (double)width * 8 + 0.5);

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

/* As many of the newest periods as a line has room for. */
static void put_sparkline(const struct show *how, const struct section *s,
			  struct buf *out)
{
	const struct span *levels = how->unicode ? blocks : ascii_blocks;
	size_t room = how->width > 3 ? how->width - 2 : s->row_count;
	size_t first = s->row_count > room ? s->row_count - room + 1 : 0;
	double low, most;

	view_range(s, s->chart_value, s->chart_value, &low, &most);
	buf_lit(out, "  ");
	if (first)
		buf_text_put(out, how->unicode ? "…" : "<");
	for (size_t r = first; r < s->row_count; r++) {
		double size = cell_size(cell_at(s, r, s->chart_value));
		int level = most > 0 && size > 0 ? (int)(size / most * 7.999) : 0;

		buf_span(out, levels[level]);
	}
	buf_char(out, '\n');
}

/* How a section's table is laid out. */
struct text_layout {
	size_t columns;		/* shown; on a narrow terminal not all */
	size_t *widths;
	bool *right;
	bool *open;		/* some cell is marked: the others keep a blank */
	bool *hidden;		/* what no figure knows is left out */
	double most;		/* of a heat map */
	size_t bar;		/* columns; 0: none */
	double longest;		/* the number of the longest bar */
};

static void put_people(const struct section *s, const struct text_layout *l,
		       size_t row, size_t column, struct buf *out)
{
	const struct cell *c = cell_at(s, row, column);
	struct buf whole = BUF_INIT;

	if (s->chart == CHART_BARS && column == s->chart_label) {
		view_put_cell(&whole, s, row, column);
		(s->chart_label_ends ? view_put_end : view_put_cut)(out, buf_view(&whole), LABEL_MAX);
		buf_release(&whole);
		return;
	}
	view_put_cell(out, s, row, column);
	if (l->right[column] && l->open[column] && !c->open)
		buf_char(out, ' ');
}

static bool is_unknown(const struct section *s, size_t column)
{
	for (size_t r = 0; r < s->row_count; r++)
		if (cell_at(s, r, column)->kind != CELL_NONE)
			return false;
	return true;
}

/* The widths that the columns need. */
static void measure(const struct section *s, struct text_layout *l)
{
	struct buf text = BUF_INIT;

	for (size_t c = 0; c < s->column_count; c++) {
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		l->widths[c] = unicode_width(buf_view(&text));
		l->right[c] = !s->pairs && view_is_number(s, c);
		l->open[c] = false;
		l->hidden[c] = s->look == LOOK_FIGURES && is_unknown(s, c);
		for (size_t r = 0; r < s->row_count; r++)
			l->open[c] = l->open[c] || cell_at(s, r, c)->open;
		for (size_t r = 0; r < s->row_count; r++) {
			size_t width;

			buf_clear(&text);
			put_people(s, l, r, c, &text);
			width = unicode_width(buf_view(&text));
			l->widths[c] = width > l->widths[c] ? width : l->widths[c];
		}
	}
	buf_release(&text);
}

/* What a terminal of how->width columns has room for. */
static void fit(const struct show *how, const struct section *s,
		struct text_layout *l)
{
	size_t used = 0, c;

	for (c = 0; c < s->column_count; c++) {
		used += 2 + l->widths[c];
		if (how->width && s->chart == CHART_HEAT &&
		    used > how->width && c > s->chart_value)
			break;
	}
	l->columns = c;
	l->bar = s->chart == CHART_BARS ? BAR_WIDTH : 0;
	if (l->bar && how->width > used + 2 + BAR_WIDTH)
		l->bar = how->width - used - 2 < BAR_MOST ? how->width - used - 2 : BAR_MOST;
	if (l->bar && how->width && used + 2 + l->bar > how->width)
		l->bar = used + 2 + BAR_MIN > how->width ? 0 : how->width - used - 2;
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

static void trim_blanks(struct buf *out)
{
	while (out->len && out->ptr[out->len - 1] == ' ')
		out->len--;
}

static void put_labels(const struct show *how, const struct section *s,
		       const struct text_layout *l, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_lit(out, "  ");
	if (how->colour)
		buf_lit(out, "\033[2m");
	for (size_t c = 0; c < l->columns; c++) {
		if (l->hidden[c])
			continue;
		buf_clear(&text);
		column_put_label(&text, &s->columns[c]);
		if (l->right[c] && l->open[c])
			buf_char(&text, ' ');
		if (c)
			buf_lit(out, "  ");
		put_padded(buf_view(&text), l->widths[c], l->right[c],
			   c + 1 == l->columns, out);
	}
	trim_blanks(out);
	if (how->colour)
		buf_lit(out, "\033[0m");
	buf_char(out, '\n');
	buf_release(&text);
}

/* With the blanks before it: in a heat map they are coloured too. */
static void put_cell(const struct show *how, const struct section *s,
		     const struct text_layout *l, size_t row, size_t column,
		     struct buf *out)
{
	int depth = how->colour ? view_depth(s, row, column, l->most) : -1;
	struct buf text = BUF_INIT;

	put_people(s, l, row, column, &text);
	if (depth > 0)
		buf_printf(out, "\033[48;5;%dm\033[38;5;%dm", heat[depth].back,
			   heat[depth].front);
	if (column)
		buf_lit(out, "  ");
	put_padded(buf_view(&text), l->widths[column], l->right[column],
		   column + 1 == l->columns && !l->bar, out);
	if (depth > 0)
		buf_lit(out, "\033[0m");
	buf_release(&text);
}

static void put_row(const struct show *how, const struct section *s,
		    const struct text_layout *l, size_t row, struct buf *out)
{
	double size = cell_size(cell_at(s, row, s->chart_value));

	buf_lit(out, "  ");
	for (size_t c = 0; c < l->columns; c++)
		if (!l->hidden[c])
			put_cell(how, s, l, row, c, out);
	if (l->bar && size > 0) {
		buf_lit(out, "  ");
		put_bar(how, size / l->longest, l->bar, out);
	}
	trim_blanks(out);
	buf_char(out, '\n');
}

struct text_layout *text_open(const struct show *how, const struct section *s,
			      struct buf *out)
{
	struct text_layout *l = mem_zero(1, sizeof *l);
	double low;

	l->widths = mem_zero(s->column_count, sizeof *l->widths);
	l->right = mem_zero(s->column_count, sizeof *l->right);
	l->open = mem_zero(s->column_count, sizeof *l->open);
	l->hidden = mem_zero(s->column_count, sizeof *l->hidden);
	view_range(s, s->chart_value, s->chart_value, &low, &l->longest);
	view_range(s, s->chart_value, s->column_count - 1, &low, &l->most);
	measure(s, l);
	fit(how, s, l);
	if (!s->pairs)
		put_labels(how, s, l, out);
	return l;
}

void text_rows(const struct show *how, const struct text_layout *l,
	       const struct section *s, struct buf *out)
{
	for (size_t r = 0; r < s->row_count; r++)
		put_row(how, s, l, r, out);
}

void text_close(struct text_layout *l)
{
	mem_free(l->widths);
	mem_free(l->right);
	mem_free(l->open);
	mem_free(l->hidden);
	mem_free(l);
}

void text_table(const struct show *how, const struct section *s,
		struct buf *out)
{
	struct text_layout *l = text_open(how, s, out);

	text_rows(how, l, s, out);
	if (l->columns < s->column_count)
		buf_printf(out, "  (%zu more columns: make the terminal wider, or use -t csv)\n",
			   s->column_count - l->columns);
	text_close(l);
}

/* The words of TEXT in lines of WIDTH columns, from USED on; further lines begin with INDENT. */
static void put_wrapped(struct span rest, size_t used, size_t width, const char *indent, struct buf *out)
{
	size_t start = used;

	while (!span_absent(rest)) {
		struct span word = span_cut(&rest, ' ');
		size_t own = unicode_width(word);

		if (used > start && used + 1 + own > width) {
			buf_char(out, '\n');
			buf_text_put(out, indent);
			start = used = strlen(indent);
		} else if (used > start) {
			buf_char(out, ' ');
			used++;
		}
		buf_span(out, word);
		used += own;
	}
}

static size_t wrap_width(const struct show *how)
{
	if (!how->width)
		return WRAP;
	return how->width > WRAP_MOST ? WRAP_MOST : how->width < WRAP_LEAST ? WRAP_LEAST : how->width;
}

static void put_note(const struct show *how, const char *note, struct buf *out)
{
	buf_text_put(out, how->colour ? "  \033[2m" : "  ");
	put_wrapped(span_of(note), 2, wrap_width(how), "  ", out);
	buf_text_put(out, how->colour ? "\033[0m\n" : "\n");
}

/* Sentences: what was found, and behind it what is usual. */
static void put_findings(const struct show *how, const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	for (size_t r = 0; r < s->row_count; r++) {
		const struct cell *row = cell_at(s, r, 0);
		bool up = span_equal(row[FINDING_DIRECTION].text, SPAN("up")), down = span_equal(row[FINDING_DIRECTION].text, SPAN("down"));

		buf_clear(&text);
		cell_put_people(&text, &row[FINDING_WHAT], NULL, NULL);
		if (row[FINDING_DETAIL].kind == CELL_TEXT) {
			buf_lit(&text, ": ");
			cell_put_people(&text, &row[FINDING_DETAIL], NULL, NULL);
		}
		buf_text_put(out, how->unicode ? (up ? "  ▲ " : down ? "  ▼ " : "  ● ") : (up ? "  + " : down ? "  - " : "  * "));
		put_wrapped(buf_view(&text), 4, wrap_width(how), "    ", out);
		buf_char(out, '\n');
	}
	buf_release(&text);
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

/* What has no row vanishes but for a line that says why. */
static void put_empty(const struct show *how, const struct section *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	error_clean(span_of(s->title), &text);
	buf_lit(&text, ": ");
	error_clean(span_of(section_empty(s)), &text);
	buf_char(out, '\n');
	put_wrapped(buf_view(&text), 0, wrap_width(how), "  ", out);
	buf_char(out, '\n');
	buf_release(&text);
}

static void put_asked(const struct sheet *s, struct buf *out)
{
	struct buf text = BUF_INIT;

	sheet_put_asked(s, &text);
	if (text.len) {
		buf_lit(out, "  ");
		error_clean(buf_view(&text), out);
		buf_char(out, '\n');
	}
	buf_release(&text);
}

/* The report that the sections from I on are of, where there are several. */
static void put_part(const struct show *how, const struct sheet *s, size_t i, struct buf *out)
{
	const char *part = s->sections[i].part;

	if (!part || (i && s->sections[i - 1].part && !strcmp(s->sections[i - 1].part, part)))
		return;
	buf_text_put(out, how->colour ? "\n\033[1m" : "\n");
	buf_text_put(out, how->unicode ? "── " : "-- ");
	error_clean(span_of(part), out);
	buf_text_put(out, how->unicode ? " ──" : " --");
	buf_text_put(out, how->colour ? "\033[0m\n" : "\n");
}

void show_text(const struct show *how, const struct sheet *s, struct buf *out)
{
	if (how->colour)
		buf_lit(out, "\033[1m");
	error_clean(span_of(s->title), out);
	if (how->colour)
		buf_lit(out, "\033[0m");
	if (s->as_of != MOMENT_NONE) {
		buf_lit(out, ", as of ");
		sheet_put_as_of(s, out);
	}
	buf_char(out, '\n');
	put_asked(s, out);
	for (size_t i = 0; i < s->count; i++) {
		const struct section *section = &s->sections[i];

		put_part(how, s, i, out);
		if (!section->row_count) {
			put_empty(how, section, out);
			continue;
		}
		put_heading(how, section, out);
		if (section->look == LOOK_FINDINGS) {
			put_findings(how, section, out);
			continue;
		}
		if (section->chart == CHART_LINE && section->row_count > 1)
			put_sparkline(how, section, out);
		text_table(how, section, out);
		if (section->left_out)
			buf_printf(out, "  and %llu more\n", (unsigned long long)section->left_out);
	}
}
