/*
 * Identifier values that are no identifiers: what forms, exports and SDKs
 * write when they know nothing ("null", "0", "n/a", 555-555-5555).  A blocked
 * value neither links nor names anybody; it is dropped from the event's
 * identifiers and counted.
 *
 * Values are compared without blanks around them and without regard to ASCII
 * case.  The user's own lists go before the built-in one, `allow` first.
 */
#ifndef MATCH_BLOCKED_H
#define MATCH_BLOCKED_H

#include <stdbool.h>

#include "base/error.h"
#include "base/map.h"
#include "base/span.h"

struct blocked {
	struct map block;	/* "type=value", folded */
	struct map allow;
};

#define BLOCKED_INIT ((struct blocked){MAP_INIT, MAP_INIT})

void blocked_release(struct blocked *b);

/* PAIR is "TYPE=VALUE".  0, or -1 with a usage error when it is not. */
int blocked_block(struct blocked *b, struct span pair, struct error *err);
int blocked_allow(struct blocked *b, struct span pair, struct error *err);

/* Safe from several threads once the lists are complete. */
bool blocked_is(const struct blocked *b, struct span type, struct span value);

#endif
