#include "unify/index/fragments.h"

#include <string.h>

#include "base/mem.h"
#include "unify/index/events.h"

#define SLOTS_MIN ((size_t)1024)

void fragments_init(struct fragments *p, size_t room)
{
	*p = (struct fragments){.room = room, .other_cap = 1, .most = INCIDENCES_MAX};
	/* Where nobody has others there is still a place where none begin. */
	p->others = mem_alloc(sizeof *p->others);
}

void fragments_release(struct fragments *p)
{
	mem_free(p->list);
	mem_free(p->slots);
	mem_free(p->others);
	arena_release(&p->arena);
	*p = (struct fragments){0};
}

static void slots_grow(struct fragments *p)
{
	size_t old_count = p->slots ? p->mask + 1 : 0;
	size_t count = old_count ? old_count * 2 : SLOTS_MIN;
	uint64_t *slots = mem_zero(count, sizeof *slots);

	for (size_t i = 0; i < old_count; i++) {
		size_t at = p->slots[i] >> 32 & (count - 1);

		if (!p->slots[i])
			continue;
		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = p->slots[i];
	}
	mem_free(p->slots);
	p->slots = slots;
	p->mask = count - 1;
}

/* The slot of KEY, or the free one where it belongs. */
static size_t slot_of(const struct fragments *p, struct fragment_key key)
{
	uint64_t tag = key.seeded >> 32;
	size_t at = tag & p->mask;

	for (; p->slots[at]; at = (at + 1) & p->mask) {
		const struct fragment *other;

		if (p->slots[at] >> 32 != tag)
			continue;
		other = &p->list[(uint32_t)p->slots[at] - 1];
		if (other->key.seeded == key.seeded &&
		    other->key.plain == key.plain)
			break;
	}
	return at;
}

uint32_t fragments_find(const struct fragments *p, struct fragment_key key)
{
	uint64_t slot;

	if (!p->count)
		return FRAGMENT_NONE;
	slot = p->slots[slot_of(p, key)];
	return slot ? (uint32_t)slot - 1 : FRAGMENT_NONE;
}

void fragments_prefetch(const struct fragments *p, struct fragment_key key)
{
	if (p->slots)
		__builtin_prefetch(&p->slots[key.seeded >> 32 & p->mask]);
}

void fragments_prefetch_again(const struct fragments *p, struct fragment_key key)
{
	uint64_t slot;

	if (!p->slots)
		return;
	slot = p->slots[key.seeded >> 32 & p->mask];
	if (slot >> 32 == key.seeded >> 32)
		__builtin_prefetch(&p->list[(uint32_t)slot - 1]);
}

/* A fragment's home counts even where it has none. */
int fragments_check(const struct fragments *p, size_t count, struct error *err)
{
	if (p->count + p->other_count + count < p->most)
		return 0;
	return error_failed(err, "more than %u identifiers of distinct ids and traits: merge fewer events at a time",
			    p->most);
}

/* Without what fragments say, which is not looked at while they come. */
static size_t table_bytes(const struct fragments *p)
{
	return p->cap * sizeof *p->list + p->other_cap * sizeof *p->others +
	       (p->slots ? (p->mask + 1) * sizeof *p->slots : 0);
}

uint32_t fragments_add(struct fragments *p, struct fragment_key key,
		       struct span bytes, const uint32_t *ids, size_t count,
		       uint32_t blocked, struct error *err)
{
	struct fragment *fragment;
	size_t at;

	if (table_bytes(p) > p->room ||
	    p->count == FRAGMENT_INLINE - 1)
		return FRAGMENT_INLINE;
	if (fragments_check(p, count, err))
		return FRAGMENT_NONE;
	if (!p->slots || p->count >= (p->mask + 1) / 3 * 2)
		slots_grow(p);
	at = slot_of(p, key);
	p->list = mem_room(p->list, p->count, &p->cap, sizeof *p->list);
	fragment = &p->list[p->count];
	*fragment = (struct fragment){
		.key = key, .len = (uint32_t)bytes.len,
		.bytes = memcpy(arena_bytes(&p->arena, bytes.len), bytes.ptr,
				bytes.len),
		.home = count ? ids[0] : HOME_NONE, .blocked = blocked,
		.others = (uint32_t)p->other_count,
		.other_count = count ? (uint32_t)count - 1 : 0,
	};
	for (size_t i = 1; i < count; i++) {
		p->others = mem_room(p->others, p->other_count, &p->other_cap,
				     sizeof *p->others);
		p->others[p->other_count++] = ids[i];
	}
	p->slots[at] = key.seeded >> 32 << 32 | (p->count + 1);
	return (uint32_t)p->count++;
}

void fragments_to_files(struct fragments *p)
{
	struct arena old = p->arena;

	if (old.scanned)
		return;
	p->arena = (struct arena){.scanned = true};
	for (size_t i = 0; i < p->count; i++) {
		struct fragment *f = &p->list[i];

		mem_pace(i);
		f->bytes = memcpy(arena_bytes(&p->arena, f->len), f->bytes, f->len);
	}
	arena_release(&old);
}

void fragments_forget_bytes(struct fragments *p)
{
	for (size_t i = 0; i < p->count; i++)
		p->list[i].bytes = NULL;
	arena_release(&p->arena);
}

size_t fragments_bytes(const struct fragments *p)
{
	return (p->arena.scanned ? 0 : arena_size(&p->arena)) + table_bytes(p);
}
