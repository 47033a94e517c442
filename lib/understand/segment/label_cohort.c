/*
 * Segments by when a customer ordered first: "cohort_2024-03", "cohort_2024-q1", "cohort_2024".  Which ones
 * there are is learned; rules may ask for any, and nobody is in one that is not there.
 */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "time/moment.h"
#include "understand/segment/labeller.h"

#define PREFIX "cohort_"
#define COHORTS_MAX 1000

static const char *const spans[] = {"month", "quarter", "year", NULL};
enum span_of_time { BY_MONTH, BY_QUARTER, BY_YEAR };

struct cohort_state {
	const char *by_name;		/* NULL: not asked */
	enum span_of_time by;
	const struct zone *zone;
	struct rules *segments;
	struct map names;		/* number: of the segment, once linked */
	struct buf *name;		/* by worker: of the profile at hand; empty: none */
	unsigned workers;
};

static size_t add_options(void *state, struct opt *out)
{
	struct cohort_state *s = state;

	out[0] = (struct opt){OPT_CHOICE, 0, "cohort", "BY", "segments by when a customer ordered first (default: month)",
			      &s->by_name, spans, true};
	return 1;
}

static int declare_cohorts(void *state, const struct labeller_run *run,
			   struct labeller_notes *notes, struct error *err)
{
	struct cohort_state *s = state;

	(void)notes;
	(void)err;
	if (!s->by_name)
		return 0;
	while (*s->by_name && strcmp(spans[s->by], s->by_name))
		s->by++;
	s->zone = run->zone;
	s->segments = run->segments;
	s->workers = run->workers;
	s->name = mem_zero(run->workers, sizeof *s->name);
	rules_expect(run->segments, SPAN(PREFIX));
	return LABELLER_LEARNS;
}

static void number_cohorts(void *state)
{
	struct cohort_state *s = state;

	for (size_t i = 0; i < s->names.count; i++)
		s->names.entries[i].number = rules_number(s->segments, s->names.entries[i].key);
}

/* The name of P's cohort; empty when it has none.  *KNOWN: is that for sure? */
static int read_cohort(const struct cohort_state *s, const struct profile *p, struct buf *name, bool *known,
		       struct error *err)
{
	struct value count = value_member(p->orders, SPAN("count")), first = value_member(p->orders, SPAN("first"));
	struct decimal orders;
	struct civil c;
	int64_t moment;

	buf_clear(name);
	*known = !value_decimal(count, &orders) || !orders.digits;
	if (*known || first.kind == VALUE_NONE || first.kind == VALUE_NULL)
		return 0;
	if (!value_moment(first, &moment))
		return error_data(err, "the profile's orders.first is malformed: run cdp-merge again");
	*known = p->as_of == MOMENT_NONE || moment <= p->as_of;
	if (!*known)
		return 0;
	zone_civil(s->zone, moment, &c);
	buf_printf(name, PREFIX "%04d", c.year);
	if (s->by == BY_MONTH)
		buf_printf(name, "-%02d", c.month);
	else if (s->by == BY_QUARTER)
		buf_printf(name, "-q%d", (c.month - 1) / 3 + 1);
	return 0;
}

static int learn_cohort(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct cohort_state *s = state;
	struct buf *name = &s->name[worker];
	bool known;

	if (read_cohort(s, p, name, &known, NULL))
		return -1;
	buf_span(out, buf_view(name));
	return 0;
}

static int absorb_cohort(void *state, struct span bytes, struct error *err)
{
	struct cohort_state *s = state;

	map_put(&s->names, bytes, NULL);
	if (s->names.count <= COHORTS_MAX)
		return 0;
	return error_usage(err, "more than %d cohorts by %s: take a longer span%s", COHORTS_MAX, spans[s->by],
			   s->by == BY_YEAR ? ", or look at orders.first" : " (--cohort=year)");
}

static int settle_cohorts(void *state, struct labeller_notes *notes, struct error *err)
{
	struct cohort_state *s = state;

	(void)err;
	for (size_t i = 0; i < s->names.count; i++)
		rules_declare(s->segments, s->names.entries[i].key);
	if (!s->names.count)
		buf_lit(&notes->warnings, "no profile has a dated order: no cohorts\n");
	return 0;
}

static int label_cohort(void *state, unsigned worker, const struct profile *p,
			struct rules_run *run, struct error *err)
{
	struct cohort_state *s = state;
	struct buf *name = &s->name[worker];
	size_t own;
	bool known;

	if (read_cohort(s, p, name, &known, err))
		return -1;
	for (size_t i = 0; i < s->names.count; i++)
		rules_run_set(run, s->names.entries[i].number, known ? 0 : -1);
	own = name->len ? map_find(&s->names, buf_view(name)) : MAP_NONE;
	if (own != MAP_NONE)
		rules_run_set(run, s->names.entries[own].number, 1);
	return 0;
}

static bool explain_cohort(void *state, unsigned worker, struct rules_run *run,
			   size_t number, struct buf *out)
{
	struct cohort_state *s = state;
	const struct buf *name = &s->name[worker];

	(void)run;
	for (size_t i = 0; i < s->names.count; i++) {
		if (s->names.entries[i].number != number)
			continue;
		if (name->len)
			buf_printf(out, "ordered first in %.*s", SPAN_ARG(span_sub(buf_view(name), sizeof PREFIX - 1, name->len)));
		else
			buf_lit(out, "no dated order");
		return true;
	}
	return false;
}

static void release_cohorts(void *state)
{
	struct cohort_state *s = state;

	for (unsigned i = 0; i < s->workers; i++)
		buf_release(&s->name[i]);
	mem_free(s->name);
	map_release(&s->names);
}

const struct labeller cohort_labeller = {
	sizeof(struct cohort_state), add_options, declare_cohorts, number_cohorts,
	learn_cohort, absorb_cohort, settle_cohorts, label_cohort, explain_cohort, NULL, release_cohorts, false,
};
