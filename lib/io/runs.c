#include "io/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/spill.h"

/* Of the filter: the bits of a cache line, and those of them that a key sets. */
#define BLOCK_BITS 512
#define BLOCK_WORDS (BLOCK_BITS / 64)
#define PROBES 4

/* Bytes of a page, at most. */
#define PAGE ((size_t)4096)
/* So many runs of one level become one. */
#define FAN 8
/* Of each run that is merged, and of the new one. */
#define MERGE_BYTES ((size_t)256 << 10)

struct run {
	uint64_t offset;
	size_t count;
	unsigned level;
	uint64_t *firsts;	/* `high` of the first key of each page */
	size_t firsts_cap;
};

struct runs {
	size_t entry;
	size_t page;		/* entries of a page */
	const char *scratch;
	struct spill *spill;
	struct run *list;	/* the newest last */
	size_t count;
	size_t cap;
	size_t begun;
	uint64_t *filter;	/* BLOCK_WORDS for each block */
	size_t blocks;
	uint64_t firsts_bytes;
	char *window;		/* a page */
};

struct runs *runs_new(size_t entry, uint64_t memory, const char *scratch)
{
	struct runs *r = mem_zero(1, sizeof *r);

	r->entry = entry;
	r->page = PAGE / entry;
	r->scratch = scratch;
	r->blocks = (size_t)(memory / (BLOCK_BITS / 8)) + 1;
	return r;
}

static void drop_run(struct runs *r, struct run *run)
{
	r->firsts_bytes -= run->firsts_cap * sizeof *run->firsts;
	mem_free(run->firsts);
}

void runs_clear(struct runs *r)
{
	for (size_t i = 0; i < r->count; i++)
		drop_run(r, &r->list[i]);
	r->count = 0;
	mem_free(r->filter);
	r->filter = NULL;
	spill_free(r->spill);
	r->spill = NULL;
}

void runs_free(struct runs *r)
{
	if (!r)
		return;
	runs_clear(r);
	mem_free(r->window);
	mem_free(r->list);
	mem_free(r);
}

size_t runs_count(const struct runs *r)
{
	return r->begun;
}

uint64_t runs_bytes(const struct runs *r)
{
	return r->blocks * (BLOCK_BITS / 8) + r->firsts_bytes;
}

static struct hash128 key_at(const void *entry)
{
	struct hash128 key;

	memcpy(&key, entry, sizeof key);
	return key;
}

/* Of keys, or of entries, which begin with theirs. */
static int compare_entries(const void *a, const void *b)
{
	return hash_128_compare(key_at(a), key_at(b));
}

/* The block is by `low`, the bits in it by `high`: 9 bits of it each. */
static uint64_t *block_of(const struct runs *r, struct hash128 key)
{
	return r->filter + (size_t)((unsigned __int128)key.low * r->blocks >> 64) * BLOCK_WORDS;
}

static void filter_add(struct runs *r, struct hash128 key)
{
	uint64_t *block = block_of(r, key), bits = key.high;

	for (unsigned i = 0; i < PROBES; i++, bits >>= 9)
		block[bits % BLOCK_BITS / 64] |= (uint64_t)1 << bits % 64;
}

static bool filter_has(const struct runs *r, struct hash128 key)
{
	const uint64_t *block = block_of(r, key);
	uint64_t bits = key.high;

	for (unsigned i = 0; i < PROBES; i++, bits >>= 9)
		if (!(block[bits % BLOCK_BITS / 64] & (uint64_t)1 << bits % 64))
			return false;
	return true;
}

static struct run *begin_run(struct runs *r, unsigned level)
{
	struct run *run;

	r->list = mem_room(r->list, r->count, &r->cap, sizeof *r->list);
	run = &r->list[r->count++];
	*run = (struct run){.offset = spill_size(r->spill), .level = level};
	return run;
}

int runs_begin(struct runs *r, struct error *err)
{
	if (!r->spill)
		r->spill = spill_new(r->scratch, err);
	if (!r->spill)
		return -1;
	if (!r->filter)
		r->filter = mem_zero(r->blocks * BLOCK_WORDS, sizeof *r->filter);
	if (!r->window)
		r->window = mem_alloc(PAGE);
	r->begun++;
	begin_run(r, 0);
	return 0;
}

