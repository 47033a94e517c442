/*
 * Retention: of the customers who began in one period, how many came back so many periods later.
 *
 * Periods are calendar days, weeks from Monday or months of the zone.  A customer began in the period of his first event
 * of the kind asked for, or, recurring, in each that has one, and then counts in each of these cohorts.  He came back
 *
 *	on		in exactly the k-th period behind it (N-day retention)
 *	on-or-after	in the k-th or any later one (unbounded, rolling)
 *	brackets	in any of the periods from a to b behind it
 *
 * A cell whose last period has not fully passed by as_of is open: marked, not low, and in no mean.  The mean over
 * cohorts is weighted by their customers, or the simple one of their shares.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "understand/report/count.h"
#include "understand/report/month.h"
#include "understand/report/partial.h"

#define PERIODS_MAX 90
#define COHORTS_MAX 400		/* the newest: a day each for a year */

enum { BEGIN_EVENT, RETURN_EVENT, PERIOD, PERIODS, CAME_BACK, BRACKETS, RECURRING, MEAN };

static const char *const periods[] = {"day", "week", "month", NULL};
static const char *const came_back[] = {"on", "on-or-after", NULL};
static const char *const means[] = {"weighted", "simple", NULL};

static const struct count_option options[] = {
	[BEGIN_EVENT] = {"begin-event", "EVENT", "the event that begins it; without it any", NULL, NULL, false},
	[RETURN_EVENT] = {"return-event", "EVENT", "the event that says that somebody came back; without it any", NULL, NULL, false},
	[PERIOD] = {"period", "LENGTH", "the rows and columns are days, weeks or months", "week", periods, false},
	[PERIODS] = {"periods", "N", "so many periods, 1 to 90", "12", NULL, false},
	[CAME_BACK] = {"came-back", "WHEN", "in exactly that period, or in it or any later one", "on", came_back, false},
	[BRACKETS] = {"brackets", "LIST", "in place of single periods ranges of them: 1-3,4-7,8-30", NULL, NULL, false},
	[RECURRING] = {"recurring", NULL, "each period with the event begins anew, not the first alone", NULL, NULL, false},
	[MEAN] = {"mean", "HOW", "over cohorts: weighted by their customers, or the simple mean of their shares", "weighted", means, false},
	{0},
};

/* A column: came back from period FROM to TO behind the beginning. */
struct bracket {
	int from, to;
};

struct periods_of {
	int *list;		/* ascending, each once */
	size_t count, cap;
};

struct worker_part {
	uint64_t *cells;	/* [cohort, back from the newest][customers, then brackets] */
	struct periods_of began, back;
	bool seen[2];		/* an event of that name */
	uint64_t older;		/* cohorts of customers that are not shown */
	uint64_t without_events;
	uint64_t without_as_of;	/* profiles, which count in nothing */
	int now, open;		/* period of as_of, and the first that has not passed */
	bool any;
};

struct retention {
	const struct zone *zone;
	struct span events[2];	/* absent: any */
	int period;
	bool or_after, recurring, simple;
	struct bracket brackets[PERIODS_MAX];
	size_t count;
	unsigned workers;
	struct worker_part *parts;
};

/* ---- what is asked for ---- */

static int refuse_brackets(const char *text, struct error *err)
{
	return error_usage(err, "--brackets: '%s' are no ascending ranges such as 1-3,4-7,8-30", text);
}

static int read_brackets(struct retention *r, const char *text, struct error *err)
{
	struct span rest = span_of(text);
	uint64_t last = 0;

	while (!span_absent(rest)) {
		struct span to = span_cut(&rest, ','), from = span_cut(&to, '-');
		uint64_t a, b;

		if (r->count == PERIODS_MAX || !span_number(span_trim(from), &a) || (!span_absent(to) && !span_number(span_trim(to), &b)))
			return refuse_brackets(text, err);
		b = span_absent(to) ? a : b;
		if (a <= last || b < a || b > 10000)
			return refuse_brackets(text, err);
		r->brackets[r->count++] = (struct bracket){(int)a, (int)b};
		last = b;
	}
	return r->count ? 0 : refuse_brackets(text, err);
}

static int read_periods(struct retention *r, const char *text, struct error *err)
{
	uint64_t count;

	if (!span_number(span_of(text), &count) || count < 1 || count > PERIODS_MAX)
		return error_usage(err, "--periods: '%s' is no number from 1 to %d", text, PERIODS_MAX);
	for (r->count = 0; r->count < count; r->count++)
		r->brackets[r->count] = (struct bracket){(int)r->count + 1, (int)r->count + 1};
	return 0;
}

static int read_event(struct span *out, const struct count_value *given, const char *option, struct error *err)
{
	*out = given->count ? span_of(given->texts[0]) : SPAN_NONE;
	if (given->count && (!out->len || !span_is_utf8(*out)))
		return error_usage(err, "--%s is %s: name an event", option, out->len ? "not UTF-8" : "empty");
	return 0;
}

