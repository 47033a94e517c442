/*
 * A section as a card: never a chart and its table both open.  Bars stand in the table itself, the
 * table of a line is folded behind it, a heat map is its own table and has a legend.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "text/html.h"
#include "text/unicode.h"
#include "understand/report/cell.h"
#include "understand/report/page.h"
#include "understand/report/show.h"
#include "understand/report/view.h"
#include "understand/report/words.h"

#define WIDE_COLUMNS 8
#define MEDIUM_COLUMNS 4
#define LARGE_COLUMNS 6
#define WIDE_PAIRS 10		/* more of them are no narrow column beside a chart */
#define LONG_TEXT 60		/* a column of such texts needs room */
#define PERCENT_STEP 0.05	/* a heat map of shares has steps of at least this */

/* How the cells of a heat map are told apart: level = size / step, at most PAGE_LEVELS - 1. */
struct levels {
	bool shares;	/* sizes are shares of the base */
	double step;	/* 0: all are alike */
};

struct table {
	const struct section *s;
	size_t rows, columns;	/* shown */
	bool *numbers;		/* by column */
	double low, most;	/* of the bars */
	struct levels levels;
};

static const struct cell *cell_at(const struct section *s, size_t row, size_t column)
{
	return &s->cells[row * s->column_count + column];
}

static size_t label_columns(const struct section *s)
{
	return s->label_columns ? s->label_columns : 1;
}

void page_put_cell(struct buf *out, const struct section *s, size_t row, size_t column)
{
	const struct cell *c = cell_at(s, row, column);
	struct buf text = BUF_INIT;
	bool period = c->kind == CELL_TEXT && column < label_columns(s) &&
		      (s->chart == CHART_LINE || s->chart == CHART_HEAT) && words_put_period(&text, c->text);

	if (c->kind == CELL_TIME)
		words_put_time(&text, c->time, s->zone);
	else if (!period)
		view_put_cell(&text, s, row, column);
	if (c->open && (period || c->kind == CELL_TIME))
		buf_char(&text, '*');
	html_put(out, buf_view(&text));
	buf_release(&text);
}

/* The size of a heat map's cell, or -1 where it is none. */
static double heat_size(const struct table *t, size_t row, size_t column)
{
	const struct section *s = t->s;
	const struct cell *c = cell_at(s, row, column);
	double base;

	if (s->chart != CHART_HEAT || column < s->chart_value || !cell_is_number(c))
		return -1;
	if (!s->chart_base || c->kind != CELL_COUNT)
		return cell_size(c) > 0 ? cell_size(c) : 0;
	base = cell_size(cell_at(s, row, s->chart_base));
	return base > 0 ? cell_size(c) / base : 0;
}

/* Steps divide what is below 1 where cells are shares: the first column of a cohort is always 1. */
static void find_levels(struct table *t)
{
	const struct section *s = t->s;
	double most = 0;

	t->levels.shares = s->chart_base;
	for (size_t r = 0; r < s->row_count; r++)
		for (size_t c = s->chart_value; c < s->column_count; c++) {
			double size = heat_size(t, r, c);

			t->levels.shares |= cell_at(s, r, c)->kind == CELL_SHARE;
			if (size > most && (size < 1 || !t->levels.shares))
				most = size;
		}
	t->levels.step = most > 0 ? view_step(most, PAGE_LEVELS) : 0;
	if (t->levels.shares && t->levels.step < PERCENT_STEP)
		t->levels.step = PERCENT_STEP;
	if (!t->levels.shares && t->levels.step < 1)
		t->levels.step = 1;
}

static int heat_level(const struct table *t, size_t row, size_t column)
{
	double size = heat_size(t, row, column);
	int level;

	if (size < 0)
		return -1;
	level = (int)fmin(floor(size / t->levels.step + 1e-9), PAGE_LEVELS - 1);
	return level;
}

static void put_legend(struct buf *out, const struct table *t)
{
	double unit = t->levels.shares ? t->levels.step * 100 : t->levels.step;
	const char *sign = t->levels.shares ? " %" : "";
	bool open = false;

	for (size_t i = 0; i < t->rows * t->s->column_count; i++)
		open = open || t->s->cells[i].open;
	buf_lit(out, "<p class=\"legend\">Legend:");
	for (int i = 0; i < PAGE_LEVELS; i++) {
		buf_printf(out, " <i class=\"l%d\">%.4g", i, i * unit);
		if (i == PAGE_LEVELS - 1)
			buf_printf(out, "%s and more</i>", sign);
		else
			buf_printf(out, " to under %.4g%s</i>", (i + 1) * unit, sign);
	}
	if (open)
		buf_lit(out, " <span><i class=\"l0 o\">n*</i> not over yet</span>");
	buf_lit(out, "</p>\n");
}

