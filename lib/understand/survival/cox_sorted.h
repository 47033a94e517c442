/* The rows of a Cox model in the order in which its sums need them, and those sums.  For cox*.c. */
#ifndef SURVIVAL_COX_SORTED_H
#define SURVIVAL_COX_SORTED_H

#include "understand/survival/cox.h"

/*
 * Rows by stratum and exit; the times with events likewise, each with a number.  Row I is at risk at the times FROM[I] up to
 * but not including TO[I]; an event is at time TO[I] - 1.
 */
struct cox_sorted {
	size_t count, width;
	double *x;		/* row after row, centred and divided by SCALE */
	double *scale;		/* standard deviations of the columns */
	unsigned char *event;
	uint32_t *row;		/* the row of the caller */
	uint32_t *from, *to;
	uint32_t *leaving;	/* rows by falling FROM, where entries are given; NULL */
	struct cox_time *times;	/* borrowed */
	size_t time_count;
};

/* What one pass finds at B; the caller's memory, but for gradient and information. */
struct cox_sums {
	double log_likelihood;
	double *gradient;	/* WIDTH */
	double *information;	/* WIDTH x WIDTH */
	double *risk;		/* by row: exp(x'b - shift) */
	double shift;		/* the largest x'b */
	/* By time, for the variance of influences: NULL or TIME_COUNT of each. */
	struct cox_moment {
		double all;	/* sum of 1 / s, s = S0 - (l/d) D0 */
		double dead;	/* sum of (l/d) / s */
	} *moments;
	double *mean, *weighted, *weighted_dead;	/* TIME_COUNT x WIDTH; see cox_influence.c */
};

/*
 * A pass at B (of the scaled columns).  WEIGHT: by time, what its gradient and information count; NULL: 1.  Sets the hazard of the
 * times when SET_HAZARD.
 */
void cox_pass(const struct cox_sorted *s, const double *b, const double *weight, bool set_hazard, struct cox_sums *out);

struct cox_sums cox_sums_new(const struct cox_sorted *s);
void cox_sums_free(struct cox_sums *sums);

/* The influence of each row on the coefficients (dfbeta), by clusters: their squares make the robust variance. */
void cox_robust(const struct cox_sorted *s, const double *b, const double *variance, const uint32_t *clusters,
		uint32_t cluster_count, double *out);

/* Concordance of the risks at B within strata (by row of the caller; NULL: one), with its standard error. */
void cox_concordance(const struct cox_sorted *s, const double *b, const uint32_t *strata, double *out, double *se);

#endif
