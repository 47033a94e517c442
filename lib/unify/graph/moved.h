/*
 * What a shared browser moved.  A browser or device that several people log in on belongs
 * to the one who used it last, and all that is done on it without a login goes along:
 * also an order placed before that one's first login there.  It may be the other one's, so
 * the run says it.
 */
#ifndef GRAPH_MOVED_H
#define GRAPH_MOVED_H

#include "unify/graph/graph.h"
#include "unify/graph/links.h"
#include "unify/index/events.h"
#include "unify/index/purchase.h"
#include "unify/index/store.h"

struct moved {
	uint64_t orders;	/* completed */
	struct monies money;
	uint32_t example;	/* the identifier with most of them; IDENTIFIER_NONE */
};

#define MOVED_INIT ((struct moved){.example = IDENTIFIER_NONE})

void moved_release(struct moved *m);

/* Once the graph is settled, while homes are identifiers.  -1: the store cannot be read, or a sum
 * does not fit. */
int moved_find(struct moved *m, const struct identifiers *t, const struct links *l,
	       const struct graph *g, const struct events *v, const struct store *s, struct error *err);

#endif
