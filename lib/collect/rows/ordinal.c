#include "collect/rows/ordinal.h"

#include <string.h>

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
	uint64_t *again;	/* how often each came again; NULL: none did */
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
	struct runs *runs;		/* of struct spilled */
};

struct spilled {
	struct hash128 hash;
	uint64_t again;
};

struct ordinals *ordinals_new(uint64_t memory, const char *scratch)
{
	struct ordinals *o = mem_zero(1, sizeof *o);

	o->memory = memory;
	o->runs = runs_new(sizeof(struct spilled), memory / 8 * 3, scratch);
	return o;
}

static void drop_tables(struct ordinals *o)
{
	for (size_t i = 0; i < PARTS; i++) {
		mem_free(o->parts[i].rows);
		mem_free(o->parts[i].again);
		mem_free(o->parts[i].slots);
		o->parts[i] = (struct part){0};
	}
	o->bytes = 0;
}

void ordinals_clear(struct ordinals *o)
{
	drop_tables(o);
	runs_clear(o->runs);
}

void ordinals_free(struct ordinals *o)
{
	if (!o)
		return;
	ordinals_clear(o);
	runs_free(o->runs);
	mem_free(o);
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
	runs_prefetch(o->runs, h);
}

/*
 * The number of the row with H, or p->count.  Of the hashes that are others one in 256 looks alike and
 * is compared.
 */
static size_t find_row(const struct part *p, struct hash128 h)
{
	size_t at = p->cap ? slot_of(p, h) : 0;
	uint32_t slot, tag = tag_of(h);

	while (p->cap && (slot = p->slots[at])) {
		size_t number = (slot & NUMBER_MAX) - 1;

		if (!((slot ^ tag) >> NUMBER_BITS) && !hash_128_compare(p->rows[number], h))
			return number;
		at = at + 1 == p->cap ? 0 : at + 1;
	}
	return p->count;
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
static size_t bytes_of(const struct part *p, size_t room)
{
	size_t row = sizeof *p->rows + (p->again ? sizeof *p->again : 0);

	return room * row + (room + room / 2) * sizeof *p->slots;
}

static void grow_table(struct ordinals *o, struct part *p)
{
	size_t room = next_room(p);

	o->bytes += bytes_of(p, room) - bytes_of(p, p->room);
	p->rows = mem_grow(p->rows, room, sizeof *p->rows);
	if (p->again)
		p->again = mem_grow(p->again, room, sizeof *p->again);
	p->room = room;
	mem_free(p->slots);
	p->cap = room + room / 2;
	p->slots = mem_zero(p->cap, sizeof *p->slots);
	for (size_t i = 0; i < p->count; i++)
		index_row(p, i);
}

static int spill_part(struct ordinals *o, const struct part *p, struct error *err)
{
	struct spilled *list = mem_alloc((p->count + 1) * sizeof *list);
	int status;

	for (size_t i = 0; i < p->count; i++)
		list[i] = (struct spilled){p->rows[i], p->again ? p->again[i] : 0};
	status = runs_put(o->runs, list, p->count, err);
	mem_free(list);
	return status;
}

/* Parts are by the first byte, so sorted parts in order are a sorted run. */
static int spill_tables(struct ordinals *o, struct error *err)
{
	if (runs_begin(o->runs, err))
		return -1;
	for (size_t i = 0; i < PARTS; i++)
		if (spill_part(o, &o->parts[i], err))
			return -1;
	drop_tables(o);
	return runs_end(o->runs, err);
}

static int make_room(struct ordinals *o, struct part *p, struct error *err)
{
	uint64_t more;
	bool full;

	if (p->count < p->room)
		return 0;
	more = bytes_of(p, next_room(p)) - bytes_of(p, p->room);
	full = o->bytes + runs_bytes(o->runs) + more > o->memory && o->bytes > o->memory / 4;
	if ((full || p->room == NUMBER_MAX) && spill_tables(o, err))
		return -1;
	grow_table(o, p);
	return 0;
}

static void note_again(struct ordinals *o, struct part *p, size_t number, uint64_t again)
{
	if (!p->again) {
		if (!again)
			return;
		p->again = mem_zero(p->room, sizeof *p->again);
		o->bytes += p->room * sizeof *p->again;
	}
	p->again[number] = again;
}

static int add_row(struct ordinals *o, struct part *p, struct hash128 h, uint64_t again,
		   struct error *err)
{
	if (make_room(o, p, err))
		return -1;
	p->rows[p->count] = h;
	note_again(o, p, p->count, again);
	index_row(p, p->count++);
	return 0;
}

/* A row that was spilled comes back with its count: the newest of its entries is right. */
int ordinals_take(struct ordinals *o, struct hash128 h, uint64_t *ordinal,
		  struct error *err)
{
	struct part *p = &o->parts[h.high >> 56];
	size_t number = find_row(p, h);
	struct spilled known;
	int spilled;

	if (number < p->count) {
		*ordinal = p->again ? p->again[number] + 1 : 1;
		note_again(o, p, number, *ordinal);
		return 0;
	}
	spilled = runs_find(o->runs, h, &known, err);
	if (spilled < 0)
		return -1;
	*ordinal = spilled ? known.again + 1 : 0;
	return add_row(o, p, h, *ordinal, err);
}
