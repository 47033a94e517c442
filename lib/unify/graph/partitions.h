/*
 * The stored events in the order of customers, as far as memory allows.
 *
 *	all in memory			beyond memory
 *
 *	store	     one partition	store ---.	     .--> partition 1: fragments | events
 *	entries ---> the events,	entries --+- deal out +--> partition 2: fragments | events
 *	items	     where they are	fragments'	     '--> ...
 *
 * Where nothing was spilled there is one partition: all events, where they are.
 * Otherwise it is a Grace join: in one sequential pass the events are dealt out to
 * partitions that each fit into the memory left.  A partition has the events of consecutive
 * customers (or, of the unidentified, of consecutive times) with all that their profiles
 * need of the index, behind the fragments of these customers.  It is read back as a whole
 * when its turn comes, and grouped by customer in memory.  So the disk sees long runs only and
 * the index is gone through in its own order, whatever the order of the input.
 *
 * One customer is never cut: the largest has to fit into memory.
 */
#ifndef GRAPH_PARTITIONS_H
#define GRAPH_PARTITIONS_H

#include <stdint.h>

#include "io/dealer.h"
#include "unify/graph/customers.h"
#include "unify/index/events.h"
#include "unify/index/moment_event.h"
#include "unify/index/store.h"

/* What partitions are made for. */
enum partitions_use {
	PARTITIONS_LAST,	/* the last look at the events */
	PARTITIONS_EVIDENCE,	/* likewise, and single events are asked for */
	PARTITIONS_AHEAD,	/* a look before: the store, the entries and the fragments stay as they are */
};

struct partition {
	size_t from, to;	/* positions in the parts of events */
	uint32_t customer;	/* the first; the count of customers: unidentified */
	int64_t until;		/* of the unidentified: the time of the last */
	uint64_t bytes;
	uint64_t fragments;	/* of them, of the fragments, which come first */
};

struct partitions {
	struct partition *list;
	size_t count;
	size_t cap;
	struct store *store;
	struct events *events;
	struct fragments *fragments;
	const struct customers *customers;
	enum partitions_use use;
	struct dealer *dealer;	/* NULL: the events are in the store */
	uint32_t *partition_of;	/* while they are dealt out: by customer */
	uint32_t *owners;	/* likewise: by fragment, the customer that it is dealt to */
	char *base;		/* of the partition that is open */
	size_t base_cap;
	struct moment_event *opened;	/* its events, from its first position on */
	size_t opened_cap;
};

/*
 * Makes the partitions, each of about ROOM bytes; the unidentified events of C are sorted by time.  Where the
 * store was spilled it is emptied, and so are the bytes of the fragments: those of the open partition's
 * customers are there.
 *
 * PARTITIONS_EVIDENCE: all fragments stay where they are, and the place of an entry becomes that in its partition, for
 * those who ask for single events of the customers at hand.
 */
int partitions_init(struct partitions *s, struct store *store, struct events *v, struct fragments *fragments,
		 struct customers *c, enum partitions_use use, size_t room, struct error *err);
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
