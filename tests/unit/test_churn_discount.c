/*
 * Discounted expectations against published numbers (CDNOW: the exact optima on weeks = days / 7, DERT as BTYD defines it,
 * 52 weekly steps) and, for models without a published form, against mpmath's integral of 2F1.
 */
#include "tests/unit/support.h"

#include <math.h>

#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/discount.h"
#include "understand/churn/pareto_nbd.h"

static struct bgnbd_fit bg = {.model = {.r = 0.242594513, .alpha = 4.413601899, .a = 0.792922123, .b = 2.425907224}};
static struct bgnbd_fit mbg = {.model = {.r = 0.524843155, .alpha = 6.183084757, .a = 0.891359340, .b = 1.614002125,
					 .modified = true}};
static struct pareto_nbd_fit pareto = {.model = {0.553277067, 10.577683497, 0.606239765, 11.668727445, false}};
static struct bgnbd_fit nbd = {.model = {.r = 0.384765875, .alpha = 12.072013732, .nbd = true}};

static const struct model models[] = {
	{.unit = UNIT_WEEK, .kind = &bgnbd_purchase_model, .purchases = &bg},
	{.unit = UNIT_WEEK, .kind = &mbgnbd_purchase_model, .purchases = &mbg},
	{.unit = UNIT_WEEK, .kind = &pareto_nbd_purchase_model, .purchases = &pareto},
	{.unit = UNIT_WEEK, .kind = &nbd_purchase_model, .purchases = &nbd},
};

/* Repeat purchases, days to the last of them and to the end: customers 1, 2, 3, 157 and 1516. */
static const double customers[5][3] = {{2, 213, 272}, {1, 12, 272}, {0, 0, 272}, {29, 264, 266}, {26, 216, 217}};

/* A rate a year that is 0.0027 a week, at each moment. */
static double rate_of(double weekly)
{
	return expm1(weekly * 365.25 / 7);
}

static void residual_equals_dert(void **state)
{
	static const double dert[] = {6.482404, 0.762253, 0.476960, 86.930179, 86.024389};
	const struct model *m = &models[2];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		double x = customers[i][0], t_x = customers[i][1] / 7, T = customers[i][2] / 7;
		double got = m->kind->p_alive(m->purchases, x, t_x, T) *
			     discount_residual(m, x, t_x, T, rate_of(0.0027));

		assert_close(got, dert[i], 1e-6 * dert[i] + 5e-7);
	}
}

/* BTYD's printed parameters and customer 1516. */
static void residual_equals_btyd(void **state)
{
	struct pareto_nbd_fit printed = {.model = {0.5533971, 10.5801985, 0.6060625, 11.6562237, false}};
	const struct model m = {.unit = UNIT_WEEK, .kind = &pareto_nbd_purchase_model, .purchases = &printed};

	(void)state;
	assert_close(pareto_nbd_p_alive(&printed.model, 26, 216 / 7.0, 31) *
		     discount_residual(&m, 26, 216 / 7.0, 31, rate_of(0.0027)), 86.03118303, 2e-5);
}

static void residual_equals_exact_integrals(void **state)
{
	static const double exact[2][5] = {
		{7.09673449734, 4.31342015454, 1.0142572463, 74.2958967589, 73.1885951256},
		{6.954737651, 4.57640062726, 1.85390098695, 65.1607092943, 63.5773807898},
	};

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < 5; i++)
			assert_close(discount_residual(&models[k], customers[i][0], customers[i][1] / 7, customers[i][2] / 7,
						       rate_of(0.0027)), exact[k][i], 1e-7 * exact[k][i]);
	/* Nobody leaves: the rate for ever. */
	assert_close(discount_residual(&models[3], 2, 30, 39, rate_of(0.0027)), 2.384765875 / (12.072013732 + 39) / 0.0027, 1e-7);
}

/* CLV of 52 weekly steps at 10 % a year, over E[M]: customers 1, 2 and 3. */
static void within_equals_published_values(void **state)
{
	static const double clv[] = {36.743517, 4.701246, 8.453615}, spend[] = {24.653918, 18.910018, 35.170372};
	const struct model *m = &models[0];
	double year = pow(1.1, 365.25 / 364) - 1;	/* 52 weeks are the year of those numbers */

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		double x = customers[i][0], t_x = customers[i][1] / 7, T = customers[i][2] / 7;
		double got = m->kind->p_alive(m->purchases, x, t_x, T) * discount_within(m, x, t_x, T, 364, year);

		assert_close(got * spend[i], clv[i], 3e-7 * clv[i]);
	}
}

/* Less than without a discount, more than at a higher one, and for ever more than for a while. */
static void values_fall_with_the_rate(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT_OF(models); k++)
		for (size_t i = 0; i < 5; i++) {
			const struct model *m = &models[k];
			double x = customers[i][0], t_x = customers[i][1] / 7, T = customers[i][2] / 7;
			double low = discount_within(m, x, t_x, T, 95, 0.05), high = discount_within(m, x, t_x, T, 95, 0.5);

			assert_true(low < m->kind->expected(m->purchases, x, t_x, T, 95 / 7.0));
			assert_true(high < low);
			assert_true(discount_residual(m, x, t_x, T, 0.05) > low);
			assert_true(discount_residual(m, x, t_x, T, 1) > 0);
		}
}

static void rates_are_read(void **state)
{
	static const char *const bad[] = {"", "10", "-5%", "0", "0%", "101%", "nan", "10 %x", "x", "%", "inf"};
	struct error err = ERROR_INIT;
	double rate;

	(void)state;
	assert_int_equal(discount_read("10%", &rate, &err), 0);
	assert_close(rate, 0.1, 1e-15);
	assert_int_equal(discount_read("0.075", &rate, &err), 0);
	assert_close(rate, 0.075, 1e-15);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(discount_read(bad[i], &rate, &err), -1);
	assert_close(discount_of(0.1, 365.25), 0.1, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(residual_equals_dert),
		cmocka_unit_test(residual_equals_btyd),
		cmocka_unit_test(residual_equals_exact_integrals),
		cmocka_unit_test(within_equals_published_values),
		cmocka_unit_test(values_fall_with_the_rate),
		cmocka_unit_test(rates_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
