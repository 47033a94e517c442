#include "recall/ordinal.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/spill.h"

#define PARTS 256
#define FIRST_ROOM 64

/*
 * The hashes of a part in the order of coming, and an index by open addressing: a slot
 * is 0 where it is free, else a row's number from 1 and 8 bits of its hash.
 */
struct part {
	struct hash128 *rows;
	size_t count;
	size_t room;
	uint32_t *slots;
	size_t cap;
};
#define NUMBER_BITS 24
#define NUMBER_MAX ((1u << NUMBER_BITS) - 1)

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
		mem_free(o->parts[i].rows);
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

static bool same(struct hash128 a, struct hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

/* LOW spread over CAP slots without a division. */
static size_t slot_of(const struct part *p, struct hash128 h)
{
	return (size_t)((unsigned __int128)h.low * p->cap >> 64);
}

/* The part is by the highest bits of `high`, the tag by others. */
static uint32_t tag_of(struct hash128 h)
{
	return (uint32_t)(h.high >> 32 & 0xff) << NUMBER_BITS;
}

static const struct part *part_of(const struct ordinals *o, struct hash128 h)
{
	return &o->parts[h.high >> 56];
}

void ordinals_prefetch(const struct ordinals *o, struct hash128 h)
{
	const struct part *p = part_of(o, h);

	if (p->cap)
		__builtin_prefetch(&p->slots[slot_of(p, h)], 1);
}

/* Of the hashes that are others one in 256 looks alike and is compared. */
static bool has(const struct part *p, struct hash128 h)
{
	size_t at = slot_of(p, h);
	uint32_t slot, tag = tag_of(h);

	while ((slot = p->slots[at])) {
		if (!((slot ^ tag) >> NUMBER_BITS) &&
		    same(p->rows[(slot & NUMBER_MAX) - 1], h))
			return true;
		at = at + 1 == p->cap ? 0 : at + 1;
	}
	return false;
}

static void index_row(struct part *p, size_t number)
{
	struct hash128 h = p->rows[number];
	size_t at = slot_of(p, h);

	while (p->slots[at])
		at = at + 1 == p->cap ? 0 : at + 1;
	p->slots[at] = tag_of(h) | (uint32_t)(number + 1);
}

static size_t next_room(const struct part *p)
{
	size_t room = p->room ? p->room + p->room / 2 : FIRST_ROOM;

	return room < NUMBER_MAX ? room : NUMBER_MAX;
}

/* Two of three slots are taken at most. */
static size_t bytes_of(size_t room)
{
	return room * sizeof(struct hash128) + (room + room / 2) * sizeof(uint32_t);
}

static void grow(struct ordinals *o, struct part *p)
{
	size_t room = next_room(p);

	o->bytes += bytes_of(room) - bytes_of(p->room);
	p->rows = mem_grow(p->rows, room, sizeof *p->rows);
	p->room = room;
	mem_free(p->slots);
	p->cap = room + room / 2;
	p->slots = mem_zero(p->cap, sizeof *p->slots);
	for (size_t i = 0; i < p->count; i++)
		index_row(p, i);
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
	qsort(p->rows, p->count, sizeof *p->rows, compare);
	for (size_t i = 0; i < p->count; i++)
		filter_add(r, p->rows[i]);
	return spill_put(o->spill, (struct span){(const char *)p->rows,
						 p->count * sizeof *p->rows},
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
	if (p->count == p->room) {
		uint64_t more = bytes_of(next_room(p)) - bytes_of(p->room);
		bool full = o->bytes + o->filter_bytes + more > o->memory &&
			    o->bytes > o->memory / 4;

		if ((full || p->room == NUMBER_MAX) && spill_tables(o, err))
			return -1;
		grow(o, p);
	}
	p->rows[p->count] = h;
	index_row(p, p->count++);
	return 0;
}

int ordinals_take(struct ordinals *o, struct hash128 h, uint64_t *ordinal,
		  struct error *err)
{
	struct part *p = &o->parts[h.high >> 56];
	int spilled;

	*ordinal = 0;
	if (p->cap && has(p, h)) {
		*ordinal = count_repeated(o, h);
		return 0;
	}
	spilled = o->run_count ? is_spilled(o, h, err) : 0;
	if (spilled < 0)
		return -1;
	if (!spilled)
		return add(o, p, h, err);
	*ordinal = count_repeated(o, h);
	return 0;
}