/* ENTRIES, COUNT of them, stand behind those that RUN has. */
static int append_sorted(struct runs *r, struct run *run, const char *entries, size_t count,
			 struct error *err)
{
	for (size_t i = (r->page - run->count % r->page) % r->page; i < count; i += r->page) {
		size_t page = (run->count + i) / r->page, before = run->firsts_cap;

		run->firsts = mem_room(run->firsts, page, &run->firsts_cap, sizeof *run->firsts);
		r->firsts_bytes += (run->firsts_cap - before) * sizeof *run->firsts;
		run->firsts[page] = key_at(entries + i * r->entry).high;
	}
	run->count += count;
	return spill_put(r->spill, (struct span){entries, count * r->entry}, NULL, err);
}

/* Entries whose keys look alike are few, but where somebody chose them. */
static void sort_few(char *entries, size_t count, size_t size)
{
	char held[64];

	if (count > 16 || size > sizeof held) {
		qsort(entries, count, size, compare_entries);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		size_t at = i;

		while (at && compare_entries(entries + (at - 1) * size, entries + i * size) > 0)
			at--;
		if (at == i)
			continue;
		memcpy(held, entries + i * size, size);
		memmove(entries + (at + 1) * size, entries + at * size, (i - at) * size);
		memcpy(entries + at * size, held, size);
	}
}

/* By how much `high` without LOWEST is shifted to be the number of a bucket, of about COUNT / 4. */
static unsigned shift_for(uint64_t lowest, uint64_t highest, size_t count)
{
	unsigned shift = 0;

	while ((highest - lowest) >> shift >= count / 4 + 1)
		shift++;
	return shift;
}

/* Keys are spread evenly: so each goes where its number says, into buckets of a few.  Four times as fast as qsort. */
static void sort_entries(char *entries, size_t count, size_t size)
{
	uint64_t lowest = UINT64_MAX, highest = 0;
	size_t buckets = count / 4 + 1;
	size_t *ends = mem_zero(buckets + 1, sizeof *ends);
	char *sorted = mem_alloc(count * size);
	unsigned shift;

	for (size_t i = 0; i < count; i++) {
		uint64_t high = key_at(entries + i * size).high;

		lowest = high < lowest ? high : lowest;
		highest = high > highest ? high : highest;
	}
	shift = shift_for(lowest, highest, count);
	for (size_t i = 0; i < count; i++)
		ends[((key_at(entries + i * size).high - lowest) >> shift) + 1]++;
	for (size_t i = 0; i < buckets; i++)
		ends[i + 1] += ends[i];
	for (size_t i = 0; i < count; i++) {
		const char *e = entries + i * size;

		memcpy(sorted + ends[(key_at(e).high - lowest) >> shift]++ * size, e, size);
	}
	memcpy(entries, sorted, count * size);
	mem_free(sorted);
	for (size_t i = 0, from = 0; i < buckets; from = ends[i++])
		sort_few(entries + from * size, ends[i] - from, size);
	mem_free(ends);
}

int runs_put(struct runs *r, void *entries, size_t count, struct error *err)
{
	if (!count)
		return 0;
	sort_entries(entries, count, r->entry);
	for (size_t i = 0; i < count; i++)
		filter_add(r, key_at((char *)entries + i * r->entry));
	return append_sorted(r, &r->list[r->count - 1], entries, count, err);
}

/* A run that is being merged: what of it was read, and the rest. */
struct front {
	const struct run *run;
	size_t read;
	char *bytes;
	size_t at;
	size_t count;
};

static int refill_front(struct runs *r, struct front *f, struct error *err)
{
	size_t left = f->run->count - f->read, some = MERGE_BYTES / r->entry;

	f->at = 0;
	f->count = left < some ? left : some;
	f->read += f->count;
	return spill_get(r->spill, f->run->offset + (f->read - f->count) * r->entry, f->bytes,
			 f->count * r->entry, err);
}

static const char *head_of(const struct runs *r, const struct front *f)
{
	return f->at < f->count ? f->bytes + f->at * r->entry : NULL;
}

static int step_front(struct runs *r, struct front *f, struct error *err)
{
	return ++f->at < f->count || f->read == f->run->count ? 0 : refill_front(r, f, err);
}

