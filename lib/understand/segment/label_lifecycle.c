/*
 * Segments by the stage of a customer's life: see lifecycle.h.  Learning counts all gaps by their length,
 * which is the common rhythm.
 */
#include <string.h>

#include "base/mem.h"
#include "journey/buying.h"
#include "time/moment.h"
#include "understand/segment/labeller.h"
#include "understand/segment/lifecycle.h"

#define PREFIX "lifecycle_"
#define GAPS_MAX 36600		/* days of a gap that are told apart: a century */
/* Of fewer gaps nobody's rhythm is read but his own. */
#define GAPS_LEAST 10
#define MONTHS 12

/* What one thread keeps. */
struct part {
	struct buying buying;
	enum buying_state state;
	enum lifecycle_stage stage;
	int64_t since, rhythm;		/* of the profile at hand */
	bool own;			/* the rhythm is its own */
	/* Customers by stage at the end of a month and of the next; from LIFECYCLE_NONE. */
	uint64_t moved[MONTHS][LIFECYCLE_NONE + 1][LIFECYCLE_STAGES];
};

struct lifecycle_state {
	bool asked;
	const struct zone *zone;
	struct rules *segments;
	size_t numbers[LIFECYCLE_STAGES];
	struct part *parts;
	unsigned workers;
	uint64_t *gaps;			/* by length */
	uint64_t gap_count;
	int64_t common;			/* the rhythm of all; 0: unknown */
	int64_t as_of;			/* of the profiles; MOMENT_NONE: none yet */
};

static size_t add_options(void *state, struct opt *out)
{
	struct lifecycle_state *s = state;

	out[0] = (struct opt){OPT_FLAG, 0, "lifecycle", NULL,
			      "segments by the customer's own buying rhythm: new, active, at risk, dormant, reactivated, lost",
			      &s->asked, NULL, false};
	return 1;
}

static struct span segment_name(size_t stage, struct buf *out)
{
	buf_clear(out);
	buf_printf(out, PREFIX "%s", lifecycle_names[stage]);
	return buf_view(out);
}

static int declare_stages(void *state, const struct labeller_run *run,
			  struct labeller_notes *notes, struct error *err)
{
	struct lifecycle_state *s = state;
	struct buf name = BUF_INIT;

	(void)notes;
	(void)err;
	if (!s->asked)
		return 0;
	for (size_t i = 0; i < LIFECYCLE_STAGES; i++)
		rules_declare(run->segments, segment_name(i, &name));
	buf_release(&name);
	s->segments = run->segments;
	s->zone = run->zone;
	s->workers = run->workers;
	s->parts = mem_zero(run->workers, sizeof *s->parts);
	s->gaps = mem_zero(GAPS_MAX, sizeof *s->gaps);
	return LABELLER_LEARNS;
}

static void number_stages(void *state)
{
	struct lifecycle_state *s = state;
	struct buf name = BUF_INIT;

	for (size_t i = 0; i < LIFECYCLE_STAGES; i++)
		s->numbers[i] = rules_number(s->segments, segment_name(i, &name));
	buf_release(&name);
}

static int learn_gaps(void *state, unsigned worker, const struct profile *p, struct buf *out)
{
	struct lifecycle_state *s = state;
	struct buying *b = &s->parts[worker].buying;
	enum buying_state known;

	if (p->as_of == MOMENT_NONE)
		return 0;
	if (buying_read(b, p, s->zone, &known, NULL))
		return -1;
	buf_put(out, &p->as_of, sizeof p->as_of);
	for (size_t i = 1; i < b->count; i++) {
		int64_t gap = b->days[i] - b->days[i - 1];
		uint32_t kept = gap < GAPS_MAX ? (uint32_t)gap : GAPS_MAX - 1;

		buf_put(out, &kept, sizeof kept);
	}
	return 0;
}

static int absorb_gaps(void *state, struct span bytes, struct error *err)
{
	struct lifecycle_state *s = state;

	(void)err;
	memcpy(&s->as_of, bytes.ptr, sizeof s->as_of);
	for (size_t at = sizeof s->as_of; at < bytes.len; at += sizeof(uint32_t)) {
		uint32_t gap;

		memcpy(&gap, bytes.ptr + at, sizeof gap);
		s->gaps[gap]++;
		s->gap_count++;
	}
	return 0;
}

static int settle_rhythm(void *state, struct labeller_notes *notes, struct error *err)
{
	struct lifecycle_state *s = state;

	(void)err;
	if (s->gap_count >= GAPS_LEAST)
		s->common = lifecycle_common(s->gaps, GAPS_MAX);
	if (s->common)
		buf_printf(&notes->sentences, "lifecycle: of %llu gaps between buying days nine of ten are up to %lld days, the rhythm of customers with fewer than %d of their own\n",
			   (unsigned long long)s->gap_count, (long long)s->common, LIFECYCLE_OWN_GAPS);
	else
		buf_printf(&notes->warnings, "%llu gap%s between buying days %s too few for a common rhythm (%d are needed): the lifecycle of customers with fewer than %d of their own is unknown\n",
			   (unsigned long long)s->gap_count, s->gap_count == 1 ? "" : "s",
			   s->gap_count == 1 ? "is" : "are", GAPS_LEAST, LIFECYCLE_OWN_GAPS);
	return 0;
}

/* The last day of the month that is BACK months before the one of which ON is the last day, or that ON lies in. */
static int64_t month_end(int64_t on, int back)
{
	int year, month, day, next_year, next_month, next_day;

	moment_civil_date(on, &year, &month, &day);
	moment_civil_date(on + 1, &next_year, &next_month, &next_day);
	/* A month that has not passed by then has no end yet. */
	if (next_day == 1)
		month++;
	return moment_days(year, month - back, 1) - 1;
}

