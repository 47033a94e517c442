#include "cmd/showing.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "io/ending.h"
#include "io/output.h"

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
		tool_usage(t, "--output: no shape ends in '%.*s': write .txt, .csv, .json, .md or .html (.gz or .zst behind it), or say --to",
			   SPAN_ARG(ending));
	return shape;
}

void showing_choose(struct tool *t, const char *shape_text, struct show *how)
{
	enum shape shape = SHAPE_NONE;

	if (shape_text)
		shape = shape_parse(span_of(shape_text));
	else if (t->output_path)
		shape = shape_of_output(t);
	how->shape = shape == SHAPE_NONE ? SHAPE_TEXT : shape;
	how->colour = t->colour && !t->output_path;
	how->unicode = t->blocks;
	how->terminal = output_is_terminal(t->out);
	how->width = how->terminal ? terminal_width() : 0;
}
