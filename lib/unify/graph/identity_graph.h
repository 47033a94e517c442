/*
 * What the identity graph is made of, so that it is handed on as one: who says what (fragments,
 * events), the identifiers, what links them, what the ledger has decided, and the customers that
 * come of it (graph).  All borrowed.
 */
#ifndef GRAPH_IDENTITY_GRAPH_H
#define GRAPH_IDENTITY_GRAPH_H

#include "unify/graph/graph.h"
#include "unify/graph/links.h"
#include "unify/index/events.h"

struct identity_graph {
	struct fragments *fragments;
	struct events *events;
	struct identifiers *identifiers;
	struct links *links;
	struct decisions *decisions;
	struct graph *graph;
	unsigned workers;	/* threads that may be used */
};

#endif
