#include "support.h"

#include "stats/student.h"

/* R: qt(1 - p / 2, df). */
static void quantiles_are_those_of_r(void **state)
{
	static const struct {
		double p;
		int df;
		double want;
	} cases[] = {
		{0.05, 1, 12.7062047361747}, {0.05, 2, 4.30265272974946}, {0.05, 5, 2.57058183563631},
		{0.05, 11, 2.20098516009164}, {0.01, 11, 3.10580651553928}, {0.01, 6, 3.70742802132477},
		{0.05, 1000, 1.96233908082641},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_close(student_quantile(cases[i].p, cases[i].df), cases[i].want, 1e-9);
}

static void the_chance_within_is_the_inverse(void **state)
{
	(void)state;
	for (int df = 1; df < 40; df++)
		for (double p = 0.001; p < 1; p += 0.037)
			assert_close(1 - student_within(student_quantile(p, df), df), p, 1e-9);
	assert_close(student_within(0, 5), 0, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_r),
		cmocka_unit_test(the_chance_within_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
