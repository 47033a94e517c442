/*
 * How right the customers are, measured by labels (truth.h).
 *
 * Pairwise: of the pairs of labelled records that are one customer, the share
 * that are one person (precision); of the pairs of one person, the share that
 * are one customer (recall); F1 is their harmonic mean.  B-cubed (Bagga and
 * Baldwin 1998): the same asked for each record and averaged, so that a large
 * cluster counts by its records and not by its pairs.  Labels that are not in
 * the data count in nothing but `missing`.
 */
#ifndef MEASURE_EVAL_H
#define MEASURE_EVAL_H

#include "unify/measure/truth.h"

/* Mistakes that are kept, of each kind. */
#define EVAL_MISTAKES 100

/* Two labels, as numbers of the truth's list. */
struct mistake {
	uint32_t a, b;
};

struct eval {
	uint64_t labels;	/* that are in the data */
	uint64_t missing;	/* that are not */
	uint64_t fragments, customers;
	uint64_t largest;	/* labels of one customer */
	uint64_t capped;	/* labels of customers with more than matching would join */
	uint64_t joined_pairs, true_pairs, right_pairs;
	double cubed_precision, cubed_recall;
	uint64_t false_pairs, missed_pairs;
	struct mistake *merged;		/* one customer, two fragments: by customer */
	size_t merged_count;
	struct mistake *missed;		/* one person, two customers: by person */
	size_t missed_count;
};

#define EVAL_INIT ((struct eval){0})

/* Of a truth that is settled. */
void eval_run(struct eval *e, const struct truth *t);
void eval_release(struct eval *e);

double eval_precision(const struct eval *e);	/* 1 where nothing is joined */
double eval_recall(const struct eval *e);	/* 1 where nothing is to be */
double eval_f1(double precision, double recall);

/* "labels: ...", sentences for people; and the figures as JSON members. */
void eval_describe(const struct eval *e, struct buf *out);
void eval_put(const struct eval *e, struct buf *out);

#endif
