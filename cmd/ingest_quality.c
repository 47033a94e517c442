#include "cmd/ingest_quality.h"

#include <string.h>

#include "base/moment.h"
#include "ingest/duration.h"

const char *const quality_late_choices[] = {"mark", "reject", NULL};

static int64_t read_limit(struct tool *t, const char *text, const char *option)
{
	int64_t ms = ARRIVAL_ANY;

	if (text && duration_read(text, option, &ms, &t->err))
		tool_fail(t);
	return ms;
}

static void start_arrival(struct tool *t, const struct quality_given *given,
			  struct quality *q)
{
	struct arrival *a = &q->arrival;

	a->max_lateness = read_limit(t, given->max_lateness, "--max-lateness");
	a->max_future = read_limit(t, given->max_future, "--max-future");
	a->reject = given->late && !strcmp(given->late, "reject");
	a->now = t->as_of;
	if (!given->max_lateness && !given->max_future) {
		if (given->late)
			tool_usage(t, "--late needs --max-lateness or --max-future, which say what is late");
		return;
	}
	if (t->as_of == MOMENT_NONE)
		tool_usage(t, "%s needs --as-of: when have the records come in? (--as-of today)",
			   given->max_lateness ? "--max-lateness" : "--max-future");
	q->steps.arrival = a;
}

void quality_start(struct tool *t, const struct quality_given *given,
		   struct quality *q, struct ingest_options *options)
{
	if (given->dedupe) {
		options->dedupe = true;
		if (*given->dedupe &&
		    duration_read(given->dedupe, "--dedupe", &options->dedupe_ms, &t->err))
			tool_fail(t);
		if (*given->dedupe && !options->dedupe_ms)
			tool_usage(t, "--dedupe: a window of no length holds nothing");
	}
	start_arrival(t, given, q);
	options->gate = &q->steps;
}

void quality_release(struct quality *q)
{
	*q = (struct quality){0};
}

static void finish_arrival(struct tool *t, const struct arrival *a,
			   const struct gate_counts *c)
{
	tool_stat(t, "late", c->late);
	tool_stat(t, "future", c->future);
	if (c->late || c->future)
		tool_say(t, "%llu late and %llu from the future: %s",
			 (unsigned long long)c->late, (unsigned long long)c->future,
			 a->reject ? "rejected" : "marked in the context");
}

void quality_finish(struct tool *t, const struct quality *q,
		    const struct gate_counts *counts)
{
	if (q->steps.arrival)
		finish_arrival(t, q->steps.arrival, counts);
}
