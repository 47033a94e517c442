/*
 * Matching in the identity graph: records become customers.
 *
 * MATCH_BOTH: identifiers are law, the graph's customers are what is joined by
 * likeness.  MATCH_FUZZY: identifiers of records are evidence like any other
 * column; a shared e-mail address joins two records only when the rest does
 * not speak against it.  Only events that say nothing of who it is follow their
 * identifiers in any case.
 *
 * A record without any identifier takes part, too: it gets one of its own, the
 * smallest key of its events, that shows nowhere (the type RECORD_TYPE).
 */
#ifndef MERGE_JOINING_H
#define MERGE_JOINING_H

#include "merge/events.h"
#include "merge/graph.h"
#include "merge/links.h"
#include "merge/matching.h"

enum match_mode { MATCH_EXACT, MATCH_FUZZY, MATCH_BOTH };

struct joining {
	struct records records;
	struct matching matching;
	size_t strangers;	/* records without identifier */
};

#define JOINING_INIT ((struct joining){0})

void joining_release(struct joining *j);

/*
 * Finds the records, and names those without identifier: after duplicates are
 * judged, before identifiers_settle.
 */
int joining_begin(struct joining *j, struct persons *p, struct events *v,
		  struct identifiers *t, struct error *err);

/* Joins the graph's customers; G changes. */
void joining_run(struct joining *j, const struct persons *p,
		 const struct identifiers *t, const struct blocked *blocked,
		 struct graph *g, unsigned workers);

#endif
