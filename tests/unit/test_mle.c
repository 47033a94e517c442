/* Maximum likelihood against closed forms. */
#include "tests/unit/support.h"

#include <math.h>

#include "stats/mle.h"

/* N observations of an exponential with sum S: rate N / S, error rate / sqrt N. */
static double exponential(void *context, const double *theta, double *gradient)
{
	const double *sum = context;

	gradient[0] = 100 / theta[0] - *sum;
	return 100 * log(theta[0]) - theta[0] * *sum;
}

/* Ten normal values: their mean, and the root of their mean square gap. */
static double normal(void *context, const double *theta, double *gradient)
{
	static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	double total = 0;

	(void)context;
	gradient[0] = gradient[1] = 0;
	for (size_t i = 0; i < COUNT_OF(x); i++) {
		double z = (x[i] - theta[0]) / theta[1];

		total -= log(theta[1]) + z * z / 2;
		gradient[0] += z / theta[1];
		gradient[1] += (z * z - 1) / theta[1];
	}
	return total;
}

static double rising(void *context, const double *theta, double *gradient)
{
	(void)context;
	gradient[0] = 1 / (theta[0] * theta[0]);
	return -1 / theta[0];
}

static double nowhere(void *context, const double *theta, double *gradient)
{
	(void)context;
	(void)theta;
	gradient[0] = 0;
	return NAN;
}

static void finds_the_rate_of_an_exponential(void **state)
{
	const double starts[] = {1e-4, 1, 1e5};
	double sum = 40;
	struct mle_fit fit;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		const struct mle m = {1, &starts[i], exponential, &sum};

		assert_int_equal(mle_fit(&m, &fit, NULL), 0);
		assert_close(fit.theta[0], 2.5, 1e-10);
		assert_close(fit.standard_errors[0], 0.25, 1e-6);
		assert_close(fit.log_likelihood, 100 * log(2.5) - 100, 1e-9);
		assert_true(fit.peaked);
		assert_true(fit.gradient_norm < 1e-8);
	}
}

static void finds_two_parameters(void **state)
{
	const double start[] = {1, 1};
	const struct mle m = {2, start, normal, NULL};
	struct mle_fit fit;

	(void)state;
	assert_int_equal(mle_fit(&m, &fit, NULL), 0);
	assert_close(fit.theta[0], 5.5, 1e-9);
	assert_close(fit.theta[1], sqrt(8.25), 1e-9);
	assert_close(fit.standard_errors[0], sqrt(0.825), 1e-5);
	assert_close(fit.standard_errors[1], sqrt(8.25 / 20), 1e-5);
}

static void a_likelihood_without_a_peak_ends_at_the_wall(void **state)
{
	const double start[] = {1};
	const struct mle m = {1, start, rising, NULL};
	struct mle_fit fit;

	(void)state;
	assert_int_equal(mle_fit(&m, &fit, NULL), 0);
	assert_false(fit.peaked);
	assert_true(isnan(fit.standard_errors[0]));
	assert_true(fit.theta[0] > 100 && fit.theta[0] < 2 * exp(MLE_WALL));
}

static void says_when_there_is_no_value(void **state)
{
	const double start[] = {1};
	const struct mle m = {1, start, nowhere, NULL};
	struct mle_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(mle_fit(&m, &fit, &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_error(&err, "the likelihood has no value at the start: the data hold impossible numbers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_rate_of_an_exponential),
		cmocka_unit_test(finds_two_parameters),
		cmocka_unit_test(a_likelihood_without_a_peak_ends_at_the_wall),
		cmocka_unit_test(says_when_there_is_no_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
