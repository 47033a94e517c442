/*
 * Contacts that two people share: the address of a family, an office's phone.
 *
 * Such a value says that two records live together, not that they are one
 * person.  It is found among the records themselves: two that have it, and
 * whose first names and dates of birth are both different.  That it agrees then
 * weighs HOUSEHOLD_BITS, whatever the column's other values weigh.
 */
#ifndef LINKAGE_HOUSEHOLD_H
#define LINKAGE_HOUSEHOLD_H

#include "unify/linkage/weights.h"

#define HOUSEHOLD_BITS 1

/* Sets the adjustments of shared values; after weights_settle. */
void household_weigh(struct weights *w, const struct columns *c, unsigned workers);

#endif
