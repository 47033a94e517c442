/*
 * Identifiers that belong to several customers, after matching without exact
 * ties (MATCH_FUZZY): a family's address, a phone that changed hands.
 *
 * The graph knows each identifier once, at one customer.  That is the one whose
 * record had it first; every other customer gets a copy, an identifier of the
 * same type and text that stands on its profile and never makes its id.  A
 * customer with nothing but copies gets the hidden identifier of a record.
 *
 * What events that only carry identifiers have tied (a user_id to an address)
 * stays together and goes with the customer who had any of it first, unless
 * that would break a limit: then that customer, too, has copies.  What the ledger
 * ties goes with its customer in any case, and nobody has what it keeps from him
 * (apart.h).
 */
#ifndef GRAPH_SHARING_H
#define GRAPH_SHARING_H

#include "unify/graph/apart.h"
#include "unify/index/events.h"
#include "unify/graph/graph.h"
#include "unify/graph/links.h"
#include "unify/linkage/records.h"

struct sharing_task {
	const struct records *records;
	const uint32_t *customers;	/* by record: a number below records->count */
	const uint32_t *first;		/* by fragment: its first event */
	const struct events *events;
	const struct apart *apart;	/* after apart_group */
};

/* Changes the fragments' identifiers, adds to T, L and G.  -1: too many identifiers. */
int sharing_run(const struct sharing_task *task, struct fragments *p, struct identifiers *t,
		struct links *l, struct graph *g, struct error *err);

/*
 * The identifier of a record without any: of the smallest key of its events,
 * FIRST's, or of what it says.  IDENTIFIER_NONE: *ERR.
 */
uint32_t sharing_name_record(struct identifiers *t, const struct fragment *fragment,
			     const struct entry *first, struct error *err);

#endif
