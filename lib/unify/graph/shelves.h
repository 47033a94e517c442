/*
 * The stored events in the order of customers, as far as memory allows.
 *
 * Where nothing was spilled there is one shelf: all events, where they are.
 * Otherwise the events are dealt out, in one sequential pass over the store,
 * to shelves that each fit into the memory left: a shelf holds the events of
 * consecutive customers (or, of the unidentified, of consecutive times) and is
 * read back as a whole when its turn comes.  So the disk sees long runs only,
 * whatever the order of the input.
 *
 * One customer is never cut: the largest has to fit into memory.
 */
#ifndef GRAPH_SHELVES_H
#define GRAPH_SHELVES_H

#include <stdint.h>

#include "unify/graph/customers.h"
#include "unify/index/events.h"
#include "unify/index/store.h"

struct extent {
	uint64_t offset;
	size_t len;
};

struct shelf {
	size_t from, to;	/* positions in the parts of events */
	uint64_t bytes;
	struct extent *extents;
	size_t extent_count;
	size_t extent_cap;
	char *waiting;		/* dealt, but not written yet */
	size_t waiting_len;
};

struct shelves {
	struct shelf *list;
	size_t count;
	size_t cap;
	struct store *store;
	struct events *events;
	struct spill *spill;	/* NULL: the events are in the store */
	char *base;		/* of the shelf that is open */
};

/*
 * Makes the shelves, each of about ROOM bytes.  The unidentified events of C
 * are sorted by time first.  Empties the store where it was spilled.
 */
int shelves_init(struct shelves *s, struct store *store, struct events *v,
		 struct customers *c, size_t room, struct error *err);
void shelves_release(struct shelves *s);

/* Brings shelf NUMBER into memory, instead of the one before. */
int shelves_open(struct shelves *s, size_t number, struct error *err);

/* An event of the open shelf.  Safe from several threads. */
static inline const struct stored *shelves_at(const struct shelves *s,
					      const struct entry *e)
{
	if (s->base)
		return (const struct stored *)(s->base + e->place);
	return store_at(s->store, e->place);
}

#endif
