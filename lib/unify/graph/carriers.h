/*
 * Which identifiers events carry, as they say it: a copy from before shared values and matching change what
 * ties them.  Kept only where those who leave are to be remembered (tombstones.h).
 */
#ifndef GRAPH_CARRIERS_H
#define GRAPH_CARRIERS_H

#include "unify/graph/identity_graph.h"

struct carriers {
	uint32_t *starts;		/* by fragment: its identifiers are ids[starts[i]] to starts[i + 1] */
	uint32_t *ids;
	size_t fragment_count;
	struct sighting *inlines;	/* of events whose fragment is not in the table, by event */
	size_t inline_count, inline_cap;
};

void carriers_release(struct carriers *c);

/* Of the events that are kept. */
void carriers_take(struct carriers *c, const struct identity_graph *of);

/*
 * Calls SEE with the identifiers of each event of OF that is kept, but once for those of one fragment and
 * one HOME, which is the home that the event has now.
 */
void carriers_each(const struct carriers *c, const struct identity_graph *of,
		   void (*see)(void *context, uint32_t event, uint32_t home, const uint32_t *ids, size_t count),
		   void *context);

#endif
