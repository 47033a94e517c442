/*
 * Recency, frequency, monetary: when a customer last ordered, how often, and
 * for how much, each scored from 1 to 5 (best) among all customers with orders.  Two rooms
 * need it: cdp-segment names the scores, cdp-report counts them.
 *
 *	recency		whole days from the last order to as_of; fewer is better
 *	frequency	the number of orders
 *	monetary	revenue, exact, refunds taken off
 *
 * A profile without an order has none of the three: no scores, no segment.
 * Money in several currencies does not compare: then monetary is unknown, and
 * so is whatever reads it.
 *
 * A score is 1 plus the number of quintiles below the value (ranking.h), so equal values have
 * equal scores, and a quintile itself belongs to the lower one.  Where two quintiles or more are one
 * value, so many customers have it that fewer than five classes are left; these customers get the
 * score in the middle of the classes that they take up: of ten who all ordered twelve
 * times, six are not the rarest.  One order is the least that there is, and stays score 1.
 * Of a dimension in which all are alike everybody has score 3 (1 for one order).
 * Under RFM_QUINTILES_LEAST customers there are two classes, up to and above the median, of scores
 * 2 and 4 (a median that is the greatest value belongs to the upper one); under RFM_CUSTOMERS_LEAST
 * none.
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
	bool known;			/* there is a dated order */
	bool none;			/* there is no order at all */
	bool money_known;
	int64_t recency_days;
	int64_t frequency;
	__int128 monetary_micro;
	uint32_t tie;			/* decides among equal values where bins are ranks; the
					   caller's, of the customer's id */
	char currency[RFM_CURRENCY_MAX];	/* "": none named */
};

/* Reads P's order summary.  -1 with a data error when it is malformed. */
int rfm_read(const struct profile *p, struct rfm *out, struct error *err);

/* A quintile is a fifth: under ten customers some would be of a single one. */
#define RFM_QUINTILES_LEAST 10
/* Of fewer, halves would be of two, and say nothing about a kind of customer. */
#define RFM_CUSTOMERS_LEAST 6

enum rfm_dimension { RFM_RECENCY, RFM_FREQUENCY, RFM_MONETARY, RFM_DIMENSIONS };

extern const char *const rfm_names[RFM_DIMENSIONS];

enum rfm_bins {
	RFM_QUANTILE,	/* as above */
	RFM_NTILE,	/* by rank, classes of equal size: equal values may have different scores */
	RFM_PACKAGE,	/* as the R package rfm: a class begins at a quintile plus 1, ties get the lowest
			   score of their classes; amounts between the two are a class lower */
};

/* Ascending, times ten, in days, orders or millionths. */
struct rfm_cuts {
	size_t count;		/* 0: all are alike */
	__int128 at[QUINTILES];
};

/* What scoring needs of all customers; it can be saved (thresholds.h). */
struct rfm_scoring {
	enum rfm_bins bins;
	struct rfm_cuts cuts[RFM_DIMENSIONS];
	char currency[RFM_CURRENCY_MAX];
	bool currency_known;
	bool currency_mixed;		/* between customers */
};

struct rfm_scores {
	int recency;
	int frequency;
	int monetary;			/* 0: unknown */
};

/* Money of another currency than the scoring's is unknown. */
struct rfm_scores rfm_score(const struct rfm_scoring *s, const struct rfm *r);

/* Is monetary known to it? */
bool rfm_has_money(const struct rfm_scoring *s);

struct rfm_range {
	__int128 least;
	__int128 greatest;
};

/* All customers of a run. */
struct rfm_table {
	struct rfm_scoring scoring;
	struct ranking rankings[RFM_DIMENSIONS];
	struct rfm_range ranges[RFM_DIMENSIONS];
	uint64_t customers;
};

void rfm_table_init(struct rfm_table *t, enum rfm_bins bins, uint64_t memory, const char *scratch);
void rfm_table_release(struct rfm_table *t);

/* R must be known. */
int rfm_table_add(struct rfm_table *t, const struct rfm *r, struct error *err);

/* After the last customer: the thresholds. */
int rfm_table_finish(struct rfm_table *t, struct error *err);

/*
 * After the last customer: false where there are no scores, because the data does not tell
 * customers apart, and why appended to WHY: too few of them, or all alike in recency and frequency
 * (and monetary, where MONEY asks for it).
 */
bool rfm_tells_apart(const struct rfm_table *t, bool money, struct buf *why);

/* Appends a line for each doubt about scores that there are: classes that are missing, and why. */
void rfm_put_warnings(const struct rfm_table *t, bool money, struct buf *out);

/* With RFM_NTILE: appends a line for each dimension in which equal values have several scores by their ids. */
void rfm_put_split_ties(const struct rfm_table *t, bool money, struct buf *out);

/* Can a customer have SCORE? */
bool rfm_possible(const struct rfm_table *t, enum rfm_dimension d, int score);

/* Appends "R5 F3 M4: recency 12, frequency 4, monetary 220.5"; without an order that. */
void rfm_put_reason(const struct rfm *r, const struct rfm_scores *s,
		    struct buf *out);

/*
 * Appends a sentence about the thresholds: "recency <= 114, 180, 296.4, 481
 * days; frequency > 3, 4, 5, 7; monetary > 254.8, 381, 505.4, 665 EUR".
 */
void rfm_put_thresholds(const struct rfm_scoring *s, struct buf *out);

/* The same as a JSON object of arrays of numbers. */
void rfm_put_thresholds_value(const struct rfm_scoring *s, struct buf *out);

/* Appends the thresholds of one dimension, BETWEEN between them. */
void rfm_put_cuts(const struct rfm_scoring *s, enum rfm_dimension d, const char *between,
		  struct buf *out);

/*
 * Appends which values have SCORE: "<= 4", "> 4 to 6", "6"; nothing where none has.
 * For quantiles.
 */
void rfm_put_range(const struct rfm_scoring *s, enum rfm_dimension d, int score, struct buf *out);

#endif
