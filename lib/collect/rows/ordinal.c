#include "collect/rows/ordinal.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "io/runs.h"

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

struct ordinals {
	struct part parts[PARTS];
	uint64_t bytes;			/* of the tables */
	uint64_t memory;
	struct runs *runs;		/* of hashes */
	struct map repeated;		/* hash -> how many came */
};

struct ordinals *ordinals_new(uint64_t memory, const char *scratch)
{
	struct ordinals *o = mem_zero(1, sizeof *o);

	o->memory = memory;
	o->runs = runs_new(sizeof(struct hash128), scratch);
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
	runs_clear(o->runs);
	map_release(&o->repeated);
}

void ordinals_free(struct ordinals *o)
{
	if (!o)
		return;
	ordinals_clear(o);
	runs_free(o->runs);
	mem_free(o);
}

static bool same_hash(struct hash128 a, struct hash128 b)
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
static bool has_hash(const struct part *p, struct hash128 h)
{
	size_t at = slot_of(p, h);
	uint32_t slot, tag = tag_of(h);

	while ((slot = p->slots[at])) {
		if (!((slot ^ tag) >> NUMBER_BITS) &&
		    same_hash(p->rows[(slot & NUMBER_MAX) - 1], h))
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

static void grow_table(struct ordinals *o, struct part *p)
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

/* Parts are by the first byte, so sorted parts in order are a sorted run. */
static int spill_tables(struct ordinals *o, struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < PARTS; i++)
		count += o->parts[i].count;
	if (runs_begin(o->runs, count, err))
		return -1;
	for (size_t i = 0; i < PARTS; i++)
		if (runs_put(o->runs, o->parts[i].rows, o->parts[i].count, err))
			return -1;
	drop_tables(o);
	return runs_end(o->runs, err);
}

/* H came before: how often? */
static uint64_t count_repeated(struct ordinals *o, struct hash128 h)
{
	struct span key = {(const char *)&h, sizeof h};
	size_t at = map_put(&o->repeated, key, NULL);

	return ++o->repeated.entries[at].number;
}

static int add_hash(struct ordinals *o, struct part *p, struct hash128 h,
		    struct error *err)
{
	if (p->count == p->room) {
		uint64_t more = bytes_of(next_room(p)) - bytes_of(p->room);
		bool full = o->bytes + runs_bytes(o->runs) + more > o->memory &&
			    o->bytes > o->memory / 4;

		if ((full || p->room == NUMBER_MAX) && spill_tables(o, err))
			return -1;
		grow_table(o, p);
	}
	p->rows[p->count] = h;
	index_row(p, p->count++);
	return 0;
}

int ordinals_take(struct ordinals *o, struct hash128 h, uint64_t *ordinal,
		  struct error *err)
{
	struct part *p = &o->parts[h.high >> 56];
	struct hash128 known;
	int spilled;

	*ordinal = 0;
	if (p->cap && has_hash(p, h)) {
		*ordinal = count_repeated(o, h);
		return 0;
	}
	spilled = runs_find(o->runs, h, &known, err);
	if (spilled < 0)
		return -1;
	if (!spilled)
		return add_hash(o, p, h, err);
	*ordinal = count_repeated(o, h);
	return 0;
}
