/*
 * Which of many pairs speak for one person, and how much.
 *
 * Of the pairs that blocking brings together one in thirty does.  A pair starts
 * with the most that it can reach: its equal values count as they are, every
 * other column with its best level below equality.  Then columns are really
 * compared, those first that are cheap and bring the sum down, until it cannot
 * become positive any more (most pairs after one or two) or all levels are
 * known.  What comes out is exactly what weights_score says.
 */
#ifndef MATCH_SCORER_H
#define MATCH_SCORER_H

#include "match/weights.h"

struct scorer {
	const struct columns *columns;
	const struct weights *weights;
	struct scorer_step {
		unsigned char column;
		unsigned char exact;	/* level */
		double best;		/* of the levels below it, or 0 */
	} steps[COLUMNS_MAX];		/* in the order of comparing */
};

/* Both borrowed. */
void scorer_init(struct scorer *s, const struct columns *c, const struct weights *w);

/*
 * The score of records A and B with its *PATTERN and *EVIDENCE, or 0 when it is
 * not positive.
 */
double scorer_positive(const struct scorer *s, struct agreement_cache *cache,
		       uint32_t a, uint32_t b, uint64_t *pattern, double *evidence);

#endif
