/*
 * What shared values mean for the fragments and events that have them: these lose the
 * identifiers that do not tie them, and get one of value and name where they have no
 * other.  shared_values.c begins, calls splitting_keep or splitting_take for each, and
 * ends with splitting_end.
 */
#ifndef GRAPH_SHARED_VALUES_SPLIT_H
#define GRAPH_SHARED_VALUES_SPLIT_H

#include "base/map.h"
#include "unify/graph/shared_values.h"

/* One of a household's people, by the identifier of the value with its name. */
struct household_member {
	uint32_t value;
	uint32_t named;
	bool namesake;		/* of several with that name */
	struct who who;
};

struct splitting {
	struct shared_values *values;
	struct fragments *fragments;
	struct events *events;
	struct links *links;
	struct identifiers *identifiers;
	struct decisions *decisions;
	struct error *err;
	bool household;		/* households count */
	struct who who;		/* of the holder at hand */
	struct span name;	/* its full name, folded; empty: none */
	uint32_t *usable, *shown;	/* scratch */
	size_t usable_cap, shown_cap;
	size_t usable_count, shown_count;
	struct sighting *sightings;	/* the new list */
	size_t sighting_count, sighting_cap;
	struct household_member *household_members;
	size_t household_member_count, household_member_cap;
	struct buf key;
	bool failed;
};

/* The holder NUMBER keeps all of IDS; or loses what is shared. */
void splitting_keep(struct splitting *s, bool is_inline, uint32_t number,
		    const uint32_t *ids, size_t count);
void splitting_take(struct splitting *s, bool is_inline, uint32_t number,
		    const uint32_t *ids, size_t count);

/* After the last: the new sightings, and who is kept apart. */
void splitting_end(struct splitting *s);

#endif
