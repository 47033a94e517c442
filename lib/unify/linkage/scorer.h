/*
 * Which of many pairs speak for one person, and how much.
 *
 * Of the pairs that blocking brings together one in thirty does.  A pair starts
 * with the most that it can reach: its equal values count as they are, every
 * other column with its best level below equality.  Then columns are really
 * compared, those first that are cheap and bring the sum down, until it cannot
 * be above the floor any more (most pairs after one or two) or all levels are
 * known.  What comes out is exactly what weights_score says.
 */
#ifndef LINKAGE_SCORER_H
#define LINKAGE_SCORER_H

#include <stdbool.h>

#include "unify/linkage/weights.h"

struct scorer {
	const struct columns *columns;
	const struct weights *weights;
	double floor;		/* scores up to it do not matter */
	struct scorer_step {
		unsigned char column;
		unsigned char exact;	/* level */
		double best;		/* of the levels below it, or 0 */
	} steps[COLUMNS_MAX];		/* in the order of comparing */
};

struct scorer_pair {
	uint64_t pattern;
	double score;
	double evidence;	/* the score without the prior */
};

/* C and W are borrowed. */
void scorer_init(struct scorer *s, const struct columns *c, const struct weights *w,
		 double floor);

/* Is the score of records A and B above the floor?  Only then *OUT is set. */
bool scorer_above(const struct scorer *s, struct agreement_cache *cache,
		  uint32_t a, uint32_t b, struct scorer_pair *out);

#endif
