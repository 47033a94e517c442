/*
 * Monthly retention: a customer belongs to the month of the first completed
 * order, and counts once in each month with a completed order since.  Refunds
 * and cancellations are no orders.  The month that as_of lies in has not fully
 * passed: its cells are marked open, not low.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "record/orders.h"
#include "understand/report/count.h"
#include "understand/report/month.h"
#include "understand/report/partial.h"

#define MONTHS_MAX 240		/* older first orders count as of that many months ago */

/* Customers by cohort and month, over the months seen: a growing square. */
struct grid {
	int first, last;	/* months; last < first: empty */
	uint64_t *cells;	/* [cohort - first][month - first] */
};

struct worker_part {
	struct grid grid;
	int *months;		/* of the customer at hand */
	size_t count, cap;
	struct orders orders;	/* its, dated and not after as_of */
	struct buf text;
	int oldest;		/* its months are no older */
	int64_t as_of;
	uint64_t without_events;	/* customers whose events are not all there */
};

struct cohorts {
	const struct zone *zone;
	uint64_t k;		/* cells of fewer customers are hidden: no figure is a sum of others */
	unsigned workers;
	struct worker_part *parts;
};

static size_t grid_side(const struct grid *g)
{
	return g->last < g->first ? 0 : (size_t)(g->last - g->first) + 1;
}

static uint64_t *grid_cell(const struct grid *g, int cohort, int month)
{
	return &g->cells[(size_t)(cohort - g->first) * grid_side(g) +
			 (size_t)(month - g->first)];
}

/* Widens G to hold FROM .. TO. */
static void grid_widen(struct grid *g, int from, int to)
{
	struct grid wide = *g;
	bool empty = !grid_side(g);

	if (!empty && from >= g->first && to <= g->last)
		return;
	wide.first = empty || from < g->first ? from : g->first;
	wide.last = empty || to > g->last ? to : g->last;
	wide.cells = mem_zero(grid_side(&wide) * grid_side(&wide),
			      sizeof *wide.cells);
	for (int c = g->first; !empty && c <= g->last; c++)
		memcpy(grid_cell(&wide, c, g->first), grid_cell(g, c, g->first),
		       grid_side(g) * sizeof *g->cells);
	mem_free(g->cells);
	*g = wide;
}

static void grid_add(struct grid *g, const struct grid *other)
{
	if (!grid_side(other))
		return;
	grid_widen(g, other->first, other->last);
	for (int c = other->first; c <= other->last; c++)
		for (int m = c; m <= other->last; m++)
			*grid_cell(g, c, m) += *grid_cell(other, c, m);
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct cohorts *s;

	if (setup->k == 2) {
		error_usage(err, "cohorts: --k 2 would hide figures of one customer alone, so that each that is hidden is 1: give 3 or more");
		return NULL;
	}
	s = mem_zero(1, sizeof *s);
	s->zone = setup->zone;
	s->k = setup->k;
	s->workers = setup->workers;
	s->parts = mem_zero(setup->workers, sizeof *s->parts);
	for (unsigned i = 0; i < setup->workers; i++) {
		s->parts[i].grid.last = -1;
		s->parts[i].as_of = MOMENT_NONE;
	}
	return s;
}

static void add_month(struct worker_part *w, int month)
{
	w->months = mem_room(w->months, w->count, &w->cap, sizeof *w->months);
	w->months[w->count++] = month;
}

static int begin(void *state, unsigned worker, const struct profile *p,
		 struct error *err)
{
	struct cohorts *s = state;
	struct worker_part *w = &s->parts[worker];

	(void)err;
	orders_clear(&w->orders);
	w->count = 0;
	w->oldest = p->as_of == MOMENT_NONE ? 0 :
		    month_of(s->zone, p->as_of) - MONTHS_MAX + 1;
	return 0;
}

/* Whether it is an order shows when all are there. */
static int event(void *state, unsigned worker, const struct profile *p,
		 const struct event *e, struct error *err)
{
	struct worker_part *w = &((struct cohorts *)state)->parts[worker];
	struct order order;

	if (e->time == MOMENT_NONE || (p->as_of != MOMENT_NONE && e->time > p->as_of))
		return 0;
	(void)err;
	/* Money that cannot be read does not unmake an order. */
	order_read(e, &order, &w->text, NULL);
	orders_add(&w->orders, &order, hash_64(e->source.raw), e->time, (uint32_t)w->orders.count);
	return 0;
}

/* Events came oldest first: a month is new or the last one. */
static int note_months(const struct cohorts *s, struct worker_part *w, struct error *err)
{
	if (orders_settle(&w->orders, err))
		return -1;
	for (size_t i = 0; i < w->orders.count; i++) {
		const struct order_entry *e = &w->orders.list[i];
		int month = month_of(s->zone, e->time);

		if (e->part != ORDER_PART_NEW && e->part != ORDER_PART_LINE)
			continue;
		if (month < w->oldest)
			month = w->oldest;
		if (!w->count || w->months[w->count - 1] != month)
			add_month(w, month);
	}
	return 0;
}

static int commit(void *state, unsigned worker, const struct profile *p,
		  struct error *err)
{
	struct cohorts *s = state;
	struct worker_part *w = &s->parts[worker];

	if (note_months(s, w, err))
		return -1;
	if (p->as_of > w->as_of)
		w->as_of = p->as_of;
	w->without_events += p->events.kind != VALUE_ARRAY ||
			     p->events_omitted.kind == VALUE_NUMBER;
	if (!w->count)
		return 0;
	grid_widen(&w->grid, w->months[0], w->months[w->count - 1]);
	for (size_t i = 0; i < w->count; i++)
		++*grid_cell(&w->grid, w->months[0], w->months[i]);
	return 0;
}

