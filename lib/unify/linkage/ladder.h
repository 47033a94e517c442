/*
 * What a threshold would do: the pairs that were compared by their score, one
 * rung a bit, with what the model expects of them and what labels say.
 *
 * Above a cut, expected precision is the mean probability, and expected recall
 * the share of all expected matches that lie above it; only pairs that were
 * compared and score above LADDER_FLOOR count.  With labels both are counted.
 */
#ifndef LINKAGE_LADDER_H
#define LINKAGE_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define LADDER_FLOOR (-10)
#define LADDER_RUNGS 51		/* the last one holds everything from 40 bits on */

struct rung {
	uint64_t pairs;
	uint64_t labelled;	/* both records are */
	uint64_t right;		/* of those: one person */
	double matches;		/* expected */
	double labelled_matches;	/* of them among the labelled */
};

struct ladder {
	struct rung rungs[LADDER_RUNGS];
};

enum ladder_label { LADDER_UNKNOWN, LADDER_WRONG, LADDER_RIGHT };

/* SCORE is above LADDER_FLOOR. */
void ladder_add(struct ladder *l, double score, enum ladder_label label);
void ladder_add_all(struct ladder *l, const struct ladder *more);

/* The score at which rung I begins. */
static inline int ladder_score(int i)
{
	return LADDER_FLOOR + i;
}

/* All pairs from rung FROM on. */
struct rung ladder_from(const struct ladder *l, int from);

/*
 * Is what the model expects of the labelled pairs above 0 bits far from what the labels
 * say of them, and by more than chance?  Then it is not shown: a model that was learned
 * from other people's families is sure of itself, and wrong.  One that expects too much
 * is off sooner than one that expects too little.
 */
bool ladder_is_off(const struct ladder *l);

/* A table for people, with labels where there are any; and a JSON array of all rungs. */
void ladder_describe(const struct ladder *l, struct buf *out);
void ladder_put(const struct ladder *l, struct buf *out);

#endif
