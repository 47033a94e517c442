/*
 * The pairs of blocks, in jobs for several threads.
 */
#ifndef LINKAGE_BLOCKING_WALK_H
#define LINKAGE_BLOCKING_WALK_H

#include "unify/linkage/blocking.h"

/* A share of the pairs, for one worker. */
struct block_job {
	uint32_t rule;
	uint32_t from, to;	/* blocks */
	uint32_t row_from, row_to;	/* of a single block: rows of its triangle */
};

/* Owned: mem_free. */
struct block_job *blocking_jobs(const struct blocking *b, size_t *count);

/* The distinct pairs of all rules. */
uint64_t blocking_count(const struct blocking *b, unsigned workers);

/* Calls PAIR for each pair of JOB, a < b; DISTINCT: no earlier rule's. */
void blocking_walk(const struct blocking *b, const struct block_job *job,
		   bool distinct,
		   void (*pair)(void *context, uint32_t a, uint32_t b),
		   void *context);

#endif
