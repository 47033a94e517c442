/* The outputs of a run: opened as it goes, given their names together at its end. */
#include <unistd.h>

#include "cmd/tool_state.h"
#include "io/ending.h"

/* A name that promises something else than what will be in the file. */
static void refuse_ending(struct tool *t, const char *path, enum output_kind kind, enum output_role role)
{
	struct span ending = path_ending(span_of(path));
	bool book = t->writes_books && role == OUTPUT_RESULT && span_equal_nocase(ending, SPAN(".xlsx"));
	const char *why = book ? NULL : ending_not_written(ending);
	char quoted[ERROR_QUOTE_MAX];

	if (!why && kind == OUTPUT_RECORDS)
		why = ending_not_records(ending);
	if (why)
		tool_usage(t, "%s %s", error_quote(span_of(path), quoted), why);
}

static struct output *open_output(struct tool *t, const char *path, enum output_kind kind,
				  enum output_role role)
{
	struct output *out;

	if (path)
		refuse_ending(t, path, kind, role);
	out = output_open(path, kind, &t->err);
	if (!out)
		tool_fail(t);
	output_set_add(&t->state->outputs, out, role, path && tool_files_replaces_operand(t, path));
	return out;
}

void tool_open_output(struct tool *t)
{
	t->out = open_output(t, t->output_path, t->output_kind, OUTPUT_RESULT);
}

struct output *tool_output(struct tool *t, const char *path, enum output_kind kind,
			   enum output_role role)
{
	return path ? open_output(t, path, kind, role) : NULL;
}

void tool_output_drop(struct tool *t, struct output *out)
{
	struct output_set alone = OUTPUT_SET_INIT;

	output_set_take(&t->state->outputs, out, &alone);
	output_set_abort(&alone);
}

void tool_outputs_abort(struct tool *t)
{
	output_set_abort(&t->state->outputs);
	t->out = t->state->rejects = t->state->why = NULL;
}

/* --stats says how the run ended, so it is made when that is known. */
static void add_stats(struct tool *t, struct output_set *set, int status)
{
	struct buf text = BUF_INIT;
	struct output *out;

	if (!t->state->stats_path)
		return;
	tool_stats_put(t, status, &text);
	out = output_open(t->state->stats_path, OUTPUT_FIGURES, &t->err);
	if (!out)
		tool_fail(t);
	output_set_add(set, out, OUTPUT_ASIDE, false);
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	buf_release(&text);
}

static int place_all(struct tool *t, struct output_set *set)
{
	int bad = output_set_prepare(set, &t->err) || (t->prepared && t->prepared(t));

	t->out = t->state->rejects = t->state->why = NULL;
	if (bad || output_set_place(set, &t->err))
		return -1;
	return t->placed ? t->placed(t) : 0;
}

/*
 * Of a run that failed only what shows why: the figures, and the rejects if they do not cost
 * anybody those of an earlier run.
 */
static int place_reasons(struct tool *t)
{
	struct tool_state *s = t->state;
	struct output_set reasons = OUTPUT_SET_INIT;

	if (s->rejects && s->rejects_fresh) {
		output_set_take(&s->outputs, s->rejects, &reasons);
		output_set_take(&s->outputs, s->why, &reasons);
	} else if (s->rejects) {
		tool_say(t, "'%s' is as it was before: a run that fails replaces no file", s->rejects_path);
	}
	tool_outputs_abort(t);
	add_stats(t, &reasons, EXIT_FAILED);
	if (output_set_prepare(&reasons, &t->err))
		return -1;
	return output_set_place(&reasons, &t->err);
}

int tool_outputs_finish(struct tool *t, int status)
{
	if (status == EXIT_FAILED)
		return place_reasons(t);
	add_stats(t, &t->state->outputs, status);
	return place_all(t, &t->state->outputs);
}
