/* Special functions and sums against 40-digit values (mpmath). */
#include "support.h"

#include <math.h>

#include "stats/special.h"
#include "stats/sum.h"

/* Relative to WANT, or absolute where it is small. */
static void close_to(double got, double want, double eps, double x,
		     const char *what)
{
	if (!(fabs(got - want) <= eps * fmax(1, fabs(want))))
		fail_msg("%s at %g: %.17g, not %.17g", what, x, got, want);
}

static void gamma_family(void **state)
{
	static const struct {
		double x, lgamma, digamma, trigamma;
	} cases[] = {
		{1e-10, 23.025850929882735, -10000000000.577215, 9.9999999999999993e+19},
		{1e-3, 6.9071788853838537, -1000.5755719318103, 1000001.6425331958},
		{0.1, 2.2527126517342059, -10.423754940411076, 101.43329915079275},
		{0.2425, 1.3202214022907438, -4.3601823816571435, 18.212361262395594},
		{0.5, 0.57236494292470009, -1.9635100260214235, 4.9348022005446793},
		{1, 0.0, -0.57721566490153286, 1.6449340668482264},
		{1.4616321449683623, -0.12148629053584961, -9.2412655217294275e-17, 0.96767224544762125},
		{2.5, 0.28468287047291916, 0.70315664064524319, 0.49035775610023486},
		{7.999, 8.5231457861589155, 2.015508332090348, 0.1331547166131586},
		{8, 8.5251613610654143, 2.01564147795561, 0.13313701469403143},
		{30, 71.257038967168009, 3.3844381326855249, 0.033895060357739944},
		{1000, 5905.2204232091812, 6.9072551956488121, 0.0010005001666666333},
		{1e8, 1742068066.1038347, 18.420680738952365, 1.000000005e-8},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double x = cases[i].x;

		close_to(special_lgamma(x), cases[i].lgamma, 2e-15, x,
			 "lgamma");
		close_to(special_digamma(x), cases[i].digamma, 4e-15, x,
			 "digamma");
		close_to(special_trigamma(x), cases[i].trigamma, 4e-15, x,
			 "trigamma");
	}
}

/* psi(x + 1) = psi(x) + 1/x, across the change of method at 8. */
static void recurrence(void **state)
{
	(void)state;
	for (double x = 0.013; x < 60; x += 0.137) {
		close_to(special_digamma(x + 1), special_digamma(x) + 1 / x,
			 1e-13, x, "digamma's recurrence");
		close_to(special_trigamma(x + 1),
			 special_trigamma(x) - 1 / (x * x), 1e-12, x,
			 "trigamma's recurrence");
	}
}

static void beta(void **state)
{
	static const struct {
		double a, b, want;
	} cases[] = {
		{1, 1, 0.0},
		{0.5, 0.5, 1.1447298858494002},
		{0.7929, 2.4259, -0.51133662600682339},
		{1e-5, 1e-5, 12.206072645365683},
		{1e-3, 1e6, 6.8933633753253895},
		{0.8, 1e10, -18.268621065544529},
		{3, 502.43, -17.971182900796217},
		{8, 8, -10.848948661710063},
		{1000, 2000, -1911.8746142144516},
		{1e6, 0.79, -10.752427775247958},
		{1e8, 1e8, -138629444.05681731},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double a = cases[i].a, b = cases[i].b;

		close_to(special_lbeta(a, b), cases[i].want, 4e-15, a,
			 "lbeta");
		close_to(special_lbeta(b, a), cases[i].want, 4e-15, a,
			 "lbeta");
	}
}

static void sums(void **state)
{
	static const double terms[] = {1, 1e100, 1, -1e100};
	struct sum s = SUM_ZERO, up = SUM_ZERO, down = SUM_ZERO;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(terms); i++)
		sum_add(&s, terms[i]);
	assert_true(sum_value(&s) == 2);
	for (int i = 1; i <= 1000000; i++) {
		sum_add(&up, 0.1);
		sum_add(&down, 1.0 / i);
	}
	assert_true(sum_value(&up) == 100000.0);
	s = SUM_ZERO;
	for (int i = 1000000; i > 0; i--)
		sum_add(&s, 1.0 / i);
	assert_true(sum_value(&s) == sum_value(&down));
	sum_add(&s, INFINITY);
	sum_add(&s, 1);
	assert_true(isinf(sum_value(&s)));
	sum_add(&s, -INFINITY);
	assert_true(isnan(sum_value(&s)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gamma_family),
		cmocka_unit_test(recurrence),
		cmocka_unit_test(beta),
		cmocka_unit_test(sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
