/*
 * The identity graph: which identifiers belong to one customer.
 *
 * Links are united in one total order: the weaker identifier's priority, then
 * the stronger one's, then the newest link first (undated ones last), then the
 * texts.  A union that would give a customer more values of a type than its
 * limit is refused.  The order is total, so the partition does not depend on
 * the order of coming.
 *
 * Only components that break a limit when all links are taken need that order:
 * in all others every link is accepted whatever the order.  So links are first
 * united freely (near-linear), and only the links of the few broken components
 * are sorted and replayed.
 */
#ifndef MERGE_GRAPH_H
#define MERGE_GRAPH_H

#include <stdint.h>

#include "match/identifier.h"
#include "merge/links.h"

struct refusal {
	uint32_t link;		/* number in the list of links */
	uint16_t type;		/* whose limit it would have broken */
};

struct graph {
	uint32_t *roots;	/* by identifier, after graph_settle */
	struct refusal *refusals;	/* in the total order */
	size_t refusal_count;
	size_t refusal_cap;
};

#define GRAPH_INIT ((struct graph){0})

void graph_release(struct graph *g);
void graph_settle(struct graph *g, const struct identifiers *t,
		  const struct links *l);

#endif
