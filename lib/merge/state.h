/* What merge.c, settle.c and report.c share; nobody else includes it. */
#ifndef MERGE_STATE_H
#define MERGE_STATE_H

#include "merge/merge.h"

struct merge {
	struct merge_options options;
	struct blocked blocked;
	struct fact_maker *makers;	/* one a worker */
	struct identifiers identifiers;
	struct sources sources;
	struct store store;
	struct events events;
	struct links links;
	struct graph graph;
	struct customers customers;
	struct duplicates duplicates;
	int64_t *newest;		/* by source */
	struct merge_report report;
};

/* Times: as_of, the newest of each source, strays. */
void merge_look_at_times(struct merge *m);

#endif
