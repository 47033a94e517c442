/*
 * The customers of a run as rows of feature values, from which clusters are learned.
 *
 * Rows are put into the order of a digest of the customer's id, so that neither the order
 * of the input nor the number of workers changes a result, and the first so many rows are
 * a sample drawn by chance, the same in each run.
 */
#ifndef SEGMENT_CLUSTER_TABLE_H
#define SEGMENT_CLUSTER_TABLE_H

#include "base/hash.h"
#include "understand/segment/cluster_model.h"

struct table_row {
	struct hash128 key;		/* of the customer's id */
	__int128 revenue_micro;
	bool has_revenue;
	size_t at;			/* of its values among all */
};

/* How often a feature was what. */
struct table_column {
	uint64_t unknown;
	uint64_t numbers;
	uint64_t truths;		/* of these */
	uint64_t texts;
	struct map codes;		/* the texts, first come first */
};

struct cluster_table {
	struct features *features;	/* borrowed */
	struct table_row *rows;
	size_t count;
	size_t cap;
	double *values;			/* by row and feature: a number, or a code of `codes` */
	unsigned char *kinds;
	size_t value_cap;
	struct table_column columns[FEATURES_MAX];
	char currency[RFM_CURRENCY_MAX];	/* of revenue */
	bool currency_known;
	bool currency_mixed;		/* there is no sum of all revenue */

	/* Once settled: complete rows alone. */
	struct points points;
	size_t *complete;		/* by point: its row */
	double *numbers;
	uint32_t *coded;
	uint32_t code_counts[FEATURES_MAX];
};

void table_init(struct cluster_table *t, struct features *f);
void table_release(struct cluster_table *t);

/* Appends what the table is to know of P to OUT; -1: P cannot be read. */
int table_encode(struct feature_run *run, const struct profile *p, struct buf *out);
/* What it keeps of each customer, in bytes, with the k-means over it: see cdp-segment(1). */
uint64_t table_row_bytes(const struct features *f);
/* Takes those bytes. */
void table_add(struct cluster_table *t, struct span bytes);

/*
 * Behind the last row: the kind of each feature into M, which gets its scale, too, and the
 * points of all customers that have a place.  -1 with a usage error, such as for a feature
 * that is now a number, now a text.
 */
int table_settle(struct cluster_table *t, struct cluster_model *m, unsigned workers,
		 struct error *err);

#endif
