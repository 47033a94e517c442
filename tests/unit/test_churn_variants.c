/*
 * MBG/NBD, Pareto/NBD and the models of regular buyers against published and exactly
 * computed numbers: CDNOW, other packages' rows, and sums over probabilities.
 */
#include "tests/unit/cdnow.h"

#include <math.h>

#include "base/mem.h"
#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/pareto_integral.h"
#include "understand/churn/pareto_nbd.h"

/* The exact optima on CDNOW, weeks = days / 7. */
static const struct bgnbd mbg = {.r = 0.524843155, .alpha = 6.183084757, .a = 0.891359340,
				 .b = 1.614002125, .modified = true};
static const struct pareto_nbd pareto = {0.553277067, 10.577683497, 0.606239765, 11.668727445,
					 false};

static void modified_rows_equal_published_ones(void **state)
{
	const struct bgnbd m = {.r = 0.25, .alpha = 4, .a = 0.8, .b = 2.5, .modified = true};
	const struct purchase_row once = {0, 0, 40, 1}, often = {200, 38, 40, 1};

	(void)state;
	assert_close(bgnbd_log_likelihood(&m, &once, 1, NULL), -0.41792826, 1e-8);
	assert_close(bgnbd_log_likelihood(&m, &often, 1, NULL), 100.7869, 5e-5);
}

/* x, days to the last, days; P(alive), purchases expected and chance of one in 39 weeks. */
struct known {
	double x, last, days, alive, expected, active;
};

static void modified_predictions_equal_exact_ones(void **state)
{
	static const struct known table[] = {
		{2, 213, 272, 0.706138483, 1.262758875, 0.55993976},
		{1, 12, 272, 0.170951070, 0.188944894, 0.10491029},
		{0, 0, 272, 0.389722966, 0.153966015, 0.10880275},
		{29, 264, 266, 0.965938084, 18.951872541, 0.96593808},
		{26, 216, 217, 0.965484651, 19.446608543, 0.96548465},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const struct known *k = &table[i];
		double t_x = k->last / 7, T = k->days / 7;

		assert_close(bgnbd_p_alive(&mbg, k->x, t_x, T), k->alive, 2e-9);
		assert_close(bgnbd_expected(&mbg, k->x, t_x, T, 39), k->expected, 2e-8);
		assert_close(1 - bgnbd_p_none(&mbg, k->x, t_x, T, 39), k->active, 1e-8);
	}
	assert_close(bgnbd_expected_new(&mbg, 39), 1.182283795, 2e-5);
}

static void pareto_predictions_equal_exact_ones(void **state)
{
	static const struct known table[] = {
		{2, 213, 272, 0.869134287, 1.455201815, 0.59192639},
		{1, 12, 272, 0.167996055, 0.171114343, 0.08664532},
		{0, 0, 272, 0.295112566, 0.107070239, 0.06927225},
		{29, 264, 266, 0.996186945, 19.595850114, 0.97658011},
		{26, 216, 217, 0.997873405, 20.114821794, 0.97613723},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const struct known *k = &table[i];
		double t_x = k->last / 7, T = k->days / 7;
		double alive = pareto_nbd_p_alive(&pareto, k->x, t_x, T);

		assert_close(alive, k->alive, 2e-9);
		assert_close(alive * pareto_nbd_expected_if_alive(&pareto, k->x, T, 39),
			     k->expected, 5e-8);
		assert_close(1 - pareto_nbd_p_none(&pareto, k->x, t_x, T, 39), k->active, 1e-8);
	}
	assert_close(pareto_nbd_expected_new(&pareto, 1), 0.051006458, 1e-6);
	assert_close(pareto_nbd_expected_new(&pareto, 39), 1.213410683, 2e-5);
}

/* At s = 1 the expectation is a logarithm; beside it, almost. */
static void pareto_passes_s_of_one(void **state)
{
	const struct pareto_nbd at = {0.5, 10, 1, 12, false}, near = {0.5, 10, 1 + 1e-9, 12, false};

	(void)state;
	assert_close(pareto_nbd_expected_new(&at, 39), pareto_nbd_expected_new(&near, 39), 1e-7);
}

/* The integral by ten thousand steps of Simpson's rule. */
static double simpson(double a, double p, double b, double q, double length)
{
	const int steps = 20000;
	double total = 0;

	for (int i = 0; i <= steps; i++) {
		/* Squared steps: finer at 0, where it may be steep. */
		double u = (double)i / steps, y = length * u * u;
		double f = pow(1 + y / a, -p) * pow(1 + y / b, -q) * 2 * length * u;

		total += f * (i == 0 || i == steps ? 1 : i % 2 ? 4 : 2);
	}
	return total / (3.0 * steps);
}

