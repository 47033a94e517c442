/*
 * What is known of a buyer at a cutoff, and what came behind it.
 *
 * Nothing behind the cutoff can get into what is known: the orders are read as of the cutoff, so that not even
 * the refund that came a week later takes one away.  Only where all orders of a customer are plain (completed
 * once, of one source, nothing paid back) are they read once and cut at each cutoff, which is the same.
 */
#ifndef PREDICT_BUYER_H
#define PREDICT_BUYER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/currency.h"
#include "base/error.h"
#include "journey/buying.h"
#include "record/profile.h"
#include "understand/predict/cutoff.h"

enum buyer_feature {
	BUYER_ORDERS,
	BUYER_REPEATS,		/* buying days after the first */
	BUYER_LAST,		/* days from the first to the last */
	BUYER_AGE,		/* days from the first to the cutoff */
	BUYER_SILENT,		/* days from the last to the cutoff */
	BUYER_GAP,		/* mean days between buying days; 0 with one */
	BUYER_OVERDUE,		/* silent / (gap + 1) */
	BUYER_DAYS_30,		/* buying days of the last 30 days */
	BUYER_DAYS_60,
	BUYER_DAYS_90,
	BUYER_DAYS_180,
	BUYER_TOTAL,		/* money; from here on */
	BUYER_MEAN,		/* an order */
	BUYER_SPENT_30,
	BUYER_SPENT_60,
	BUYER_SPENT_90,
	BUYER_SPENT_180,
	BUYER_FEATURES,
};

extern const char *const buyer_feature_names[BUYER_FEATURES];

struct buyer {
	bool known;		/* bought by the cutoff */
	bool bought;		/* the label: bought within the horizon behind it */
	int32_t repeats, last, age;	/* as struct history has them */
	bool money;		/* all amounts are known, in one currency */
	char currency[CURRENCY_SIZE];
	double features[BUYER_FEATURES];	/* NAN: not known */
};

/* Reused for one customer after another; one for each thread; zeroed at the start. */
struct buyer_reader {
	struct buying now, then;
};

void buyer_reader_release(struct buyer_reader *r);

/*
 * Reads P, whose as_of is known: OUT[i] as of cutoff i.  *KNOWN is false, and nothing was read, where the profile
 * carries no events or had some left out.  0, or -1 with a data error.
 */
int buyer_read(struct buyer_reader *r, const struct profile *p, const struct zone *zone,
	       const struct cutoffs *cutoffs, struct buyer *out, bool *known, struct error *err);

/* The same as of P's as_of, without a label. */
int buyer_read_now(struct buyer_reader *r, const struct profile *p, const struct zone *zone,
		   struct buyer *out, bool *known, struct error *err);

#endif
