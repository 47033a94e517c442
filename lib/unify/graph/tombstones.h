/*
 * What is kept of customers who leave: lines of a suppression list (record/suppression.h), so that later runs
 * know them again and take nobody along.
 *
 *	entries	each identifier that no event of somebody who stays carries; each name at a shared value; each
 *		record, for exports that bring it again with less on it, or as it was before an edit; each line
 *		of the list of exclusions that was settled by that
 *	shared	each identifier that both carry, with what those who leave counted there
 *
 * So of a phone that two have in common a tombstone never takes the one who stays.
 */
#ifndef GRAPH_TOMBSTONES_H
#define GRAPH_TOMBSTONES_H

#include "unify/graph/carriers.h"
#include "unify/graph/exclude.h"

struct tombstones {
	struct buf lines;	/* sorted; empty: nobody leaves */
	size_t count;
};

void tombstones_release(struct tombstones *t);

/* After exclude_settle. */
void tombstones_make(struct tombstones *t, const struct identity_graph *of, const struct customers *c,
		     const struct exclude *x, struct shared_values *v, const struct carriers *carriers);

#endif