static int read_options(struct retention *r, const struct count_value *given, struct error *err)
{
	const char *brackets = given[BRACKETS].count ? given[BRACKETS].texts[0] : NULL;

	while (strcmp(periods[r->period], given[PERIOD].texts[0]))
		r->period++;
	r->or_after = !strcmp(given[CAME_BACK].texts[0], came_back[1]);
	r->recurring = given[RECURRING].count;
	r->simple = !strcmp(given[MEAN].texts[0], means[1]);
	if (brackets && r->or_after)
		return error_usage(err, "--came-back on-or-after has no end, and --brackets have: give one of them");
	if (read_event(&r->events[0], &given[BEGIN_EVENT], "begin-event", err) ||
	    read_event(&r->events[1], &given[RETURN_EVENT], "return-event", err))
		return -1;
	return brackets ? read_brackets(r, brackets, err) : read_periods(r, given[PERIODS].texts[0], err);
}

static void free_retention(void *state)
{
	struct retention *r = state;

	for (unsigned i = 0; r->parts && i < r->workers; i++) {
		mem_free(r->parts[i].cells);
		mem_free(r->parts[i].began.list);
		mem_free(r->parts[i].back.list);
	}
	mem_free(r->parts);
	mem_free(r);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct retention *r = mem_zero(1, sizeof *r);

	r->workers = setup->workers;
	r->zone = setup->zone;
	if (read_options(r, setup->values, err)) {
		free_retention(r);
		return NULL;
	}
	r->parts = mem_zero(setup->workers, sizeof *r->parts);
	for (unsigned i = 0; i < setup->workers; i++)
		r->parts[i].cells = mem_zero(COHORTS_MAX * (r->count + 1), sizeof *r->parts[i].cells);
	return r;
}

/* ---- one customer ---- */

/* The period that TIME is in; the week that 1970-01-01, a Thursday, is in has the number 0. */
static int period_of(const struct retention *r, int64_t time)
{
	int64_t day;

	if (r->period == 2)
		return month_of(r->zone, time);
	day = zone_day(r->zone, time) + (r->period ? 3 : 0);
	if (!r->period)
		return (int)day;
	return (int)(day >= 0 ? day / 7 : -((6 - day) / 7));
}

static void add_period(struct periods_of *p, int period)
{
	if (p->count && p->list[p->count - 1] == period)
		return;
	p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
	p->list[p->count++] = period;
}

/* What has no name goes by its type, as in cdp-expr(7). */
static bool is_event(const struct event *e, struct span name)
{
	if (span_absent(name))
		return true;
	return e->name.kind == VALUE_TEXT ? value_is_text(e->name, name)
					  : e->type < EVENT_TYPES && span_equal(event_type_names[e->type], name);
}

static bool came_between(const struct periods_of *back, int from, int to)
{
	size_t low = 0, high = back->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (back->list[middle] < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < back->count && back->list[low] <= to;
}

static uint64_t *cohort_cells(const struct retention *r, const struct worker_part *w, int back)
{
	return w->cells + (size_t)back * (r->count + 1);
}

static void count_cohort(const struct retention *r, struct worker_part *w, int cohort)
{
	uint64_t *cells;

	if (w->now - cohort >= COHORTS_MAX) {
		w->older++;
		return;
	}
	cells = cohort_cells(r, w, w->now - cohort);
	cells[0]++;
	for (size_t i = 0; i < r->count; i++)
		cells[i + 1] += came_between(&w->back, cohort + r->brackets[i].from,
					     r->or_after ? INT32_MAX : cohort + r->brackets[i].to);
}

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct retention *r = state;
	struct worker_part *w = &r->parts[worker];

	(void)err;
	w->began.count = w->back.count = 0;
	if (p->as_of == MOMENT_NONE)
		return 0;	/* and commit says so */
	w->any = true;
	w->now = period_of(r, p->as_of);
	w->open = period_of(r, p->as_of + 1);	/* as_of ends the last moment of its day */
	return 0;
}

static int event(void *state, unsigned worker, const struct profile *p, const struct event *e, struct error *err)
{
	struct retention *r = state;
	struct worker_part *w = &r->parts[worker];

	(void)err;
	if (e->time == MOMENT_NONE || e->time > p->as_of)
		return 0;
	if (is_event(e, r->events[0]))
		add_period(&w->began, period_of(r, e->time));
	if (is_event(e, r->events[1]))
		add_period(&w->back, period_of(r, e->time));
	return 0;
}

