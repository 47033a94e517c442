/* Growing lists of numbers: records, identifiers, ends of cannot-links. */
#ifndef IDENTITY_NUMBERS_H
#define IDENTITY_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numbers {
	uint32_t *list;
	size_t count;
	size_t cap;
};

void numbers_add(struct numbers *n, uint32_t number);

/* Both lists are ascending; the result is, too, without repetition; owned. */
struct numbers numbers_unite(const struct numbers *x, const struct numbers *y);

/* Both are ends of cannot-links, ascending: number * 2 + which end.  Is one end of
 * any in X and the other in Y? */
bool numbers_are_apart(const struct numbers *x, const struct numbers *y);

#endif
