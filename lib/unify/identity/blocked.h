/*
 * Identifier values that are no identifiers: what forms, exports and SDKs
 * write when they know nothing ("null", "0", "n/a", 555-555-5555).  A blocked
 * value neither links nor names anybody; it is dropped from the event's
 * identifiers and counted.
 *
 * Values are compared without blanks around them and without regard to ASCII
 * case, phone numbers by their digits and +.  The user's own lists go before the built-in one, `allow` first; what
 * the ledger excludes goes before all.
 */
#ifndef IDENTITY_BLOCKED_H
#define IDENTITY_BLOCKED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/span.h"

/* Values of a type that a regular expression finds, ASCII case folded. */
struct blocked_pattern {
	struct span type;
	struct span text;
	struct regex *regex;	/* owned */
	bool allow;
};

struct blocked {
	struct map block;	/* "type=value", folded */
	struct map allow;
	struct map exclude;
	struct blocked_pattern *patterns;
	size_t pattern_count;
	size_t pattern_cap;
	struct arena texts;
};

#define BLOCKED_INIT ((struct blocked){0})

void blocked_release(struct blocked *b);

/* Adds a value to a list; or what a pattern finds, -1: it is none, a usage error. */
void blocked_add(struct blocked *b, bool allow, struct span type, struct span value);
int blocked_add_pattern(struct blocked *b, bool allow, struct span type,
			struct span pattern, struct error *err);
void blocked_exclude(struct blocked *b, struct span type, struct span value);

/* Appends the user's own lists as lines of a rules file. */
void blocked_put(const struct blocked *b, struct buf *out);

/* Safe from several threads once the lists are complete. */
bool blocked_is(const struct blocked *b, struct span type, struct span value);

/* The user's lists alone: 1 blocked, 0 allowed, -1 in neither. */
int blocked_listed(const struct blocked *b, struct span type,
		   struct span value);
#endif
