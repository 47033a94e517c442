/* Measures of predictions: by hand, at the ends, and by counting pairs. */
#include "support.h"

#include <math.h>

#include "stats/quality.h"

static void by_hand(void **state)
{
	static const double p[] = {0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.4};
	static const bool y[] = {1, 1, 0, 1, 1, 0, 0, 0};

	(void)state;
	/* 16 pairs; wrong are (0.7 no) over 0.6 and 0.55. */
	assert_close(quality_auc(p, y, 8), 14.0 / 16, 1e-15);
	assert_close(quality_brier(p, y, 8),
		     (0.01 + 0.04 + 0.49 + 0.16 + 0.2025 + 0.2916 + 0.2809 +
		      0.16) / 8, 1e-15);
	assert_close(quality_log_loss(p, y, 8),
		     -(log(0.9) + log(0.8) + log(0.3) + log(0.6) + log(0.55) +
		       log(0.46) + log(0.47) + log(0.6)) / 8, 1e-15);
	assert_close(quality_lift(p, y, 8, 0.25), 2, 1e-15);
	assert_close(quality_lift(p, y, 8, 0.4), 4.0 / 3, 1e-15);
	assert_close(quality_lift(p, y, 8, 1), 1, 1e-15);
}

static void at_the_ends(void **state)
{
	static const double p[] = {0.5, 0.5, 0.5, 0.5};
	static const double sure[] = {1, 0, 1, 0};
	static const bool mixed[] = {1, 0, 1, 0}, none[4], wrong[] = {0, 1, 0, 1};
	static const bool all[] = {1, 1, 1, 1};

	(void)state;
	assert_close(quality_auc(p, mixed, 4), 0.5, 0);
	assert_close(quality_auc(sure, mixed, 4), 1, 0);
	assert_close(quality_auc(sure, wrong, 4), 0, 0);
	assert_true(isnan(quality_auc(p, none, 4)));
	assert_true(isnan(quality_auc(p, all, 4)));
	assert_true(isnan(quality_auc(p, all, 0)));
	assert_close(quality_brier(sure, mixed, 4), 0, 0);
	assert_close(quality_brier(sure, wrong, 4), 1, 0);
	assert_true(isnan(quality_brier(p, all, 0)));
	assert_close(quality_log_loss(sure, mixed, 4), 0, 1e-14);
	assert_close(quality_log_loss(sure, wrong, 4), 15 * log(10), 1e-12);
	assert_true(isnan(quality_log_loss(p, all, 0)));
	/* Ties by row number: the first two of four, one of which happened. */
	assert_close(quality_lift(p, mixed, 4, 0.5), 1, 0);
	assert_close(quality_lift(p, mixed, 4, 0.25), 2, 0);
	assert_true(isnan(quality_lift(p, mixed, 4, 0.2)));
	assert_true(isnan(quality_lift(p, none, 4, 0.5)));
}

/* The ranks against every pair, with many ties. */
static void pairs(void **state)
{
	uint64_t seed = 41;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t n = 2 + support_below(&seed, 60);
		double scores[62];
		bool happened[62];
		double right = 0, count = 0;

		for (size_t i = 0; i < n; i++) {
			scores[i] = (double)support_below(&seed, 9);
			happened[i] = support_below(&seed, 3) == 0;
		}
		happened[0] = true;
		happened[1] = false;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++) {
				if (!happened[i] || happened[k])
					continue;
				count++;
				right += scores[i] > scores[k] ? 1 :
					 scores[i] == scores[k] ? 0.5 : 0;
			}
		assert_close(quality_auc(scores, happened, n), right / count,
			     1e-14);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(at_the_ends),
		cmocka_unit_test(pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
