/*
 * What a finished record goes through before it is written, each step only where an
 * option asks for it.  The one place that says their order:
 *
 *	enrichment	while the record is made (enrich.h): it sees what is true
 *	arrival		late and future events: marked or rejected
 *	schema		the tracking plan: marked, stripped or rejected
 *	privacy		what is hidden; last, so that the others see what is true
 *
 * A step sees the record as text and gives a new text; it never touches `type`
 * and `id`, with which a record begins, so that a hashed id can be patched later.
 * One finisher for each worker; what it counts goes into the worker's batches.
 */
#ifndef INGEST_FINISH_H
#define INGEST_FINISH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "collect/quality/arrival.h"
#include "collect/privacy/privacy.h"
#include "collect/quality/schema.h"

/* The steps; shared by all workers, read only. */
struct finish_steps {
	const struct arrival *arrival;	/* NULL: none */
	const struct schema *schema;	/* NULL: none */
	const struct privacy *privacy;	/* NULL: none */
};

/* True: there is something to do. */
bool finish_wanted(const struct finish_steps *steps);

/* Some of a record is hidden. */
bool finish_hides(const struct finish_steps *steps);

/* See privacy.h; 0: addresses stay. */
unsigned finish_address_bits(const struct finish_steps *steps);

struct finish_counts {
	uint64_t late;
	uint64_t future;
	struct schema_counts plan;
	struct privacy_counts hidden;
};

#define FINISH_COUNTS_INIT ((struct finish_counts){0})

/* SUM += PART.  In the order of the input, for any number of workers. */
void finish_counts_add(struct finish_counts *sum, const struct finish_counts *part);
void finish_counts_clear(struct finish_counts *c);
void finish_counts_release(struct finish_counts *c);

struct finisher;

/* STEPS is borrowed.  Owned: finisher_free. */
struct finisher *finisher_new(const struct finish_steps *steps);
void finisher_free(struct finisher *g);

/*
 * The record from BEGIN to the end of OUT, a line with its newline, passes: it is
 * replaced by what the steps make of it, and counted in COUNTS.  -1 with a data
 * error: it is rejected and gone from OUT, and only what refused it is counted.
 */
int finisher_run(struct finisher *g, struct buf *out, size_t begin,
	      struct finish_counts *counts, struct error *err);

#endif
