/*
 * What a text must hold for a regular expression to match it: found by reading
 * the expression, not by running it.
 *
 * Trying a thousand expressions on one text takes most of a millisecond; most of
 * them ask for words that the text does not have.  The answer here is a list of
 * sets of literals: of each set at least one literal stands in every text that
 * matches.  It may ask for less than the expression does, never for more.  What
 * is not understood (look-around, back references, classes) asks for nothing.
 *
 * Literals are in lower case (ASCII), to be looked for in texts in lower case.
 */
#ifndef REFERENCE_LITERAL_H
#define REFERENCE_LITERAL_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

#define LITERAL_SETS_MAX 8	/* of an expression */

struct literal_set {
	struct span *items;
	size_t count;
	size_t cap;
};

struct literal_need {
	struct literal_set sets[LITERAL_SETS_MAX];
	size_t count;			/* 0: any text may match */
};

/* Sets and texts live in A. */
void literal_need_of(struct span pattern, struct arena *a,
		     struct literal_need *out);

#endif