static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct retention *r = state;
	struct worker_part *w = &r->parts[worker];

	(void)err;
	w->without_as_of += p->as_of == MOMENT_NONE;
	w->without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
	w->seen[0] |= w->began.count > 0;
	w->seen[1] |= w->back.count > 0;
	for (size_t i = 0; i < (r->recurring ? w->began.count : w->began.count > 0); i++)
		count_cohort(r, w, w->began.list[i]);
	return 0;
}

/* ---- the figures ---- */

static void add_part(const struct retention *r, struct worker_part *all, const struct worker_part *part)
{
	for (size_t i = 0; i < COHORTS_MAX * (r->count + 1); i++)
		all->cells[i] += part->cells[i];
	for (int i = 0; i < 2; i++)
		all->seen[i] |= part->seen[i];
	if (part->any) {
		all->now = part->now;
		all->open = part->open;
		all->any = true;
	}
	all->older += part->older;
	all->without_events += part->without_events;
	all->without_as_of += part->without_as_of;
}

/* "2026-03-01", its first day; "2026-03" of a month. */
static struct span period_text(const struct retention *r, struct sheet *sheet, int period)
{
	char month[MONTH_TEXT];
	struct buf text = BUF_INIT;
	struct span kept;

	if (r->period == 2) {
		month_text(period, month);
		return arena_copy(&sheet->texts, span_of(month));
	}
	moment_put(&text, (r->period ? (int64_t)period * 7 - 3 : period) * DAY_MS);
	kept = arena_copy(&sheet->texts, span_sub(buf_view(&text), 0, 10));
	buf_release(&text);
	return kept;
}

static const char *bracket_text(const struct retention *r, struct sheet *sheet, size_t i)
{
	const struct bracket *b = &r->brackets[i];

	if (b->from == b->to)
		return sheet_text(sheet, "%d", b->from);
	return sheet_text(sheet, "%d to %d", b->from, b->to);
}

static const char *note(const struct retention *r, struct sheet *sheet, const struct worker_part *all)
{
	const char *text = sheet_text(sheet, "Customers by the %s of %s event%s, and how many of them came back so many %ss later%s (* has not fully passed)",
				      periods[r->period], r->recurring ? "each" : "their first",
				      span_absent(r->events[0]) ? "" : sheet_text(sheet, " '%.*s'", SPAN_ARG(r->events[0])),
				      periods[r->period], r->or_after ? " or after" : "");

	if (!span_absent(r->events[1]))
		text = sheet_text(sheet, "%s with '%.*s'", text, SPAN_ARG(r->events[1]));
	if (all->older)
		text = sheet_text(sheet, "%s; %llu began more than %d %ss ago and are left out", text, (unsigned long long)all->older,
				  COHORTS_MAX, periods[r->period]);
	return sheet_note_missing(sheet, text, all->without_events);
}

static void put_cohort(const struct retention *r, struct sheet *sheet, struct section *s, const struct worker_part *all, int back)
{
	const uint64_t *cells = cohort_cells(r, all, back);
	struct cell *row = section_row(s);
	int cohort = all->now - back;

	row[0] = cell_text(period_text(r, sheet, cohort));
	row[1] = cell_count(cells[0]);
	for (size_t i = 0; i < r->count && cohort + r->brackets[i].from <= all->now; i++) {
		row[2 + i] = cell_count(cells[i + 1]);
		row[2 + i].open = cohort + r->brackets[i].to >= all->open;
	}
}

static void fill_cohorts(const struct retention *r, struct sheet *sheet, const struct worker_part *all)
{
	struct column *columns = arena_zero(&sheet->texts, (r->count + 2) * sizeof *columns);
	struct section *s;

	columns[0] = (struct column){"cohort", "Began", NULL, -1};
	columns[1] = (struct column){"customers", "Customers", NULL, -1};
	for (size_t i = 0; i < r->count; i++)
		columns[2 + i] = (struct column){
			r->brackets[i].from == r->brackets[i].to ? sheet_text(sheet, "p%d", r->brackets[i].from) :
			sheet_text(sheet, "p%d_%d", r->brackets[i].from, r->brackets[i].to),
			sheet_text(sheet, "+%s", bracket_text(r, sheet, i)), NULL, -1,
		};
	s = sheet_add(sheet, "retention", "Retention", columns, r->count + 2);
	s->note = note(r, sheet, all);
	s->chart = CHART_HEAT;
	s->chart_value = 2;
	s->chart_base = 1;
	for (int back = COHORTS_MAX; all->any && back-- > 0;)
		if (*cohort_cells(r, all, back))
			put_cohort(r, sheet, s, all, back);
}

