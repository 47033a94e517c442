#include "cmd/segment_changes.h"

#include <string.h>
#include <sys/stat.h>

void compare_check_file(struct tool *t, const char *path)
{
	struct stat st;
	char quoted[ERROR_QUOTE_MAX];

	if (!strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode)))
		tool_usage(t, "--previous: %s is read twice and has to be a file", error_quote(span_of(path), quoted));
}

void compare_open(struct tool *t, struct compare_given *g)
{
	if (!g->previous && (g->path || g->feed))
		tool_usage(t, "--%s compares with an earlier run: name its output by --previous", g->path ? "changes" : "since");
	if (g->previous)
		compare_check_file(t, g->previous);
	g->out = tool_output(t, g->path, OUTPUT_RECORDS, OUTPUT_ASIDE);
}

void compare_read(struct tool *t, struct compare_given *g, const struct labelling *l)
{
	struct span other;
	size_t others;
	char quoted[ERROR_QUOTE_MAX];

	if (!g->previous)
		return;
	g->v = previous_open(l->segments, g->previous, g->feed, tool_allow_empty, t->memory / 4,
			     t->scratch, &t->err);
	if (!g->v)
		tool_fail(t);
	others = previous_others(g->v, &other);
	if (previous_customers(g->v).before && !previous_has_segments(g->v))
		tool_usage(t, "--previous: %s has no segments: give the output of an earlier cdp-segment",
			   error_quote(span_of(g->previous), quoted));
	if (others)
		tool_warn(t, "%zu segment%s of %s, such as %s, %s not made by this run and not compared", others,
			  others == 1 ? "" : "s", g->previous, error_quote(other, quoted), others == 1 ? "is" : "are");
}

static int write_records(struct compare_given *g, struct error *err)
{
	int failed = g->out ? output_write(g->out, buf_view(&g->records), err) : 0;

	buf_clear(&g->records);
	return failed;
}

int compare_note(struct compare_given *g, struct span lines, struct error *err)
{
	while (g->v && lines.len) {
		struct span line = span_cut(&lines, '\n');
		struct profile p;

		if (!line.len)
			continue;
		if (profile_parse(&p, line, err) || previous_note(g->v, &p, g->out ? &g->records : NULL, err))
			return -1;
	}
	return write_records(g, err);
}

static void report_counts(struct tool *t, const struct compare_given *g)
{
	struct buf json = BUF_INIT, name = BUF_INIT;
	struct previous_count n;

	buf_char(&json, '{');
	for (size_t i = 0; previous_count(g->v, i, &n); i++) {
		buf_clear(&name);
		error_clean(n.name, &name);
		if (n.entered || n.left)
			tool_say(t, "segment %s: %llu entered, %llu left", buf_text(&name),
				 (unsigned long long)n.entered, (unsigned long long)n.left);
		if (i)
			buf_char(&json, ',');
		text_encode(&json, n.name);
		buf_printf(&json, ":{\"before\":%llu,\"entered\":%llu,\"left\":%llu,\"now\":%llu}",
			   (unsigned long long)n.before, (unsigned long long)n.entered,
			   (unsigned long long)n.left, (unsigned long long)n.now);
	}
	buf_char(&json, '}');
	tool_stat_value(t, "changes", buf_view(&json));
	buf_release(&json);
	buf_release(&name);
}

void compare_finish(struct tool *t, struct compare_given *g)
{
	struct previous_customers c;

	if (!g->v)
		return;
	if (previous_gone(g->v, g->out ? &g->records : NULL, &t->err) || write_records(g, &t->err))
		tool_fail(t);
	c = previous_customers(g->v);
	tool_say(t, "since %s: %llu customers before, %llu gone, %llu new, %llu of another id followed, %llu in other segments",
		 g->previous, (unsigned long long)c.before, (unsigned long long)c.gone, (unsigned long long)c.added,
		 (unsigned long long)c.followed, (unsigned long long)c.changed);
	report_counts(t, g);
}

void compare_release(struct compare_given *g)
{
	previous_free(g->v);
	buf_release(&g->records);
}
