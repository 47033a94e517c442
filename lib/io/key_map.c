#include "io/key_map.h"

#include "base/mem.h"
#include "io/runs.h"

#define FIRST_SLOTS 1024

/* A key of zeros marks a free slot (no key is zero: see key_of). */
struct slot {
	struct hash128 key;
	int64_t number;
};

struct key_map {
	struct slot *slots;	/* open addressing */
	size_t cap;
	size_t count;
	uint64_t memory;
	struct runs *runs;	/* of slots that were taken */
};

struct key_map *key_map_new(uint64_t memory, const char *scratch)
{
	struct key_map *r = mem_zero(1, sizeof *r);

	r->memory = memory;
	r->runs = runs_new(sizeof *r->slots, memory / 4, scratch);
	return r;
}

void key_map_free(struct key_map *r)
{
	if (!r)
		return;
	runs_free(r->runs);
	mem_free(r->slots);
	mem_free(r);
}

size_t key_map_runs(const struct key_map *r)
{
	return runs_count(r->runs);
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

static int spill_table(struct key_map *r, struct error *err)
{
	size_t count = 0;

	if (runs_begin(r->runs, err))
		return -1;
	for (size_t i = 0; i < r->cap; i++)
		if (!is_free(&r->slots[i]))
			r->slots[count++] = r->slots[i];
	if (runs_put(r->runs, r->slots, count, err) || runs_end(r->runs, err))
		return -1;
	mem_free(r->slots);
	r->slots = NULL;
	r->cap = r->count = 0;
	return 0;
}

int key_map_get(struct key_map *r, struct hash128 hash, int64_t *number,
	       struct error *err)
{
	struct hash128 key = key_of(hash);
	struct slot spilled;
	int got;

	if (r->cap) {
		const struct slot *s = find_slot(r->slots, r->cap, key);

		if (!is_free(s)) {
			*number = s->number;
			return 1;
		}
	}
	got = runs_find(r->runs, key, &spilled, err);
	if (got > 0)
		*number = spilled.number;
	return got;
}

static void grow_table(struct key_map *r)
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
static bool fits_memory(const struct key_map *r, size_t cap)
{
	return (cap + cap / 2) * sizeof *r->slots + runs_bytes(r->runs) <= r->memory;
}

int key_map_put(struct key_map *r, struct hash128 hash, int64_t number,
	       struct error *err)
{
	struct slot *s;

	if (r->count * 4 >= r->cap * 3) {
		/* Filters never make the table smaller than its first size. */
		if (r->cap >= FIRST_SLOTS && !fits_memory(r, r->cap * 2) &&
		    spill_table(r, err))
			return -1;
		grow_table(r);
	}
	s = find_slot(r->slots, r->cap, key_of(hash));
	*s = (struct slot){key_of(hash), number};
	r->count++;
	return 0;
}
