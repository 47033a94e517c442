#include "cmd/merge_exclude.h"

#include <inttypes.h>

static int put(void *context, struct span bytes, struct error *err)
{
	return output_write(context, bytes, err);
}

void exclude_given_load(struct tool *t, struct exclude_given *g, struct merge *m)
{
	struct merge_sink sink = {NULL, NULL};

	if (g->path && !g->list)
		tool_usage(t, "--excluded takes the customers of a list: give it by --exclude");
	if (!g->list)
		return;
	if (g->path) {
		sink = (struct merge_sink){put, tool_output(t, g->path, OUTPUT_RECORDS, OUTPUT_ASIDE)};
	}
	if (merge_exclude(m, g->list, &sink, &t->err))
		tool_fail(t);
}

static void report_missing(struct tool *t, const struct merge *m, uint64_t missing)
{
	struct buf text = BUF_INIT;

	merge_tell_not_excluded(m, &text);
	tool_say(t, "%" PRIu64 " listed identifier%s held by nobody%s%s", missing, missing == 1 ? " is" : "s are",
		 missing == 1 ? ": " : ", such as ", buf_text(&text));
	buf_release(&text);
}

/* So many lines that the list lacks are named. */
#define LACKING_SHOWN 5

static void report_lacking(struct tool *t, const struct exclude_given *g, const struct merge *m, uint64_t lacking)
{
	struct buf text = BUF_INIT;

	merge_tell_lacking(m, LACKING_SHOWN, &text);
	tool_say(t, "%s lacks %" PRIu64 " identifier%s of those who leave: %s%s; append %s, or an export "
		 "that knows them by nothing else brings them back", g->list, lacking, lacking == 1 ? "" : "s",
		 buf_text(&text), lacking > LACKING_SHOWN ? " and more (--stats, exclude_lacks)" : "",
		 lacking == 1 ? "the line" : "the lines");
	buf_release(&text);
}

void exclude_given_report(struct tool *t, const struct exclude_given *g, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);
	uint64_t missing = r->excluded_missing, pins = r->excluded_pins;

	if (g->list && missing)
		report_missing(t, m, missing);
	if (r->excluded_lacking)
		report_lacking(t, g, m, r->excluded_lacking);
	if (pins)
		tool_warn(t, "the ledger has pins of %" PRIu64 " excluded customer%s from before: "
			  "to forget them, delete their lines", pins, pins == 1 ? "" : "s");
}

void exclude_given_stats(struct tool *t, const struct exclude_given *g, const struct merge *m)
{
	const struct merge_report *r = merge_report(m);
	struct buf text = BUF_INIT;

	if (!g->list)
		return;
	tool_stat(t, "excluded", r->excluded);
	tool_stat(t, "profiles_excluded", r->profiles_excluded);
	tool_stat(t, "exclude_not_in_data", r->excluded_missing);
	tool_stat(t, "exclude_apart", r->excluded_apart);
	merge_put_lacking(m, &text);
	tool_stat_value(t, "exclude_lacks", buf_view(&text));
	buf_clear(&text);
	monies_put_json(&r->sums.excluded, &text);
	tool_stat_value(t, "revenue_excluded", buf_view(&text));
	buf_release(&text);
}

void exclude_given_put(const struct exclude_given *g, const struct merge *m, struct buf *out)
{
	const struct merge_report *r = merge_report(m);

	if (g->list)
		buf_printf(out, " + %" PRIu64 " excluded in %" PRIu64 " profile%s", r->excluded,
			   r->profiles_excluded, r->profiles_excluded == 1 ? "" : "s");
}
