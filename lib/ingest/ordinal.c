#include "ingest/ordinal.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/spill.h"

#define PARTS 256
#define FIRST_SLOTS 64

/* Open addressing; a slot of zeros is free (no hash is zero: see key_of). */
struct part {
	struct hash128 *slots;
	size_t cap;
	size_t count;
};

/* Hashes that went to the spill, sorted, and their filter. */
struct run {
	uint64_t offset;
	size_t count;
	uint8_t *filter;
	size_t filter_bits;
};

struct ordinals {
	struct part parts[PARTS];
	uint64_t bytes;			/* of the tables */
	uint64_t filter_bytes;
	uint64_t memory;
	const char *scratch;
	struct spill *spill;
	struct run *runs;
	size_t run_count;
	size_t run_cap;
	struct map repeated;		/* hash -> how many came */
};

struct ordinals *ordinals_new(uint64_t memory, const char *scratch)
{
	struct ordinals *o = mem_zero(1, sizeof *o);

	o->memory = memory;
	o->scratch = scratch;
	return o;
}

static void drop_tables(struct ordinals *o)
{
	for (size_t i = 0; i < PARTS; i++) {
		mem_free(o->parts[i].slots);
		o->parts[i] = (struct part){0};
	}
	o->bytes = 0;
}

void ordinals_clear(struct ordinals *o)
{
	drop_tables(o);
	for (size_t i = 0; i < o->run_count; i++)
		mem_free(o->runs[i].filter);
	o->run_count = 0;
	o->filter_bytes = 0;
	if (o->spill)
		spill_free(o->spill);
	o->spill = NULL;
	map_release(&o->repeated);
}

void ordinals_free(struct ordinals *o)
{
	if (!o)
		return;
	ordinals_clear(o);
	mem_free(o->runs);
	mem_free(o);
}

/* Never zero, which marks a free slot. */
static struct hash128 key_of(struct hash128 h)
{
	if (!h.high && !h.low)
		h.low = 1;
	return h;
}

