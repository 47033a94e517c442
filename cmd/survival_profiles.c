#include "cmd/survival_profiles.h"

#include "base/mem.h"
#include "cmd/as_of.h"
#include "cmd/repeated.h"
#include "time/moment.h"
#include "understand/survival/subscriptions.h"

struct run {
	struct tool *tool;
	struct subscriptions *workers;
	struct again *again;	/* by worker */
	struct as_of_check now;
};

static int read_line(void *context, unsigned worker, struct span line, struct buf *out, struct error *err)
{
	struct run *run = context;
	struct profile p;

	if (profile_parse(&p, line, err) || profile_validate(&p, err))
		return -1;
	if (p.as_of == MOMENT_NONE)
		return error_data(err, "the profile has no 'as_of', as none of its run had a time (cdp-ingest --map time=..., or cdp-merge --as-of)");
	if (as_of_put(out, p.as_of, err) || subscriptions_add(&run->workers[worker], &p, err))
		return -1;
	again_note(&run->again[worker], &p);
	return 0;
}

static int take_block(void *context, struct span bytes, struct error *err)
{
	struct run *run = context;

	return as_of_take(&run->now, &bytes, err);
}

static void report_counts(struct tool *t, const struct subscriptions *s, uint64_t profiles)
{
	const struct subscription_counts *c = &s->counts;
	struct buf warnings = BUF_INIT;

	tool_stat(t, "profiles", profiles);
	tool_stat(t, "without_subscription", c->without);
	tool_stat(t, "without_events", c->no_events);
	tool_stat(t, "events_omitted", c->omitted);
	tool_say(t, "%llu profiles: %llu without a subscription, %llu rejected", (unsigned long long)profiles,
		 (unsigned long long)c->without, (unsigned long long)t->rejected);
	if (c->odd_names)
		tool_say(t, "%llu event%s, such as '%.*s', %s not taken as a subscription's: only names such as 'Subscription Cancelled' are",
			 (unsigned long long)c->odd_names, c->odd_names == 1 ? "" : "s", SPAN_ARG(s->odd_name),
			 c->odd_names == 1 ? "is" : "are");
	subscriptions_put_warnings(s, &warnings);
	tool_warn_lines(t, buf_view(&warnings));
	buf_release(&warnings);
}

static void make_table(struct run *run, struct frame *f)
{
	struct buf text = BUF_INIT;

	subscriptions_put_table(run->workers, &text);
	if (frame_take(f, "subscriptions", &text, &run->tool->err))
		tool_fail(run->tool);
}

void survival_profiles_read(struct tool *t, struct sheet *sheet, struct frame *f)
{
	struct run run = {.tool = t};
	const struct tool_pass pass = {read_line, take_block, &run};
	uint64_t profiles;

	run.workers = mem_zero(t->jobs, sizeof *run.workers);
	run.again = repeated_new(t);
	for (unsigned i = 0; i < t->jobs; i++)
		run.workers[i].zone = t->zone;
	if (t->as_of != MOMENT_NONE)
		as_of_agree(&run.now, t->as_of, &t->err);
	t->hint = "profiles are read where no --time is given: a table in CSV needs --time and --event";
	profiles = tool_pass(t, &pass);
	t->hint = NULL;
	subscriptions_join(run.workers, t->jobs);
	report_counts(t, run.workers, profiles);
	repeated_report(t, run.again);
	if (!run.workers->spell_count)
		tool_usage(t, "no profile has an event such as 'Subscription Started': a table in CSV needs --time and --event");
	sheet->as_of = run.now.as_of;
	sheet->zone = t->zone;
	subscriptions_add_months(run.workers, run.now.as_of, sheet);
	make_table(&run, f);
	subscriptions_release(run.workers);
	mem_free(run.workers);
}
