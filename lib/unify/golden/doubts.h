/*
 * What a person should look at in a customer's orders.  The figures stay as they
 * are defined (purchase.h): nobody can tell here which of two totals is true.
 *
 * Two totals: an order id that completed orders of several times or sources
 * have with revenue.  All of it adds up, as lines of one order do; but lines have
 * one time and one source, so this is an order that was told twice.
 */
#ifndef GOLDEN_DOUBTS_H
#define GOLDEN_DOUBTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "unify/golden/moment_event.h"
#include "unify/index/purchase.h"
#include "unify/index/sources.h"

#define DOUBTS_TOLD_MAX 5

struct doubts {
	uint64_t two_totals;		/* order ids */
	uint64_t refunds_without_order;	/* order ids of refunds that nobody completed */
	uint64_t refunds_before_order;	/* dated before it */
	struct buf told;		/* of the first two_totals: a sentence a line */
	unsigned told_count;
};

void doubts_release(struct doubts *d);
void doubts_clear(struct doubts *d);	/* keeps the memory */
void doubts_add(struct doubts *to, const struct doubts *more);

/* Adds those of sorted purchases S, whose numbers are those of EVENTS. */
void doubts_find(struct doubts *d, const struct purchases *s,
		 const struct moment_event *events, const struct sources *sources);

#endif
