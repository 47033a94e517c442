#include "cmd/merge_match.h"

#include "merge/assess.h"

enum match_mode match_given_mode(struct tool *t, const struct match_given *g)
{
	static const char *const modes[] = {"exact", "fuzzy", "both", NULL};

	for (int i = 0; modes[i]; i++) {
		if (!strcmp(g->match, modes[i]))
			return (enum match_mode)i;
	}
	tool_usage(t, "--match: '%s' is not exact, fuzzy or both", g->match);
}

void match_given_load(struct tool *t, const struct match_given *g, struct merge *m)
{
	if (g->eval && merge_truth(m, g->eval, &t->err))
		tool_fail(t);
}

/* Each line of TEXT. */
static void say_lines(struct tool *t, struct span text)
{
	while (!span_absent(text)) {
		struct span line = span_cut(&text, '\n');

		if (line.len)
			tool_say(t, "%.*s", SPAN_ARG(line));
	}
}

static void say(struct tool *t, struct buf *text)
{
	say_lines(t, buf_view(text));
	buf_release(text);
}

void match_given_tell(struct tool *t, const struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_matching(m))
		matching_tell(merge_matching(m), &text);
	say(t, &text);
	if (g->eval)
		merge_tell_eval(m, &text);
	say(t, &text);
}

static void stat_value(struct tool *t, const char *key, struct buf *text)
{
	tool_stat_value(t, key, buf_view(text));
	buf_release(text);
}

void match_given_stats(struct tool *t, const struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_matching(m)) {
		tool_stat(t, "records_without_identifier", merge_report(m)->strangers);
		matching_put(merge_matching(m), &text);
		stat_value(t, "matching", &text);
	}
	if (g->eval) {
		merge_put_eval(m, &text);
		stat_value(t, "eval", &text);
	}
}
