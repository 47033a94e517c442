/* Fisher's exact test against exact fractions (Python), Holm's correction against R's p.adjust. */
#include "support.h"

#include <math.h>

#include "stats/significance.h"

static void fisher_is_exact(void **state)
{
	static const struct {
		uint64_t n, a, b, both;
		double p;
	} cases[] = {
		{10, 5, 5, 4, 0.103174603174603}, {10, 5, 5, 0, 1}, {10, 5, 5, 5, 0.00396825396825397},
		{10, 5, 5, 1, 0.996031746031746}, {8, 5, 6, 5, 0.107142857142857}, {10, 7, 7, 4, 1},
		{10, 10, 10, 10, 1}, {9835, 21, 792, 19, 2.40324402024599e-19},
		{9835, 174, 1903, 102, 9.12346563414755e-31}, {100000, 5000, 4000, 180, 0.937249184197683},
		{100000, 5000, 4000, 230, 0.0158444170553966}, {1000000, 60, 70, 3, 1.12071059436499e-08},
		{20000, 15000, 15000, 11300, 0.0312338200576106}, {1000000, 300000, 300000, 200000, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double p = significance_fisher(cases[i].n, cases[i].a, cases[i].b, cases[i].both);

		if (!(fabs(p - cases[i].p) <= 1e-7 * cases[i].p))
			fail_msg("case %zu: %.17g, not %.17g", i, p, cases[i].p);
	}
}

static void holm_counts_all_tests(void **state)
{
	double few[] = {0.01, 0.02, 0.03, 0.5}, many[] = {0.001, 0.0011, 0.9};

	(void)state;
	significance_holm(few, 4, 4);
	assert_close(few[0], 0.04, 1e-12);
	assert_close(few[1], 0.06, 1e-12);
	assert_close(few[2], 0.06, 1e-12);
	assert_close(few[3], 0.5, 1e-12);
	significance_holm(many, 3, 100);
	assert_close(many[0], 0.1, 1e-12);
	assert_close(many[1], 0.1089, 1e-12);
	assert_close(many[2], 1, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fisher_is_exact),
		cmocka_unit_test(holm_counts_all_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
