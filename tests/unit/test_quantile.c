/* Quantiles: R's and NumPy's published default on small samples. */
#include "support.h"

#include <math.h>

#include "stats/quantile.h"

static void of_samples(void **state)
{
	/* quantile(c(1,2,3,4,10), type = 7) */
	double odd[] = {10, 2, 4, 1, 3};
	double even[] = {4, 1, 3, 2};
	double one[] = {7};

	(void)state;
	quantile_sort(odd, COUNT_OF(odd));
	assert_close(quantile_of(odd, 5, 0), 1, 0);
	assert_close(quantile_of(odd, 5, 0.25), 2, 0);
	assert_close(quantile_of(odd, 5, 0.5), 3, 0);
	assert_close(quantile_of(odd, 5, 0.8), 5.2, 1e-15);
	assert_close(quantile_of(odd, 5, 0.9), 7.6, 1e-14);
	assert_close(quantile_of(odd, 5, 1), 10, 0);
	quantile_sort(even, COUNT_OF(even));
	assert_close(quantile_of(even, 4, 0.25), 1.75, 0);
	assert_close(quantile_of(even, 4, 0.5), 2.5, 0);
	assert_close(quantile_of(even, 4, 0.75), 3.25, 0);
	assert_close(quantile_of(one, 1, 0.3), 7, 0);
	quantile_sort(one, 0);
	assert_true(isnan(quantile_of(one, 0, 0.5)));
}

/* Between neighbours, and never falling, for any p. */
static void in_order(void **state)
{
	uint64_t seed = 31;
	double values[65];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++)
		values[i] = (double)(int64_t)support_random(&seed);
	quantile_sort(values, COUNT_OF(values));
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_true(quantile_of(values, 65, (double)i / 64) ==
			    values[i]);
	for (size_t n = 1; n <= COUNT_OF(values); n++) {
		double last = values[0];

		for (int k = 0; k <= 1000; k++) {
			double q = quantile_of(values, n, k / 1000.0);

			assert_true(q >= last && q <= values[n - 1]);
			last = q;
		}
		assert_true(last == values[n - 1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_samples),
		cmocka_unit_test(in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
