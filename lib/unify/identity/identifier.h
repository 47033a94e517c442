/*
 * Identifier types and the table of all identifiers.
 *
 * An identifier is a type and a value; each distinct one gets a number in the
 * order of its first coming (which decides nothing: whatever needs an order
 * compares types and texts).  Types have a priority and a limit
 * (identity_rules.h).
 *
 * A type that each source gives by itself (unify/graph/own_types.h) is one for each
 * source, written "source.type"; rules know it without the source, its base.
 */
#ifndef IDENTITY_IDENTIFIER_H
#define IDENTITY_IDENTIFIER_H

#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "base/span.h"
#include "unify/identity/identity_rules.h"

#define IDENTIFIER_NONE UINT32_MAX

/* Identifiers are numbered in 32 bits, and a map has at most so many entries. */
#define IDENTIFIERS_MAX ((uint32_t)1 << 31)

/* More types mean that `ids` is keyed by values; those of sources count apart. */
#define IDENTIFIER_TYPES_MAX 1000
#define IDENTIFIER_OWN_TYPES_MAX 50000

/* Of records without identifier (joining.h): no type can be written like it. */
#define RECORD_TYPE ":record"

struct identifier_type {
	struct span name;	/* borrowed from the table, as base is */
	struct span base;	/* the name without its source */
	uint32_t order;		/* its place by priority, from 0 */
	uint32_t group;		/* the first place of those with the same base */
	uint32_t limit;		/* of values a customer; LIMIT_NONE */
	int64_t window;		/* of the limit, ms; 0: ever */
	bool person;		/* one person may have more: holding.h */
	bool names_person;	/* who has one value of it is one person */
	bool inner;		/* RECORD_TYPE, or of a value with a name (shared_values.h): not
				   shown on profiles */
};

struct identifiers {
	struct map map;			/* type NUL value */
	struct map type_names;		/* number: what stands before the base */
	size_t own_types;		/* types of sources */
	struct map own_bases;		/* of these; number: the last such type + 1 */
	uint16_t *own_before;		/* by type: the one before it of its base + 1 */
	size_t own_cap;
	uint16_t *types;		/* by identifier */
	uint32_t *resolved;		/* by identifier, below resolved_count: which it
					   turned out to be (own_types.h), or itself */
	size_t resolved_count;
	bool *copies;			/* by identifier, below copied */
	size_t copied;
	size_t types_cap;
	struct identifier_type *type_list;	/* after identifiers_settle */
	uint32_t limit;			/* of identifiers, copies included; 0: IDENTIFIERS_MAX */
};

#define IDENTIFIERS_INIT ((struct identifiers){0})

void identifiers_release(struct identifiers *t);

/*
 * The number of the identifier KEY, "type NUL value" whose first TYPE_LEN bytes
 * are the type and whose hash_64 is HASH.  IDENTIFIER_NONE and *ERR when there
 * are too many types or identifiers.
 */
uint32_t identifiers_put(struct identifiers *t, struct span key,
			 size_t type_len, uint64_t hash, struct error *err);

/* The same for a type of a source, which OWNER_LEN bytes of it name, with a dot. */
uint32_t identifiers_put_own(struct identifiers *t, struct span key, size_t owner_len,
			     size_t type_len, uint64_t hash, struct error *err);

/*
 * Another identifier with the type and text of NUMBER, for another customer
 * (sharing.h); IDENTIFIER_NONE and *ERR when there are too many.
 */
uint32_t identifiers_copy(struct identifiers *t, uint32_t number,
			  struct error *err);

/* How fit an identifier is to be an anchor: 0 as it is, then an inner one, then
 * a copy. */
int identifier_rank(const struct identifiers *t, uint32_t number);

/* No more will come, but copies and records: orders the types and sets their
 * limits by the rules R. */
void identifiers_settle(struct identifiers *t, const struct identity_rules *r);

static inline size_t identifiers_count(const struct identifiers *t)
{
	return t->map.count;
}

/* Which identifier NUMBER stands for: mostly itself. */
static inline uint32_t identifiers_resolved(const struct identifiers *t, uint32_t number)
{
	return number < t->resolved_count ? t->resolved[number] : number;
}

static inline struct span identifier_type_name(const struct identifiers *t, uint16_t type)
{
	return t->type_names.entries[type].key;
}

static inline struct span identifier_type_base(const struct identifiers *t, uint16_t type)
{
	return span_sub(identifier_type_name(t, type), t->type_names.entries[type].number,
			SIZE_MAX);
}

/*
 * The identifiers that people mean by TYPE and VALUE, one a call, into *OUT:
 * the one of that very type, and those of all sources, in no order.  *AT begins
 * with 0.  False: no more.  Not the copies.
 */
bool identifiers_meant(const struct identifiers *t, struct span type, struct span value,
		       size_t *at, uint32_t *out);

/* After identifiers_settle.  Borrowed from T. */
static inline const struct identifier_type *
identifier_type_of(const struct identifiers *t, uint32_t number)
{
	return &t->type_list[t->types[number]];
}

struct span identifier_value(const struct identifiers *t, uint32_t number);

/* By priority of the type, then by text. */
int identifier_compare(const struct identifiers *t, uint32_t a, uint32_t b);

/* How many are the data's own: neither inner nor copies. */
size_t identifiers_shown(const struct identifiers *t);

size_t identifiers_bytes(const struct identifiers *t);

#endif
