/*
 * How good predicted chances are: measures of ranking and of calibration, with intervals.
 *
 *	auc			the chance that a positive ranks above a negative, ties half
 *	average_precision	the sum of (recall gained) * precision, from the highest chance down,
 *				equal chances at once (scikit-learn's; not the trapezoid)
 *	log_loss		the mean of -ln of the chance given to what happened; chances are
 *				taken to be at least QUALITY_LEAST away from 0 and 1
 *	brier			the mean square of chance minus outcome
 *
 * Nothing here is ever NaN: where one class is missing `ranked` is false, auc is 0.5 and
 * average_precision the share of positives.
 */
#ifndef STATS_QUALITY_H
#define STATS_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUALITY_LEAST 1e-15
#define QUALITY_BINS 10

struct quality_rows {
	size_t count;			/* at most 2^32 */
	const double *p;		/* chances; finite */
	const unsigned char *y;		/* 1: it happened */
};

struct quality {
	bool ranked;		/* both classes are there */
	uint64_t count, positives;
	double mean_p;
	double auc, average_precision;
	double log_loss, brier;
};

void quality_measure(const struct quality_rows *rows, struct quality *out);

/*
 * The bootstrap: measures of ROUNDS samples of as many rows, drawn with replacement.  Two sets
 * of chances for the same rows are drawn alike by the same SEED, so that their differences can
 * be taken round by round.
 */
void quality_resample(const struct quality_rows *rows, uint64_t seed, struct quality *each,
		      size_t rounds);

/* How many rounds are worth their time for so many rows: 50 to 200. */
size_t quality_rounds(size_t rows);

struct quality_interval {
	double low, high;
};

/* The middle 95 % of COUNT values (quantiles of type 7), which it sorts. */
struct quality_interval quality_interval(double *values, size_t count);

/* Of what happened HITS times in COUNT, the 95 % interval of its chance (Wilson 1927). */
struct quality_interval quality_share(uint64_t hits, uint64_t count);

/* Rows of nearly equal number in order of their chance; equal chances are never parted. */
struct quality_bin {
	double from, to;	/* the least and the greatest chance */
	uint64_t count, positives;
	double mean_p;
};

/* At most QUALITY_BINS of them, ascending; returns how many. */
size_t quality_bins(const struct quality_rows *rows, struct quality_bin out[QUALITY_BINS]);

/*
 * Of the Brier score: how far the bins' chances are from what happened (reliability, 0 is best),
 * how much the bins differ (resolution), and what cannot be helped (uncertainty).  Brier is
 * reliability - resolution + uncertainty, and what chances differ within bins.
 */
struct quality_parts {
	double reliability, resolution, uncertainty;
};

struct quality_parts quality_parts(const struct quality_bin *bins, size_t count);

/* The FRACTION of rows with the highest chances, floor(FRACTION * count), ties by row number. */
struct quality_gain {
	uint64_t count, positives;
	double captured;	/* the share of all positives */
	double lift;		/* share of positives among them, against that of all */
};

struct quality_gain quality_gain(const struct quality_rows *rows, double fraction);

#endif
