/*
 * A map from text to a number or a pointer that remembers the order in which
 * keys came: entry i is the i-th key ever put, so walking the entries is
 * deterministic although the table is seeded.  Keys are copied (with a NUL
 * behind them) and never removed; the copies never move, the entries do when
 * the map grows.  An empty key is a key like any other, an absent one equals it.
 *
 * Open addressing with linear probing over slots that hold 32 bits of the hash
 * beside the entry number: probing and growing stay inside the table, and an
 * entry is only touched when its key is most likely the one sought.  At most
 * 2^31 entries.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

#define MAP_NONE ((size_t)-1)

struct map_entry {
	struct span key;
	uint64_t hash;
	union {
		void *ptr;
		uint64_t number;
	};
};

struct map {
	struct map_entry *entries;	/* in the order of their first put */
	size_t count;
	size_t cap;
	uint64_t *slots;		/* hash bits << 32 | entry number + 1; 0 is free */
	size_t mask;
	struct arena keys;
};

#define MAP_INIT ((struct map){0})

void map_release(struct map *m);
void map_clear(struct map *m);		/* keeps the memory of the table */

/* Only the copies of the keys stay, for those who hold them; until map_release. */
void map_keep_keys(struct map *m);

/* The number of KEY's entry, or MAP_NONE. */
size_t map_find(const struct map *m, struct span key);

/*
 * The number of KEY's entry, made (with a zero value) when it is new; *ADDED,
 * when not NULL, says so.
 */
size_t map_put(struct map *m, struct span key, bool *added);

/* The same for a caller that has hash_64(key) already. */
size_t map_find_hashed(const struct map *m, struct span key, uint64_t hash);
size_t map_put_hashed(struct map *m, struct span key, uint64_t hash,
		      bool *added);

/*
 * For a look-up that comes soon: what it reads first, then, when that has come
 * near, where that leads to, and in the end the key.
 */
static inline void map_prefetch(const struct map *m, uint64_t hash)
{
	if (m->slots)
		__builtin_prefetch(&m->slots[hash >> 32 & m->mask]);
}

/* The entry of HASH, when it is in its first slot; or NULL. */
static inline const struct map_entry *map_likely(const struct map *m, uint64_t hash)
{
	uint64_t slot = m->slots ? m->slots[hash >> 32 & m->mask] : 0;

	return slot && slot >> 32 == hash >> 32 ? &m->entries[(uint32_t)slot - 1] : NULL;
}

static inline void map_prefetch_entry(const struct map *m, uint64_t hash)
{
	__builtin_prefetch(map_likely(m, hash));
}

static inline void map_prefetch_key(const struct map *m, uint64_t hash)
{
	const struct map_entry *entry = map_likely(m, hash);

	if (entry)
		__builtin_prefetch(entry->key.ptr);
}

/* System memory in use. */
size_t map_bytes(const struct map *m);

#endif
