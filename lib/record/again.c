#include "record/again.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

#define SLOTS ((size_t)2 * AGAIN_KEPT)

struct again_slot {
	uint64_t hash;		/* 0: free */
	uint32_t times;
};

static int compare_entries(const void *a, const void *b)
{
	const struct again_entry *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

void again_release(struct again *r)
{
	mem_free(r->slots);
	*r = (struct again){0};
}

static bool is_kept(const struct again *r, uint64_t hash)
{
	return !(hash & (((uint64_t)1 << r->zeros) - 1));
}

static void add(struct again *r, uint64_t hash, uint32_t times);

/* One zero more, which halves the sample. */
static void thin_out(struct again *r)
{
	struct again_slot *old = r->slots;

	r->zeros++;
	r->count = 0;
	r->slots = mem_zero(SLOTS, sizeof *r->slots);
	for (size_t i = 0; i < SLOTS; i++)
		if (old[i].hash)
			add(r, old[i].hash, old[i].times);
	mem_free(old);
}

static void add(struct again *r, uint64_t hash, uint32_t times)
{
	size_t at = hash >> 40 & (SLOTS - 1);

	if (!is_kept(r, hash))
		return;
	if (!r->slots)
		r->slots = mem_zero(SLOTS, sizeof *r->slots);
	while (r->slots[at].hash && r->slots[at].hash != hash)
		at = (at + 1) & (SLOTS - 1);
	if (r->slots[at].hash) {
		r->slots[at].times += times;
		return;
	}
	r->slots[at] = (struct again_slot){hash, times};
	if (++r->count > AGAIN_KEPT)
		thin_out(r);
}

void again_note(struct again *r, const struct profile *p)
{
	uint64_t hash = hash_128(p->id.raw).low;

	add(r, hash ? hash : 1, 1);
}

struct again_entry *again_list(struct again *r, size_t most, size_t *count)
{
	struct again_entry *list;

	*count = 0;
	if (!r->slots)
		return NULL;
	while (r->count > most)
		thin_out(r);
	list = mem_zero(r->count + 1, sizeof *list);
	for (size_t i = 0; i < SLOTS; i++)
		if (r->slots[i].hash)
			list[(*count)++] = (struct again_entry){r->slots[i].hash, r->slots[i].times};
	qsort(list, *count, sizeof *list, compare_entries);
	return list;
}

void again_add(struct again *r, const struct again_entry *e, unsigned zeros)
{
	if (!r->slots)
		r->zeros = zeros;
	while (r->slots && r->zeros < zeros)
		thin_out(r);
	add(r, e->hash, e->times);
}

struct again_found again_find(struct again *const *list, size_t count)
{
	struct again *all = list[0];
	struct again_found found = {0};

	for (size_t k = 1; k < count; k++) {
		if (!all->slots)
			all->zeros = list[k]->zeros;
		for (size_t i = 0; list[k]->slots && i < SLOTS; i++)
			if (list[k]->slots[i].hash)
				add(all, list[k]->slots[i].hash, list[k]->slots[i].times);
		while (all->slots && all->zeros < list[k]->zeros)
			thin_out(all);
	}
	for (size_t i = 0; all->slots && i < SLOTS; i++) {
		found.customers += all->slots[i].hash != 0;
		found.again += all->slots[i].times > 1;
	}
	found.zeros = all->zeros;
	return found;
}
