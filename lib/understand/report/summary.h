/*
 * A profile's order summary, as reports read it: counts, and the money of each currency.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "base/buf.h"
#include "base/decimal.h"
#include "base/error.h"
#include "record/scan.h"

/* The member KEY, a whole number that is not negative; else 0. */
uint64_t summary_count(struct value orders, struct span key);

struct summary_money {
	struct decimal revenue;		/* net */
	struct decimal refunded;	/* 0 where it is not said */
};

/*
 * Calls PUT with each currency whose revenue is known, "" for an unknown one; never where there is neither an order nor
 * a refund.  TEXT is scratch.  0, or what PUT returned that is not 0.
 */
int summary_walk(struct value orders, int (*put)(void *context, struct span currency, const struct summary_money *money, struct error *err),
		 void *context, struct buf *text, struct error *err);

#endif
