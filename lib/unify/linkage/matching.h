/*
 * Probabilistic matching: which records are one person, judged by what they
 * say.  Columns (columns.h) are compared (agreement.h) for the pairs that
 * blocking brings together (blocking.h), weighed by a model that is learned
 * from the same data (weights.h, training.h), and records are joined where the
 * weights between them are positive (contraction.h).
 *
 * Nothing depends on the order of records or the number of threads.
 */
#ifndef LINKAGE_MATCHING_H
#define LINKAGE_MATCHING_H

#include "unify/linkage/blocking.h"
#include "unify/linkage/contraction.h"
#include "unify/linkage/ladder.h"
#include "unify/linkage/records.h"
#include "unify/linkage/training.h"
#include "unify/linkage/weights.h"
#include "unify/linkage/weights_file.h"

/* What else is wanted of a run; all may be 0. */
struct matching_wishes {
	const uint32_t *labels;	/* by record: the true person or UINT32_MAX; borrowed */
	bool ladder;
	bool close_pairs;		/* keep the pairs near the boundary */
	const struct weights_file *model;	/* nothing is learned; borrowed; or NULL */
	uint64_t pairs;		/* compare about so many a record; 0: the default */
	enum link_mode link;
};

/* A pair whose score is within CLOSE_BITS of 0. */
#define CLOSE_BITS 4

struct close_pair {
	uint32_t a, b;		/* records, a < b */
	float score;
};

struct matching {
	struct matching_wishes wishes;	/* set by the caller */
	struct columns columns;
	struct blocking blocking;
	struct weights weights;
	struct training training;
	struct scored_pair *pairs;	/* positive, of different units */
	size_t pair_count;
	struct ladder ladder;
	struct close_pair *close_pairs;
	size_t close_pair_count;
	size_t close_pair_cap;
	uint64_t compared;		/* pairs */
	uint64_t blocks_left_out;
	struct contraction_result result;
};

#define MATCHING_INIT ((struct matching){0})

void matching_release(struct matching *m);

/* As many pairs a record are compared by default. */
#define MATCHING_PAIRS 60

/*
 * Joins the units of U, whose units, unit_of, records, identifiers and table
 * (and link and sources) are set and whose records are those of R, into m->result.
 * SOURCES: by record, as in linking.h; NULL with LINK_BOTH; borrowed as long as M
 * is used.  -1: the model of the wishes cannot be used.
 */
int matching_run(struct matching *m, const struct records *r,
		 const struct fragments *p, const struct blocked *blocked,
		 const uint64_t *sources, const struct contraction *u, struct error *err);

/* The weight of records A < B for joining: see matching.c. */
double matching_weight(const struct matching *m, uint32_t a, uint32_t b);

/* What was done, in a sentence for people. */
void matching_report(const struct matching *m, struct buf *out);

/* What was learned, as a JSON object. */
void matching_put(const struct matching *m, struct buf *out);

#endif
