/*
 * Members of a row beside the plan's targets: those of JSON that the plan does not know, as they
 * came after it was made, and those of objects that a rule spreads (`props.* = OBJECT`).
 *
 * They wait in m->extras until their section is written.  What a member means depends on
 * its path alone, so that it does not matter which worker met it first; the paths met are
 * remembered in the maker, up to a number.
 */
#ifndef MAPPING_EXTRAS_H
#define MAPPING_EXTRAS_H

#include "collect/mapping/maker.h"

/* Adds the members of ROW that the plan does not know to m->extras. */
void extras_find(struct maker *m, const struct row *row);

/*
 * Adds the members of the objects that rules spread into sections; a member whose field has a
 * rule of its own, which gives it a value, is left to that rule.  -1 with m->err.
 */
int extras_spread(struct maker *m, const struct row *row);

/*
 * Between batches: the caller has taken the names in m->new_late, which is emptied; paths are
 * forgotten when they are too many.
 */
void extras_forget(struct maker *m);

#endif
