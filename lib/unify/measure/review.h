/*
 * The pairs of records that most need a person's eye.
 *
 * A pair whose score is near 0 could go either way; how much an answer would
 * change is the number of pairs of records that it moves: both customers where
 * they stand apart, the rest of the customer where they are joined.  Need is
 * p (1 - p) times that.  Of two customers, or of one, only the pair in greatest
 * need is shown.
 *
 * The list is CSV: decision (empty), record_a, record_b (as a ledger has them:
 * source/id), joined, score, probability, and for each column that matching compares its value on
 * both sides, in the form that is compared (lower case, without accents).
 */
#ifndef MEASURE_REVIEW_H
#define MEASURE_REVIEW_H

#include "unify/merge/merge.h"

/* After merge_settle, with `close_pairs` of the options: appends the MOST pairs in greatest need.  -1: a spill
 * cannot be read. */
int merge_put_review(const struct merge *m, size_t most, struct buf *out,
		     struct error *err);

#endif