static void the_integral_equals_simpsons(void **state)
{
	static const double table[][5] = {
		{10, 0.5, 12, 1.6, 30}, {12, 21.5, 10, 1.6, 25}, {1000, 3, 0.1, 1.2, 50},
		{0.1, 0.3, 1000, 4, 50}, {40, 300, 20, 1.1, 60}, {5, 5000, 300, 2, 40},
		{300, 5000, 5, 2, 40}, {3, 1.2, 3, 0.01, 500},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const double *t = table[i];
		struct pareto_integral j;
		double want = simpson(t[0], t[1], t[2], t[3], t[4]);

		pareto_integrate(t[0], t[1], t[2], t[3], t[4], &j);
		assert_close(exp(j.log_value), want, 1e-9 * want);
	}
}

static const struct purchase_row rows[] = {
	{0, 0, 38.9, 5}, {0, 0, 27, 2}, {1, 1.7, 38.9, 1}, {2, 30.4, 38.9, 4},
	{12, 20, 38, 1}, {29, 37.7, 37.7, 1}, {300, 35, 35.1, 1},
};

typedef double likelihood(const double *theta, double *gradient);

static double modified_likelihood(const double *theta, double *gradient)
{
	const struct bgnbd m = {theta[0], theta[1], theta[2], theta[3], false, true, 1};

	return bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), gradient);
}

static double ticks_likelihood(const double *theta, double *gradient)
{
	const struct bgnbd m = {theta[0], theta[1], theta[2], theta[3], false, false, 3};

	return bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), gradient);
}

static double both_likelihood(const double *theta, double *gradient)
{
	const struct bgnbd m = {theta[0], theta[1], theta[2], theta[3], false, true, 12};

	return bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), gradient);
}

static double pareto_likelihood(const double *theta, double *gradient)
{
	const struct pareto_nbd m = {theta[0], theta[1], theta[2], theta[3], false};

	return pareto_nbd_log_likelihood(&m, rows, COUNT_OF(rows), gradient);
}

static void check_gradient(likelihood *ll, const double *at)
{
	double theta[4], gradient[4], ignored[4];

	ll(at, gradient);
	for (size_t i = 0; i < 4; i++) {
		double h = at[i] * 1e-5, up, down;

		memcpy(theta, at, sizeof theta);
		theta[i] = at[i] + h;
		up = ll(theta, ignored);
		theta[i] = at[i] - h;
		down = ll(theta, ignored);
		assert_close(gradient[i], (up - down) / (2 * h), 1e-5 * (1 + fabs(gradient[i])));
	}
}

static void gradients_equal_differences(void **state)
{
	static const double points[][4] = {{0.5, 6, 0.9, 1.6}, {3, 0.5, 12, 0.2}, {0.2, 40, 2, 300}};
	likelihood *const all[] = {modified_likelihood, ticks_likelihood, both_likelihood,
				   pareto_likelihood};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		for (size_t k = 0; k < COUNT_OF(points); k++)
			check_gradient(all[i], points[k]);
}

/* A clock of one tick is no clock. */
static void one_tick_is_any_time(void **state)
{
	const struct bgnbd plain = {.r = 0.24, .alpha = 4.4, .a = 0.8, .b = 2.4};
	struct bgnbd ticking = plain;

	(void)state;
	ticking.k = 1;
	assert_close(bgnbd_log_likelihood(&plain, rows, COUNT_OF(rows), NULL),
		     bgnbd_log_likelihood(&ticking, rows, COUNT_OF(rows), NULL), 0);
}

/*
 * Purchases at each second tick, by simulating nothing: P(the next n purchases fit into t)
 * summed for a customer whose rate is all but certain, so that gaps are Erlang-2 and the
 * n-th comes within t with the chance of 2n - j ticks.
 */
static void regular_buyers_are_expected_by_their_ticks(void **state)
{
	const double rate = 2, big = 1e7;
	const struct bgnbd m = {.r = rate * big, .alpha = big, .nbd = true, .k = 2};
	double T = 10, t_x = 9.5, t = 3, q = rate * (T - t_x), want = 0;

	(void)state;
	for (int j = 0; j < 2; j++) {
		double weight = (j ? q : 1) / (1 + q), poisson = exp(-rate * t);

		for (int n = 0; n < 100; n++) {
			want += weight * poisson * floor((n + j) / 2.0);
			poisson *= rate * t / (n + 1);
		}
	}
	assert_close(bgnbd_expected_if_alive(&m, 9, t_x, T, t), want, 1e-5);
	/* None: no tick, or one when none has passed. */
	want = exp(-rate * t) * (1 + rate * t / (1 + q));
	assert_close(bgnbd_p_none(&m, 9, t_x, T, t), want, 1e-6);
}

static void thousands_of_purchases_stay_finite(void **state)
{
	const struct bgnbd ticking = {0.5, 3, 0.7, 2, false, true, 6};

	(void)state;
	for (double x = 1; x <= 5000; x *= 8.54) {
		double t_x = x < 5 ? 20 : 38.9, alive = bgnbd_p_alive(&ticking, x, t_x, 39);
		double expected = bgnbd_expected(&ticking, x, t_x, 39, 13);
		double none = bgnbd_p_none(&ticking, x, t_x, 39, 13);

		assert_true(alive > 0 && alive <= 1 && none >= 0 && none <= 1);
		assert_true(expected >= 1 - none - 1e-12 && expected < x + 10);
		none = pareto_nbd_p_none(&pareto, x, t_x, 39, 13);
		assert_true(none >= 0 && none <= 1);
		assert_true(isfinite(pareto_nbd_p_alive(&pareto, x, 1, 39)));
	}
}

