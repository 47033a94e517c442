/*
 * Members of a row beside the plan's targets: those of JSON that came after the plan was made
 * (late_member.h), and those of objects that a rule spreads (`props.* = OBJECT`).
 *
 * They wait in m->extras until their section is written.  The paths met are remembered in the maker, up
 * to a number.
 */
#ifndef MAPPING_EXTRAS_H
#define MAPPING_EXTRAS_H

#include "collect/mapping/maker.h"

/* Adds a member that T, which lives as long as the row, says how to write; one whose key an extra has gets a number. */
void extras_add(struct maker *m, const struct target *t, const struct cell *cell);

/* What stands before the value of KEY: `,"key":`.  In A. */
struct span extras_prefix(struct span key, struct arena *a);

/* KEY, or KEY_2, _3 ...: the first that the plan does not have.  In m->late_arena. */
struct span extras_free_key(struct maker *m, enum section section, struct span key);

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
