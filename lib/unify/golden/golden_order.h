/* What values mean, and which of two a rule prefers: for golden*.c. */
#ifndef GOLDEN_GOLDEN_ORDER_H
#define GOLDEN_GOLDEN_ORDER_H

#include "unify/golden/golden.h"

/*
 * Appends a kind and what V means: equal bytes for equal values.  'n' a number,
 * 'm' a moment (8 bytes), 't' a text, 'b' a truth, 'j' other JSON.
 */
void golden_meaning(struct value v, struct buf *out);

/* < 0 when KIND prefers X to Y; 0 where their events decide. */
int golden_order(enum survival_kind kind, const struct golden_value *x,
		 const struct golden_value *y);

/* 1, 0, or -1 when V is neither: true, yes, y, on, 1; false, no, n, off, 0. */
int golden_truth(const struct golden_value *v);

#endif
