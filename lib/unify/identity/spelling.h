/*
 * How people write an identifier in a list, where the data have it otherwise: "Anna@Example.com"
 * for anna@example.com, "+1 (202) 555-0143" for +12025550143.
 *
 * An address and a phone number are one in all their spellings.  Of other types another case may
 * be another identifier: there a spelling only says what may be meant.
 */
#ifndef IDENTITY_SPELLING_H
#define IDENTITY_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"
#include "unify/identity/identifier.h"

/* Are spellings of a value of TYPE one identifier? */
bool spelling_is_sure(struct span type);

/*
 * Appends what spellings of VALUE have in common: of an address small letters, without a name
 * around it; of a phone number its digits; else small letters.
 */
void spelling_put(struct span type, struct span value, struct buf *out);

/* The key of an identifier in a map for spelling_search: TYPE in small letters, NUL, spelling. */
void spelling_put_key(struct span type, struct span value, struct buf *out);

/*
 * Calls TAKE with each identifier of T that has a key in WANTED, by the name of its type with or without
 * its source: ENTRY is the key's.  In the order of T.
 */
void spelling_search(const struct identifiers *t, const struct map *wanted,
		     void (*take)(void *context, size_t entry, uint32_t identifier), void *context);

#endif
