/*
 * Shared values on the profiles of those who have them: a copy for each customer
 * (identifiers_copy), which ties nothing.
 */
#ifndef GRAPH_SHARED_VALUES_SHOW_H
#define GRAPH_SHARED_VALUES_SHOW_H

#include "unify/graph/shared_values.h"

/* Puts the shared values on the profiles of all who have them, unless the decisions keep them
 * apart: copies among identifiers, links and in the graph.  After that is settled. */
int shared_values_show(const struct shared_values *g, const struct identity_graph *of, struct error *err);

#endif
