#include "cmd/explaining.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "unify/evidence/explain.h"

bool explaining_wanted(struct tool *t, const struct explaining *e)
{
	if (e->keys.count > 2)
		tool_usage(t, "--explain: one key, or two");
	if (!e->keys.count && e->shape)
		tool_usage(t, "--to goes with --explain: profiles are always JSON");
	return e->keys.count > 0;
}

static struct explain_style style_of(const struct tool *t, const struct explaining *e)
{
	struct explain_style style = {
		.json = e->shape && !strcmp(e->shape, "json"), .unicode = t->blocks,
		.colour = t->colour && !t->output_path,
	};
	struct winsize size;

	if (output_is_terminal(t->out) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		style.width = size.ws_col;
	return style;
}

int explaining_run(struct tool *t, const struct explaining *e, const struct merge *m)
{
	struct explain_style style = style_of(t, e);
	struct span other = e->keys.count > 1 ? span_of(e->keys.values[1]) : SPAN_NONE;
	struct buf out = BUF_INIT;
	int status = merge_explain(m, span_of(e->keys.values[0]), other, &style, &out, &t->err);

	if (status < 0 || output_write(t->out, buf_view(&out), &t->err))
		tool_fail(t);
	buf_release(&out);
	return status;
}
