#include "io/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/spill.h"

#define FILTER_BITS 10
#define FILTER_PROBES 7

struct run {
	uint64_t offset;
	size_t count;
	uint8_t *filter;
	size_t filter_bits;
};

struct runs {
	size_t entry;
	const char *scratch;
	struct spill *spill;
	struct run *list;
	size_t count;
	size_t cap;
	uint64_t bytes;
};

struct runs *runs_new(size_t entry, const char *scratch)
{
	struct runs *r = mem_zero(1, sizeof *r);

	r->entry = entry;
	r->scratch = scratch;
	return r;
}

void runs_clear(struct runs *r)
{
	for (size_t i = 0; i < r->count; i++)
		mem_free(r->list[i].filter);
	r->count = 0;
	r->bytes = 0;
	if (r->spill)
		spill_free(r->spill);
	r->spill = NULL;
}

void runs_free(struct runs *r)
{
	if (!r)
		return;
	runs_clear(r);
	mem_free(r->list);
	mem_free(r);
}

size_t runs_count(const struct runs *r)
{
	return r->count;
}

uint64_t runs_bytes(const struct runs *r)
{
	return r->bytes;
}

/* Of keys, or of entries, which begin with theirs. */
static int compare_entries(const void *a, const void *b)
{
	const struct hash128 *x = a, *y = b;

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

int runs_begin(struct runs *r, size_t count, struct error *err)
{
	struct run *run;

	if (!r->spill)
		r->spill = spill_new(r->scratch, err);
	if (!r->spill)
		return -1;
	r->list = mem_room(r->list, r->count, &r->cap, sizeof *r->list);
	run = &r->list[r->count++];
	*run = (struct run){.offset = spill_size(r->spill), .count = count};
	run->filter_bits = (count * FILTER_BITS + 63) / 64 * 64;
	run->filter = mem_zero(run->filter_bits / 8, 1);
	r->bytes += run->filter_bits / 8;
	return 0;
}

int runs_put(struct runs *r, void *entries, size_t count, struct error *err)
{
	struct run *run = &r->list[r->count - 1];
	const char *bytes = entries;

	if (!count)
		return 0;
	qsort(entries, count, r->entry, compare_entries);
	for (size_t i = 0; i < count; i++) {
		struct hash128 key;

		memcpy(&key, bytes + i * r->entry, sizeof key);
		filter_add(run, key);
	}
	return spill_put(r->spill, (struct span){bytes, count * r->entry}, NULL, err);
}

int runs_end(struct runs *r, struct error *err)
{
	return spill_flush(r->spill, err);
}

static int find_in_run(struct runs *r, const struct run *run, struct hash128 key, void *entry,
		       struct error *err)
{
	size_t low = 0, high = run->count;

	if (!filter_has(run, key))
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order;

		if (spill_get(r->spill, run->offset + middle * r->entry, entry, r->entry, err))
			return -1;
		order = compare_entries(&key, entry);
		if (!order)
			return 1;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

int runs_find(struct runs *r, struct hash128 key, void *entry, struct error *err)
{
	for (size_t i = 0; i < r->count; i++) {
		int got = find_in_run(r, &r->list[i], key, entry, err);

		if (got)
			return got;
	}
	return 0;
}
