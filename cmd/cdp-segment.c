/* cdp-segment - put customers into named groups.  Manual: cdp-segment(1). */
#include "cmd/tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/as_of.h"
#include "record/profile.h"
#include "time/moment.h"
#include "understand/segment/explain.h"
#include "understand/segment/rfm.h"
#include "understand/segment/rules.h"
#include "understand/segment/scheme.h"

#define RFM_PREFIX "rfm_"

static struct opt_list rules_paths;
static bool with_rfm;
static const char *scheme_name;
static bool explain;

/* Of --segments; any other is a file of boxes. */
static const char *const schemes[] = {"grid", "classic", "rfm", NULL};

static const struct opt opts[] = {
	{OPT_LIST, 'r', "rules", "FILE", "segments by rules, a line each: name = condition (may be given again)",
	 &rules_paths, NULL, false},
	{OPT_FLAG, 0, "rfm", NULL, "segments by recency, frequency and monetary quintiles", &with_rfm, NULL, false},
	{OPT_INPUT, 0, "segments", "SCHEME", "names of --rfm: grid, classic, rfm or a file of boxes (default: grid)",
	 &scheme_name, schemes, false},
	{OPT_FLAG, 'e', "explain", NULL, "add the member segments_why: each rule with the values it read", &explain,
	 NULL, false},
	{.kind = OPT_END},
};

/* What one worker keeps; counts add up in any order. */
struct worker {
	struct rules_run rules;
	struct buf segments;
	struct buf why;
	struct buf line;
	uint64_t *in;		/* by segment: how many are in it... */
	uint64_t *unknown;	/* ...and of how many nobody knows */
	uint64_t labelled;
};

struct run {
	struct tool *tool;
	struct rules *rules;
	struct worker *workers;
	struct as_of_check now;
	struct scheme scheme;
	size_t *boxes;		/* the segment of each box, by its number */
	struct rfm_table table;
	uint64_t profiles;
};

/* First pass: recency, frequency, monetary.  Bad lines are told of in the second. */
static int rank_line(void *context, unsigned worker, struct span line,
		     struct buf *out, struct error *err)
{
	struct profile p;
	struct rfm rfm;

	(void)context;
	(void)worker;
	if (profile_parse(&p, line, NULL) || rfm_read(&p, &rfm, NULL))
		return 0;
	if (as_of_put(out, p.as_of, err))
		return -1;
	buf_put(out, &rfm, sizeof rfm);
	return 0;
}

static int rank(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;
	struct rfm rfm;

	if (as_of_take(&run->now, &bytes, err))
		return -1;
	for (size_t at = 0; at < bytes.len; at += sizeof rfm) {
		memcpy(&rfm, bytes.ptr + at, sizeof rfm);
		if (rfm.known && rfm_table_add(&run->table, &rfm, err))
			return -1;
	}
	return 0;
}

/* The truth of each segment of the scheme, before the rules that ask for it. */
static void set_boxes(struct run *run, struct worker *w, const struct rfm *rfm,
		      struct rfm_scores *scores)
{
	const struct scheme *s = &run->scheme;
	size_t box = s->count;
	bool known = rfm->known;

	if (known) {
		*scores = rfm_score(&run->table, rfm);
		known = scores->monetary || !s->reads_money;
		box = scheme_box(s, scores->recency, scores->frequency,
				 scores->monetary ? scores->monetary : 1);
	}
	for (size_t i = 0; i < s->count; i++)
		rules_run_set(&w->rules, run->boxes[i], known ? 0 : -1);
	if (known && box < s->count)
		rules_run_set(&w->rules, run->boxes[box], 1);
}

static void put_why(struct run *run, struct worker *w, const struct rfm *rfm,
		    const struct rfm_scores *scores)
{
	struct buf text = BUF_INIT;
	bool any = false;

	buf_clear(&w->why);
	buf_char(&w->why, '{');
	for (size_t i = 0; i < rules_count(run->rules); i++) {
		if (w->rules.truths[i] != 1)
			continue;
		if (any)
			buf_char(&w->why, ',');
		any = true;
		text_encode(&w->why, rules_name(run->rules, i));
		buf_char(&w->why, ':');
		buf_clear(&text);
		if (rules_is_rule(run->rules, i))
			rules_put_reason(&w->rules, i, &text);
		else
			rfm_put_reason(rfm, scores, &text);
		text_encode(&w->why, buf_view(&text));
	}
	buf_char(&w->why, '}');
	buf_release(&text);
}

static void count_truths(struct worker *w, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		w->in[i] += w->rules.truths[i] == 1;
		w->unknown[i] += w->rules.truths[i] < 0;
		any |= w->rules.truths[i] == 1;
	}
	w->labelled += any;
}

/* The profile with its segments, and why, goes to OUT. */
static int put_line(struct run *run, struct worker *w, const struct profile *p,
		    const struct rfm *rfm, const struct rfm_scores *scores,
		    struct buf *out, struct error *err)
{
	struct profile_change change = {.scores = SPAN_NONE};

