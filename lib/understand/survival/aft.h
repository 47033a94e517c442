/*
 * Accelerated lifetimes: ln t = x'b + sigma w, with w of a fixed form: the smallest extreme value (t is Weibull), normal
 * (log-normal) or logistic (log-logistic).  So exp(b) is the factor by which a column's unit stretches lifetimes.
 *
 * By maximum likelihood, S(entry) divided out for those who came late.  In alpha = 1/sigma and gamma = b/sigma the likelihood is
 * concave, as the three forms have log-concave densities (Burridge 1981), so Newton's steps, halved where need be, find the one
 * best; variances of b and ln sigma follow by the delta method.
 */
#ifndef SURVIVAL_AFT_H
#define SURVIVAL_AFT_H

#include "base/error.h"
#include "base/span.h"
#include "understand/survival/lifetimes.h"

enum aft_form {
	AFT_WEIBULL,
	AFT_LOG_NORMAL,
	AFT_LOG_LOGISTIC,
};
extern const char *const aft_form_names[];

struct aft {
	enum aft_form form;
	size_t rows, width;
	uint64_t events;
	double *coef;		/* WIDTH, the constant, ln sigma; owned */
	double *variance;	/* (WIDTH + 2) squared; owned */
	double *means;		/* of the columns; owned */
	double log_likelihood, null_log_likelihood;	/* null: without columns; the same when WIDTH is 0 */
	unsigned steps;
};

/*
 * L's exits are above 0.  X: rows of WIDTH numbers, none missing; NULL for WIDTH 0.  -1 with a usage error: no event, all events at one
 * time, a column of one value, one that others make up, or one without a finite best value.  Owned: aft_release, after a
 * failure too.
 */
int aft_fit(struct aft *a, enum aft_form form, const struct lifetimes *l, const double *x, size_t width,
	    const struct span *names, struct error *err);
void aft_release(struct aft *a);

/* Of somebody whose columns have their means: */
double aft_survival(const struct aft *a, double time);
double aft_quantile(const struct aft *a, double share);	/* the time at which S is SHARE */
/* The mean of what is left at TIME; NAN: it is infinite (log-logistic, sigma >= 1), or nobody lasts so long. */
double aft_remaining(const struct aft *a, double time);

#endif
