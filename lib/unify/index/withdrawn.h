/*
 * Records that their source has no more: the contact that was deleted in the CRM.
 *
 * A source that exports all it has, each time, says so by what it leaves out.  For such a
 * source the run is given yesterday's profiles and today's export: a record that only a
 * profile has is withdrawn.  Records without id have no name and stay.
 */
#ifndef INDEX_WITHDRAWN_H
#define INDEX_WITHDRAWN_H

#include <stdbool.h>

#include "base/map.h"
#include "unify/index/events.h"
#include "unify/index/sources.h"
#include "unify/index/twins.h"

struct withdrawn {
	struct map sources;	/* that are snapshots; number 1: an event came beside profiles */
	bool in_profile;	/* the events that are being read */
	bool *of_profile;	/* by event */
	size_t noted, cap;
	struct map names;	/* "crm/17"; no more than WITHDRAWN_NAMED, the first by text */
	uint64_t count;
};

#define WITHDRAWN_NAMED 100

void withdrawn_release(struct withdrawn *w);

static inline bool withdrawn_is_wanted(const struct withdrawn *w)
{
	return w->sources.count > 0;
}

/* NAME is a snapshot. */
void withdrawn_add_source(struct withdrawn *w, struct span name);

/* Notes the next event, in the order of their numbers. */
void withdrawn_note(struct withdrawn *w);

/* Before events_choose: what stands beside profiles, too, is of the export. */
void withdrawn_share(struct withdrawn *w, const struct twins *twins);

/*
 * After it: takes the withdrawn events out, as duplicates are.  -1: a source has no event beside
 * profiles, a usage error, or the store cannot be read.
 */
int withdrawn_take(struct withdrawn *w, struct events *v, const struct store *s, const struct sources *sources,
		   struct error *err);

#endif
