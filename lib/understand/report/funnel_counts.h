/* What funnels count: of all, and of each group. */
#ifndef REPORT_FUNNEL_COUNTS_H
#define REPORT_FUNNEL_COUNTS_H

#include "base/map.h"
#include "understand/report/funnel_chain.h"
#include "understand/report/partial.h"
#include "understand/report/sheet.h"

struct funnel_times {
	int64_t *list;		/* ms */
	size_t count, cap;
};

struct funnel_counts {
	uint64_t reached[FUNNEL_STEPS_MAX];
	struct funnel_times before[FUNNEL_STEPS_MAX];	/* from the step before */
	struct funnel_times first[FUNNEL_STEPS_MAX];	/* from the first step */
};

void funnel_counts_add(struct funnel_counts *to, const struct funnel_chain *chain);
void funnel_counts_merge(struct funnel_counts *to, const struct funnel_counts *more, size_t steps);
void funnel_counts_release(struct funnel_counts *c, size_t steps);

/* Counts, and each time with how often it was, written or added (partial.h). */
void funnel_counts_carry(struct funnel_counts *c, size_t steps, struct partial *p);

/*
 * TENTHS tenths of the times are not longer, in seconds to the millisecond: of numbers between two it is so far between
 * them (quantiles of type 7).  Sorts them.  Empty without any.
 */
struct cell funnel_times_cell(struct funnel_times *t, int tenths);

/* Counts by group; zeroed at the start. */
struct funnel_groups {
	struct map keys;	/* number: the place in LIST */
	struct funnel_counts **list;
	size_t cap;
};

struct funnel_counts *funnel_groups_at(struct funnel_groups *g, struct span key);
void funnel_groups_carry(struct funnel_groups *g, size_t steps, struct partial *p);
void funnel_groups_release(struct funnel_groups *g, size_t steps);

/* The places in LIST, those whom most began first, then by key; owned: mem_free. */
size_t *funnel_groups_sort(const struct funnel_groups *g);

#endif
