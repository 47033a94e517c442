/*
 * How good are the offers?  Of each customer who bought on two days the last one is held out; what is offered by
 * what came before is compared with what he bought on it (histories.h: hold_out).  Never a random split, which would
 * offer what was bought before.
 *
 * Of N offers, with T items bought on the day, and hits at ranks r:
 *	precision	hits / N
 *	recall		hits / T
 *	ndcg		sum of 1 / log2(r + 1) of the hits, of what the best list would have
 *	mrr		1 / the first rank, 0 without a hit
 *	coverage	items offered to anybody, of those that may be
 *	novelty		the mean of -log2 of the share of customers who bought the item; of one that was only
 *			looked at, as if one customer had
 * Means are over customers.  Segments are not looked at: a label of today knows the day that is held out.
 */
#ifndef RECOMMEND_EVALUATE_H
#define RECOMMEND_EVALUATE_H

#include "understand/recommend/offers.h"

#define EVALUATE_LEAST 30	/* customers, below which figures say nothing */

struct quality {
	enum offer_model model;
	double precision, recall, ndcg, mrr, coverage, novelty;
	double gain, gain_error;	/* ndcg of the first model less this one's, and its standard error */
};

struct evaluation {
	struct quality list[3];	/* the model, then popular and repeat, but for itself */
	size_t count;
	uint32_t customers;
};

/* O's histories must have been joined with hold_out. */
void evaluate(struct evaluation *e, const struct offers *o, unsigned workers);

/* The baseline that the model does not beat, for sure, by ndcg; NULL: it beats all. */
const struct quality *evaluate_unbeaten(const struct evaluation *e);

#endif
