/*
 * The index of all events, 48 bytes each, and which of them are duplicates:
 * of equal (source, id) one stays, by versions.h.  That choice does not depend on the
 * order of coming.
 *
 * Duplicates are noticed while events come (a table of their 128-bit keys) and
 * chosen among at the end, because only then both may be looked at again.  Equal
 * keys are hashes: events that have one are duplicates only when their sources and
 * the texts of their ids are equal, too.
 */
#ifndef INDEX_EVENTS_H
#define INDEX_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "unify/index/fragments.h"
#include "unify/index/store.h"

#define HOME_NONE UINT32_MAX		/* no usable identifier */
#define HOME_DUPLICATE (UINT32_MAX - 1)	/* not kept */

#define EVENTS_MAX (UINT32_MAX - 2)

struct entry {
	uint64_t place;		/* in the store */
	int64_t time;		/* MOMENT_NONE when undated */
	struct hash128 key;	/* of source and id */
	uint32_t home;		/* the strongest identifier, or HOME_... */
	uint32_t source;	/* number */
	uint32_t size;		/* of the stored event */
	uint32_t fragment;	/* number, or FRAGMENT_... */
};

struct twin {
	uint32_t first;		/* the first event with that key */
	uint32_t again;
};

struct events {
	struct entry *list;
	size_t count;
	size_t cap;
	uint64_t *slots;	/* key bits << 32 | event number + 1; 0 is free */
	size_t mask;
	size_t keyed;		/* slots in use */
	struct twin *twins;
	size_t twin_count;
	size_t twin_cap;
};

#define EVENTS_INIT ((struct events){0})

void events_release(struct events *v);

/* Adds an event; HAS_KEY: it can be a duplicate.  -1: too many. */
int events_add(struct events *v, const struct entry *e, bool has_key,
	       struct error *err);

struct duplicates {
	uint64_t count;		/* events that are not kept */
	uint64_t differing;	/* of those: others than what is kept, and nothing tells which
				   is newer */
	uint32_t example;	/* a kept event with such a duplicate: the one with the smallest
				   key; or EVENTS_MAX */
	uint32_t rival;		/* that duplicate: of several the one that would be next */
};

/*
 * Chooses among the duplicates: sets `home` of those that go.  Frees what only the
 * noticing needed.
 */
int events_choose(struct events *v, const struct store *s,
		 const struct fragments *p, struct duplicates *out,
		 struct error *err);

/* For an event that comes soon. */
static inline void events_prefetch(const struct events *v, struct hash128 key)
{
	if (v->slots)
		__builtin_prefetch(&v->slots[key.low >> 32 & v->mask]);
}

size_t events_bytes(const struct events *v);

#endif
