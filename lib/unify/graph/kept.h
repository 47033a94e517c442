/*
 * Which identifiers the data have: those of an event that is kept.  What only a version
 * said that another one has replaced is not there, so that a run over the profiles
 * of the day before, which have no replaced versions, makes the same customers.
 */
#ifndef GRAPH_KEPT_H
#define GRAPH_KEPT_H

#include <stdbool.h>

#include "unify/graph/links.h"
#include "unify/identity/identifier.h"
#include "unify/index/events.h"

/* By identifier, once duplicates are chosen among.  Owned: mem_free. */
bool *kept_find(const struct identifiers *t, const struct fragments *p, const struct events *v,
		const struct links *l);

#endif
