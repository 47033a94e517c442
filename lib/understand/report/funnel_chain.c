#include "understand/report/funnel_chain.h"

#include <stdlib.h>

#include "base/mem.h"
#include "time/moment.h"

void funnel_chains_start(struct funnel_chains *c, const struct funnel_rules *rules)
{
	c->rules = rules;
	c->best.done = c->count = c->alive = c->list_count = 0;
	c->number = 0;
	for (size_t i = 0; i < FUNNEL_STEPS_MAX; i++)
		c->from[i] = 0;
}

void funnel_chains_release(struct funnel_chains *c)
{
	mem_free(c->times);
	mem_free(c->last);
	mem_free(c->list);
	*c = (struct funnel_chains){0};
}

static int64_t *times_of(struct funnel_chains *c, size_t chain)
{
	return c->times + chain * c->rules->steps;
}

/* The chain I has done the steps up to STEP, the last of them just now. */
static void note_best(struct funnel_chains *c, size_t i, size_t step)
{
	if (step < c->best.done)
		return;
	c->best.done = step + 1;
	for (size_t j = 0; j <= step; j++)
		c->best.times[j] = times_of(c, i)[j];
}

static void begin_chain(struct funnel_chains *c, int64_t time)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->times = mem_grow(c->times, c->cap * FUNNEL_STEPS_MAX, sizeof *c->times);
		c->last = mem_grow(c->last, c->cap, sizeof *c->last);
	}
	times_of(c, c->count)[0] = time;
	c->last[c->count] = c->number;
	note_best(c, c->count, 0);
	c->from[0] = ++c->count;
}

/* Of one that waits for a step; in strict order one that missed an event is behind for good. */
static bool goes_on(const struct funnel_chains *c, size_t i)
{
	return c->last[i] && (c->rules->order != FUNNEL_STRICT || c->last[i] + 1 == c->number);
}

/* The chains that wait for STEP go on. */
static void advance_chains(struct funnel_chains *c, size_t step, int64_t time)
{
	size_t i = c->from[step], end = c->from[step - 1];

	for (i = i < c->alive ? c->alive : i; i < end; i++) {
		/* Those behind it were not earlier. */
		if (c->rules->order == FUNNEL_INCREASING && times_of(c, i)[step - 1] == time)
			break;
		if (!goes_on(c, i))
			continue;
		times_of(c, i)[step] = time;
		c->last[i] = c->number;
		note_best(c, i, step);
	}
	c->from[step] = i < end ? i : end;
}

/* Of the chains before END, which have done a step that was just done again, those end that it did not lead on. */
static void end_repeated(struct funnel_chains *c, size_t end)
{
	for (size_t i = c->alive; i < end; i++)
		if (c->last[i] != c->number)
			c->last[i] = 0;
	while (c->alive < end && !c->last[c->alive])
		c->alive++;
}

static void take_event(struct funnel_chains *c, const struct funnel_event *e)
{
	size_t repeated = 0;

	c->number++;
	if (e->excluded)
		c->alive = c->count;
	while (c->alive < c->count && e->time - times_of(c, c->alive)[0] > c->rules->window)
		c->alive++;
	if (e->steps && c->rules->order == FUNNEL_NO_REPEAT)
		repeated = c->from[__builtin_ctz(e->steps)];
	/* The last step first: an event is one step of a chain. */
	for (size_t step = c->rules->steps; step-- > 0 && c->best.done < c->rules->steps;) {
		if (!(e->steps >> step & 1))
			continue;
		if (step)
			advance_chains(c, step, e->time);
		else
			begin_chain(c, e->time);
	}
	end_repeated(c, repeated);
}

static size_t first_step(const struct funnel_chains *c, const struct funnel_event *e)
{
	return e->steps ? (size_t)__builtin_ctz(e->steps) : c->rules->steps;
}

/* The events from FROM on, all of one moment, in the order of the first step that each can be. */
static void sort_moment(struct funnel_chains *c, size_t from)
{
	for (size_t i = from + 1; i < c->list_count; i++) {
		struct funnel_event e = c->list[i];
		size_t at = i, step = first_step(c, &e);

		for (; at > from && first_step(c, &c->list[at - 1]) > step; at--)
			c->list[at] = c->list[at - 1];
		c->list[at] = e;
	}
}

static void take_moment(struct funnel_chains *c)
{
	sort_moment(c, 0);
	for (size_t i = 0; i < c->list_count; i++)
		take_event(c, &c->list[i]);
	c->list_count = 0;
}

void funnel_chains_feed(struct funnel_chains *c, int64_t time, uint32_t steps, bool excluded)
{
	if (c->rules->order == FUNNEL_ANY && !steps && !excluded)
		return;
	if (c->rules->order != FUNNEL_ANY && c->list_count && c->list[0].time != time)
		take_moment(c);
	c->list = mem_room(c->list, c->list_count, &c->list_cap, sizeof *c->list);
	c->list[c->list_count++] = (struct funnel_event){time, steps, excluded};
}

/* ---- in any order ---- */

static int compare_times(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The chain that begins at TIME, NEXT being the first time of each step from then on. */
static void note_any(struct funnel_chains *c, int64_t time, const int64_t *next)
{
	struct funnel_chain found = {0};

	for (size_t s = 0; s < c->rules->steps; s++)
		if (next[s] != MOMENT_NONE && next[s] - time <= c->rules->window)
			found.times[found.done++] = next[s];
	/* From the last beginning to the first, which counts. */
	if (!found.done || found.done < c->best.done)
		return;
	qsort(found.times, found.done, sizeof *found.times, compare_times);
	c->best = found;
}

static void sort_moments(struct funnel_chains *c)
{
	size_t all = c->list_count;

	for (size_t from = 0, to; from < all; from = to) {
		for (to = from + 1; to < all && c->list[to].time == c->list[from].time; to++)
			;
		c->list_count = to;
		sort_moment(c, from);
	}
}

static void take_any(struct funnel_chains *c)
{
	int64_t next[FUNNEL_STEPS_MAX];

	for (size_t s = 0; s < FUNNEL_STEPS_MAX; s++)
		next[s] = MOMENT_NONE;
	sort_moments(c);
	for (size_t i = c->list_count; i-- > 0;) {
		const struct funnel_event *e = &c->list[i];

		for (size_t s = 0; s < c->rules->steps; s++)
			if (e->steps >> s & 1)
				next[s] = e->time;
		if (e->steps)
			note_any(c, e->time, next);
		for (size_t s = 0; e->excluded && s < c->rules->steps; s++)
			next[s] = MOMENT_NONE;
	}
	c->list_count = 0;
}

const struct funnel_chain *funnel_chains_finish(struct funnel_chains *c)
{
	if (c->rules->order == FUNNEL_ANY)
		take_any(c);
	else
		take_moment(c);
	return &c->best;
}
