/*
 * Maximum likelihood for models with a few positive parameters, each fitted by
 * its logarithm (so the unit of time or money does not matter), with analytic
 * gradients.
 *
 * L-BFGS goes most of the way.  It stops early, or fails in its line search,
 * where the function is flat to rounding; so two or more Newton steps on the
 * Hessian (central differences of the gradient) finish.  The inverse of that
 * Hessian gives the standard errors by the delta method.
 *
 * A likelihood that rises for ever (a boundary optimum) is stopped by soft
 * walls MLE_WALL away from the start in log-parameters, a factor of 1.2
 * million: the caller recognises the boundary by the values.
 */
#ifndef STATS_MLE_H
#define STATS_MLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define MLE_PARAMETERS_MAX 8
#define MLE_WALL 14.0

struct mle {
	size_t count;		/* of parameters */
	const double *start;	/* all > 0 */
	/* The log-likelihood at THETA and its derivatives by THETA. */
	double (*log_likelihood)(void *context, const double *theta,
				 double *gradient);
	void *context;
};

struct mle_fit {
	double theta[MLE_PARAMETERS_MAX];
	double standard_errors[MLE_PARAMETERS_MAX];	/* NAN: not a peak */
	double log_likelihood;
	double gradient_norm;	/* Euclidean, by log-parameters */
	bool peaked;		/* an inner maximum: no wall, negative definite Hessian */
};

/*
 * 0, or -1 with a failed error when the likelihood is not finite at the
 * start or no stationary point was reached.
 */
int mle_fit(const struct mle *m, struct mle_fit *fit, struct error *err);

/* The same where the start is near the peak: Newton steps, and a descent only where they fail. */
int mle_fit_near(const struct mle *m, struct mle_fit *fit, struct error *err);

#endif
