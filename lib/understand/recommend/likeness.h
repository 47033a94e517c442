/*
 * Which items go together, by the customers who have both: of each item those that are most like it.
 *
 *	cosine	sum of x_ui x_uj / (|x_i| |x_j| + h), with x_ui the weight of item i for customer u, and |x_i| the
 *		root of the sum of its squares.  h (shrinkage) is in customers: few in common are worth little.
 *		With weights of 1 that is n_ij / (sqrt(n_i n_j) + h).
 *	bm25	sum of y_ui y_uj idf_i idf_j, with y = x / (x + k1 (1 - b + b length_u / mean length)), k1 = 1.2,
 *		b = 0.75, and idf_i = ln(1 + (N - n_i + 0.5) / (n_i + 0.5)): customers of many items and items of
 *		many customers say less.
 *
 *	ease	-P_ij / P_jj, with P the inverse of X'X + h I (H. Steck, "Embarrassingly Shallow Autoencoders for Sparse
 *		Data", WWW 2019): how much item i itself adds to the chance of j beside all others.  What is not above
 *		0 is left out.  The inverse takes 8 bytes for each pair of items: where those of all items do not
 *		fit, only those that most customers have are learned.
 *
 * Two items that fewer than LIKENESS_LEAST customers have are not alike: one customer is chance.
 *
 * The cost is the sum of the squares of how many items a customer has, which histories.h caps.
 */
#ifndef RECOMMEND_LIKENESS_H
#define RECOMMEND_LIKENESS_H

#include <stdbool.h>

#include "understand/recommend/histories.h"

#define LIKENESS_LEAST 2

enum likeness_kind {
	LIKENESS_COSINE,
	LIKENESS_BM25,
	LIKENESS_EASE,
};

struct neighbour {
	uint32_t item;
	float score;
	uint32_t both;		/* customers who bought both */
};

struct likeness {
	struct neighbour *list;	/* of item i from i * most on, best first */
	uint32_t *counts;	/* by item */
	uint32_t most;
	uint32_t learned;	/* items, the first so many */
};

struct likeness_asked {
	enum likeness_kind kind;
	uint32_t most;		/* neighbours of an item */
	double shrink;		/* h; above 0 for LIKENESS_EASE */
	uint64_t memory;	/* LIKENESS_EASE: that the inverse may take */
	const bool *wanted;	/* by item: may it be offered? NULL: all may */
	unsigned workers;
};

/* Owned: likeness_release. */
void likeness_learn(struct likeness *l, const struct histories *h, const struct likeness_asked *asked);
void likeness_release(struct likeness *l);

#endif
