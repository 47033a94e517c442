/* cdp-segment - put customers into named groups.  Manual: cdp-segment(1). */
#include "cmd/tool.h"

#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "cmd/segment_changes.h"
#include "cmd/segment_sizes.h"
#include "cmd/segment_why.h"
#include "record/profile.h"
#include "time/moment.h"
#include "understand/report/segments.h"
#include "understand/segment/labelling.h"

struct run {
	struct tool *tool;
	struct labelling labels;
	struct segment_why why;
	struct sizes_given sizes;
	struct compare_given changes;
	struct buf *learned;	/* by worker: scratch */
	struct again *again;	/* by worker */
	struct as_of_check now;
	uint64_t profiles;
};

/* The options of all labellers, and what is for all of them. */
static void make_options(struct run *run, struct opt opts[LABELLING_OPTIONS_MAX])
{
	size_t count = labelling_options(&run->labels, opts);

	opts[count++] = (struct opt){OPT_LIST, 'e', "explain", "KEY",
				     "add the member segments_why; with =KEY instead of profiles: which part of each rule held for this customer",
				     &run->why.keys, NULL, true};
	opts[count++] = (struct opt){OPT_OUTPUT, 0, "sizes", "FILE",
				     "write sizes, shares and overlaps of all segments to FILE (.txt .csv .json .md .html)",
				     &run->sizes.path, NULL, false};
	opts[count++] = (struct opt){OPT_INPUT, 0, "previous", "FILE",
				     "compare with FILE, the output of an earlier run: who entered, who left (with --sizes a table)",
				     &run->changes.previous, NULL, false};
	opts[count++] = (struct opt){OPT_OUTPUT, 0, "changes", "FILE",
				     "write who entered and left since --previous to FILE, as NDJSON",
				     &run->changes.path, NULL, false};
	opts[count++] = (struct opt){OPT_INPUT, 0, "since", "FILE",
				     "follow ids that changed since --previous by FILE, the feed of cdp-merge --changes",
				     &run->changes.feed, NULL, false};
	opts[count++] = (struct opt)TOOL_OPTION_ALLOW_EMPTY;
	opts[count] = (struct opt){.kind = OPT_END};
}

/* Reports what labellers have to say, a line each. */
static void report_notes(struct tool *t, struct labeller_notes *notes)
{
	struct span rest = buf_view(&notes->sentences);

	while (rest.len) {
		struct span line = span_cut(&rest, '\n');

		tool_say(t, "%.*s", SPAN_ARG(line));
	}
	tool_warn_lines(t, buf_view(&notes->warnings));
	for (size_t i = 0; i < notes->stat_count; i++)
		tool_stat_value(t, notes->stats[i].name, buf_view(&notes->stats[i].text));
}

static void write_files(struct tool *t, const struct labeller_notes *notes)
{
	for (size_t i = 0; i < notes->file_count; i++) {
		struct output *out = tool_output(t, notes->files[i].name, OUTPUT_PLAIN, OUTPUT_STATE);

		if (output_write(out, buf_view(&notes->files[i].text), &t->err))
			tool_fail(t);
	}
}

static void open_outputs(struct run *run)
{
	struct tool *t = run->tool;

	if (run->why.asked && (run->sizes.path || run->changes.previous))
		tool_usage(t, "--%s goes with profiles, not with --explain=KEY", run->sizes.path ? "sizes" : "previous");
	why_check_operands(t, &run->why);
	if (run->why.asked)
		t->output_kind = OUTPUT_PLAIN;
	tool_open_output(t);
	sizes_open(t, &run->sizes);
	compare_open(t, &run->changes);
}

static void declare_segments(struct run *run)
{
	struct tool *t = run->tool;
	struct labeller_run of_run = {
		.zone = t->zone, .workers = t->jobs, .memory = t->memory / 2, .all_memory = t->memory, .scratch = t->scratch,
	};
	struct error err = ERROR_INIT;
	int any = labelling_declare(&run->labels, &of_run, &err);

	/* A mistake in a file has its place; one in an option gets the hint to --help. */
	if (any < 0 && err.kind == ERROR_USAGE && !*err.file)
		tool_usage(t, "%s", err.message);
	if (any < 0) {
		t->err = err;
		tool_fail(t);
	}
	report_notes(t, &run->labels.notes);
	if (!any)
		tool_usage(t, "no segments asked for: give rules with -r FILE, --rfm, or --clusters auto");
}

/* First pass.  The second reports bad lines. */
static int learn_line(void *context, unsigned worker, struct span line,
		      struct buf *out, struct error *err)
{
	struct run *run = context;
	struct buf *learned = &run->learned[worker];
	struct profile p;

	buf_clear(learned);
	if (profile_parse(&p, line, NULL) || labelling_learn(&run->labels, worker, &p, learned))
		return 0;
	if (as_of_put(out, p.as_of, err))
		return -1;
	buf_span(out, buf_view(learned));
	return 0;
}

static int absorb_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_take(&run->now, &bytes, err) ||
	       labelling_absorb(&run->labels, bytes, err) ? -1 : 0;
}

