/*
 * A customer's consent, by purpose.  The most restrictive wins, and nobody may
 * take a difference for a yes.
 *
 * Of each source the latest dated statement counts (people change their minds).
 * Undated ones may be older or younger: a denial among them is not outdone by a
 * dated grant, a grant never outdoes a dated denial.  What a source says two ways, at
 * one time or so, is `conflict`; so is what sources differ in.
 */
#ifndef GOLDEN_CONSENTS_H
#define GOLDEN_CONSENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

enum consent {
	CONSENT_GRANTED,
	CONSENT_DENIED,
	CONSENT_CONFLICT,
};

/* What one source says. */
struct statement {
	struct span purpose;	/* as JSON, without quotes */
	uint32_t source;
	enum consent consent;
	int64_t time;		/* of the latest; MOMENT_NONE: undated */
	bool undated_denial;
};

/* One for each thread, reused.  Spans are borrowed from what was added. */
struct consents {
	struct statement *list;
	size_t count;
	size_t cap;
	struct map map;		/* source and purpose -> number in the list */
	struct buf key;
	struct arena purposes;
};

#define CONSENTS_INIT ((struct consents){0})

void consents_release(struct consents *c);
void consents_clear(struct consents *c);

/* OBJECT is raw and has been validated; in any order of events. */
void consents_add(struct consents *c, struct span object, uint32_t source,
		  int64_t time);

/* Appends the object, by purpose; sorts what C holds. */
void consents_put(struct consents *c, struct buf *out);

#endif
