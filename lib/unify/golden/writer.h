/*
 * Writes the profiles by customer id, those of customers who leave apart, and the unidentified events by time, on
 * several threads: a job is a few hundred customers, jobs come out in order.
 */
#ifndef GOLDEN_WRITER_H
#define GOLDEN_WRITER_H

#include "unify/graph/exclude.h"
#include "unify/golden/profile_line.h"
#include "unify/graph/partitions.h"

/* Takes bytes of whole lines; -1 with *ERR ends the run. */
struct merge_sink {
	int (*put)(void *context, struct span bytes, struct error *err);
	void *context;
};

/* What is written where; borrowed. */
struct writer_outputs {
	const struct merge_sink *profiles;
	const struct merge_sink *unidentified;	/* the events without customer, as they are; its put may
						   be NULL: only the money counts */
	const struct exclude *leaving;
	const struct merge_sink *excluded;	/* the profiles of those who leave; likewise */
};

/* Adds to SUMS. */
int writer_run(const struct profile_inputs *profile_inputs, struct partitions *partitions,
	       unsigned workers, const struct writer_outputs *outputs, struct sums *sums,
	       struct error *err);

#endif
