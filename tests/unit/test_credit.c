/* Credit of touches by each model: the published vectors, and shares that add up. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>

#include "understand/report/credit.h"

#define DAY INT64_C(86400000)

static void assert_near(double a, double b)
{
	if (!(fabs(a - b) < 1e-9))
		fail_msg("%.12g is not %.12g", a, b);
}

static void decays_by_half_lives(void **state)
{
	const struct credit_touch path[] = {{0, 0, false, false}, {1, 7 * DAY, false, false}, {2, 14 * DAY, false, false}};
	uint64_t weights[3];
	__int128 parts[3];

	(void)state;
	credit_weigh(CREDIT_TIME_DECAY, path, 3, 7 * DAY, weights);
	credit_split(7000000, weights, 3, parts);
	assert_int_equal(parts[0], 1000000);
	assert_int_equal(parts[1], 2000000);
	assert_int_equal(parts[2], 4000000);
}

static void weighs_positions(void **state)
{
	const struct credit_touch path[5] = {{0}, {.direct = true}, {.again = true}, {.channel = 1}, {.direct = true, .again = true}};
	static const struct {
		enum credit_model model;
		size_t count;
		int parts[5];	/* of 60 */
	} cases[] = {
		{CREDIT_FIRST, 5, {60, 0, 0, 0, 0}}, {CREDIT_LAST, 5, {0, 0, 0, 0, 60}},
		{CREDIT_LAST_NON_DIRECT, 5, {0, 0, 0, 60, 0}}, {CREDIT_LAST_NON_DIRECT, 2, {60, 0}},
		{CREDIT_LINEAR, 5, {12, 12, 12, 12, 12}}, {CREDIT_POSITION, 5, {24, 4, 4, 4, 24}},
		{CREDIT_POSITION, 3, {24, 12, 24}}, {CREDIT_POSITION, 2, {30, 30}}, {CREDIT_POSITION, 1, {60}},
		{CREDIT_SHAPLEY, 5, {20, 20, 0, 20, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t weights[5];
		__int128 parts[5];

		credit_weigh(cases[i].model, path, cases[i].count, DAY, weights);
		credit_split(60, weights, cases[i].count, parts);
		for (size_t k = 0; k < cases[i].count; k++)
			assert_int_equal(parts[k], cases[i].parts[k]);
	}
	/* A path of direct visits alone. */
	{
		const struct credit_touch direct[2] = {{.direct = true}, {.direct = true}};
		uint64_t weights[2];

		credit_weigh(CREDIT_LAST_NON_DIRECT, direct, 2, DAY, weights);
		assert_int_equal(weights[0], 0);
		assert_int_equal(weights[1], 1);
	}
}

static void splits_to_the_last_part(void **state)
{
	const uint64_t weights[] = {1, 1, 1, UINT64_C(1) << 40, 0};
	__int128 huge = ((__int128)1 << 100) + 12345, parts[5], sum = 0;
	const double shares[] = {0.1, 0, 0.2, 0.30000001}, none[] = {0, 0};

	(void)state;
	credit_split(huge, weights, 5, parts);
	for (int i = 0; i < 5; i++)
		sum += parts[i];
	assert_true(sum == huge && !parts[4]);
	credit_split(100, weights, 3, parts);
	assert_int_equal(parts[0], 33);
	assert_int_equal(parts[2], 34);
	credit_split(-100, weights, 3, parts);
	assert_int_equal(parts[0] + parts[1] + parts[2], -100);
	credit_share(1000, shares, 4, parts);
	assert_int_equal(parts[0] + parts[1] + parts[2] + parts[3], 1000);
	assert_int_equal(parts[1], 0);
	credit_share(1000, none, 2, parts);
	assert_int_equal(parts[0] + parts[1], 0);
}

static void rounds_to_the_cent(void **state)
{
	__int128 parts[] = {333333, 333333, 333334}, odd[] = {-15000, 40001}, none[1];

	(void)state;
	credit_round(parts, 3, 10000);
	assert_int_equal(parts[0], 330000);
	assert_int_equal(parts[1], 330000);
	assert_int_equal(parts[2], 340000);
	credit_round(odd, 2, 10000);
	assert_int_equal(odd[0] + odd[1], 25001);
	credit_round(none, 0, 10000);
}

/* ga -> conversion twice, mail -> conversion, ga -> mail -> conversion, ga -> lost. */
static void shares_by_removal(void **state)
{
	const struct credit_step steps[] = {
		{CREDIT_START, 1, 4}, {CREDIT_START, 2, 1}, {1, 2, 1}, {1, CREDIT_CONVERTED, 2}, {1, CREDIT_LOST, 1},
		{2, CREDIT_CONVERTED, 2},
	};
	const uint32_t channel_of[] = {UINT32_MAX, 0, 1};
	double effects[2];
	__int128 parts[2];

	(void)state;
	assert_near(credit_markov(steps, 6, channel_of, 3, effects, 2), 0.8);
	assert_near(effects[0], 0.75);
	assert_near(effects[1], 0.5);
	credit_share(4000000000, effects, 2, parts);
	assert_int_equal(parts[0], 2400000000);
	assert_int_equal(parts[1], 1600000000);
}

/* 99 of 100 stay where they are: the others go on, and all of them in the end. */
static void stays_and_goes_on(void **state)
{
	const struct credit_step steps[] = {
		{CREDIT_START, 1, 1}, {1, 1, 99}, {1, 2, 1}, {2, 1, 999}, {2, CREDIT_CONVERTED, 1}, {2, CREDIT_LOST, 1},
	};
	const uint32_t channel_of[] = {UINT32_MAX, 0, 1};
	double effects[2];

	(void)state;
	assert_true(fabs(credit_markov(steps, 6, channel_of, 3, effects, 2) - 0.5) < 1e-6);
	assert_near(effects[0], 1);
	assert_near(effects[1], 1);
	assert_near(credit_markov(steps, 0, channel_of, 3, effects, 2), 0);
	assert_near(effects[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decays_by_half_lives), cmocka_unit_test(weighs_positions),
		cmocka_unit_test(splits_to_the_last_part), cmocka_unit_test(rounds_to_the_cent),
		cmocka_unit_test(shares_by_removal), cmocka_unit_test(stays_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