static void count_months(const struct lifecycle_state *s, struct part *c, int64_t on)
{
	enum lifecycle_stage from = lifecycle_stage(c->buying.days, c->buying.count, month_end(on, MONTHS), s->common);

	for (int i = 0; i < MONTHS; i++) {
		enum lifecycle_stage to = lifecycle_stage(c->buying.days, c->buying.count,
							  month_end(on, MONTHS - 1 - i), s->common);

		if (from <= LIFECYCLE_NONE && to < LIFECYCLE_STAGES)
			c->moved[i][from][to]++;
		from = to;
	}
}

static int label_stage(void *state, unsigned worker, const struct profile *p,
		       struct rules_run *run, struct error *err)
{
	struct lifecycle_state *s = state;
	struct part *c = &s->parts[worker];
	int64_t on;
	bool known;

	c->stage = LIFECYCLE_UNKNOWN;
	c->state = BUYING_NO_EVENTS;
	if (p->as_of != MOMENT_NONE && buying_read(&c->buying, p, s->zone, &c->state, err))
		return -1;
	if (c->state == BUYING_KNOWN) {
		on = zone_day(s->zone, p->as_of);
		c->stage = lifecycle_stage(c->buying.days, c->buying.count, on, s->common);
		c->rhythm = lifecycle_rhythm(c->buying.days, c->buying.count, s->common);
		c->own = c->buying.count > LIFECYCLE_OWN_GAPS;
		c->since = on - c->buying.days[c->buying.count - 1];
		count_months(s, c, on);
	}
	/* Who never bought is in none of them, and that is known. */
	known = c->stage < LIFECYCLE_STAGES || c->state == BUYING_NEVER;
	for (size_t i = 0; i < LIFECYCLE_STAGES; i++)
		rules_run_set(run, s->numbers[i], known ? i == (size_t)c->stage : -1);
	return 0;
}

static bool explain_stage(void *state, unsigned worker, struct rules_run *run,
			  size_t number, struct buf *out)
{
	struct lifecycle_state *s = state;
	const struct part *c = &s->parts[worker];
	size_t i = 0;

	(void)run;
	while (i < LIFECYCLE_STAGES && s->numbers[i] != number)
		i++;
	if (i == LIFECYCLE_STAGES)
		return false;
	if (c->state == BUYING_NO_EVENTS || c->state == BUYING_OMITTED)
		buf_text_put(out, c->state == BUYING_OMITTED ? "events are left out" : "no events");
	else if (c->state == BUYING_NEVER)
		buf_lit(out, "never bought");
	else if (!c->rhythm)
		buf_printf(out, "%zu buying days, and no common rhythm", c->buying.count);
	else
		buf_printf(out, "last bought %lld days ago; %s rhythm %lld days; %zu buying day%s",
			   (long long)c->since, c->own ? "own" : "common", (long long)c->rhythm,
			   c->buying.count, c->buying.count == 1 ? "" : "s");
	return true;
}

static void put_month(int64_t end, struct buf *out)
{
	int year, month, day;

	moment_civil_date(end, &year, &month, &day);
	buf_printf(out, "%04d-%02d", year, month);
	buf_char(out, '\0');
}

/* A row for each month and stage that somebody was in at its beginning. */
static void put_moves(const struct lifecycle_state *s, int month, size_t from, int64_t on, struct labeller_table *t)
{
	uint64_t sums[LIFECYCLE_STAGES] = {0}, all = 0;

	for (unsigned w = 0; w < s->workers; w++)
		for (size_t to = 0; to < LIFECYCLE_STAGES; to++) {
			sums[to] += s->parts[w].moved[month][from][to];
			all += s->parts[w].moved[month][from][to];
		}
	if (!all)
		return;
	put_month(month_end(on, MONTHS - 1 - month), &t->cells);
	buf_text_put(&t->cells, from < LIFECYCLE_STAGES ? lifecycle_names[from] : "none");
	buf_char(&t->cells, '\0');
	for (size_t to = 0; to < LIFECYCLE_STAGES; to++) {
		buf_u64(&t->cells, sums[to]);
		buf_char(&t->cells, '\0');
	}
	t->rows++;
}

static void report_months(void *state, struct labeller_notes *notes)
{
	struct lifecycle_state *s = state;
	struct labeller_table *t = labeller_table(notes, "lifecycle_months", "Lifecycle by month");

	t->note = "Customers by their stage at the end of the month before, and at the end of the month; none: had not bought yet";
	t->columns[t->count++] = "month";
	t->columns[t->count++] = "from";
	t->labels = t->count;
	for (size_t i = 0; i < LIFECYCLE_STAGES; i++)
		t->columns[t->count++] = lifecycle_names[i];
	for (int month = 0; month < MONTHS; month++)
		for (size_t from = 0; from <= LIFECYCLE_NONE; from++)
			if (from != LIFECYCLE_STAGES)
				put_moves(s, month, from, zone_day(s->zone, s->as_of), t);
}

static void release_lifecycle(void *state)
{
	struct lifecycle_state *s = state;

	for (unsigned i = 0; i < s->workers; i++)
		buying_release(&s->parts[i].buying);
	mem_free(s->parts);
	mem_free(s->gaps);
}

const struct labeller lifecycle_labeller = {
	sizeof(struct lifecycle_state), add_options, declare_stages, number_stages,
	learn_gaps, absorb_gaps, settle_rhythm, label_stage, explain_stage, report_months, release_lifecycle, false,
};