	buf_clear(&w->segments);
	rules_put_segments(&w->rules, &w->segments);
	change.segments = buf_view(&w->segments);
	if (!explain) {
		profile_put(p, &change, out);
		return 0;
	}
	put_why(run, w, rfm, scores);
	buf_clear(&w->line);
	profile_put(p, &change, &w->line);
	w->line.len--;
	return explain_put(buf_view(&w->line), buf_view(&w->why), out, err);
}

/* Second pass. */
static int label_line(void *context, unsigned number, struct span line,
		      struct buf *out, struct error *err)
{
	struct run *run = context;
	struct worker *w = &run->workers[number];
	struct rfm rfm = {.known = false};
	struct rfm_scores scores = {0};
	struct profile p;
	struct buf fresh = BUF_INIT;
	int failed;

	if (profile_parse(&p, line, err) ||
	    (with_rfm && rfm_read(&p, &rfm, err)))
		return -1;
	if (explain_stale(&p)) {
		explain_cut(&p, &fresh);
		if (profile_parse(&p, buf_view(&fresh), err)) {
			buf_release(&fresh);
			return -1;
		}
	}
	if (with_rfm)
		set_boxes(run, w, &rfm, &scores);
	failed = rules_apply(&w->rules, &p, err) ||
		 as_of_put(out, p.as_of, err) ||
		 put_line(run, w, &p, &rfm, &scores, out, err);
	if (!failed)
		count_truths(w, rules_count(run->rules));
	buf_release(&fresh);
	return failed ? -1 : 0;
}

static int write_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	if (as_of_take(&run->now, &bytes, err))
		return -1;
	tool_write(run->tool, bytes);
	return 0;
}

static struct span box_segment(const struct scheme *s, size_t box,
			       char name[sizeof RFM_PREFIX + BOX_NAME_MAX])
{
	memcpy(name, RFM_PREFIX, sizeof RFM_PREFIX - 1);
	memcpy(name + sizeof RFM_PREFIX - 1, s->boxes[box].name, BOX_NAME_MAX);
	return span_of(name);
}

static noreturn void unknown_scheme(struct tool *t, const char *name)
{
	const char *near = error_suggest(span_of(name), schemes);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(span_of(name), quoted);
	if (near)
		tool_usage(t, "--segments: no scheme and no file %s; did you mean '%s'?",
			   quoted, near);
	tool_usage(t, "--segments: no scheme and no file %s: write grid, classic, rfm or the name of a file of boxes",
		   quoted);
}

static void read_scheme(struct run *run)
{
	struct tool *t = run->tool;
	const char *name = scheme_name ? scheme_name : "grid";
	char segment[sizeof RFM_PREFIX + BOX_NAME_MAX];
	size_t bare;

	with_rfm = with_rfm || scheme_name;
	if (!with_rfm)
		return;
	if (!scheme_find(&run->scheme, name)) {
		if (access(name, F_OK))
			unknown_scheme(t, name);
		if (scheme_load(&run->scheme, name, &t->err))
			tool_fail(t);
	}
	for (size_t i = 0; i < run->scheme.count; i++) {
		box_segment(&run->scheme, i, segment);
		rules_declare(run->rules, span_of(segment));
		if (!scheme_reachable(&run->scheme, i))
			tool_warn(t, "%s can never match: the segments before it take all its scores",
				  segment);
	}
	bare = scheme_uncovered(&run->scheme);
	if (bare)
		tool_warn(t, "%zu of the 125 combinations of scores have no segment in %s",
			  bare, name);
}

static void read_rules(struct run *run)
{
	struct tool *t = run->tool;
	char segment[sizeof RFM_PREFIX + BOX_NAME_MAX];

	run->rules = rules_new();
	read_scheme(run);
	if (!with_rfm && !rules_paths.count)
		tool_usage(t, "no segments asked for: give rules with -r FILE, or --rfm");
	for (size_t i = 0; i < rules_paths.count; i++)
		if (rules_load(run->rules, rules_paths.values[i], &t->err))
			tool_fail(t);
	if (rules_link(run->rules, &t->err))
		tool_fail(t);
	run->boxes = mem_zero(run->scheme.count + 1, sizeof *run->boxes);
	for (size_t i = 0; i < run->scheme.count; i++)
		run->boxes[i] = rules_number(run->rules,
			box_segment(&run->scheme, i, segment));
}

static void rank_all(struct run *run)
{
	struct tool *t = run->tool;
	const struct tool_pass pass = {rank_line, rank, run};
	struct buf text = BUF_INIT;

	if (!with_rfm)
		return;
	rfm_table_init(&run->table, t->memory / 2, t->scratch);
	tool_keep_input(t);
	tool_pass(t, &pass);
	if (rfm_table_finish(&run->table, &t->err))
		tool_fail(t);
	if (!run->table.customers) {
		tool_warn(t, "no profile has an order: no RFM segments");
		return;
	}
	rfm_put_thresholds(&run->table, &text);
	tool_say(t, "RFM of %llu customers with orders: %s",
		 (unsigned long long)run->table.customers, buf_text(&text));
	if (run->table.currency_mixed)
		tool_warn(t, "customers pay in different currencies, which do not compare: monetary is unknown%s",
			  run->scheme.reads_money ? ", and so is every RFM segment" : "");
	buf_clear(&text);
	rfm_put_thresholds_value(&run->table, &text);
	tool_stat_value(t, "rfm_thresholds", buf_view(&text));
	buf_release(&text);
}

