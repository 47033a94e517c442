#include "base/map.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define SLOTS_MIN ((size_t)16)
#define SLOTS_MAX ((size_t)1 << 32)

/* The upper half of the hash: also the position, so growing reads slots only. */
static uint64_t tag_of(uint64_t hash)
{
	return hash >> 32;
}

void map_release(struct map *m)
{
	mem_free(m->entries);
	mem_free(m->slots);
	arena_release(&m->keys);
	*m = MAP_INIT;
}

/*
 * The slots of the entries alone: of what was emptied before nothing is left behind, as
 * a run of slots is emptied to its end from wherever it is entered first.
 */
static void clear_few(struct map *m)
{
	for (size_t i = 0; i < m->count; i++) {
		size_t at = tag_of(m->entries[i].hash) & m->mask;

		for (; m->slots[at]; at = (at + 1) & m->mask)
			m->slots[at] = 0;
	}
}

void map_clear(struct map *m)
{
	/* A table that was large once must not cost that each time. */
	if (m->count < m->mask / 16)
		clear_few(m);
	else if (m->count)
		memset(m->slots, 0, (m->mask + 1) * sizeof *m->slots);
	m->count = 0;
	arena_clear(&m->keys);
}

void map_keep_keys(struct map *m)
{
	mem_free(m->entries);
	mem_free(m->slots);
	*m = (struct map){.keys = m->keys};
}

/* The slot of KEY, or the free one where it belongs. */
static size_t slot_of(const struct map *m, struct span key, uint64_t hash)
{
	uint64_t tag = tag_of(hash);
	size_t at = tag & m->mask;

	for (; m->slots[at]; at = (at + 1) & m->mask) {
		const struct map_entry *entry;

		if (m->slots[at] >> 32 != tag)
			continue;
		entry = &m->entries[(uint32_t)m->slots[at] - 1];
		if (entry->hash == hash && span_equal(entry->key, key))
			break;
	}
	return at;
}

static void slots_grow(struct map *m)
{
	size_t old_count = m->slots ? m->mask + 1 : 0;
	size_t count = old_count ? old_count * 2 : SLOTS_MIN;
	uint64_t *slots;

	if (count > SLOTS_MAX)
		mem_fail(SIZE_MAX);
	slots = mem_zero(count, sizeof *slots);
	for (size_t i = 0; i < old_count; i++) {
		size_t at = m->slots[i] >> 32 & (count - 1);

		if (!m->slots[i])
			continue;
		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = m->slots[i];
	}
	mem_free(m->slots);
	m->slots = slots;
	m->mask = count - 1;
}

size_t map_find_hashed(const struct map *m, struct span key, uint64_t hash)
{
	uint64_t slot;

	if (!m->count)
		return MAP_NONE;
	slot = m->slots[slot_of(m, key, hash)];
	return slot ? (uint32_t)slot - 1 : MAP_NONE;
}

size_t map_find(const struct map *m, struct span key)
{
	return m->count ? map_find_hashed(m, key, hash_64(key)) : MAP_NONE;
}

static size_t entry_add(struct map *m, struct span key, uint64_t hash)
{
	struct map_entry *entry;

	m->entries = mem_room(m->entries, m->count, &m->cap, sizeof *entry);
	entry = &m->entries[m->count];
	*entry = (struct map_entry){.hash = hash};
	entry->key = arena_copy(&m->keys, key.ptr ? key : SPAN(""));
	return m->count++;
}

/* The table is at most two thirds full. */
size_t map_put_hashed(struct map *m, struct span key, uint64_t hash,
		      bool *added)
{
	size_t at;
	size_t number;

	if (!m->slots || m->count >= (m->mask + 1) / 3 * 2)
		slots_grow(m);
	at = slot_of(m, key, hash);
	if (added)
		*added = !m->slots[at];
	if (m->slots[at])
		return (uint32_t)m->slots[at] - 1;
	number = entry_add(m, key, hash);
	m->slots[at] = tag_of(hash) << 32 | (number + 1);
	return number;
}

size_t map_put(struct map *m, struct span key, bool *added)
{
	return map_put_hashed(m, key, hash_64(key), added);
}

size_t map_bytes(const struct map *m)
{
	size_t slots = m->slots ? m->mask + 1 : 0;

	return slots * sizeof *m->slots + m->cap * sizeof *m->entries +
	       arena_size(&m->keys);
}
