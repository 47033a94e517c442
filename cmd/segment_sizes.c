#include "cmd/segment_sizes.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io/ending.h"

static size_t terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

struct show sizes_shape(struct tool *t, const char *option, const char *path, const struct output *out)
{
	struct show how = {.shape = path ? shape_of_path(path) : SHAPE_NONE, .unicode = t->blocks};
	struct span ending = path ? path_ending(span_of(path)) : SPAN_NONE;

	if (how.shape == SHAPE_NONE && ending.len && strcmp(path, "-"))
		tool_usage(t, "--%s: no shape ends in '%.*s': write .txt, .csv, .json, .md or .html (.gz or .zst behind it)",
			   option, SPAN_ARG(ending));
	if (how.shape == SHAPE_NONE)
		how.shape = SHAPE_TEXT;
	how.terminal = output_is_terminal(out);
	how.colour = how.terminal && t->colour;
	how.width = how.terminal ? terminal_width() : 0;
	return how;
}

void sizes_open(struct tool *t, struct sizes_given *g)
{
	g->out = tool_output(t, g->path, OUTPUT_PLAIN, OUTPUT_ASIDE);
	if (g->out)
		g->how = sizes_shape(t, "sizes", g->path, g->out);
}

void sizes_write(struct tool *t, const struct sizes_given *g, const struct sheet *sheet)
{
	struct buf text = BUF_INIT;

	show_sheet(&g->how, sheet, &text);
	if (output_write(g->out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}
