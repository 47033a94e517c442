/*
 * Fragments: the distinct `ids` and `traits` of events, as they were written.
 *
 * Most events of a customer say the same of it, byte for byte, so what is
 * known of a fragment is worked out and kept once (200,000 customers with 2
 * million orders: 220,000 fragments of 190 bytes instead of 2 million).  Events
 * refer to fragments by number.
 *
 * What has numbers that each source gives by itself (own_types.h) is a fragment
 * for each source that says it.
 *
 * A fragment is recognised by 128 bits of hash, one half seeded, so that nobody
 * can make two fragments one.  The table takes no more fragments when it has
 * reached the room it is given; later new ones go with their events.
 */
#ifndef INDEX_FRAGMENTS_H
#define INDEX_FRAGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/span.h"
#include "unify/index/fragment.h"
#include "unify/index/stored.h"

#define FRAGMENT_NONE UINT32_MAX		/* neither ids nor traits */
#define FRAGMENT_INLINE (UINT32_MAX - 1)	/* stands with its event */

struct fragment {
	struct fragment_key key;
	const char *bytes;
	uint32_t len;
	uint32_t home;		/* the strongest identifier, or HOME_NONE */
	uint32_t others;	/* where the weaker ones begin */
	uint32_t other_count;
	uint32_t blocked;	/* identifiers dropped */
	uint32_t shown_count;	/* shared values that tie nothing, behind the others */
};

struct fragments {
	struct fragment *list;
	size_t count;
	size_t cap;
	uint64_t *slots;	/* key bits << 32 | number + 1; 0 is free */
	size_t mask;
	uint32_t *others;
	size_t other_count;
	size_t other_cap;
	struct arena arena;
	size_t room;		/* bytes that the table may take, without what the fragments say */
	uint32_t most;		/* incidences; set by fragments_init to INCIDENCES_MAX */
};

/* An incidence: an identifier of a fragment.  Their places are numbers of 32 bits. */
#define INCIDENCES_MAX (UINT32_MAX - 1)

void fragments_init(struct fragments *p, size_t room);
void fragments_release(struct fragments *p);

/* The number of the fragment with KEY, or FRAGMENT_NONE. */
uint32_t fragments_find(const struct fragments *p, struct fragment_key key);

/* For a look-up that comes soon; and again, shortly before it. */
void fragments_prefetch(const struct fragments *p, struct fragment_key key);
void fragments_prefetch_again(const struct fragments *p, struct fragment_key key);

/*
 * Adds a fragment that is not there, with COUNT identifiers IDS, the strongest
 * first; returns its number, FRAGMENT_INLINE when there is no room, or
 * FRAGMENT_NONE and *ERR when there would be too many incidences.
 */
uint32_t fragments_add(struct fragments *p, struct fragment_key key,
		       struct span bytes, const uint32_t *ids, size_t count,
		       uint32_t blocked, struct error *err);

/* -1 and *ERR when one more fragment with COUNT identifiers, or COUNT more of one that is
 * there, would be too many incidences. */
int fragments_check(const struct fragments *p, size_t count, struct error *err);

/* What they say goes to files, as what is only gone through in order. */
void fragments_to_files(struct fragments *p);

/* Frees the bytes of all: whoever has dealt them out sets those at hand. */
void fragments_forget_bytes(struct fragments *p);

size_t fragments_bytes(const struct fragments *p);

/* The bytes of an event's fragment, wherever they are. */
static inline struct span fragments_of(const struct fragments *p, uint32_t number,
				     const struct stored *s)
{
	if (number < FRAGMENT_INLINE)
		return (struct span){p->list[number].bytes, p->list[number].len};
	return stored_fragment(s);
}

#endif