/* CDNOW itself. */

struct optimum {
	double theta[4], standard_errors[4], log_likelihood;
};

static void check_optimum(const struct dropout_optimum *got, const struct optimum *want)
{
	assert_false(got->nbd);
	for (size_t i = 0; i < 4; i++) {
		assert_close(got->theta[i], want->theta[i], 2e-6 * want->theta[i]);
		/* Those of the summary with weeks of two decimals: all but the same. */
		assert_close(got->standard_errors[i], want->standard_errors[i],
			     2e-3 * want->standard_errors[i]);
	}
	assert_true(got->log_likelihood > want->log_likelihood - 1e-6);
	assert_true(got->gradient_norm < 1e-6);
	assert_close(got->nbd_log_likelihood, -9763.65761, 1e-4);
}

static void fits_cdnow(void **state)
{
	static const struct optimum modified = {
		{0.524843155, 6.183084757, 0.891359340, 1.614002125},
		{0.083263, 0.695594, 0.154784, 0.537465}, -9582.135716,
	};
	static const struct optimum by_pareto = {
		{0.553277067, 10.577683497, 0.606239765, 11.668727445},
		{0.047628, 0.842722, 0.187275, 6.210864}, -9594.976179,
	};
	struct sample s;
	struct purchase_data data;
	struct purchase_row *groups;
	struct bgnbd_fit fit;
	struct pareto_nbd_fit pareto_fit;
	struct error err = ERROR_INIT;

	(void)state;
	if (!cdnow_load("churn_variants fits_cdnow"))
		skip();
	s = cdnow_sample(false);
	groups = sample_rows(&s, 7, &data);
	assert_int_equal(bgnbd_fit(&data, true, 1, &fit, &err), 0);
	check_optimum(&fit.optimum, &modified);
	assert_int_equal(pareto_nbd_fit(&data, &pareto_fit, &err), 0);
	check_optimum(&pareto_fit.optimum, &by_pareto);
	assert_int_equal(nbd_fit(&data, &fit, &err), 0);
	assert_close(fit.model.r, 0.384765875, 1e-6);
	assert_close(fit.model.alpha, 12.072013732, 2e-5);
	mem_free(groups);
	sample_release(&s);
}

/* CDNOW's customers buy as they come: one tick is likeliest, with the MBG/NBD's optimum. */
static void cdnow_has_no_clock(void **state)
{
	struct sample s;
	struct purchase_data data;
	struct purchase_row *groups;
	struct bgnbd_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	if (!cdnow_load("churn_variants cdnow_has_no_clock"))
		skip();
	s = cdnow_sample(false);
	groups = sample_rows(&s, 7, &data);
	assert_int_equal(bgnbd_fit(&data, true, 0, &fit, &err), 0);
	assert_int_equal(fit.model.k, 1);
	assert_close(fit.model.r, 0.524843155, 2e-6);
	assert_close(fit.regularity, 1, 0.2);
	assert_int_equal(bgnbd_fit(&data, true, 2, &fit, &err), 0);
	assert_true(fit.optimum.log_likelihood < -9582.135716 - 10);
	mem_free(groups);
	sample_release(&s);
}

static void predicts_the_holdout_of_cdnow(void **state)
{
	double modified = 0, by_pareto = 0, active = 0;

	(void)state;
	if (!cdnow_load("churn_variants predicts_the_holdout_of_cdnow"))
		skip();
	for (int i = 1; i <= CDNOW_CUSTOMERS; i++) {
		const struct history h = cdnow_history(i);
		double x = h.repeats, t_x = h.last / 7.0, T = h.age / 7.0;

		modified += bgnbd_expected(&mbg, x, t_x, T, 39);
		by_pareto += pareto_nbd_p_alive(&pareto, x, t_x, T) *
			     pareto_nbd_expected_if_alive(&pareto, x, T, 39);
		active += 1 - pareto_nbd_p_none(&pareto, x, t_x, T, 39);
	}
	assert_close(modified, 1576.72832, 1e-4);
	assert_close(by_pareto, 1665.51322, 1e-4);
	assert_close(active / CDNOW_CUSTOMERS, 0.221966, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modified_rows_equal_published_ones),
		cmocka_unit_test(modified_predictions_equal_exact_ones),
		cmocka_unit_test(pareto_predictions_equal_exact_ones),
		cmocka_unit_test(pareto_passes_s_of_one),
		cmocka_unit_test(the_integral_equals_simpsons),
		cmocka_unit_test(gradients_equal_differences),
		cmocka_unit_test(one_tick_is_any_time),
		cmocka_unit_test(regular_buyers_are_expected_by_their_ticks),
		cmocka_unit_test(thousands_of_purchases_stay_finite),
		cmocka_unit_test(fits_cdnow),
		cmocka_unit_test(cdnow_has_no_clock),
		cmocka_unit_test(predicts_the_holdout_of_cdnow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
