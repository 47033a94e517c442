/* Descent on functions with known minima, and likelihoods with known peaks. */
#include "support.h"

#include <math.h>

#include "stats/lbfgs.h"
#include "stats/mle.h"
#include "stats/special.h"

struct counted {
	int calls;
};

/* Rosenbrock's valley in N dimensions: the minimum, 0, is at ones. */
static double rosenbrock(void *context, const double *x, double *gradient,
			 size_t n)
{
	struct counted *c = context;
	double total = 0;

	c->calls++;
	memset(gradient, 0, n * sizeof *gradient);
	for (size_t i = 0; i + 1 < n; i++) {
		double rise = x[i + 1] - x[i] * x[i], rest = 1 - x[i];

		total += 100 * rise * rise + rest * rest;
		gradient[i] += -400 * rise * x[i] - 2 * rest;
		gradient[i + 1] += 200 * rise;
	}
	return total;
}

/* x - ln x: infinite at 0, not a number below; the minimum is at 1. */
static double barrier(void *context, const double *x, double *gradient,
		      size_t n)
{
	double total = 0;

	(void)context;
	for (size_t i = 0; i < n; i++) {
		total += x[i] - log(x[i]);
		gradient[i] = 1 - 1 / x[i];
	}
	return total;
}

static void descends(void **state)
{
	(void)state;
	for (size_t n = 2; n <= 13; n++) {
		struct counted c = {0};
		struct lbfgs p = {n, rosenbrock, &c};
		double x[13], start[13];

		for (size_t i = 0; i < n; i++)
			x[i] = start[i] = i % 2 ? 1 : -1.2;
		lbfgs_descend(&p, x);
		for (size_t i = 0; i < n; i++)
			assert_close(x[i], 1, 1e-6);
		assert_in_range(c.calls, 10, 300);
	}
}

static void keeps_off_the_edge(void **state)
{
	struct lbfgs p = {2, barrier, NULL};
	double x[] = {1e-3, 50};

	(void)state;
	lbfgs_descend(&p, x);
	assert_close(x[0], 1, 1e-7);
	assert_close(x[1], 1, 1e-7);
	/* Again from the minimum: nothing moves. */
	x[0] = x[1] = 1;
	lbfgs_descend(&p, x);
	assert_true(x[0] == 1 && x[1] == 1);
}

/* A sample's gamma likelihood in shape and rate. */
static double gamma_sample(void *context, const double *theta,
			   double *gradient)
{
	static const double x[] = {0.5, 1.25, 2, 3.75, 7, 0.1, 4.2, 1.1};
	const double *scale = context;
	double k = theta[0], rate = theta[1], total = 0;

	gradient[0] = gradient[1] = 0;
	for (size_t i = 0; i < COUNT_OF(x); i++) {
		double v = x[i] * *scale;

		total += k * log(rate) - special_lgamma(k) +
			 (k - 1) * log(v) - rate * v;
		gradient[0] += log(rate) - special_digamma(k) + log(v);
		gradient[1] += k / rate - v;
	}
	return total;
}

/* Parameters and standard errors to 40-digit values; the unit is free. */
static void finds_the_peak(void **state)
{
	static const double starts[][2] = {
		{1, 1}, {0.01, 100}, {50, 0.02}, {1.2, 0.5},
	};
	static const double scales[] = {1, 1e-3, 1e3};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts) * COUNT_OF(scales); i++) {
		double scale = scales[i / COUNT_OF(starts)];
		const double *s = starts[i % COUNT_OF(starts)];
		double start[] = {s[0], s[1] / scale};
		struct mle m = {2, start, gamma_sample, &scale};
		struct error err = ERROR_INIT;
		struct mle_fit fit;

		assert_int_equal(mle_fit(&m, &fit, &err), 0);
		assert_true(fit.peaked);
		assert_true(fit.gradient_norm < 1e-8);
		assert_close(fit.theta[0], 1.009026544052954, 1e-10);
		assert_close(fit.theta[1] * scale, 0.40563881167957948, 1e-10);
		assert_close(fit.log_likelihood + 8 * log(scale), -15.290018051654597, 1e-10);
		assert_close(fit.standard_errors[0], 0.44457511359149102, 1e-6);
		assert_close(fit.standard_errors[1] * scale, 0.22874878768977046, 1e-6);
	}
}

/* ln theta rises for ever: the wall stops it, and it is no peak of its own. */
static double rising(void *context, const double *theta, double *gradient)
{
	(void)context;
	gradient[0] = 1 / theta[0];
	return log(theta[0]);
}

static double nowhere(void *context, const double *theta, double *gradient)
{
	(void)context;
	(void)theta;
	gradient[0] = 0;
	return NAN;
}

static void boundaries(void **state)
{
	static const double start[] = {1};
	struct mle m = {1, start, rising, NULL};
	struct error err = ERROR_INIT;
	struct mle_fit fit;

	(void)state;
	assert_int_equal(mle_fit(&m, &fit, &err), 0);
	assert_true(fit.theta[0] > exp(MLE_WALL));
	assert_true(fit.theta[0] < exp(MLE_WALL + 0.1));
	m.log_likelihood = nowhere;
	assert_int_equal(mle_fit(&m, &fit, &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_error(&err, "the likelihood has no value at the start: the "
		     "data hold impossible numbers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descends),
		cmocka_unit_test(keeps_off_the_edge),
		cmocka_unit_test(finds_the_peak),
		cmocka_unit_test(boundaries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
