#include "recall/recall.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/spill.h"

#define FIRST_SLOTS 1024
#define FILTER_BITS 10
#define FILTER_PROBES 7

/* A key of zeros marks a free slot (no key is zero: see key_of). */
struct slot {
	struct hash128 key;
	int64_t number;
};

struct run {
	uint64_t offset;
	size_t count;
	uint8_t *filter;
	size_t filter_bits;
};

struct recall {
	struct slot *slots;	/* open addressing */
	size_t cap;
	size_t count;
	uint64_t memory;
	uint64_t filter_bytes;
	const char *scratch;
	struct spill *spill;
	struct run *runs;
	size_t run_count;
	size_t run_cap;
};

struct recall *recall_new(uint64_t memory, const char *scratch)
{
	struct recall *r = mem_zero(1, sizeof *r);

	r->memory = memory;
	r->scratch = scratch;
	return r;
}

void recall_free(struct recall *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->run_count; i++)
		mem_free(r->runs[i].filter);
	mem_free(r->runs);
	mem_free(r->slots);
	if (r->spill)
		spill_free(r->spill);
	mem_free(r);
}

size_t recall_runs(const struct recall *r)
{
	return r->run_count;
}

static struct hash128 key_of(struct hash128 h)
{
	if (!h.high && !h.low)
		h.low = 1;
	return h;
}

static bool is_free(const struct slot *s)
{
	return !s->key.high && !s->key.low;
}

static struct slot *find_slot(struct slot *slots, size_t cap, struct hash128 key)
{
	size_t at = (size_t)((unsigned __int128)key.low * cap >> 64);

	while (!is_free(&slots[at]) && (slots[at].key.high != key.high ||
					slots[at].key.low != key.low))
		at = at + 1 == cap ? 0 : at + 1;
	return &slots[at];
}

static int compare(const void *a, const void *b)
{
	const struct hash128 *x = &((const struct slot *)a)->key;
	const struct hash128 *y = &((const struct slot *)b)->key;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

static size_t filter_bit(const struct run *run, struct hash128 key, unsigned i)
{
	uint64_t x = key.low + i * (key.high | 1);

	return (size_t)((unsigned __int128)x * run->filter_bits >> 64);
}

static void filter_add(struct run *run, struct hash128 key)
{
	for (unsigned i = 0; i < FILTER_PROBES; i++) {
		size_t bit = filter_bit(run, key, i);

		run->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

static bool filter_has(const struct run *run, struct hash128 key)
{
	for (unsigned i = 0; i < FILTER_PROBES; i++) {
		size_t bit = filter_bit(run, key, i);

		if (!(run->filter[bit / 8] & 1u << bit % 8))
			return false;
	}
	return true;
}

static struct run *add_run(struct recall *r)
{
	struct run *run;

	r->runs = mem_room(r->runs, r->run_count, &r->run_cap, sizeof *r->runs);
	run = &r->runs[r->run_count++];
	*run = (struct run){.offset = spill_size(r->spill), .count = r->count};
	run->filter_bits = (r->count * FILTER_BITS + 63) / 64 * 64;
	run->filter = mem_zero(run->filter_bits / 8, 1);
	r->filter_bytes += run->filter_bits / 8;
	return run;
}

static int spill_table(struct recall *r, struct error *err)
{
	struct run *run;
	size_t count = 0;

	if (!r->spill)
		r->spill = spill_new(r->scratch, err);
	if (!r->spill)
		return -1;
	run = add_run(r);
	for (size_t i = 0; i < r->cap; i++)
		if (!is_free(&r->slots[i]))
			r->slots[count++] = r->slots[i];
	qsort(r->slots, count, sizeof *r->slots, compare);
	for (size_t i = 0; i < count; i++)
		filter_add(run, r->slots[i].key);
	if (spill_put(r->spill, (struct span){(const char *)r->slots, count * sizeof *r->slots},
		      NULL, err) ||
	    spill_flush(r->spill, err))
		return -1;
	mem_free(r->slots);
	r->slots = NULL;
	r->cap = r->count = 0;
	return 0;
}

static int find_in_run(struct recall *r, const struct run *run,
		       struct hash128 key, int64_t *number, struct error *err)
{
	size_t low = 0, high = run->count;
	struct slot wanted = {.key = key};

	if (!filter_has(run, key))
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct slot got;
		int order;

		if (spill_get(r->spill, run->offset + middle * sizeof got,
			      (char *)&got, sizeof got, err))
			return -1;
		order = compare(&wanted, &got);
		if (!order) {
			*number = got.number;
			return 1;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

int recall_get(struct recall *r, struct hash128 hash, int64_t *number,
	       struct error *err)
{
	struct hash128 key = key_of(hash);

	if (r->cap) {
		const struct slot *s = find_slot(r->slots, r->cap, key);

		if (!is_free(s)) {
			*number = s->number;
			return 1;
		}
	}
	for (size_t i = 0; i < r->run_count; i++) {
		int got = find_in_run(r, &r->runs[i], key, number, err);

		if (got)
			return got;
	}
	return 0;
}

static void grow(struct recall *r)
{
	size_t cap = r->cap ? r->cap * 2 : FIRST_SLOTS;
	struct slot *bigger = mem_zero(cap, sizeof *bigger);

	for (size_t i = 0; i < r->cap; i++)
		if (!is_free(&r->slots[i]))
			*find_slot(bigger, cap, r->slots[i].key) = r->slots[i];
	mem_free(r->slots);
	r->slots = bigger;
	r->cap = cap;
}

/* While it grows a table stands beside one of half its size. */
static bool fits(const struct recall *r, size_t cap)
{
	return (cap + cap / 2) * sizeof *r->slots + r->filter_bytes <= r->memory;
}

int recall_put(struct recall *r, struct hash128 hash, int64_t number,
	       struct error *err)
{
	struct slot *s;

	if (r->count * 4 >= r->cap * 3) {
		/* Filters never make the table smaller than its first size. */
		if (r->cap >= FIRST_SLOTS && !fits(r, r->cap * 2) &&
		    spill_table(r, err))
			return -1;
		grow(r);
	}
	s = find_slot(r->slots, r->cap, key_of(hash));
	*s = (struct slot){key_of(hash), number};
	r->count++;
	return 0;
}
