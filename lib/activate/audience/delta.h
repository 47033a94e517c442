/*
 * What changed since the last delivery that was acknowledged.
 *
 * A member is known to its target by its key; two customers with one key are one member there, that of
 * the smaller customer id.  The state is a file of JSON lines: what it is, then a member a line, by key:
 *
 *	{"type":"audience_state","target":"meta","members":1}
 *	{"id":"0a1b...","hash":"32 digits","key":["87924606...",""]}
 *
 * Whoever applies the removals and then the additions and changes to what the state before says has
 * what the state after says.
 */
#ifndef AUDIENCE_DELTA_H
#define AUDIENCE_DELTA_H

#include <stdint.h>

#include "activate/audience/audience.h"
#include "base/arena.h"
#include "base/hash.h"

struct roster_member {
	struct span id;
	struct span key;	/* a JSON array */
	struct span text;	/* the row; absent: of a state that was read */
	struct hash128 hash;	/* of it */
	bool twin;
};

struct roster {
	struct roster_member *list;
	size_t count, cap;
	struct arena texts;
};

#define ROSTER_INIT ((struct roster){0})

void roster_release(struct roster *m);

/* Adds the rows of a customer. */
void roster_add(struct roster *m, struct span id, struct span rows);

/*
 * In the order of their keys, without twins: how many customers lost all their rows to another's;
 * TWIN is called with each, in the order of their ids; may be NULL.
 */
uint64_t roster_settle(struct roster *m, void (*twin)(void *context, struct span id), void *context);

/* Reads a state of TARGET; PATH in messages.  -1 with a usage error: another target's, or none. */
int roster_load(struct roster *m, struct span text, const char *target, const char *path, struct error *err);

/* Adds the member of a LINE of a state; -1 with a usage error: it is none. */
int roster_add_line(struct roster *r, struct span line, struct error *err);

/* In the order of their keys again. */
void roster_sort(struct roster *r);

/* Appends the line of a member; the state. */
void roster_put_member(const struct roster_member *m, struct buf *out);
void roster_put(const struct roster *m, const char *target, struct buf *out);

struct delta {
	uint64_t added, changed, removed, same;
};

/*
 * Calls PUT with each member of AFTER that is new or changed, and REMOVE with each of BEFORE that is gone,
 * in the order of the keys.  Both are settled (a loaded state is).  Either may be NULL: to count.
 */
struct delta delta_walk(const struct roster *before, const struct roster *after,
			void (*put)(void *context, const struct roster_member *m),
			void (*remove)(void *context, const struct roster_member *m), void *context);

#endif
