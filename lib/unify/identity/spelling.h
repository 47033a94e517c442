/* Identifiers of a run by how people write them in a list: text/spelling.h. */
#ifndef IDENTITY_SPELLING_H
#define IDENTITY_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/span.h"
#include "text/spelling.h"
#include "unify/identity/identifier.h"

/* The key of an identifier in a map for spelling_search: TYPE in small letters, NUL, spelling. */
void spelling_put_key(struct span type, struct span value, struct buf *out);

/*
 * Calls TAKE with each identifier of T that has a key in WANTED, by the name of its type with or without
 * its source: ENTRY is the key's.  In the order of T.
 */
void spelling_search(const struct identifiers *t, const struct map *wanted,
		     void (*take)(void *context, size_t entry, uint32_t identifier), void *context);

#endif
