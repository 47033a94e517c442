/*
 * Persons: the distinct `ids` and `traits` of events, as they were written.
 *
 * Most events of a customer say the same of it, byte for byte, so what is
 * known of a person is worked out and kept once (200,000 customers with 2
 * million orders: 220,000 persons of 190 bytes instead of 2 million).  Events
 * refer to persons by number.
 *
 * What has numbers that each source gives by itself (own_types.h) is a person
 * for each source that says it.
 *
 * A person is recognised by 128 bits of hash, one half seeded, so that nobody
 * can make two persons one.  The table takes no more persons when it has
 * reached its share of the memory; later new ones go with their events.
 */
#ifndef INDEX_PERSONS_H
#define INDEX_PERSONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/span.h"
#include "unify/identity/identity_rules.h"
#include "unify/index/stored.h"

#define PERSON_NONE UINT32_MAX		/* neither ids nor traits */
#define PERSON_INLINE (UINT32_MAX - 1)	/* stands with its event */

struct person_key {
	uint64_t seeded;
	uint64_t plain;
};

struct person_key person_key(struct span person);

/* The key of the same person when OWNER, the key of its source, says it. */
static inline struct person_key person_key_of_source(struct person_key person,
						     struct person_key owner)
{
	return (struct person_key){person.seeded ^ owner.seeded, person.plain ^ owner.plain};
}

/* The raw ids of a person; absent where there are none. */
struct span person_ids(struct span person);

/* The raw traits of a person; absent where there are none. */
struct span person_traits(struct span person);

/* An identifier as it travels: LEN bytes "type NUL value" behind it. */
struct identifier_head {
	uint64_t hash;		/* of those bytes */
	uint32_t len;
	uint32_t type_len;
	uint32_t owner_len;	/* of its source, with a dot; 0: not of a source */
	uint32_t unused;
};

/* How many identifiers a person has. */
struct person_counts {
	uint32_t usable;
	uint32_t blocked;
	bool own;		/* some are the source's own */
};

/* Scratch of person_identifiers. */
struct person_reader {
	struct buf text;
	struct found *found;
	size_t found_cap;
	struct buf part;	/* of a compound */
	struct buf name;	/* of a source's type */
	struct arena texts;
};

void person_reader_release(struct person_reader *r);

/*
 * Appends the usable identifiers of PERSON, as the source of name SOURCE (in the
 * form of sources.h) says it, the strongest first, each with its head; counts
 * them.  -1 with a data error when one is not a text or its type cannot be one.
 * Compounds are among them where the person has all their parts and none is
 * blocked.
 */
int person_identifiers(struct person_reader *r, const struct identity_rules *rules,
		       struct span source, struct span person, struct buf *out,
		       struct person_counts *counts, struct error *err);

struct person {
	struct person_key key;
	const char *bytes;
	uint32_t len;
	uint32_t home;		/* the strongest identifier, or HOME_NONE */
	uint32_t others;	/* where the weaker ones begin */
	uint32_t other_count;
	uint32_t blocked;	/* identifiers dropped */
	uint32_t worn_count;	/* shared values that tie nothing, behind the others */
};

struct persons {
	struct person *list;
	size_t count;
	size_t cap;
	uint64_t *slots;	/* key bits << 32 | number + 1; 0 is free */
	size_t mask;
	uint32_t *others;
	size_t other_count;
	size_t other_cap;
	struct arena arena;
	size_t room;		/* bytes that the table may take */
};

void persons_init(struct persons *p, size_t room);
void persons_release(struct persons *p);

/* The number of the person with KEY, or PERSON_NONE. */
uint32_t persons_find(const struct persons *p, struct person_key key);

/* For a look-up that comes soon; and again, shortly before it. */
void persons_prefetch(const struct persons *p, struct person_key key);
void persons_prefetch_again(const struct persons *p, struct person_key key);

/*
 * Adds a person that is not there, with COUNT identifiers IDS, the strongest
 * first; returns its number, or PERSON_INLINE when there is no room.
 */
uint32_t persons_add(struct persons *p, struct person_key key,
		     struct span bytes, const uint32_t *ids, size_t count,
		     uint32_t blocked);

size_t persons_bytes(const struct persons *p);

/* The bytes of an event's person, wherever they are. */
static inline struct span persons_of(const struct persons *p, uint32_t number,
				     const struct stored *s)
{
	if (number < PERSON_INLINE)
		return (struct span){p->list[number].bytes, p->list[number].len};
	return stored_person(s);
}

#endif