static const char *note(struct sheet *sheet, const struct cohorts *s)
{
	static const char what[] =
		"Customers by the month of their first order, and how many of them ordered so "
		"many months later (* the month has not fully passed)";

	return sheet_note_missing(sheet, sheet_note_hidden(sheet, what, s->k), s->parts[0].without_events);
}

static struct section *add_section(struct sheet *sheet, int months)
{
	struct column *columns = arena_zero(&sheet->texts,
					    (size_t)(months + 2) * sizeof *columns);
	struct section *section;

	columns[0] = (struct column){"cohort", "First order", NULL, -1};
	columns[1] = (struct column){"customers", "Customers", NULL, -1};
	for (int i = 0; i < months; i++) {
		const char *key = sheet_text(sheet, "m%d", i);

		columns[i + 2] = (struct column){key, sheet_text(sheet, "+%d", i), NULL, -1};
	}
	section = sheet_add(sheet, "cohorts", "Monthly retention", columns,
			    (size_t)months + 2);
	section->chart = CHART_HEAT;
	section->chart_label = 0;
	section->chart_value = 2;
	section->chart_base = 1;
	return section;
}

/* Of a cohort of few nothing is shown. */
static struct cell count_or_hide(uint64_t customers, uint64_t cohort, uint64_t k)
{
	return cohort < k || (customers && customers < k) ? (struct cell){.kind = CELL_HIDDEN} : cell_count(customers);
}

static void put_cohort(const struct cohorts *s, struct sheet *sheet, struct section *section, int cohort, int open_month)
{
	const struct grid *g = &s->parts[0].grid;
	uint64_t customers = *grid_cell(g, cohort, cohort);
	struct cell *row = section_row(section);
	char text[MONTH_TEXT];

	month_text(cohort, text);
	row[0] = cell_text(span_of(sheet_text(sheet, "%s", text)));
	row[1] = count_or_hide(customers, customers, s->k);
	for (int m = cohort; m <= g->last; m++) {
		struct cell *c = &row[2 + m - cohort];

		*c = count_or_hide(*grid_cell(g, cohort, m), customers, s->k);
		c->open = m >= open_month;
	}
}

static void add_up(struct cohorts *s)
{
	struct worker_part *all = &s->parts[0];

	for (unsigned i = 1; i < s->workers; i++) {
		grid_add(&all->grid, &s->parts[i].grid);
		if (s->parts[i].as_of > all->as_of)
			all->as_of = s->parts[i].as_of;
		all->without_events += s->parts[i].without_events;
	}
}

/* Cells with a customer: the first and the last month of the grid are of such. */
static void put_grid(struct partial *p, const struct grid *g)
{
	size_t side = grid_side(g), count = 0;

	for (size_t i = 0; i < side * side; i++)
		count += g->cells[i] > 0;
	partial_rows(p, "cohorts", count);
	for (int c = g->first; c <= g->last; c++)
		for (int m = c; m <= g->last; m++) {
			uint64_t customers = *grid_cell(g, c, m);
			struct partial_row row = {.count = 3, .numbers = {partial_wide(c), partial_wide(m), partial_wide(customers)}};

			if (customers)
				partial_put(p, "cohorts", &row);
		}
}

static bool is_month(int month)
{
	return month >= 0 && month < 12 * 10000;
}

static void take_grid(struct partial *p, struct grid *g)
{
	size_t count = partial_rows(p, "cohorts", 0);
	struct partial_row row;

	for (size_t i = 0; i < count && partial_take(p, "cohorts", 3, &row); i++) {
		int cohort = (int)partial_whole(p, row.numbers[0]), month = (int)partial_whole(p, row.numbers[1]);

		if (!is_month(cohort) || !is_month(month) || month < cohort || month - cohort >= 2 * MONTHS_MAX) {
			partial_fail(p, "a cohort has a month that cannot be");
			return;
		}
		grid_widen(g, cohort, month);
		*grid_cell(g, cohort, month) += partial_natural(p, row.numbers[2]);
	}
}

static void carry(void *state, struct partial *p)
{
	struct cohorts *s = state;
	struct worker_part *all = &s->parts[0];

	if (!partial_reads(p))
		add_up(s);
	partial_last(p, "as_of", &all->as_of);
	partial_count(p, "without_events", &all->without_events);
	if (partial_reads(p))
		take_grid(p, &all->grid);
	else
		put_grid(p, &all->grid);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct cohorts *s = state;
	struct grid *all = &s->parts[0].grid;
	int64_t as_of;
	struct section *section;
	int now, open;

	(void)err;
	add_up(s);
	as_of = s->parts[0].as_of;
	now = as_of == MOMENT_NONE ? all->last + 1 : month_of(s->zone, as_of);
	open = as_of == MOMENT_NONE ? now : month_open(s->zone, as_of);
	if (grid_side(all))
		grid_widen(all, all->first, now);
	section = add_section(sheet, (int)grid_side(all));
	section->note = note(sheet, s);
	section->empty = "no order on these lines has a date";
	for (int c = all->first; c <= all->last; c++)
		if (*grid_cell(all, c, c))
			put_cohort(s, sheet, section, c, open);
	return 0;
}

static void free_cohorts(void *state)
{
	struct cohorts *s = state;

	for (unsigned i = 0; i < s->workers; i++) {
		mem_free(s->parts[i].grid.cells);
		mem_free(s->parts[i].months);
		orders_release(&s->parts[i].orders);
		buf_release(&s->parts[i].text);
	}
	mem_free(s->parts);
	mem_free(s);
}

const struct counting count_cohorts = {
	"cohorts", true, start, begin, event, commit, fill, free_cohorts, NULL, carry,
};
