#include "understand/report/funnel_counts.h"

#include <stdlib.h>

#include "base/mem.h"

static void add_time(struct funnel_times *t, int64_t ms)
{
	t->list = mem_room(t->list, t->count, &t->cap, sizeof *t->list);
	t->list[t->count++] = ms;
}

static void add_times(struct funnel_times *to, const struct funnel_times *more)
{
	for (size_t i = 0; i < more->count; i++)
		add_time(to, more->list[i]);
}

void funnel_counts_add(struct funnel_counts *to, const struct funnel_chain *chain)
{
	for (size_t i = 0; i < chain->done; i++) {
		to->reached[i]++;
		if (!i)
			continue;
		add_time(&to->before[i], chain->times[i] - chain->times[i - 1]);
		add_time(&to->first[i], chain->times[i] - chain->times[0]);
	}
}

void funnel_counts_merge(struct funnel_counts *to, const struct funnel_counts *more, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		to->reached[i] += more->reached[i];
		add_times(&to->before[i], &more->before[i]);
		add_times(&to->first[i], &more->first[i]);
	}
}

void funnel_counts_release(struct funnel_counts *c, size_t steps)
{
	for (size_t i = 0; i < steps; i++) {
		mem_free(c->before[i].list);
		mem_free(c->first[i].list);
	}
}

static int compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t count_alike(const struct funnel_times *t, size_t i)
{
	size_t alike = 1;

	while (i + alike < t->count && t->list[i] == t->list[i + alike])
		alike++;
	return alike;
}

static void put_times(struct partial *p, struct funnel_times *t)
{
	size_t rows = 0;

	if (t->count)
		qsort(t->list, t->count, sizeof *t->list, compare_times);
	for (size_t i = 0; i < t->count; i += count_alike(t, i))
		rows++;
	partial_rows(p, "times", rows);
	for (size_t i = 0, alike; i < t->count; i += alike) {
		struct partial_row row = {.count = 2, .numbers = {partial_wide(t->list[i])}};

		alike = count_alike(t, i);
		row.numbers[1] = partial_wide((__int128)alike);
		partial_put(p, "times", &row);
	}
}

static void carry_times(struct partial *p, struct funnel_times *t)
{
	struct partial_row row;
	size_t rows;

	if (!partial_reads(p)) {
		put_times(p, t);
		return;
	}
	rows = partial_rows(p, "times", 0);
	while (rows-- && partial_take(p, "times", 2, &row)) {
		uint64_t alike = partial_natural(p, row.numbers[1]);

		for (; alike && !partial_failed(p); alike--)
			add_time(t, (int64_t)partial_whole(p, row.numbers[0]));
	}
}

void funnel_counts_carry(struct funnel_counts *c, size_t steps, struct partial *p)
{
	partial_counts(p, "reached", c->reached, steps);
	for (size_t i = 1; i < steps; i++) {
		carry_times(p, &c->before[i]);
		carry_times(p, &c->first[i]);
	}
}

void funnel_groups_carry(struct funnel_groups *g, size_t steps, struct partial *p)
{
	size_t count = partial_rows(p, "group", g->keys.count);
	size_t *order = partial_order(&g->keys);

	for (size_t i = 0; i < count && !partial_failed(p); i++) {
		struct partial_row row = {.text = SPAN_NONE};

		if (!partial_reads(p)) {
			row.key = g->keys.entries[order[i]].key;
			partial_put(p, "group", &row);
			funnel_counts_carry(g->list[order[i]], steps, p);
		} else if (partial_take(p, "group", 0, &row)) {
			funnel_counts_carry(funnel_groups_at(g, row.key), steps, p);
		}
	}
	mem_free(order);
}

struct cell funnel_times_cell(struct funnel_times *t, int tenths)
{
	size_t place, part;
	int64_t between;
	struct decimal seconds;

	if (!t->count)
		return CELL_EMPTY;
	qsort(t->list, t->count, sizeof *t->list, compare_times);
	place = (t->count - 1) * (size_t)tenths / 10;
	part = (t->count - 1) * (size_t)tenths % 10;
	between = part ? t->list[place + 1] - t->list[place] : 0;
	if (!decimal_div(decimal_of(10 * t->list[place] + (int64_t)part * between), decimal_of(10000), &seconds))
		return CELL_EMPTY;
	return cell_number(decimal_round(seconds, 3));
}

struct funnel_counts *funnel_groups_at(struct funnel_groups *g, struct span key)
{
	bool added;
	size_t at = map_put(&g->keys, key, &added);

	if (added) {
		g->list = mem_room(g->list, at, &g->cap, sizeof *g->list);
		g->list[at] = mem_zero(1, sizeof **g->list);
	}
	return g->list[at];
}

void funnel_groups_release(struct funnel_groups *g, size_t steps)
{
	for (size_t i = 0; i < g->keys.count; i++) {
		funnel_counts_release(g->list[i], steps);
		mem_free(g->list[i]);
	}
	mem_free(g->list);
	map_release(&g->keys);
}

static int compare_groups(const void *a, const void *b, void *groups)
{
	const struct funnel_groups *g = groups;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	uint64_t m = g->list[x]->reached[0], n = g->list[y]->reached[0];

	return m != n ? (m < n ? 1 : -1) : span_compare(g->keys.entries[x].key, g->keys.entries[y].key);
}

size_t *funnel_groups_sort(const struct funnel_groups *g)
{
	size_t *order = mem_zero(g->keys.count + 1, sizeof *order);

	for (size_t i = 0; i < g->keys.count; i++)
		order[i] = i;
	qsort_r(order, g->keys.count, sizeof *order, compare_groups, (void *)(uintptr_t)g);
	return order;
}
