/*
 * From the ledger to the graph: which identifiers must be one, which cannot.
 *
 * A record that the ledger names gets an identifier of its own (sharing.h), its
 * home from now on; what it says ties that to its identifiers.  So the record
 * can be kept apart from others with the same identifiers: these go where the
 * order of links takes them, and the record stays alone if it must.
 *
 * What is not in the data holds nothing, but passes must-links on.
 */
#ifndef GRAPH_LEDGER_DECISIONS_H
#define GRAPH_LEDGER_DECISIONS_H

#include "unify/graph/identity_graph.h"
#include "unify/identity/ledger.h"

/* Ends that are not in the data. */
struct ledger_missing {
	uint64_t count;
	uint32_t end;		/* the first, where there are some */
	uint32_t near;		/* an identifier that it may mean; IDENTIFIER_NONE: none is near */
};

/*
 * Fills the decisions, and changes fragments and events as above.  Once duplicates are judged,
 * before links->fragments is made.  An identifier that is not in the data as it is written
 * is looked for by its spelling (spelling.h).
 */
int ledger_decisions_make(const struct ledger *ledger, const struct identity_graph *of,
			  struct ledger_missing *missing, struct error *err);

#endif
