/*
 * The stored events in the order of customers, as far as memory allows.
 *
 * Where nothing was spilled there is one partition: all events, where they are.
 * Otherwise the events are dealt out, in one sequential pass over the store,
 * to partitions that each fit into the memory left: a partition holds the events of
 * consecutive customers (or, of the unidentified, of consecutive times) and is
 * read back as a whole when its turn comes.  So the disk sees long runs only,
 * whatever the order of the input.
 *
 * One customer is never cut: the largest has to fit into memory.
 */
#ifndef GRAPH_PARTITIONS_H
#define GRAPH_PARTITIONS_H

#include <stdint.h>

#include "unify/graph/customers.h"
#include "unify/index/events.h"
#include "unify/index/store.h"

struct extent {
	uint64_t offset;
	size_t len;
};

struct partition {
	size_t from, to;	/* positions in the parts of events */
	uint64_t bytes;
	struct extent *extents;
	size_t extent_count;
	size_t extent_cap;
	char *waiting;		/* dealt, but not written yet */
	size_t waiting_len;
};

struct partitions {
	struct partition *list;
	size_t count;
	size_t cap;
	struct store *store;
	struct events *events;
	struct spill *spill;	/* NULL: the events are in the store */
	char *base;		/* of the partition that is open */
};

/*
 * Makes the partitions, each of about ROOM bytes.  The unidentified events of C
 * are sorted by time first.  Empties the store where it was spilled.
 */
int partitions_init(struct partitions *s, struct store *store, struct events *v,
		 struct customers *c, size_t room, struct error *err);
void partitions_release(struct partitions *s);

/* Brings partition NUMBER into memory, instead of the one before. */
int partitions_open(struct partitions *s, size_t number, struct error *err);

/* An event of the open partition.  Safe from several threads. */
static inline const struct stored *partitions_at(const struct partitions *s,
					      const struct entry *e)
{
	if (s->base)
		return (const struct stored *)(s->base + e->place);
	return store_at(s->store, e->place);
}

#endif