/* Over the cohorts for whom bracket I has passed. */
static void put_mean(const struct retention *r, struct sheet *sheet, struct section *s, const struct worker_part *all, size_t i)
{
	uint64_t cohorts = 0, customers = 0, back_again = 0;
	struct cell *row = section_row(s);
	double shares = 0;

	for (int back = COHORTS_MAX; all->any && back-- > 0;) {
		const uint64_t *cells = cohort_cells(r, all, back);

		if (!cells[0] || all->now - back + r->brackets[i].to >= all->open)
			continue;
		cohorts++;
		customers += cells[0];
		back_again += cells[i + 1];
		shares += (double)cells[i + 1] / (double)cells[0];
	}
	row[0] = cell_text(span_of(bracket_text(r, sheet, i)));
	row[1] = cell_count(cohorts);
	row[2] = cell_count(customers);
	row[3] = cell_count(back_again);
	row[4] = r->simple ? cell_share(shares, (double)cohorts) : cell_share((double)back_again, (double)customers);
}

static void fill_means(const struct retention *r, struct sheet *sheet, const struct worker_part *all)
{
	static const char *const later[] = {"Days later", "Weeks later", "Months later"};
	const struct column columns[] = {
		{"later", later[r->period], NULL, -1}, {"cohorts", "Cohorts", NULL, -1}, {"customers", "Customers", NULL, -1},
		{"came_back", "Came back", NULL, -1}, {"share", "Share", NULL, -1},
	};
	struct section *s = sheet_add(sheet, "retention_mean", "Over all cohorts", columns, 5);

	s->note = r->simple ? "The mean of the shares of cohorts for which the time has fully passed" :
		  "Of all customers of cohorts for which the time has fully passed";
	s->chart = CHART_BARS;
	s->chart_value = 4;
	for (size_t i = 0; i < r->count; i++)
		put_mean(r, sheet, s, all, i);
}

static void add_up(struct retention *r)
{
	for (unsigned i = 1; i < r->workers; i++)
		add_part(r, &r->parts[0], &r->parts[i]);
}

/* Cohorts with a customer: how long back, then their cells. */
static void carry_cells(struct retention *r, struct partial *p)
{
	uint64_t *cells = r->parts[0].cells;
	size_t width = r->count + 1, rows = 0;

	for (size_t back = 0; back < COHORTS_MAX; back++)
		rows += cells[back * width] > 0;
	rows = partial_rows(p, "cohorts", rows);
	for (size_t back = 0; !partial_reads(p) && back < COHORTS_MAX; back++)
		if (cells[back * width]) {
			uint64_t at = back;

			partial_count(p, "back", &at);
			for (size_t i = 0; i < width; i += PARTIAL_NUMBERS)
				partial_counts(p, "cells", cells + back * width + i, width - i < PARTIAL_NUMBERS ? width - i : PARTIAL_NUMBERS);
		}
	while (partial_reads(p) && rows-- && !partial_failed(p)) {
		uint64_t back = 0;

		partial_count(p, "back", &back);
		if (back >= COHORTS_MAX)
			partial_fail(p, "a cohort is older than any can be");
		for (size_t i = 0; i < width && !partial_failed(p); i += PARTIAL_NUMBERS)
			partial_counts(p, "cells", cells + back * width + i, width - i < PARTIAL_NUMBERS ? width - i : PARTIAL_NUMBERS);
	}
}

static void carry(void *state, struct partial *p)
{
	struct retention *r = state;
	struct worker_part *all = &r->parts[0];
	int64_t now, open;

	if (!partial_reads(p))
		add_up(r);
	now = all->any ? all->now : MOMENT_NONE;
	open = all->any ? all->open : MOMENT_NONE;
	partial_last(p, "now", &now);
	partial_last(p, "open", &open);
	all->any = now != MOMENT_NONE;
	all->now = all->any ? (int)now : 0;
	all->open = all->any ? (int)open : 0;
	for (int i = 0; i < 2; i++)
		partial_flag(p, "seen", &all->seen[i]);
	partial_count(p, "older", &all->older);
	partial_count(p, "without_events", &all->without_events);
	partial_count(p, "without_as_of", &all->without_as_of);
	carry_cells(r, p);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	static const char *const names[] = {"begin-event", "return-event"};
	struct retention *r = state;
	struct worker_part *all = &r->parts[0];

	(void)err;
	add_up(r);
	fill_cohorts(r, sheet, all);
	fill_means(r, sheet, all);
	for (int i = 0; i < 2; i++)
		if (!span_absent(r->events[i]) && !all->seen[i])
			sheet_warn(sheet, "--%s: no event is called '%.*s'", names[i], SPAN_ARG(r->events[i]));
	if (all->without_as_of)
		sheet_warn(sheet, "retention: %llu profile%s no as_of, which says which periods have passed, and count%s nowhere",
			   (unsigned long long)all->without_as_of, all->without_as_of == 1 ? " has" : "s have",
			   all->without_as_of == 1 ? "s" : "");
	return 0;
}

const struct counting count_retention = {
	"retention", true, start, begin, event, commit, fill, free_retention, options, carry,
};
