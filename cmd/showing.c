#include "cmd/showing.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io/ending.h"
#include "io/output.h"
#include "understand/report/show_xlsx.h"

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

/* A name without an ending is a text. */
static enum shape shape_of_output(struct tool *t)
{
	enum shape shape = shape_of_path(t->output_path);
	struct span ending = path_ending(span_of(t->output_path));

	if (shape == SHAPE_NONE && ending.len)
		tool_usage(t, "--output: no shape ends in '%.*s': write .txt, .csv, .json, .md, .xlsx or .html (.gz or .zst behind it), or say --to",
			   SPAN_ARG(ending));
	return shape;
}

/* To a terminal it is noise, and it is compressed already. */
struct xlsx_setup showing_book_setup(struct tool *t)
{
	const char *path = t->output_path;

	if (output_is_terminal(t->out))
		tool_usage(t, "--to xlsx: a workbook is not for a terminal: say -o NAME.xlsx");
	if (path && (span_ends(span_of(path), SPAN(".gz")) || span_ends(span_of(path), SPAN(".zst"))))
		tool_usage(t, "--output: '%s': a workbook is compressed as it is: leave the ending out", path);
	return (struct xlsx_setup){.scratch = t->scratch, .messages = &stderr, .title = t->name, .made = MOMENT_NONE};
}

static void open_book(struct tool *t, struct show *how)
{
	struct xlsx_setup setup = showing_book_setup(t);

	how->book = show_book_new(&setup, &t->err);
	if (!how->book)
		tool_fail(t);
}

void showing_choose(struct tool *t, const char *shape_text, struct show *how)
{
	enum shape shape = SHAPE_NONE;

	if (shape_text)
		shape = shape_parse(span_of(shape_text));
	else if (t->output_path)
		shape = shape_of_output(t);
	how->shape = shape == SHAPE_NONE ? SHAPE_TEXT : shape;
	if (how->shape == SHAPE_XLSX)
		open_book(t, how);
	else if (t->output_path && shape_of_path(t->output_path) == SHAPE_XLSX)
		tool_usage(t, "--output: '%s' is a workbook by its name: leave out --to %s", t->output_path, shape_text);
	how->colour = t->colour && !t->output_path;
	how->unicode = t->blocks;
	how->terminal = output_is_terminal(t->out);
	how->width = how->terminal ? terminal_width() : 0;
}

void showing_warn_book(struct tool *t, uint64_t cut, size_t further)
{
	if (cut)
		tool_warn(t, "%llu text%s longer than a cell of Excel takes (%d characters) and cut: a .csv has all of %s",
			  (unsigned long long)cut, cut == 1 ? " is" : "s are", XLSX_TEXT, cut == 1 ? "it" : "them");
	if (further)
		tool_warn(t, "a sheet of Excel has at most %d rows: the rest stands in %zu further sheet%s of the workbook", XLSX_ROWS,
			  further, further == 1 ? "" : "s");
}

void showing_finish(struct tool *t, struct show *how)
{
	uint64_t cut;
	size_t further;

	if (!how->book)
		return;
	cut = show_book_cut(how->book);
	further = show_book_further(how->book);
	if (show_book_finish(how->book, t->out, &t->err))
		tool_fail(t);
	how->book = NULL;
	showing_warn_book(t, cut, further);
}
