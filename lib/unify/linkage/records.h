/*
 * Records: what matching compares.  A record is a fragment (fragments.h: distinct
 * `ids` and `traits` of events) whose traits say something of who it is; events
 * that say the same are one record.
 *
 * Records are ordered by a hash of their bytes, which is the same everywhere:
 * so their numbers do not depend on the input's order, and the first so many
 * of them are a fair sample.
 */
#ifndef LINKAGE_RECORDS_H
#define LINKAGE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "unify/linkage/columns.h"
#include "unify/identity/identifier.h"
#include "unify/index/fragments.h"

#define RECORD_NONE UINT32_MAX

struct records {
	uint32_t *fragments;	/* by record: its fragment */
	uint32_t *of_fragment;	/* by fragment: its record, or RECORD_NONE */
	size_t count;
	bool split;		/* they are people (a first or last name, a date of birth):
				   whole names are split */
};

#define RECORDS_INIT ((struct records){0})

void records_release(struct records *r);

/*
 * How many telling traits FRAGMENT has; *PEOPLE becomes true when one of them is a
 * first or a last name or a date of birth.
 */
unsigned record_traits(struct span fragment, bool *people);

/*
 * For a loop over records, which is at RECORD: fetches the fragments of those behind
 * it, who stand anywhere in memory, and their identifiers.
 */
static inline void records_prefetch(const struct records *r, const struct fragments *p,
				    size_t record)
{
	if (record + 32 < r->count)
		__builtin_prefetch(&p->list[r->fragments[record + 32]]);
	if (record + 16 < r->count)
		__builtin_prefetch(&p->others[p->list[r->fragments[record + 16]].others]);
}

/*
 * By fragment what record_traits says of it: the count, RECORD_TRAITS at most, and
 * RECORD_PEOPLE.  Owned: mem_free.
 */
#define RECORD_TRAITS 3
#define RECORD_PEOPLE 4
unsigned char *records_look(const struct fragments *p, unsigned workers);

/* The records among P, of which LOOK is known; KEPT(fragment) says whether an event
 * of it is kept. */
void records_gather(struct records *r, const struct fragments *p, const unsigned char *look,
		    bool (*kept)(const void *context, uint32_t fragment),
		    const void *context, unsigned workers);

/* Fills C, which gets the columns of the records. */
void records_fill(const struct records *r, const struct fragments *p,
		  const struct identifiers *t, const struct blocked *blocked,
		  struct columns *c, unsigned workers);

#endif
