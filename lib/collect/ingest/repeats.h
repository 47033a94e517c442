/*
 * Does a column of money hold an order's total on each of its lines?  Then summing
 * its lines counts it many times.
 */
#ifndef INGEST_REPEATS_H
#define INGEST_REPEATS_H

#include "collect/mapping/plan.h"

/*
 * Looks at rows one after another; columns are those of P's plain targets.
 */
struct repeats;

/* NULL when P has no order id beside money.  Owned: repeats_free. */
struct repeats *repeats_new(const struct plan *p);
void repeats_free(struct repeats *r);

void repeats_take(struct repeats *r, const struct row *row);

/* There are no more rows. */
void repeats_end(struct repeats *r);

/*
 * A target whose value is the same on all lines of each of at least three
 * orders of several lines (REPEATS), or differs within one; NULL when there is
 * none.  *ORDER: an order that shows it, borrowed.
 */
const struct target *repeats_find(const struct repeats *r, bool repeats,
				  struct span *order);

#endif
