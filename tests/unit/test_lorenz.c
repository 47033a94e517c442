/* stats/lorenz.h: what is known by hand, and what must hold for any amounts. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stats/lorenz.h"

static double gini_of(__int128 *list, size_t count)
{
	struct lorenz l = lorenz_of(list, count);
	double gini = -1;

	return lorenz_gini(&l, &gini) ? gini : -1;
}

static void assert_near(double a, double b)
{
	assert_true(fabs(a - b) < 1e-12);
}

static void test_gini(void **state)
{
	__int128 alike[] = {5, 5, 5, 5}, one[] = {0, 7, 0, 0}, ladder[] = {3, 1, 4, 2, 5}, below[] = {-8, 4, 4};

	(void)state;
	assert_near(gini_of(alike, 4), 0);
	assert_near(gini_of(one, 4), 0.75);
	/* Sum over pairs of |a - b| is 40: by 2 * 25 * 3. */
	assert_near(gini_of(ladder, 5), 40.0 / 150);
	assert_near(gini_of(below, 3), 1.0 / 3);
}

static void test_nothing(void **state)
{
	__int128 none[] = {-3, 0};
	struct lorenz l = lorenz_of(none, 2);

	(void)state;
	assert_near(gini_of(none, 0), -1);
	assert_near(gini_of(none, 2), -1);
	assert_int_equal(lorenz_fewest(&l, 50), 0);
	assert_true(!lorenz_largest(&l, 2) && !l.total);
}

static void test_parts(void **state)
{
	__int128 list[] = {10, 40, 20, -5, 30};
	struct lorenz l = lorenz_of(list, 5);

	(void)state;
	assert_true(l.total == 100);
	assert_int_equal(lorenz_part(&l, 20), 1);
	assert_int_equal(lorenz_part(&l, 21), 2);
	assert_int_equal(lorenz_part(&l, 1), 1);
	assert_true(lorenz_largest(&l, 2) == 70);
	assert_true(lorenz_smallest(&l, 2) == 10);
	assert_true(lorenz_largest(&l, 9) == 100);
	/* 40 and 30 are 70, of which the first alone has not half. */
	assert_int_equal(lorenz_fewest(&l, 50), 2);
	assert_int_equal(lorenz_fewest(&l, 70), 2);
	assert_int_equal(lorenz_fewest(&l, 71), 3);
	assert_int_equal(lorenz_fewest(&l, 100), 4);
}

/* Amounts at the limit still add up; the curve's weights may not fit, which is said. */
static void test_large(void **state)
{
	__int128 list[] = {LORENZ_MOST, LORENZ_MOST, LORENZ_MOST};
	struct lorenz l = lorenz_of(list, 3);
	double gini;

	(void)state;
	assert_true(l.total == 3 * LORENZ_MOST);
	assert_true(lorenz_gini(&l, &gini));
	assert_near(gini, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gini), cmocka_unit_test(test_nothing), cmocka_unit_test(test_parts), cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