static bool same(struct hash128 a, struct hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

/* LOW spread over CAP slots without a division. */
static size_t slot_of(const struct part *p, struct hash128 h)
{
	return (size_t)((unsigned __int128)h.low * p->cap >> 64);
}

static const struct part *part_of(const struct ordinals *o, struct hash128 h)
{
	return &o->parts[h.high >> 56];
}

void ordinals_prefetch(const struct ordinals *o, struct hash128 h)
{
	const struct part *p = part_of(o, key_of(h));

	if (p->cap)
		__builtin_prefetch(&p->slots[slot_of(p, key_of(h))], 1);
}

/* H's slot, or the free one where it belongs. */
static struct hash128 *find_slot(const struct part *p, struct hash128 h)
{
	size_t at = slot_of(p, h);

	while ((p->slots[at].high || p->slots[at].low) && !same(p->slots[at], h))
		at = at + 1 == p->cap ? 0 : at + 1;
	return &p->slots[at];
}

static void grow(struct ordinals *o, struct part *p)
{
	struct part bigger = {
		.cap = p->cap ? p->cap + p->cap / 2 : FIRST_SLOTS,
		.count = p->count,
	};

	bigger.slots = mem_zero(bigger.cap, sizeof *bigger.slots);
	for (size_t i = 0; i < p->cap; i++)
		if (p->slots[i].high || p->slots[i].low)
			*find_slot(&bigger, p->slots[i]) = p->slots[i];
	mem_free(p->slots);
	o->bytes += (bigger.cap - p->cap) * sizeof *p->slots;
	*p = bigger;
}

static int compare(const void *a, const void *b)
{
	const struct hash128 *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

/* Filters: 7 bits a hash of 10 a key (Bloom 1970: 0.8 % false alarms). */
#define FILTER_BITS 10
#define FILTER_PROBES 7

static size_t filter_bit(const struct run *r, struct hash128 h, unsigned i)
{
	uint64_t x = h.low + i * (h.high | 1);

	return (size_t)((unsigned __int128)x * r->filter_bits >> 64);
}

static void filter_add(struct run *r, struct hash128 h)
{
	for (unsigned i = 0; i < FILTER_PROBES; i++) {
		size_t bit = filter_bit(r, h, i);

		r->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

static bool filter_has(const struct run *r, struct hash128 h)
{
	for (unsigned i = 0; i < FILTER_PROBES; i++) {
		size_t bit = filter_bit(r, h, i);

		if (!(r->filter[bit / 8] & 1u << bit % 8))
			return false;
	}
	return true;
}

/* Parts are by the first byte, so sorted parts in order are a sorted run. */
static int spill_part(struct ordinals *o, struct run *r, struct part *p,
		      struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < p->cap; i++)
		if (p->slots[i].high || p->slots[i].low)
			p->slots[count++] = p->slots[i];
	qsort(p->slots, count, sizeof *p->slots, compare);
	for (size_t i = 0; i < count; i++)
		filter_add(r, p->slots[i]);
	return spill_put(o->spill, (struct span){(const char *)p->slots,
						 count * sizeof *p->slots},
			 NULL, err);
}

static int spill_tables(struct ordinals *o, struct error *err)
{
	struct run *r;

	if (!o->spill)
		o->spill = spill_new(o->scratch, err);
	if (!o->spill)
		return -1;
	o->runs = mem_room(o->runs, o->run_count, &o->run_cap, sizeof *o->runs);
	r = &o->runs[o->run_count++];
	*r = (struct run){.offset = spill_size(o->spill)};
	for (size_t i = 0; i < PARTS; i++)
		r->count += o->parts[i].count;
	r->filter_bits = (r->count * FILTER_BITS + 63) / 64 * 64;
	r->filter = mem_zero(r->filter_bits / 8, 1);
	o->filter_bytes += r->filter_bits / 8;
	for (size_t i = 0; i < PARTS; i++)
		if (o->parts[i].count && spill_part(o, r, &o->parts[i], err))
			return -1;
	drop_tables(o);
	return spill_flush(o->spill, err);
}

/* 1 when H is in R, 0 when not, -1 with *ERR. */
static int run_has(struct ordinals *o, const struct run *r, struct hash128 h,
		   struct error *err)
{
	size_t low = 0, high = r->count;

	if (!filter_has(r, h))
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct hash128 got;
		int order;

		if (spill_get(o->spill, r->offset + middle * sizeof got,
			      (char *)&got, sizeof got, err))
			return -1;
		order = compare(&h, &got);
		if (!order)
			return 1;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

static int is_spilled(struct ordinals *o, struct hash128 h, struct error *err)
{
	for (size_t i = 0; i < o->run_count; i++) {
		int has = run_has(o, &o->runs[i], h, err);

		if (has)
			return has;
	}
	return 0;
}

/* H came before: how often? */
static uint64_t count_repeated(struct ordinals *o, struct hash128 h)
{
	struct span key = {(const char *)&h, sizeof h};
	size_t at = map_put(&o->repeated, key, NULL);

	return ++o->repeated.entries[at].number;
}

static int add(struct ordinals *o, struct part *p, struct hash128 h,
	       struct error *err)
{
	if (p->count * 6 >= p->cap * 5) {
		grow(o, p);
		if (o->bytes + o->filter_bytes > o->memory &&
		    o->bytes > o->memory / 4 && spill_tables(o, err))
			return -1;
		if (!p->cap)
			grow(o, p);
	}
	*find_slot(p, h) = h;
	p->count++;
	return 0;
}

int ordinals_take(struct ordinals *o, struct hash128 hash, uint64_t *ordinal,
		  struct error *err)
{
	struct hash128 h = key_of(hash);
	struct part *p = &o->parts[h.high >> 56];
	int spilled;

	*ordinal = 0;
	if (p->cap) {
		const struct hash128 *slot = find_slot(p, h);

		if (slot->high || slot->low) {
			*ordinal = count_repeated(o, h);
			return 0;
		}
	}
	spilled = o->run_count ? is_spilled(o, h, err) : 0;
	if (spilled < 0)
		return -1;
	if (!spilled)
		return add(o, p, h, err);
	*ordinal = count_repeated(o, h);
	return 0;
}
