/*
 * Recency, frequency, monetary: when a customer last ordered, how often, and
 * for how much, each scored from 1 to 5 (best) by the quintiles of all
 * customers with orders (ranking.h).  Two rooms need it: cdp-segment names the
 * scores, cdp-report counts them.
 *
 *	recency		whole days from the last order to as_of; fewer is better
 *	frequency	the number of orders
 *	monetary	revenue, exact, refunds taken off
 *
 * A profile without an order has none of the three: no scores, no segment.
 * Money in several currencies does not compare: then monetary is unknown, and
 * so is whatever reads it.
 */
#ifndef SEGMENT_RFM_H
#define SEGMENT_RFM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/profile.h"
#include "stats/ranking.h"

#define RFM_CURRENCY_MAX 12

struct rfm {
	bool known;			/* there is an order */
	bool money_known;
	int64_t recency_days;
	int64_t frequency;
	__int128 monetary_micro;
	char currency[RFM_CURRENCY_MAX];	/* "": none named */
};

/* Reads P's order summary.  -1 with a data error when it is malformed. */
int rfm_read(const struct profile *p, struct rfm *out, struct error *err);

struct rfm_scores {
	int recency;
	int frequency;
	int monetary;			/* 0: unknown */
};

/*
 * A quintile is a fifth: under ten customers some would be of a single one, and say
 * nothing about a kind of customer.
 */
#define RFM_CUSTOMERS_LEAST 10

struct rfm_range {
	__int128 least;
	__int128 greatest;
};

/* All customers of a run. */
struct rfm_table {
	struct ranking recency;
	struct ranking frequency;
	struct ranking monetary;
	uint64_t customers;
	struct rfm_range recency_range;
	struct rfm_range frequency_range;
	struct rfm_range monetary_range;
	char currency[RFM_CURRENCY_MAX];
	bool currency_known;
	bool currency_mixed;		/* between customers */
	__int128 recency_at[QUINTILES];	/* thresholds, times five */
	__int128 frequency_at[QUINTILES];
	__int128 monetary_at[QUINTILES];
};

void rfm_table_init(struct rfm_table *t, uint64_t memory, const char *scratch);
void rfm_table_release(struct rfm_table *t);

/* R must be known. */
int rfm_table_add(struct rfm_table *t, const struct rfm *r, struct error *err);

/* After the last customer: the thresholds. */
int rfm_table_finish(struct rfm_table *t, struct error *err);

/*
 * After the last customer: false where the scores would rank what the data does not
 * tell apart, and why appended to WHY: too few customers, or all alike in recency or
 * frequency (in monetary, where MONEY asks for it).
 */
bool rfm_tells_apart(const struct rfm_table *t, bool money, struct buf *why);

struct rfm_scores rfm_score(const struct rfm_table *t, const struct rfm *r);

/* Appends "R5 F3 M4: recency 12, frequency 4, monetary 220.5". */
void rfm_put_reason(const struct rfm *r, const struct rfm_scores *s,
		    struct buf *out);

/*
 * Appends a sentence about the thresholds: "recency <= 114, 180, 296.4, 481
 * days; frequency > 3, 4, 5, 7; monetary > 254.8, 381, 505.4, 665 EUR".
 */
void rfm_put_thresholds(const struct rfm_table *t, struct buf *out);

/* The same as a JSON object of arrays of numbers. */
void rfm_put_thresholds_value(const struct rfm_table *t, struct buf *out);

#endif
