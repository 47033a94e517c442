/*
 * What checks against a tracking plan have found, counted: records by what was done with
 * them, violations by event, field and keyword.  Each worker counts its own batches; the sum
 * is taken in the order of the input, so that it is the same for any number of workers.
 */
#ifndef QUALITY_SCHEMA_COUNTS_H
#define QUALITY_SCHEMA_COUNTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"

/* So many kinds are counted by name; the rest as one. */
#define SCHEMA_KINDS_MAX 1000

struct schema_counts {
	uint64_t allowed;	/* records with violations */
	uint64_t stripped;
	uint64_t blocked;
	uint64_t violations;
	struct map kinds;	/* event NUL field NUL keyword -> how many */
};

void schema_counts_add(struct schema_counts *sum, const struct schema_counts *part);
void schema_counts_clear(struct schema_counts *c);
void schema_counts_release(struct schema_counts *c);

/*
 * Appends a JSON array of the kinds, by event, field and keyword, to OUT; the most
 * frequent ones as text to WORDS (either may be NULL).
 */
void schema_counts_put(const struct schema_counts *c, struct buf *out,
		       struct buf *words);

#endif
