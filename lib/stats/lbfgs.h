/*
 * Descent by L-BFGS (Liu and Nocedal 1989) with analytic gradients.  The only
 * place that knows liblbfgs.
 */
#ifndef STATS_LBFGS_H
#define STATS_LBFGS_H

#include <stddef.h>

struct lbfgs {
	size_t count;		/* of parameters, at least 1 */
	/* The value at X, with its COUNT derivatives into GRADIENT.  A value
	 * that is not finite means "not there". */
	double (*cost)(void *context, const double *x, double *gradient,
		       size_t count);
	void *context;
};

/*
 * Moves X downhill until the gradient is small beside X, or the function is
 * flat to rounding; never uphill.  Whether that is a minimum only the gradient
 * at X tells: liblbfgs calls the line search's end "rounding error" (-1001) at
 * the best of minima.
 */
void lbfgs_descend(const struct lbfgs *problem, double *x);

#endif
