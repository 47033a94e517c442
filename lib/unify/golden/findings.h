/*
 * What a person should look at in a customer's orders.  The figures stay as they
 * are defined (record/orders.h): nobody knows here which of two totals is true.
 *
 * Two totals: an order number that completed orders of one source have with
 * revenue at several times.  All of it adds up, as lines of one order do; but lines
 * have one time, so this is an order that was exported twice.  So is one whose
 * events have one time and other amounts, but say nothing else that differs and no product:
 * a line says of what it is one.
 */
#ifndef GOLDEN_FINDINGS_H
#define GOLDEN_FINDINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "unify/index/moment_event.h"
#include "unify/index/purchase.h"
#include "unify/index/sources.h"

#define DOUBTS_TOLD_MAX 5

struct findings {
	uint64_t two_totals;		/* order ids */
	uint64_t refunds_without_order;	/* order ids of refunds that nobody completed */
	uint64_t refunds_before_order;	/* dated before it */
	struct order_findings orders;
	struct buf told;		/* of the first two_totals: a sentence a line */
	unsigned told_count;
};

void findings_release(struct findings *d);
void findings_clear(struct findings *d);	/* keeps the memory */
void findings_add(struct findings *to, const struct findings *more);

/* Adds those of settled purchases S, whose numbers are those of EVENTS. */
void findings_collect(struct findings *d, const struct purchases *s,
		 const struct moment_event *events, const struct sources *sources);

#endif
