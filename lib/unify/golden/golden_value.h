/*
 * A distinct value of a trait, what it means, and how two compare: for rules of
 * survivorship (survivorship_rule.h).
 *
 * Values are equal when they mean the same: 5 and 5.0 are one number, two texts of one
 * moment one time; all else is compared as text.
 */
#ifndef GOLDEN_GOLDEN_VALUE_H
#define GOLDEN_GOLDEN_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/scan.h"

struct golden_value {
	uint32_t trait;
	uint32_t best;		/* the event that its rule prefers among those that say so */
	uint64_t count;		/* events that say so */
	struct value value;	/* as that event writes it */
	struct span meaning;	/* equal for equal values */
	bool invalid;
	bool doubtful;		/* only where there is no other */
	bool chosen;
};

/*
 * Appends a kind and what V means: equal bytes for equal values.  'n' a number,
 * 'm' a moment (8 bytes), 't' a text, 'b' a truth, 'j' other JSON.
 */
void golden_value_meaning(struct value v, struct buf *out);

/*
 * < 0 when X is smaller: numbers, also in texts, by size; times by moment; else by text.
 * Numbers stand before times, times before all else: *CLASSES gets that part of the
 * order, 0 where both are of one class.
 */
int golden_value_compare(const struct golden_value *x, const struct golden_value *y, int *classes);

/* Characters of a text, bytes of other JSON. */
size_t golden_value_length(const struct golden_value *v);

/* 1, 0, or -1 when V is neither: true, yes, y, on, 1; false, no, n, off, 0. */
int golden_value_truth(const struct golden_value *v);

#endif
