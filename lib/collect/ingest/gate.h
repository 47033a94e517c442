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
 * One gate for each worker; what it counts goes into the worker's batches.
 */
#ifndef INGEST_GATE_H
#define INGEST_GATE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "collect/quality/arrival.h"
#include "collect/privacy/privacy.h"
#include "collect/quality/schema.h"

/* The steps; shared by all workers, read only. */
struct gate_steps {
	const struct arrival *arrival;	/* NULL: none */
	const struct schema *schema;	/* NULL: none */
	const struct privacy *privacy;	/* NULL: none */
};

/* True: there is something to do. */
bool gate_wanted(const struct gate_steps *steps);

/* Some of a record is hidden. */
bool gate_hides(const struct gate_steps *steps);

/* See privacy.h; 0: addresses stay. */
unsigned gate_address_bits(const struct gate_steps *steps);

struct gate_counts {
	uint64_t late;
	uint64_t future;
	struct schema_counts plan;
	struct privacy_counts hidden;
};

#define GATE_COUNTS_INIT ((struct gate_counts){0})

/* SUM += PART.  In the order of the input, for any number of workers. */
void gate_counts_add(struct gate_counts *sum, const struct gate_counts *part);
void gate_counts_clear(struct gate_counts *c);
void gate_counts_release(struct gate_counts *c);

struct gate;

/* STEPS is borrowed.  Owned: gate_free. */
struct gate *gate_new(const struct gate_steps *steps);
void gate_free(struct gate *g);

/*
 * The record from BEGIN to the end of OUT, a line with its newline, passes: it is
 * replaced by what the steps make of it, and counted in COUNTS.  -1 with a data
 * error: it is rejected and gone from OUT.
 */
int gate_pass(struct gate *g, struct buf *out, size_t begin,
	      struct gate_counts *counts, struct error *err);

#endif