static void learn_all(struct run *run)
{
	struct tool *t = run->tool;
	const struct tool_pass pass = {learn_line, absorb_lines, run};

	if (!labelling_learns(&run->labels))
		return;
	run->learned = mem_zero(t->jobs, sizeof *run->learned);
	tool_keep_input(t);
	tool_pass(t, &pass);
	if (labelling_settle(&run->labels, &t->err))
		tool_fail(t);
	report_notes(t, &run->labels.notes);
	if (!run->why.asked)
		write_files(t, &run->labels.notes);
	for (unsigned i = 0; i < t->jobs; i++)
		buf_release(&run->learned[i]);
	mem_free(run->learned);
}

/* Second pass. */
static int label_line(void *context, unsigned worker, struct span line,
		      struct buf *out, struct error *err)
{
	struct run *run = context;
	struct profile p;

	if (profile_parse(&p, line, err) || as_of_put(out, p.as_of, err))
		return -1;
	if (run->why.asked)
		return why_profile(&run->why, &run->labels, worker, &p, out, err);
	if (labelling_label(&run->labels, worker, &p, out, err))
		return -1;
	again_note(&run->again[worker], &p);
	return 0;
}

static int write_lines(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	if (as_of_take(&run->now, &bytes, err))
		return -1;
	if (run->why.asked) {
		why_absorb(&run->why, bytes);
		return 0;
	}
	tool_write(run->tool, bytes);
	return compare_note(&run->changes, bytes, err);
}

static void report_segments(struct run *run)
{
	struct tool *t = run->tool;
	struct label_count c;
	struct buf json = BUF_INIT, name = BUF_INIT;

	buf_char(&json, '{');
	for (size_t i = 0; labelling_count(&run->labels, i, &c); i++) {
		buf_clear(&name);
		error_clean(c.name, &name);
		if (c.unknown)
			tool_say(t, "segment %s: %llu, unknown for %llu", buf_text(&name),
				 (unsigned long long)c.customers, (unsigned long long)c.unknown);
		else
			tool_say(t, "segment %s: %llu", buf_text(&name),
				 (unsigned long long)c.customers);
		if (i)
			buf_char(&json, ',');
		text_encode(&json, c.name);
		buf_printf(&json, ":{\"customers\":%llu,\"unknown\":%llu}",
			   (unsigned long long)c.customers, (unsigned long long)c.unknown);
	}
	buf_char(&json, '}');
	tool_stat_value(t, "segments", buf_view(&json));
	buf_clear(&json);
	labelling_put_warnings(&run->labels, &json);
	tool_warn_lines(t, buf_view(&json));
	buf_release(&json);
	buf_release(&name);
}

static void write_sizes(struct run *run)
{
	struct sheet sheet = {.title = "Segments", .as_of = run->now.any ? run->now.as_of : MOMENT_NONE,
			      .zone = run->tool->zone};

	if (!run->sizes.out)
		return;
	segments_fill(&run->labels, run->profiles - run->tool->rejected, &sheet);
	if (run->changes.v)
		segments_changes_fill(run->changes.v, &sheet);
	sizes_write(run->tool, &run->sizes, &sheet);
	sheet_release(&sheet);
}

/* An answer in place of profiles. */
static int finish_answer(struct run *run)
{
	run->why.sheet.as_of = run->now.any ? run->now.as_of : MOMENT_NONE;
	run->why.sheet.zone = run->tool->zone;
	why_finish(run->tool, &run->why);
	repeated_report(run->tool, run->again);
	why_release(&run->why);
	labelling_release(&run->labels);
	return tool_finish(run->tool, NULL);
}

static int finish(struct run *run)
{
	struct tool *t = run->tool;
	struct buf text = BUF_INIT;
	uint64_t labelled = labelling_labelled(&run->labels);
	uint64_t none = run->profiles - t->rejected - labelled;

	tool_stat(t, "profiles", run->profiles);
	tool_stat(t, "labelled", labelled);
	tool_stat(t, "without_segment", none);
	if (run->now.any && run->now.as_of != MOMENT_NONE) {
		moment_put(&text, run->now.as_of);
		tool_stat_text(t, "as_of", buf_view(&text));
	}
	buf_release(&text);
	report_segments(run);
	labelling_finish(&run->labels);
	report_notes(t, &run->labels.notes);
	compare_finish(t, &run->changes);
	write_sizes(run);
	compare_release(&run->changes);
	repeated_report(t, run->again);
	why_release(&run->why);
	labelling_release(&run->labels);
	return tool_finish(t, "%llu profiles = %llu in segments + %llu in none + %llu rejected",
			   (unsigned long long)run->profiles,
			   (unsigned long long)labelled,
			   (unsigned long long)none,
			   (unsigned long long)t->rejected);
}

int main(int argc, char **argv)
{
	struct opt opts[LABELLING_OPTIONS_MAX];
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

	tool_begin(&tool);
	labelling_init(&run.labels);
	make_options(&run, opts);
	tool.defer_output = true;	/* profiles, or an answer */
	tool_start(&tool, argc, argv);
	why_start(&run.why, &run.labels);
	run.labels.overlaps = run.sizes.path;
	open_outputs(&run);
	declare_segments(&run);
	if (tool.as_of != MOMENT_NONE)
		as_of_agree(&run.now, tool.as_of, &tool.err);
	learn_all(&run);
	compare_read(&tool, &run.changes, &run.labels);
	run.again = repeated_new(&tool);
	labelling_start(&run.labels, tool.zone, tool.jobs);
	run.profiles = tool_pass(&tool, &pass);
	return run.why.asked ? finish_answer(&run) : finish(&run);
}
