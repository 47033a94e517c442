#include "stats/ranking.h"

#include <stdlib.h>

#include "base/mem.h"

/* Values read of a run at a time while runs are merged. */
#define CHUNK 4096
#define LIMIT_MIN (((size_t)64 << 10) / sizeof(__int128))

void ranking_init(struct ranking *r, uint64_t memory, const char *scratch)
{
	*r = (struct ranking){.scratch = scratch};
	r->limit = (size_t)(memory / sizeof *r->values);
	if (r->limit < LIMIT_MIN)
		r->limit = LIMIT_MIN;
}

void ranking_release(struct ranking *r)
{
	mem_free(r->values);
	mem_free(r->runs);
	if (r->spill)
		spill_free(r->spill);
	*r = (struct ranking){0};
}

static int compare_values(const void *a, const void *b)
{
	const __int128 x = *(const __int128 *)a, y = *(const __int128 *)b;

	return (x > y) - (x < y);
}

static void sort_values(struct ranking *r)
{
	if (r->count)
		qsort(r->values, r->count, sizeof *r->values, compare_values);
}

/* The values in memory become a sorted run of the spill. */
static int spill_run(struct ranking *r, struct error *err)
{
	struct span bytes = {(const char *)r->values,
			     r->count * sizeof *r->values};
	struct ranking_run *run;

	if (!r->spill)
		r->spill = spill_new(r->scratch, err);
	if (!r->spill)
		return -1;
	sort_values(r);
	r->runs = mem_room(r->runs, r->run_count, &r->run_cap, sizeof *r->runs);
	run = &r->runs[r->run_count++];
	run->count = r->count;
	r->count = 0;
	return spill_put(r->spill, bytes, &run->offset, err);
}

int ranking_add(struct ranking *r, __int128 value, struct error *err)
{
	if (r->count == r->limit && spill_run(r, err))
		return -1;
	r->values = mem_room(r->values, r->count, &r->cap, sizeof *r->values);
	r->values[r->count++] = value;
	r->total++;
	return 0;
}

/* Where one run stands while all are merged. */
struct cursor {
	uint64_t offset;
	uint64_t left;		/* values behind the chunk */
	__int128 *chunk;
	size_t at;
	size_t count;
};

static int refill_run(struct ranking *r, struct cursor *c, struct error *err)
{
	if (c->at < c->count || !c->left)
		return 0;
	c->at = 0;
	c->count = c->left < CHUNK ? (size_t)c->left : CHUNK;
	if (spill_get(r->spill, c->offset, (char *)c->chunk,
		      c->count * sizeof *c->chunk, err))
		return -1;
	c->offset += c->count * sizeof *c->chunk;
	c->left -= c->count;
	return 0;
}

/* The run with the least value, or NULL at the end.  Runs are few. */
static struct cursor *least(struct cursor *cursors, size_t count)
{
	struct cursor *best = NULL;

	for (size_t i = 0; i < count; i++) {
		struct cursor *c = &cursors[i];

		if (c->at < c->count &&
		    (!best || c->chunk[c->at] < best->chunk[best->at]))
			best = c;
	}
	return best;
}

/* One walk over all values of the spilled runs in order. */
static int merge_runs(struct ranking *r, void (*visit)(void *context, __int128 value), void *context,
		      struct error *err)
{
	struct cursor *cursors = mem_zero(r->run_count, sizeof *cursors), *c;
	__int128 *chunks = mem_grow(NULL, r->run_count * CHUNK, sizeof *chunks);
	int failed = 0;

	for (size_t i = 0; i < r->run_count; i++)
		cursors[i] = (struct cursor){.offset = r->runs[i].offset,
					     .left = r->runs[i].count,
					     .chunk = chunks + i * CHUNK};
	for (size_t i = 0; i < r->run_count && !failed; i++)
		failed = refill_run(r, &cursors[i], err);
	while (!failed && (c = least(cursors, r->run_count))) {
		visit(context, c->chunk[c->at]);
		c->at++;
		failed = refill_run(r, c, err);
	}
	mem_free(chunks);
	mem_free(cursors);
	return failed;
}

int ranking_walk(struct ranking *r, void (*visit)(void *context, __int128 value), void *context,
		 struct error *err)
{
	if (r->run_count) {
		if ((r->count && spill_run(r, err)) || spill_flush(r->spill, err))
			return -1;
		return merge_runs(r, visit, context, err);
	}
	sort_values(r);
	for (size_t i = 0; i < r->count; i++)
		visit(context, r->values[i]);
	return 0;
}

/* The values of ascending ranks, taken on the way. */
struct picking {
	const uint64_t *ranks;
	__int128 *values;
	size_t count;
	size_t next;
	uint64_t rank;
};

static void pick_value(void *context, __int128 value)
{
	struct picking *p = context;

	for (; p->next < p->count && p->ranks[p->next] == p->rank; p->next++)
		p->values[p->next] = value;
	p->rank++;
}

static int pick_ranks(struct ranking *r, const uint64_t *ranks,
		      __int128 *values, size_t count, struct error *err)
{
	struct picking picking = {ranks, values, count, 0, 0};

	if (r->run_count)
		return ranking_walk(r, pick_value, &picking, err);
	sort_values(r);
	for (size_t i = 0; i < count; i++)
		values[i] = r->values[ranks[i]];
	return 0;
}

int ranking_thresholds(struct ranking *r, unsigned classes, __int128 *thresholds,
		       struct error *err)
{
	uint64_t ranks[2 * QUINTILES] = {0};
	__int128 values[2 * QUINTILES];
	size_t count = classes - 1;
	uint64_t last = r->total - 1;

	for (size_t i = 0; i < count; i++)
		thresholds[i] = 0;
	if (!r->total)
		return 0;
	for (size_t i = 0; i < count; i++) {
		ranks[2 * i] = last * (i + 1) / classes;
		ranks[2 * i + 1] = ranks[2 * i] < last ? ranks[2 * i] + 1 : last;
	}
	if (pick_ranks(r, ranks, values, 2 * count, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		thresholds[i] = RANKING_TIMES * values[2 * i] +
			(__int128)(last * (i + 1) % classes) * (RANKING_TIMES / classes) *
			(values[2 * i + 1] - values[2 * i]);
	return 0;
}

int ranking_ntiles(struct ranking *r, unsigned classes, __int128 *thresholds,
		   struct error *err)
{
	uint64_t ranks[QUINTILES] = {0};
	size_t count = classes - 1;

	for (size_t i = 0; i < count; i++)
		thresholds[i] = 0;
	if (r->total < classes)
		return 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t larger = r->total % classes;

		ranks[i] = (i + 1) * (r->total / classes) + (i + 1 < larger ? i + 1 : larger) - 1;
	}
	if (pick_ranks(r, ranks, thresholds, count, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		thresholds[i] *= RANKING_TIMES;
	return 0;
}

size_t ranking_below(const __int128 *thresholds, size_t count, __int128 value)
{
	size_t below = 0;

	for (size_t i = 0; i < count; i++)
		below += thresholds[i] < RANKING_TIMES * value;
	return below;
}

size_t ranking_through(const __int128 *thresholds, size_t count, __int128 value)
{
	size_t through = 0;

	for (size_t i = 0; i < count; i++)
		through += thresholds[i] <= RANKING_TIMES * value;
	return through;
}

struct decimal ranking_decimal(__int128 threshold, int scale)
{
	struct decimal d = {threshold, scale + 1};

	while (d.scale > 0 && d.digits % 10 == 0) {
		d.digits /= 10;
		d.scale--;
	}
	return d;
}
