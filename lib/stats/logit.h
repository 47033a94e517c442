/*
 * Logistic regression with an L2 penalty.
 *
 * Minimised is  C * sum of w ln(1 + exp(-s (b + x'beta)))  +  1/2 sum of beta^2, s being 1 or
 * -1: the objective of scikit-learn, so its C means the same.  The intercept b carries no
 * penalty (liblinear's does).  The penalty sees the columns as they are: who wants it to fall
 * on all alike brings them to one scale first (logit_scale).
 *
 * Fitted by Newton's method, which here is iteratively reweighted least squares, with steps
 * halved until the objective falls; 5 to 10 passes over the rows.  One thread, rows in their
 * order: the same coefficients for any number of jobs.
 */
#ifndef STATS_LOGIT_H
#define STATS_LOGIT_H

#include <stddef.h>

#include "base/error.h"

/* A step needs memory of its square in doubles. */
#define LOGIT_WIDTH_MAX 4000

struct logit_rows {
	size_t count, width;
	const double *x;		/* COUNT rows of WIDTH, all finite */
	const unsigned char *y;		/* 0 or 1 */
	const double *weights;		/* >= 0; NULL: all 1 */
};

struct logit {
	size_t width;
	double intercept;
	double *coefficients;	/* owned */
	unsigned passes;
};

/*
 * Fits *M; C > 0.  0, or -1 with a failed error: no rows, all of one class, too many columns,
 * or no optimum; then *M holds nothing.
 */
int logit_fit(struct logit *m, const struct logit_rows *rows, double c, struct error *err);
void logit_release(struct logit *m);

/* The log-odds of a row of M->width values, and the chance that they say. */
double logit_odds(const struct logit *m, const double *x);
double logit_chance(double odds);

/* ln(p / (1 - p)) of a chance, which is taken to be at least 1e-9 away from 0 and 1. */
double logit_of_chance(double p);

/*
 * Means and standard deviations (population) of WIDTH columns; 1 for the deviation of a column
 * that is constant, or whose squares no double holds.
 */
void logit_scale(const double *x, size_t count, size_t width, double *means, double *deviations);

#endif
