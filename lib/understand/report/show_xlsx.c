#include "understand/report/show_xlsx.h"

#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "understand/report/view.h"

#define COLUMNS_MAX 48	/* periods; of more the chart is a line */
#define BARS_MAX 25	/* rows in a chart of bars */
#define HEAT_ROWS 400	/* that have a scale of their own */

struct show_book {
	struct xlsx *x;
	struct xlsx_sheet *asked;
	struct xlsx_sheet *rows;	/* the section whose rows come in turns */
	struct buf text;
	bool open;			/* a cell is of a period that is not over */
	size_t further;
};

struct show_book *show_book_new(const struct xlsx_setup *setup, struct error *err)
{
	struct xlsx *x = xlsx_new(setup, err);
	struct show_book *b;

	if (!x)
		return NULL;
	b = mem_zero(1, sizeof *b);
	b->x = x;
	b->asked = xlsx_add(x, SPAN("asked"), NULL, 0);
	return b;
}

/* "EUR": units such as "days" stand in the header alone. */
static bool is_currency(const char *unit)
{
	return unit && strlen(unit) == 3 && strspn(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static void put_number(struct show_book *b, struct xlsx_sheet *to, const struct cell *c, const struct column *column)
{
	struct xlsx_number how = {.decimals = -1, .open = c->open, .share = c->kind == CELL_SHARE};

	if (c->kind == CELL_COUNT)
		how.decimals = 0;
	if (c->kind == CELL_NUMBER) {
		how.decimals = column->decimals;
		how.money = is_currency(column->unit);
		how.unit = column->unit;
	}
	buf_clear(&b->text);
	cell_put_plain(&b->text, c);
	xlsx_put_number(to, buf_view(&b->text), &how);
}

static void put_cell(struct show_book *b, struct xlsx_sheet *to, const struct section *s, const struct cell *c,
		     const struct column *column)
{
	b->open = b->open || c->open;
	if (c->kind == CELL_NONE) {
		xlsx_put_nothing(to);
	} else if (c->kind == CELL_TIME) {
		xlsx_put_time(to, c->time, s->zone);
	} else if (cell_is_number(c)) {
		put_number(b, to, c, column);
	} else {
		buf_clear(&b->text);
		cell_put_plain(&b->text, c);
		xlsx_put_text(to, buf_view(&b->text), c->open);
	}
}

static void put_rows(struct show_book *b, struct xlsx_sheet *to, const struct section *s)
{
	for (size_t r = 0; r < s->row_count; r++) {
		for (size_t i = 0; i < s->column_count; i++)
			put_cell(b, to, s, &s->cells[r * s->column_count + i], &s->columns[i]);
		xlsx_end_row(to);
	}
}

static struct xlsx_sheet *add_section(struct show_book *b, const struct section *s)
{
	struct span *headers = mem_zero(s->column_count, sizeof *headers);
	struct buf text = BUF_INIT;
	struct xlsx_sheet *to;
	size_t *ends = mem_zero(s->column_count, sizeof *ends);

	for (size_t i = 0; i < s->column_count; i++) {
		size_t from = text.len;

		column_put_label(&text, &s->columns[i]);
		if (text.len == from)
			buf_text_put(&text, s->columns[i].key);
		ends[i] = text.len;
	}
	for (size_t i = 0; i < s->column_count; i++) {
		size_t from = i ? ends[i - 1] : 0;

		headers[i] = span_sub(buf_view(&text), from, ends[i] - from);
	}
	to = xlsx_add(b->x, span_of(s->key), headers, s->column_count);
	mem_free(headers);
	mem_free(ends);
	buf_release(&text);
	return to;
}

static void put_words(struct show_book *b, const char *text)
{
	xlsx_put_text(b->asked, span_of(text), false);
}

static void put_pair(struct show_book *b, const char *name, const char *text)
{
	put_words(b, name);
	put_words(b, text);
	xlsx_end_row(b->asked);
}

static void put_moment(struct show_book *b, const char *name, int64_t moment, const struct zone *zone)
{
	put_words(b, name);
	xlsx_put_time(b->asked, moment, zone);
	xlsx_end_row(b->asked);
}

/* What was asked, and of when it is. */
static void put_asked(struct show_book *b, const struct sheet *s)
{
	xlsx_put_heading(b->asked, span_of(s->title ? s->title : ""));
	xlsx_end_row(b->asked);
	if (s->as_of != MOMENT_NONE)
		put_moment(b, "as of", s->as_of, s->zone);
	if (s->from && s->from != MOMENT_NONE)
		put_moment(b, "figures from", s->from, s->zone);
	put_pair(b, "time zone", s->zone ? zone_name(s->zone) : "UTC");
	for (size_t i = 0; i < s->asked_count; i++) {
		buf_clear(&b->text);
		buf_printf(&b->text, "--%s", s->asked[i].option);
		xlsx_put_text(b->asked, buf_view(&b->text), false);
		put_words(b, s->asked[i].text);
		xlsx_end_row(b->asked);
	}
	for (size_t i = 0; i < s->fresh_count; i++) {
		buf_clear(&b->text);
		buf_lit(&b->text, "newest record of ");
		buf_span(&b->text, s->fresh[i].source);
		xlsx_put_text(b->asked, buf_view(&b->text), false);
		xlsx_put_time(b->asked, s->fresh[i].newest, s->zone);
		if (s->fresh[i].late)
			put_words(b, "late");
		xlsx_end_row(b->asked);
	}
}

static void put_contents_header(struct show_book *b)
{
	static const char *const names[] = {"sheet", "what it shows", "rows", "definition"};

	xlsx_end_row(b->asked);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		xlsx_put_heading(b->asked, span_of(names[i]));
	xlsx_end_row(b->asked);
}

/* Where it is, what it shows, and how that is defined, or why there is none. */
static void put_contents(struct show_book *b, const struct section *s, const struct xlsx_sheet *to)
{
	struct xlsx_number how = {0};

	xlsx_put_link(b->asked, to);
	buf_clear(&b->text);
	if (s->part)
		buf_printf(&b->text, "%s: ", s->part);
	buf_text_put(&b->text, s->title ? s->title : "");
	xlsx_put_text(b->asked, buf_view(&b->text), false);
	buf_clear(&b->text);
	buf_u64(&b->text, xlsx_rows(to));
	xlsx_put_number(b->asked, buf_view(&b->text), &how);
	buf_clear(&b->text);
	if (!xlsx_rows(to))
		buf_text_put(&b->text, section_empty(s));
	else if (s->note)
		buf_text_put(&b->text, s->note);
	if (s->left_out)
		buf_printf(&b->text, "%sand %llu more", b->text.len ? "; " : "", (unsigned long long)s->left_out);
	if (xlsx_further(to))
		buf_printf(&b->text, "%sgoes on in %zu further sheet%s", b->text.len ? "; " : "", xlsx_further(to),
			   xlsx_further(to) == 1 ? "" : "s");
	xlsx_put_text(b->asked, buf_view(&b->text), false);
	xlsx_end_row(b->asked);
	b->further += xlsx_further(to);
}

static void put_open(struct show_book *b)
{
	if (b->open)
		put_pair(b, "in italics", "of a period that is not over yet");
	b->open = false;
	xlsx_end_row(b->asked);
}

/* Rows whose cells are shares of their base have a scale each, else all have one. */
static void put_heat(struct xlsx_sheet *to, const struct section *s)
{
	double low, high;

	if (!s->chart_base) {
		view_range(s, s->chart_value, s->column_count - 1, &low, &high);
		xlsx_heat(to, 0, s->row_count, s->chart_value, s->column_count - 1, high);
		return;
	}
	for (size_t r = 0; r < s->row_count && r < HEAT_ROWS; r++)
		xlsx_heat(to, r, 1, s->chart_value, s->column_count - 1, cell_size(&s->cells[r * s->column_count + s->chart_base]));
}

static void put_chart(struct xlsx_sheet *to, const struct section *s)
{
	double low, high;

	if (s->chart == CHART_NONE || !s->row_count)
		return;
	if (s->chart == CHART_HEAT) {
		put_heat(to, s);
		return;
	}
	view_range(s, s->chart_value, s->chart_value, &low, &high);
	if (high <= low || s->row_count < 2)
		return;
	if (s->chart == CHART_BARS)
		xlsx_chart(to, XLSX_BARS, s->title, s->chart_label, s->chart_value, BARS_MAX);
	else
		xlsx_chart(to, s->row_count <= COLUMNS_MAX ? XLSX_COLUMNS_UP : XLSX_LINE, s->title, s->chart_label, s->chart_value,
			   s->row_count);
}

void show_book_put(struct show_book *b, const struct sheet *s)
{
	xlsx_date(b->x, s->as_of);
	put_asked(b, s);
	put_contents_header(b);
	for (size_t i = 0; i < s->count; i++) {
		struct xlsx_sheet *to = add_section(b, &s->sections[i]);

		put_rows(b, to, &s->sections[i]);
		put_chart(to, &s->sections[i]);
		put_contents(b, &s->sections[i], to);
	}
	put_open(b);
}

void show_book_begin(struct show_book *b, const struct section *s)
{
	b->rows = add_section(b, s);
	show_book_rows(b, s);
}

void show_book_rows(struct show_book *b, const struct section *s)
{
	put_rows(b, b->rows, s);
}

void show_book_end(struct show_book *b, const struct sheet *about, const struct section *s)
{
	xlsx_date(b->x, about->as_of);
	put_asked(b, about);
	put_contents_header(b);
	put_contents(b, s, b->rows);
	put_open(b);
}

uint64_t show_book_cut(const struct show_book *b)
{
	return xlsx_cut(b->x);
}

size_t show_book_further(const struct show_book *b)
{
	return b->further;
}

int show_book_finish(struct show_book *b, struct output *out, struct error *err)
{
	int bad = xlsx_finish(b->x, out, err);

	buf_release(&b->text);
	mem_free(b);
	return bad;
}
