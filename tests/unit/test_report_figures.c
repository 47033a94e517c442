/* What is usual after the periods before. */
#include "support.h"
#include "understand/report/figures.h"

#define COUNT 12

static void counts_by_chance_have_a_range(void **state)
{
	const double none[COUNT] = {0};
	struct usual u = figures_usual(none, COUNT, true, 5);

	(void)state;
	assert_true(u.known);
	assert_true(u.low == 0 && u.high > 3 && u.high < 6);
	assert_false(figures_usual(none, FIGURES_LEAST - 1, true, 5).known);
}

/* The interval of Student's t: by hand, of 100, 110, ... 160 with t(0.995, 6) = 3.7074. */
static void money_has_the_range_of_its_spread(void **state)
{
	const double money[] = {100, 110, 120, 130, 140, 150, 160};
	struct usual u = figures_usual(money, 7, false, 5);

	(void)state;
	assert_true(u.known);
	assert_close(u.typical, 130, 1e-9);
	assert_close(u.high, 130 + 3.70743 * 21.6025 * 1.06904, 1e-2);
	assert_close(u.low, 130 - 3.70743 * 21.6025 * 1.06904, 1e-2);
}

/* An order now and then: its money is no news, whatever it is. */
static void a_few_sums_say_nothing_of_what_is_usual(void **state)
{
	double money[COUNT] = {0};

	(void)state;
	assert_false(figures_usual(money, COUNT, false, 5).known);
	for (size_t i = 0; i < FIGURES_LEAST - 1; i++)
		money[2 * i] = 40 + (double)i;
	assert_false(figures_usual(money, COUNT, false, 5).known);
	money[1] = -12;
	assert_true(figures_usual(money, COUNT, false, 5).known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_by_chance_have_a_range),
		cmocka_unit_test(money_has_the_range_of_its_spread),
		cmocka_unit_test(a_few_sums_say_nothing_of_what_is_usual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
