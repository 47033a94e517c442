/*
 * Matching in the identity graph: records become customers.
 *
 * MATCH_BOTH: identifiers are law, the graph's customers are what is joined by
 * likeness.  MATCH_FUZZY: identifiers of records are evidence like any other
 * column; a shared e-mail address joins two records only when the rest does
 * not speak against it, and may belong to several customers (sharing.h).  Only events that say nothing of who it is follow their
 * identifiers in any case.
 *
 * A record without any identifier takes part, too: it gets one of its own, the
 * smallest key of its events, that shows nowhere (the type RECORD_TYPE).
 */
#ifndef GRAPH_JOINING_H
#define GRAPH_JOINING_H

#include "unify/graph/identity_graph.h"
#include "unify/linkage/matching.h"

enum match_mode { MATCH_EXACT, MATCH_FUZZY, MATCH_BOTH };

struct joining {
	struct records records;
	struct matching matching;
	enum match_mode mode;
	uint32_t *first;	/* by fragment: its first event by key */
	bool *silent;		/* by fragment: a record, with MATCH_FUZZY */
	size_t unnamed;	/* records without identifier */
	size_t unseen;		/* identifiers that are not the data's own */
	uint64_t *sources;	/* by record: a bit a source; NULL unless pairs are
				   chosen by source */
};

#define JOINING_INIT ((struct joining){0})

void joining_release(struct joining *j);

/*
 * Finds the records, and names those without identifier: after duplicates are
 * judged, before identifiers_settle and links_settle.
 */
int joining_begin(struct joining *j, enum match_mode mode, const struct identity_graph *of,
		  struct error *err);

/* Joins customers or records, as far as the decisions let them: the graph changes, with MATCH_FUZZY also
 * fragments, identifiers and links. */
int joining_run(struct joining *j, const struct identity_graph *of,
		const struct blocked *blocked, struct error *err);

#endif