static void start_workers(struct run *run)
{
	size_t count = rules_count(run->rules) + 1;

	run->workers = mem_zero(run->tool->jobs, sizeof *run->workers);
	for (unsigned i = 0; i < run->tool->jobs; i++) {
		struct worker *w = &run->workers[i];

		rules_run_init(&w->rules, run->rules, run->tool->zone);
		w->in = mem_zero(count, sizeof *w->in);
		w->unknown = mem_zero(count, sizeof *w->unknown);
	}
}

/* Adds the counts of all workers to the first's. */
static void join_workers(struct run *run)
{
	struct worker *sum = &run->workers[0];

	for (unsigned i = 1; i < run->tool->jobs; i++) {
		struct worker *w = &run->workers[i];

		sum->labelled += w->labelled;
		for (size_t k = 0; k < rules_count(run->rules); k++) {
			sum->in[k] += w->in[k];
			sum->unknown[k] += w->unknown[k];
		}
	}
}

static void tell_segments(struct run *run)
{
	struct tool *t = run->tool;
	const struct worker *sum = &run->workers[0];
	struct buf json = BUF_INIT;
	struct buf name = BUF_INIT;

	buf_char(&json, '{');
	for (size_t i = 0; i < rules_count(run->rules); i++) {
		buf_clear(&name);
		error_clean(rules_name(run->rules, i), &name);
		if (sum->unknown[i])
			tool_say(t, "segment %s: %llu, unknown for %llu",
				 buf_text(&name),
				 (unsigned long long)sum->in[i],
				 (unsigned long long)sum->unknown[i]);
		else
			tool_say(t, "segment %s: %llu", buf_text(&name),
				 (unsigned long long)sum->in[i]);
		if (i)
			buf_char(&json, ',');
		text_encode(&json, rules_name(run->rules, i));
		buf_printf(&json, ":{\"customers\":%llu,\"unknown\":%llu}",
			   (unsigned long long)sum->in[i],
			   (unsigned long long)sum->unknown[i]);
	}
	buf_char(&json, '}');
	tool_stat_value(t, "segments", buf_view(&json));
	buf_release(&json);
	buf_release(&name);
}

static void release(struct run *run)
{
	for (unsigned i = 0; i < run->tool->jobs; i++) {
		struct worker *w = &run->workers[i];

		rules_run_release(&w->rules);
		buf_release(&w->segments);
		buf_release(&w->why);
		buf_release(&w->line);
		mem_free(w->in);
		mem_free(w->unknown);
	}
	mem_free(run->workers);
	mem_free(run->boxes);
	if (with_rfm)
		rfm_table_release(&run->table);
	rules_free(run->rules);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	struct buf text = BUF_INIT;
	uint64_t labelled, none;

	join_workers(run);
	labelled = run->workers[0].labelled;
	none = run->profiles - t->rejected - labelled;
	tool_stat(t, "profiles", run->profiles);
	tool_stat(t, "labelled", labelled);
	tool_stat(t, "without_segment", none);
	if (run->now.any && run->now.as_of != MOMENT_NONE) {
		moment_put(&text, run->now.as_of);
		tool_stat_text(t, "as_of", buf_view(&text));
	}
	buf_release(&text);
	tell_segments(run);
	release(run);
	return tool_finish(t, "%llu profiles = %llu in segments + %llu in none + %llu rejected",
			   (unsigned long long)run->profiles,
			   (unsigned long long)labelled,
			   (unsigned long long)none,
			   (unsigned long long)t->rejected);
}

int main(int argc, char **argv)
{
	struct tool tool = {
		.name = "cdp-segment",
		.synopsis = "[OPTION]... [FILE]...",
		.summary = "Put each customer into the named groups whose conditions it meets.",
		.opts = opts,
		.examples = {
			{"Segments by rules, a line each: vip = revenue(365d) >= 300 and orders >= 4",
			 "cdp-ingest -m shop.map --max-rejects 5 orders.csv | cdp-merge | cdp-segment -r segments.rules -o segmented"},
			{"Champions, at risk, hibernating...: by recency, frequency and monetary",
			 "cdp-segment --rfm segmented > with-rfm"},
			{NULL, NULL},
		},
		.output_kind = OUTPUT_RECORDS,
		.in_place = true,	/* a profile goes through whole */
		.expects = "profiles of cdp-merge",
	};
	struct run run = {.tool = &tool};
	const struct tool_pass pass = {label_line, write_lines, &run};

	tool_start(&tool, argc, argv);
	read_rules(&run);
	if (tool.as_of != MOMENT_NONE)
		as_of_agree(&run.now, tool.as_of, &tool.err);
	rank_all(&run);
	start_workers(&run);
	run.profiles = tool_pass(&tool, &pass);
	return finish(&run);
}
