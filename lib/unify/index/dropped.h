/*
 * Which values were dropped since they mean nobody (blocked.h) or nothing (validity.h), and how often,
 * for people to see: "guest" on orders of twelve is no customer, but a customer called "guest" would
 * be lost.  Blank values, and what rules or the ledger name, are no news and do not count.
 */
#ifndef INDEX_DROPPED_H
#define INDEX_DROPPED_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"

struct dropped {
	struct map values;	/* type, or trait, NUL value -> how often */
	uint64_t beyond;	/* of more values than are kept */
};

#define DROPPED_INIT ((struct dropped){0})

void dropped_release(struct dropped *d);

void dropped_clear(struct dropped *d);

/* TO += MORE. */
void dropped_add(struct dropped *to, const struct dropped *more);

void dropped_note(struct dropped *d, struct span type, struct span value);

/* Appends the most frequent ones to OUT, as "user_id 'guest' (12 records), ...": false: there are none. */
bool dropped_put(const struct dropped *d, struct buf *out);

#endif
