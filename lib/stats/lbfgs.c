#include "stats/lbfgs.h"

#include <math.h>
#include <string.h>

#include <lbfgs.h>

#include "base/mem.h"

struct descent {
	const struct lbfgs *problem;
	double lowest;	/* value so far */
};

/*
 * More and Thuente's line search interpolates values, so "not there" must be a
 * number: one far enough above the lowest to turn back, near enough that the
 * next step is not vanishingly short.  (The backtracking searches take
 * infinities, but at a steep wall they double and halve until they give up.)
 */
static double evaluate_point(void *instance, const double *x, double *gradient,
			     int n, double step)
{
	struct descent *d = instance;
	const struct lbfgs *p = d->problem;
	double value = p->cost(p->context, x, gradient, (size_t)n);

	(void)step;
	if (!isfinite(value)) {
		memset(gradient, 0, (size_t)n * sizeof *gradient);
		return d->lowest + 10 * (1 + fabs(d->lowest));
	}
	d->lowest = fmin(d->lowest, value);
	return value;
}

void lbfgs_descend(const struct lbfgs *problem, double *x)
{
	lbfgs_parameter_t options;
	struct descent d = {problem, 1e100};
	/* liblbfgs asks for an aligned array of its own. */
	double *own = lbfgs_malloc((int)problem->count);

	if (!own)
		mem_fail(problem->count * sizeof *own);
	lbfgs_parameter_init(&options);
	options.epsilon = 1e-8;
	options.max_iterations = 500;
	memcpy(own, x, problem->count * sizeof *x);
	/* Any other end is where the search got to; without memory it did not begin. */
	if (lbfgs((int)problem->count, own, NULL, evaluate_point, NULL, &d, &options) ==
	    LBFGSERR_OUTOFMEMORY)
		mem_fail(problem->count * sizeof *own);
	memcpy(x, own, problem->count * sizeof *x);
	lbfgs_free(own);
}
