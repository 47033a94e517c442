/*
 * Who entered and who left a segment since an earlier run, whose output is read: 24 bytes a
 * customer, and each set of segments once; beyond the memory given it goes to a spill.
 *
 * Customers are found by id.  An id that changed in between is followed by the feed of cdp-merge
 * --changes: a customer was in all segments that the customers were in whose events it has now.  So
 * nobody enters or leaves because an id did.  A feed may be of several runs of cdp-merge, one behind the other:
 * who went on in an id that was retired later went on with it.  The feed is kept whole.
 *
 *	previous_open		reads the earlier output, and the feed
 *	previous_note		each profile of this run with its segments
 *	previous_gone		behind the last: customers whom this run does not have
 *	previous_count, previous_move
 *				what came of it, only then
 */
#ifndef SEGMENT_PREVIOUS_H
#define SEGMENT_PREVIOUS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "record/profile.h"
#include "understand/segment/rules.h"

struct previous;

/*
 * R is linked; its segments are compared.  R NULL: all segments that either output has.  FEED may be NULL; ALLOW_EMPTY: files of no bytes are no cuts.
 * NULL with *ERR.  Owned: previous_free.
 */
struct previous *previous_open(const struct rules *r, const char *path, const char *feed,
			       bool allow_empty, uint64_t memory, const char *scratch, struct error *err);
void previous_free(struct previous *v);

/*
 * Compares P, which has its segments of this run.  Where they changed, appends a record to OUT
 * (NULL: none is wanted).  0, or -1 with *ERR.
 */
int previous_note(struct previous *v, const struct profile *p, struct buf *out, struct error *err);

/* Reads the earlier output again; appends a record for each customer who is not there any more. */
int previous_gone(struct previous *v, struct buf *out, struct error *err);

/* Calls TAKE with the hash_128 of each id that went on in the customer ID, by the feed.  0, or -1 when TAKE did. */
int previous_each_old(struct previous *v, struct span id, int (*take)(void *context, struct hash128 key, struct error *err),
		      void *context, struct error *err);

struct previous_count {
	struct span name;
	uint64_t before, entered, left, now;
};

/* Segment I, in the byte order of their names; false behind the last. */
bool previous_count(const struct previous *v, size_t i, struct previous_count *out);

/* Customers, of whom so many were not there before, and so many are not there any more. */
struct previous_customers {
	uint64_t before, added, gone, followed, changed;
};

struct previous_customers previous_customers(const struct previous *v);

/*
 * Move I between segments that exclude each other, in the order of their names: who was in FROM is in TO.
 * Such are those of one labeller; where R is NULL, those whose names are alike before the first "_" ("rfm" of
 * rfm_champions), when there are several and no customer has two of them in either output.
 */
#define PREVIOUS_NONE SIZE_MAX	/* in none of them, or no customer */

struct previous_move {
	size_t from, to;
	struct span family;	/* "rfm" */
	uint64_t customers;
};

bool previous_move(const struct previous *v, size_t i, struct previous_move *out);

/* The name of FROM or TO; "none" of PREVIOUS_NONE. */
struct span previous_name(const struct previous *v, size_t segment);

/* Segments that the earlier output has and this run does not make; the first of them to *NAME. */
size_t previous_others(const struct previous *v, struct span *name);

/* Does the earlier output know segments at all? */
bool previous_has_segments(const struct previous *v);

#endif
