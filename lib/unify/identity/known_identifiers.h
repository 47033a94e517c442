/*
 * What is known of an identifier type by its name alone: a type is a row.  Its place
 * among the rows is its priority; what rules say of it (identity_rules.h) goes before all.
 *
 * A type that has no row is one of `others`: it follows by name, with the limit and the
 * sharing of all others, and belongs to its source when its name ends in _id.
 */
#ifndef IDENTITY_KNOWN_IDENTIFIERS_H
#define IDENTITY_KNOWN_IDENTIFIERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct known_identifier {
	struct span name;
	bool ranked;		/* has a priority: the strongest first, all before others */
	bool shared;		/* ends in _id, but means the same in every source */
	bool several;		/* people have several, or share one: it tells nobody apart */
	bool person;		/* what stands beside one value of it is one person's */
	uint32_t limit;		/* of values a customer; 0: that of others */
	uint32_t records, people;	/* with more of either a value is shared by too many;
					   0: as others; UINT32_MAX: never */
	bool (*is_placeholder)(struct span value);	/* NULL: none of its own */
};

extern const struct known_identifier known_identifiers[];
extern const size_t known_identifier_count;

/* The row of TYPE; NULL: there is none. */
const struct known_identifier *known_identifier_find(struct span type);

/*
 * The row that TYPE, which has none, is one slip away from ("emial"); NULL: none.  A source's own
 * numbers, whose names end in _id, go by any name.
 */
const struct known_identifier *known_identifier_near(struct span type);

/* Appends TYPE as a rules file has it, so that it is read back. */
void known_identifier_put(struct span type, struct buf *out);

/* By the default priority: < 0 when type A goes before B. */
int known_identifier_compare(struct span a, struct span b);

/*
 * Does VALUE, without blanks around it, mean nobody: a word that means nothing (null_word.h),
 * or what the row of TYPE refuses?
 */
bool known_identifier_is_placeholder(struct span type, struct span value);

#endif