static void put_heading_cell(struct buf *out, const struct table *t, size_t column)
{
	struct buf text = BUF_INIT;

	column_put_label(&text, &t->s->columns[column]);
	buf_text_put(out, t->numbers[column] ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
	html_put(out, buf_view(&text));
	buf_lit(out, "</th>");
	buf_release(&text);
}

static void put_table_head(struct buf *out, const struct table *t)
{
	const struct section *s = t->s;
	bool bars = s->chart == CHART_BARS, heat = s->chart == CHART_HEAT;

	buf_lit(out, "<div class=\"s\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_put(out, span_of(s->title));
	buf_printf(out, "\"><table%s aria-labelledby=\"", bars ? " class=\"bars\"" : heat ? " class=\"heat\"" : "");
	html_put(out, span_of(s->key));
	buf_lit(out, "-h\"><thead><tr>");
	for (size_t c = 0; c < t->columns; c++) {
		put_heading_cell(out, t, c);
		if (bars && c == label_columns(s) - 1)
			buf_lit(out, "<th scope=\"col\"><span class=\"vh\">as a bar</span></th>");
	}
	buf_lit(out, "</tr></thead><tbody>\n");
}

static void put_bar(struct buf *out, const struct table *t, size_t row)
{
	double size = cell_size(cell_at(t->s, row, t->s->chart_value));

	buf_printf(out, "<td class=\"b\"><i style=\"width:%.4g%%\"></i></td>",
		   t->most > 0 && size > 0 ? round(size / t->most * 1000) / 10 : 0);
}

static void put_heat_cell(struct buf *out, const struct table *t, size_t row, size_t column, int level)
{
	const struct cell *c = cell_at(t->s, row, column);

	buf_printf(out, "<td class=\"l%d%s\"", level, c->open ? " o" : "");
	/* The count behind a percentage. */
	if (t->s->chart_base) {
		buf_lit(out, " title=\"");
		cell_put_plain(out, c);
		buf_char(out, '"');
	}
	buf_char(out, '>');
	page_put_cell(out, t->s, row, column);
	buf_lit(out, "</td>");
}

static void put_row(struct buf *out, const struct table *t, size_t row)
{
	const struct section *s = t->s;

	buf_lit(out, "<tr>");
	for (size_t c = 0; c < t->columns; c++) {
		int level = heat_level(t, row, c);

		if (level >= 0) {
			put_heat_cell(out, t, row, c, level);
			continue;
		}
		buf_text_put(out, c ? "<td" : "<th scope=\"row\"");
		buf_text_put(out, t->numbers[c] ? " class=\"n\">" : ">");
		/* Behind the present a heat map is empty. */
		if (s->chart != CHART_HEAT || c < s->chart_value)
			page_put_cell(out, s, row, c);
		buf_text_put(out, c ? "</td>" : "</th>");
		if (s->chart == CHART_BARS && c == label_columns(s) - 1)
			put_bar(out, t, row);
	}
	buf_lit(out, "</tr>\n");
}

static void put_more(struct buf *out, const struct section *s, size_t shown)
{
	uint64_t more = s->row_count - shown + s->left_out;

	if (!more)
		return;
	buf_lit(out, "<p class=\"more\">and ");
	cell_put_people(out, &(struct cell){.kind = CELL_COUNT, .count = more}, NULL, NULL);
	buf_text_put(out, s->chart == CHART_HEAT ? " earlier ones" : " more");
	buf_lit(out, ", which --to csv has</p>\n");
}

/* The columns up to the last with a figure. */
static size_t filled_columns(const struct section *s)
{
	size_t count = s->column_count;

	for (; count > s->chart_value + 1; count--)
		for (size_t r = 0; r < s->row_count; r++)
			if (cell_is_number(cell_at(s, r, count - 1)))
				return count;
	return count;
}

static void put_table(struct buf *out, const struct section *s, size_t most)
{
	struct table t = {.s = s, .rows = s->row_count < most ? s->row_count : most, .columns = s->column_count};

	/* One row more takes no more room than to say that it is there. */
	if (t.rows + 1 == s->row_count && !s->left_out)
		t.rows++;
	t.numbers = mem_zero(s->column_count, sizeof *t.numbers);
	for (size_t c = 0; c < s->column_count; c++)
		t.numbers[c] = view_is_number(s, c);
	view_range(s, s->chart_value, s->chart_value, &t.low, &t.most);
	if (s->chart == CHART_HEAT) {
		find_levels(&t);
		t.columns = filled_columns(s);
	}
	put_table_head(out, &t);
	for (size_t r = 0; r < t.rows; r++)
		put_row(out, &t, r);
	buf_lit(out, "</tbody></table></div>\n");
	if (s->chart == CHART_HEAT)
		put_legend(out, &t);
	put_more(out, s, t.rows);
	mem_free(t.numbers);
}

/* A heat map grows by its rows squared: of many years of cohorts the newest. */
static void put_heat(struct buf *out, const struct section *s)
{
	size_t skipped = s->row_count > PAGE_HEAT_ROWS + 1 ? s->row_count - PAGE_HEAT_ROWS : 0;
	struct section newest = *s;

	newest.cells += skipped * s->column_count;
	newest.row_count -= skipped;
	newest.left_out += skipped;
	put_table(out, &newest, newest.row_count);
}

static void put_pairs(struct buf *out, const struct section *s)
{
	buf_lit(out, "<dl>\n");
	for (size_t r = 0; r < s->row_count; r++) {
		buf_lit(out, "<div><dt>");
		page_put_cell(out, s, r, 0);
		buf_text_put(out, cell_is_number(cell_at(s, r, 1)) ? "</dt><dd class=\"n\">" : "</dt><dd>");
		page_put_cell(out, s, r, 1);
		buf_lit(out, "</dd></div>\n");
	}
	buf_lit(out, "</dl>\n");
}

/* The figures of a line fold behind it, unless there is no line to see. */
static void put_line(struct buf *out, const struct section *s, size_t most)
{
	struct buf chart = BUF_INIT, label = BUF_INIT;

	if (!page_put_chart(&chart, s)) {
		put_table(out, s, most);
		return;
	}
	column_put_label(&label, &s->columns[s->chart_value]);
	buf_lit(out, "<p class=\"unit\">");
	html_put(out, buf_view(&label));
	buf_lit(out, "</p>\n<figure>");
	buf_span(out, buf_view(&chart));
	buf_lit(out, "</figure>\n<details><summary>The figures</summary>\n");
	put_table(out, s, PAGE_FOLDED_ROWS);
	buf_lit(out, "</details>\n");
	buf_release(&chart);
	buf_release(&label);
}

static bool has_long_text(const struct section *s)
{
	struct buf text = BUF_INIT;
	bool found = false;

	for (size_t i = 0; i < s->row_count * s->column_count && !found; i++) {
		if (s->cells[i].kind != CELL_TEXT && s->cells[i].kind != CELL_RAW && s->cells[i].kind != CELL_LIST)
			continue;
		buf_clear(&text);
		cell_put_plain(&text, &s->cells[i]);
		found = unicode_width(buf_view(&text)) > LONG_TEXT;
	}
	buf_release(&text);
	return found;
}

/* "": shares a row with others; "m": a larger share; "c": a chart, or many columns; "w": a row of its own. */
static const char *card_width(const struct section *s)
{
	size_t columns = s->column_count + (s->chart == CHART_BARS);

	if (!s->row_count)
		return "";
	if (s->pairs)
		return s->row_count > WIDE_PAIRS ? "w" : "";
	if (s->chart == CHART_LINE)
		return "c";
	if (s->column_count > WIDE_COLUMNS || (s->column_count > 3 && has_long_text(s)))
		return "w";
	if (columns >= LARGE_COLUMNS)
		return "c";
	return columns >= MEDIUM_COLUMNS || has_long_text(s) ? "m" : "";
}

static void put_body(struct buf *out, const struct section *s, size_t most)
{
	if (!s->row_count) {
		buf_lit(out, "<p class=\"none\">");
		html_put(out, span_of(section_empty(s)));
		buf_lit(out, "</p>\n");
	} else if (s->pairs) {
		put_pairs(out, s);
	} else if (s->chart == CHART_LINE) {
		put_line(out, s, most);
	} else if (s->chart == CHART_HEAT) {
		put_heat(out, s);
	} else {
		put_table(out, s, most);
	}
}

void page_put_card(struct buf *out, const struct section *s, int level, bool alone)
{
	size_t most = alone ? SHOW_HTML_ROWS : PAGE_LIST_ROWS;

	buf_printf(out, "<section class=\"%s\" id=\"", alone ? "w" : card_width(s));
	html_put(out, span_of(s->key));
	buf_printf(out, "\"><h%d id=\"", level);
	html_put(out, span_of(s->key));
	buf_lit(out, "-h\">");
	html_put(out, span_of(s->title));
	buf_printf(out, "</h%d>\n", level);
	if (s->note && s->row_count) {
		buf_lit(out, "<p class=\"note\">");
		html_put(out, span_of(s->note));
		buf_lit(out, "</p>\n");
	}
	put_body(out, s, most);
	buf_lit(out, "</section>\n");
}
