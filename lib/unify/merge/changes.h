/*
 * What became of the customers of the run before, whose profiles are among the
 * input: the old profile of each event against its customer now.
 *
 * Kept only when it is asked for: 4 bytes an event, and about 100 bytes an old
 * profile.  Old profiles are numbered as they come, but nothing that comes out
 * depends on that: ids decide.
 *
 *	created	a customer without an event of an old profile, and with a new id
 *	grew	an old id that is still there and has events of no old profile
 *	merged	a customer with events of several old profiles
 *	split	an old profile with events in several customers
 *	retired	an old id that no customer has any more
 *	moved	events of one old profile in a customer of another id
 */
#ifndef MERGE_CHANGES_H
#define MERGE_CHANGES_H

#include <stdint.h>

#include "base/map.h"
#include "unify/graph/customers.h"
#include "unify/graph/exclude.h"
#include "unify/index/sources.h"
#include "unify/index/twins.h"
#include "unify/golden/writer.h"

/* In the order in which one id's records are written. */
enum change_kind {
	CHANGE_CREATED, CHANGE_GREW, CHANGE_MERGED, CHANGE_SPLIT, CHANGE_RETIRED,
	CHANGE_MOVED, CHANGE_KINDS,
};

extern const char *const change_names[CHANGE_KINDS];

struct changes {
	struct map olds;	/* ids of old profiles, as bytes of a hash128 */
	uint32_t current;	/* number + 1 of the one that is being read; 0: none */
	uint32_t *of_event;	/* number + 1 of its old profile; 0: none */
	size_t count;		/* events noted */
	size_t cap;
	uint64_t counts[CHANGE_KINDS];	/* records written */
};

void changes_release(struct changes *c);

/* From now on events are of the old profile ID; of 0: of none. */
void changes_mark(struct changes *c, struct hash128 id);

/* Notes the next event, once for each, in the order of their numbers. */
void changes_note(struct changes *c);

/*
 * Before events_choose: all copies of an event get the old profile of any of them,
 * the smallest id where several have one.
 */
void changes_share(struct changes *c, const struct twins *twins);

size_t changes_bytes(const struct changes *c);

/* What changes_write reads. */
struct changes_view {
	const struct customers *customers;
	const struct events *events;	/* homes are customers */
	const struct store *store;	/* still whole */
	const struct sources *sources;
	const struct exclude *leaving;	/* they are no customers any more */
};

/* Writes the records (cdp-records(5)) by id and counts them.  -1: reading or writing. */
int changes_write(struct changes *c, const struct changes_view *view,
		  const struct merge_sink *sink, struct error *err);

#endif
