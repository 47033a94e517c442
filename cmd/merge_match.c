#include "cmd/merge_match.h"

#include <unistd.h>

#include "unify/linkage/weights_file.h"
#include "unify/measure/assess.h"
#include "unify/measure/review.h"

/* In the order of enum match_mode and enum link_mode. */
const char *const match_choices[] = {"exact", "fuzzy", "both", NULL};
const char *const link_choices[] = {"both", "dedupe", "between", NULL};

/* Which of CHOICES is GIVEN?  The option table has held it to them. */
static int find_choice(const char *given, const char *const *choices)
{
	int i = 0;

	while (choices[i + 1] && strcmp(given, choices[i]))
		i++;
	return i;
}

/* Options that say something about matching, where there is none. */
static void refuse_matching(struct tool *t, const struct match_given *g)
{
	const struct {
		bool given;
		const char *name;
	} options[] = {
		{g->model, "model"}, {g->pairs, "pairs"}, {g->link, "link"},
		{g->review, "review"},
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		if (options[i].given)
			tool_usage(t, "--%s is for --match fuzzy and both", options[i].name);
	}
}

/* A model that is not there yet is one to be learned. */
void match_given_check(struct tool *t, struct match_given *g, struct merge_options *o)
{
	o->match = (enum match_mode)find_choice(g->match, match_choices);
	o->pairs = g->pairs;
	if (g->pairs > 10000)
		tool_usage(t, "--pairs: at most 10000 a record");
	o->link = g->link ? (enum link_mode)find_choice(g->link, link_choices) : LINK_BOTH;
	o->findings = g->review > 0;
	/* Mistakes are explained. */
	o->explains = o->explains || g->eval;
	if (o->match == MATCH_EXACT)
		refuse_matching(t, g);
	/* A list is no record stream. */
	if (g->review)
		t->output_kind = OUTPUT_PLAIN;
	g->learns = g->model && access(g->model, F_OK);
	o->ladder = tool_has_stats(t);
}

void match_given_load(struct tool *t, const struct match_given *g, struct merge *m)
{
	if (g->model && !g->learns && merge_model(m, g->model, &t->err))
		tool_fail(t);
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

void match_given_report(struct tool *t, struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_matching(m))
		matching_report(merge_matching(m), &text);
	say(t, &text);
	if (g->model && !g->learns)
		tool_say(t, "weighed by the model of '%s'", g->model);
	if (g->eval && (merge_tell_eval(m, &text, &t->err) || merge_put_eval(m, &g->assessed, &t->err)))
		tool_fail(t);
	say(t, &text);
}

void match_given_save(struct tool *t, const struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;
	struct output *out;

	if (!g->learns)
		return;
	weights_put(&merge_matching(m)->weights, &merge_matching(m)->columns, &text);
	out = tool_output(t, g->model, OUTPUT_PLAIN, OUTPUT_STATE);
	if (output_write(out, buf_view(&text), &t->err))
		tool_fail(t);
	tool_say_placed(t, "learned, written to '%s'", g->model);
	buf_release(&text);
}

bool match_given_review(struct tool *t, const struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (!g->review)
		return false;
	if (merge_put_review(m, (size_t)g->review, &text, &t->err))
		tool_fail(t);
	tool_write(t, buf_view(&text));
	buf_release(&text);
	return true;
}

static void stat_value(struct tool *t, const char *key, struct buf *text)
{
	tool_stat_value(t, key, buf_view(text));
	buf_release(text);
}

void match_given_stats(struct tool *t, struct match_given *g, const struct merge *m)
{
	struct buf text = BUF_INIT;

	if (merge_matching(m)) {
		tool_stat(t, "records_without_identifier", merge_report(m)->unnamed);
		matching_put(merge_matching(m), &text);
		stat_value(t, "matching", &text);
	}
	if (g->eval)
		stat_value(t, "eval", &g->assessed);
}
