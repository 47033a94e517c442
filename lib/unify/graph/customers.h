/*
 * From the graph to customers: their ids, and which identifiers and events
 * are whose.
 *
 * A customer is a component of the graph that owns an event.  Its anchor is
 * the identifier that it owned first: the earliest dated event of its own that
 * carries it (an undated sighting never makes an identifier older), ties by
 * priority, then by text; without any, its smallest record key (joining.h).  Its
 * id is the first 128 bits of the SHA-256 of
 * "type:value" of the anchor, as 32 hexadecimal digits; with a key, of the
 * HMAC-SHA-256.  So an id is a fact of the data (design, law 6).
 *
 * Customers are numbered in the order of their ids.
 */
#ifndef GRAPH_CUSTOMERS_H
#define GRAPH_CUSTOMERS_H

#include <stdint.h>

#include "unify/graph/identity_graph.h"
#include "unify/identity/identifier.h"
#include "unify/identity/ledger.h"
#include "unify/graph/moved.h"

#define CUSTOMER_NONE UINT32_MAX

/* A list cut into one part a customer: items[starts[i]] to starts[i + 1]. */
struct parts {
	uint32_t *items;
	uint32_t *starts;
};

struct customers {
	struct hash128 *ids;		/* ascending */
	size_t count;
	uint32_t *anchors;		/* identifiers */
	bool *pinned;			/* the ledger has given the id */
	uint32_t *numbers;		/* by root of the graph: its customer, or
					   CUSTOMER_NONE (it has no events) */
	struct seen *seen;		/* by identifier: in its customer's own events */
	struct parts identifiers;	/* of each customer, in no order */
	struct parts events;		/* of each customer, in no order; part
					   number `count` is the unidentified */
};

#define CUSTOMERS_INIT ((struct customers){0})

void customers_release(struct customers *c);

/*
 * LEDGER, which may be NULL, gives ids by its pins.  KEY absent: plain SHA-256.  The home of
 * each event that is kept becomes its customer; of the unidentified it stays
 * HOME_NONE.  What M gives back is of the customer it is given to.  LISTED: the items of
 * the parts of events are wanted, not only where each begins.
 */
void customers_settle(struct customers *c, const struct identity_graph *of, const struct moved *m,
		      struct span key, const struct ledger *ledger, bool listed);

static inline size_t parts_size(const struct parts *p, size_t i)
{
	return p->starts[i + 1] - p->starts[i];
}

#endif
