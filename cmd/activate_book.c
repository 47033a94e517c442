/* An audience as an Excel workbook, -o NAME.xlsx: one sheet, all cells texts, so that no zero and no plus gets lost. */
#include "base/mem.h"
#include "cmd/activate.h"
#include "cmd/showing.h"
#include "io/ending.h"

static bool is_book(const struct activate *a)
{
	const char *path = a->tool->output_path;

	return path && span_equal_nocase(path_ending(span_of(path)), SPAN(".xlsx"));
}

void activate_book_check(struct activate *a)
{
	struct tool *t = a->tool;

	if (!is_book(a))
		return;
	if (a->target.shape == TARGET_JSON)
		tool_usage(t, "--output: target %s writes JSON: name it .ndjson, or take a target that writes tables, such as excel",
			   a->target.name);
	if (a->given->dry_run || a->delivers)
		tool_usage(t, "--output: no workbook is written with %s", a->delivers ? "--deliver" : "--dry-run");
	a->target.typed = true;
}

/* Takes the next cell of our own CSV off *ROWS; true: it is the last of its row. */
static bool take_cell(struct span *rows, struct buf *cell)
{
	bool quoted = rows->len && rows->ptr[0] == '"';
	size_t i = quoted;

	buf_clear(cell);
	for (; i < rows->len; i++) {
		char c = rows->ptr[i];

		if (quoted && c == '"' && (i + 1 == rows->len || rows->ptr[i + 1] != '"')) {
			i++;
			break;
		}
		if (!quoted && (c == ',' || c == '\n'))
			break;
		i += quoted && c == '"';
		buf_char(cell, c);
	}
	quoted = i < rows->len && rows->ptr[i] == ',';
	*rows = span_sub(*rows, i + 1, rows->len);
	return !quoted;
}

static void put_rows(struct activate *a, struct span rows)
{
	while (rows.len) {
		bool last = take_cell(&rows, &a->text);

		xlsx_put_text(a->sheet, buf_view(&a->text), false);
		if (last)
			xlsx_end_row(a->sheet);
	}
}

/* The names of the columns, which our own CSV has in its first row. */
static void add_sheet(struct activate *a, struct span header)
{
	struct span name = span_of(a->given->name), *names = NULL;
	struct arena texts = ARENA_INIT;
	size_t count = 0, cap = 0;

	if (span_starts(header, SPAN("\xef\xbb\xbf")))
		header = span_sub(header, 3, header.len);
	while (header.len) {
		take_cell(&header, &a->text);
		names = mem_room(names, count, &cap, sizeof *names);
		names[count++] = arena_copy(&texts, buf_view(&a->text));
	}
	a->sheet = xlsx_add(a->book, name, names, count);
	mem_free(names);
	arena_release(&texts);
}

void activate_book_open(struct activate *a, struct span header)
{
	struct xlsx_setup setup;

	if (!a->target.typed) {
		tool_write(a->tool, header);
		return;
	}
	setup = showing_book_setup(a->tool);
	a->book = xlsx_new(&setup, &a->tool->err);
	if (!a->book)
		tool_fail(a->tool);
	add_sheet(a, header);
}

void activate_put(struct activate *a, struct span rows)
{
	if (a->book)
		put_rows(a, rows);
	else
		tool_write(a->tool, rows);
}

void activate_book_finish(struct activate *a)
{
	struct tool *t = a->tool;
	uint64_t cut;
	size_t further;

	if (!a->book)
		return;
	xlsx_date(a->book, a->now.any ? a->now.as_of : MOMENT_NONE);
	cut = xlsx_cut(a->book);
	further = xlsx_further(a->sheet);
	if (xlsx_finish(a->book, t->out, &t->err))
		tool_fail(t);
	a->book = NULL;
	showing_warn_book(t, cut, further);
}
