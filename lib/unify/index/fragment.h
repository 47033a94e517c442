/*
 * What one fragment says: its key, its raw ids and traits, and its usable identifiers.
 *
 * A fragment is the bytes of an event's `ids` and `traits`, as stored_make_fragment leaves
 * them.  fragments.h keeps the distinct ones.
 */
#ifndef INDEX_FRAGMENT_H
#define INDEX_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "unify/identity/identity_rules.h"
#include "unify/index/dropped.h"

struct fragment_key {
	uint64_t seeded;
	uint64_t plain;
};

struct fragment_key fragment_key(struct span fragment);

/* The key of the same fragment when OWNER, the key of its source, says it. */
static inline struct fragment_key fragment_key_of_source(struct fragment_key fragment,
						     struct fragment_key owner)
{
	return (struct fragment_key){fragment.seeded ^ owner.seeded, fragment.plain ^ owner.plain};
}

/* The raw ids of a fragment; absent where there are none. */
struct span fragment_ids(struct span fragment);

/* The raw traits of a fragment; absent where there are none. */
struct span fragment_traits(struct span fragment);

/* An identifier as it travels: LEN bytes "type NUL value" behind it. */
struct identifier_head {
	uint64_t hash;		/* of those bytes */
	uint32_t len;
	uint32_t type_len;
	uint32_t owner_len;	/* of its source, with a dot; 0: not of a source */
	uint32_t unused;
};

/* How many identifiers a fragment has. */
struct fragment_counts {
	uint32_t usable;
	uint32_t blocked;
	bool own;		/* some are the source's own */
};

/* Scratch of fragment_identifiers. */
struct fragment_reader {
	struct buf text;
	struct found *found;
	size_t found_cap;
	struct buf name;	/* of a source's type */
	struct dropped *dropped;	/* NULL: what is dropped is only counted */
};

void fragment_reader_release(struct fragment_reader *r);

/*
 * Appends the usable identifiers of FRAGMENT, as the source of name SOURCE (in the
 * form of sources.h) says it, the strongest first, each with its head; counts
 * them.  -1 with a data error when one is not a text or its type cannot be one.
 */
int fragment_identifiers(struct fragment_reader *r, const struct identity_rules *rules,
		       struct span source, struct span fragment, struct buf *out,
		       struct fragment_counts *counts, struct error *err);

#endif