/* *BEST: the front with the smallest key, the newest of equal ones, whose others are passed over; NULL: no more. */
static int choose_front(struct runs *r, struct front *fronts, struct front **best, struct error *err)
{
	*best = NULL;
	for (int i = FAN - 1; i >= 0; i--) {
		const char *head = head_of(r, &fronts[i]);
		int order = !head ? 1 : *best ? compare_entries(head, head_of(r, *best)) : -1;

		if (order < 0)
			*best = &fronts[i];
		else if (head && !order && step_front(r, &fronts[i], err))
			return -1;
	}
	return 0;
}

static int copy_merged(struct runs *r, struct run *to, struct front *fronts, char *out, struct error *err)
{
	size_t count = 0;
	struct front *f;
	int status;

	while (!(status = choose_front(r, fronts, &f, err)) && f) {
		memcpy(out + count++ * r->entry, head_of(r, f), r->entry);
		status = step_front(r, f, err);
		if (!status && count == MERGE_BYTES / r->entry) {
			status = append_sorted(r, to, out, count, err);
			count = 0;
		}
		if (status)
			return -1;
	}
	return status ? -1 : append_sorted(r, to, out, count, err);
}

/* The last FAN runs become one of the next level. */
static int merge_runs(struct runs *r, struct error *err)
{
	struct front fronts[FAN] = {{0}};
	struct run *to = begin_run(r, r->list[r->count - 1].level + 1), *from = to - FAN;
	char *out = mem_alloc(MERGE_BYTES);
	int status = 0;

	for (int i = 0; i < FAN; i++) {
		fronts[i] = (struct front){.run = &from[i], .bytes = mem_alloc(MERGE_BYTES)};
		status = status || refill_front(r, &fronts[i], err) ? -1 : 0;
	}
	status = status || copy_merged(r, to, fronts, out, err) ? -1 : 0;
	for (int i = 0; i < FAN; i++) {
		mem_free(fronts[i].bytes);
		drop_run(r, &from[i]);
	}
	mem_free(out);
	*from = *to;
	r->count -= FAN;
	return status;
}

static bool are_many(const struct runs *r)
{
	return r->count >= FAN && r->list[r->count - FAN].level == r->list[r->count - 1].level;
}

int runs_end(struct runs *r, struct error *err)
{
	while (are_many(r))
		if (merge_runs(r, err))
			return -1;
	return spill_flush(r->spill, err);
}

void runs_prefetch(const struct runs *r, struct hash128 key)
{
	if (r->filter)
		__builtin_prefetch(block_of(r, key));
}

/* The last page of RUN whose first key is not beyond HIGH, and not behind one that begins with it. */
static size_t page_of(const struct run *run, size_t pages, uint64_t high)
{
	size_t low = 0, to = pages;

	while (low < to) {
		size_t middle = low + (to - low) / 2;

		if (run->firsts[middle] < high)
			low = middle + 1;
		else
			to = middle;
	}
	return low ? low - 1 : 0;
}

/* Reads page NUMBER of RUN into the window: how many entries, or -1. */
static long read_page(struct runs *r, const struct run *run, size_t number, struct error *err)
{
	size_t from = number * r->page, left = run->count - from;
	size_t count = left < r->page ? left : r->page;

	if (spill_get(r->spill, run->offset + from * r->entry, r->window, count * r->entry, err))
		return -1;
	return (long)count;
}

/* Where keys with the same first half fill several pages, on to the last of them. */
static int find_in_run(struct runs *r, const struct run *run, struct hash128 key, void *entry,
		       struct error *err)
{
	size_t pages = (run->count + r->page - 1) / r->page;

	for (size_t i = page_of(run, pages, key.high); i < pages && run->firsts[i] <= key.high; i++) {
		long count = read_page(r, run, i, err);
		const char *found;

		if (count < 0)
			return -1;
		found = bsearch(&key, r->window, (size_t)count, r->entry, compare_entries);
		if (found) {
			memcpy(entry, found, r->entry);
			return 1;
		}
	}
	return 0;
}

int runs_find(struct runs *r, struct hash128 key, void *entry, struct error *err)
{
	int got = 0;

	if (!r->filter || !filter_has(r, key))
		return 0;
	for (size_t i = r->count; i-- && !got;)
		got = find_in_run(r, &r->list[i], key, entry, err);
	return got;
}
