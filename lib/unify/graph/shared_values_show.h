/*
 * Shared values on the profiles of those who have them: a copy for each customer
 * (identifiers_copy), which ties nothing.
 */
#ifndef GRAPH_SHARED_VALUES_SHOW_H
#define GRAPH_SHARED_VALUES_SHOW_H

#include "unify/graph/shared_values.h"

/* Puts the shared values on the profiles of all who have them, unless D keeps them
 * apart: copies in T, G and L.  After the graph is settled. */
int shared_values_show(struct shared_values *g, const struct decisions *d, const struct fragments *p,
		 const struct events *v, struct links *l, struct identifiers *t,
		 struct graph *graph, struct error *err);

#endif
