/*
 * BG/NBD and Gamma-Gamma against published and exactly computed numbers: CDNOW
 * (Fader and Hardie's sample of 2,357 customers), and row likelihoods that other
 * packages test with.
 */
#include "tests/unit/cdnow.h"

#include <math.h>

#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/gamma_gamma.h"
#include "understand/churn/sample.h"

/* The exact optimum on CDNOW, weeks = days / 7. */
static const struct bgnbd cdnow = {
	.r = 0.242594513, .alpha = 4.413601899, .a = 0.792922123, .b = 2.425907224,
};

static double row_likelihood(const struct bgnbd *m, double x, double t_x, double T)
{
	const struct purchase_row row = {x, t_x, T, 1};

	return bgnbd_log_likelihood(m, &row, 1, NULL);
}

static void row_likelihoods_equal_published_ones(void **state)
{
	const struct bgnbd m = {.r = 0.25, .alpha = 4, .a = 0.8, .b = 2.5};

	(void)state;
	assert_close(row_likelihood(&m, 0, 0, 40), -0.59947382, 1e-8);
	assert_close(row_likelihood(&m, 200, 38, 40), 100.79569309, 1e-8);
}

static void weights_count_like_repeated_rows(void **state)
{
	const struct purchase_row once[] = {{2, 10, 30, 3}};
	const struct purchase_row thrice[] = {{2, 10, 30, 1}, {2, 10, 30, 1}, {2, 10, 30, 1}};

	(void)state;
	assert_close(bgnbd_log_likelihood(&cdnow, once, 1, NULL),
		     bgnbd_log_likelihood(&cdnow, thrice, 3, NULL), 1e-12);
}

static const struct purchase_row rows[] = {
	{0, 0, 38.9, 5}, {0, 0, 27, 2}, {1, 1.7, 38.9, 1}, {2, 30.4, 38.9, 4},
	{12, 20, 38, 1}, {29, 37.7, 38, 1}, {300, 35, 35.1, 1},
};

static double *parameter(struct bgnbd *m, size_t i)
{
	double *all[] = {&m->r, &m->alpha, &m->a, &m->b};

	return all[i];
}

static void check_gradient(struct bgnbd m, size_t count)
{
	double gradient[4];

	bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), gradient);
	for (size_t i = 0; i < count; i++) {
		double at = *parameter(&m, i), h = at * 1e-5, up, down;

		*parameter(&m, i) = at + h;
		up = bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), NULL);
		*parameter(&m, i) = at - h;
		down = bgnbd_log_likelihood(&m, rows, COUNT_OF(rows), NULL);
		*parameter(&m, i) = at;
		assert_close(gradient[i], (up - down) / (2 * h),
			     1e-5 * (1 + fabs(gradient[i])));
	}
}

static void gradient_equals_differences(void **state)
{
	const struct bgnbd other = {.r = 3, .alpha = 0.5, .a = 12, .b = 0.2};
	const struct bgnbd nbd = {.r = 0.38, .alpha = 12, .nbd = true};

	(void)state;
	check_gradient(cdnow, 4);
	check_gradient(other, 4);
	check_gradient(nbd, 2);
}

/* x, t_x, T; P(alive), purchases expected and chance of one in 39 weeks. */
static void predictions_equal_exact_ones(void **state)
{
	static const struct {
		double x, days_last, days, alive, expected, active;
	} table[] = {
		{2, 213, 272, 0.726620311, 1.225994445, 0.55462795},
		{1, 12, 272, 0.212391052, 0.203418854, 0.11680624},
		{0, 0, 272, 1, 0.194793625, 0.14433505},
		{29, 264, 266, 0.969221265, 20.055248629, 0.96922126},
		{26, 216, 217, 0.968854438, 20.748902172, 0.96885443},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		double x = table[i].x, t_x = table[i].days_last / 7;
		double T = table[i].days / 7;

		assert_close(bgnbd_p_alive(&cdnow, x, t_x, T), table[i].alive, 2e-9);
		assert_close(bgnbd_expected(&cdnow, x, t_x, T, 39),
			     table[i].expected, 2e-8);
		assert_close(1 - bgnbd_p_none(&cdnow, x, t_x, T, 39),
			     table[i].active, 1e-8);
	}
}

/* On the summary with weeks of two decimals, whose optimum others print. */
static void new_customers_equal_exact_ones(void **state)
{
	const struct bgnbd m = {.r = 0.2425929, .alpha = 4.4135315, .a = 0.7928862,
				.b = 2.4257535};

	(void)state;
	assert_close(bgnbd_expected_new(&m, 1), 0.053184737, 1e-7);
	assert_close(bgnbd_expected_new(&m, 10), 0.431760990, 1e-6);
	assert_close(bgnbd_expected_new(&m, 39), 1.195016228, 2e-6);
}

static double log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/*
 * The mean of X(t) from its probabilities (Fader, Hardie and Lee, equation 8):
 * another route to bgnbd_expected_new.
 */
static double mean_of_probabilities(const struct bgnbd *m, double t)
{
	double p = m->alpha / (m->alpha + t), below = 0, mean = 0;

	for (int x = 0; x < 20000; x++) {
		double nb = exp(lgamma(m->r + x) - lgamma(m->r) - lgamma(x + 1.0) +
				m->r * log(p) + x * log1p(-p));
		double here = exp(log_beta(m->a, m->b + x) - log_beta(m->a, m->b)) * nb;

		if (x)
			here += exp(log_beta(m->a + 1, m->b + x - 1) -
				    log_beta(m->a, m->b)) * (1 - below);
		below += nb;
		mean += x * here;
		if (1 - below < 1e-14)
			break;
	}
	return mean;
}

static void expectation_equals_the_mean_of_probabilities(void **state)
{
	static const struct bgnbd models[] = {
		{0.24, 4.4, 0.79, 2.43, false, false, 1},
		{0.24, 4.4, 1, 2.43, false, false, 1},		/* a = 1 */
		{0.24, 4.4, 1 + 1e-9, 2.43, false, false, 1},
		{1.3, 9, 0.4, 0.6, false, false, 1},		/* a + b = 1 */
		{1.3, 9, 0.1, 0.2, false, false, 1},
		{2, 3, 5, 0.5, false, false, 1},
		{0.5, 1, 300, 20, false, false, 1},
		{0.4, 2, 9000, 7000, false, false, 1},		/* carried */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(models); i++)
		assert_close(bgnbd_expected_new(&models[i], 26),
			     mean_of_probabilities(&models[i], 26), 1e-9);
}

/* Where the series is left for the limit, the two meet. */
static void one_point_of_dropout_is_the_limit(void **state)
{
	const struct bgnbd series = {0.5, 4, 9999, 3000, false, false, 1};
	const struct bgnbd limit = {0.5, 4, 10001, 3000.6, false, false, 1};

	(void)state;
	for (double x = 0; x < 30; x += 7)
		assert_close(bgnbd_expected_if_alive(&series, x, x ? 20 : 0, 30, 26),
			     bgnbd_expected_if_alive(&limit, x, x ? 20 : 0, 30, 26), 2e-4);
}

static void hundreds_of_purchases_stay_finite(void **state)
{
	(void)state;
	for (double x = 1; x <= 100000; x *= 10) {
		double expected = bgnbd_expected(&cdnow, x, 38.9, 39, 39);

		assert_true(expected > 0 && expected < 2 * (x + 1));
		assert_true(isfinite(row_likelihood(&cdnow, x, 38.9, 39)));
		assert_close(bgnbd_p_alive(&cdnow, x, 1, 39), 0, 0.3);
	}
}

static void without_dropout_everybody_stays(void **state)
{
	const struct bgnbd m = {.r = 0.72, .alpha = 9.4, .nbd = true};

	(void)state;
	assert_close(bgnbd_p_alive(&m, 5, 3, 40), 1, 0);
	assert_close(bgnbd_expected(&m, 5, 3, 40, 13), 5.72 / 49.4 * 13, 1e-12);
	assert_close(bgnbd_p_none(&m, 0, 0, 40, 13), pow(49.4 / 62.4, 0.72), 1e-12);
}

static int fit_rows(const struct purchase_row *given, size_t count, struct bgnbd_fit *fit,
		    struct error *err)
{
	const struct purchase_data data = {given, count, 0, NAN};

	return bgnbd_fit(&data, false, 1, fit, err);
}

static void says_when_nobody_came_back(void **state)
{
	const struct purchase_row once[] = {{0, 0, 10, 20}, {0, 0, 30, 4}};
	struct bgnbd_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(fit_rows(once, COUNT_OF(once), &fit, &err), -1);
	assert_error(&err, "no customer has bought on two days: there is no repeat purchase to learn from");
}

/*
 * Customers who never leave: purchases at even gaps up to the end, at rates
 * that differ.  The optimum is the NBD's, and the fit must say so.
 */
static void sees_that_nobody_leaves(void **state)
{
	struct purchase_row even[40];
	struct bgnbd_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(even); i++)
		even[i] = (struct purchase_row){(double)i, i ? 52 - 52.0 / (double)(i + 1) : 0,
					     52, 40 - (double)i};
	assert_int_equal(fit_rows(even, COUNT_OF(even), &fit, &err), 0);
	assert_true(fit.model.nbd);
	assert_close(fit.optimum.log_likelihood, fit.optimum.nbd_log_likelihood, 0);
	assert_true(fit.optimum.gradient_norm < 1e-6);
	assert_true(isfinite(fit.optimum.standard_errors[0]) && isnan(fit.optimum.standard_errors[2]));
}

/* CDNOW itself. */

static void fits_cdnow(void **state)
{
	struct sample s;
	struct purchase_row *groups;
	struct bgnbd_fit fit;
	struct error err = ERROR_INIT;
	struct purchase_data data;

	(void)state;
	if (!cdnow_load("churn_bgnbd fits_cdnow"))
		skip();
	s = cdnow_sample(false);
	assert_int_equal(s.customers, 2357);
	assert_int_equal(s.repeaters, 946);
	assert_int_equal(s.repeats, 2457);
	groups = sample_rows(&s, 7, &data);
	assert_int_equal(data.count, 1016);
	assert_int_equal(bgnbd_fit(&data, false, 1, &fit, &err), 0);
	assert_false(fit.model.nbd);
	assert_close(fit.model.r, 0.242594513, 1e-6);
	assert_close(fit.model.alpha, 4.413601899, 1e-5);
	assert_close(fit.model.a, 0.792922123, 1e-6);
	assert_close(fit.model.b, 2.425907224, 1e-5);
	assert_true(fit.optimum.log_likelihood > -9582.4292075);
	assert_close(fit.optimum.log_likelihood, -9582.429207, 1e-6);
	assert_close(fit.optimum.nbd_log_likelihood, -9763.65761, 1e-4);
	assert_close(fit.optimum.nbd_theta[0], 0.384765875, 1e-6);
	assert_true(fit.optimum.gradient_norm < 1e-8);
	/* As on the rounded summary, whose standard errors are published. */
	assert_close(fit.optimum.standard_errors[0], 0.0125573, 1e-4);
	assert_close(fit.optimum.standard_errors[1], 0.378221, 1e-3);
	assert_close(fit.optimum.standard_errors[2], 0.185718, 1e-3);
	assert_close(fit.optimum.standard_errors[3], 0.705341, 1e-3);
	free(groups);
	sample_release(&s);
}

/* Expected against real purchases of the next 39 weeks: the model's total. */
static void predicts_the_holdout_of_cdnow(void **state)
{
	double total = 0, active = 0;

	(void)state;
	if (!cdnow_load("churn_bgnbd predicts_the_holdout_of_cdnow"))
		skip();
	for (int i = 1; i <= CDNOW_CUSTOMERS; i++) {
		const struct history h = cdnow_history(i);

		total += bgnbd_expected(&cdnow, h.repeats, h.last / 7.0, h.age / 7.0, 39);
		active += 1 - bgnbd_p_none(&cdnow, h.repeats, h.last / 7.0, h.age / 7.0, 39);
	}
	assert_close(total, 1653.40866, 1e-4);
	assert_close(active / CDNOW_CUSTOMERS, 0.261788, 1e-6);
}

static void order_of_customers_does_not_matter(void **state)
{
	struct sample there, back;
	struct bgnbd_fit fits[2];
	struct gamma_gamma_fit spends[2];
	struct error err = ERROR_INIT;

	(void)state;
	if (!cdnow_load("churn_bgnbd order_of_customers_does_not_matter"))
		skip();
	there = cdnow_sample(false);
	back = cdnow_sample(true);
	for (int i = 0; i < 2; i++) {
		struct sample *s = i ? &back : &there;
		struct purchase_data data;
		struct purchase_row *groups = sample_rows(s, 7, &data);

		assert_int_equal(bgnbd_fit(&data, false, 1, &fits[i], &err), 0);
		sample_sort_spends(s);
		assert_int_equal(gamma_gamma_fit(s->spends[0].rows, s->spends[0].count, &spends[i], &err), 0);
		free(groups);
	}
	assert_memory_equal(&fits[0].model, &fits[1].model, 4 * sizeof(double));
	assert_memory_equal(&spends[0].model, &spends[1].model, sizeof spends[0].model);
	sample_release(&there);
	sample_release(&back);
}

/* Gamma-Gamma. */

static void spend_gradient_equals_differences(void **state)
{
	static const struct spend_row spends[] = {{1, 3.5}, {1, 80}, {2, 12}, {40, 9.99}};
	struct gamma_gamma m = {6, 3.7, 15};
	double *all[] = {&m.p, &m.q, &m.gamma};
	double gradient[3];

	(void)state;
	gamma_gamma_log_likelihood(&m, spends, COUNT_OF(spends), gradient);
	for (size_t i = 0; i < 3; i++) {
		double at = *all[i], h = at * 1e-5, up, down;

		*all[i] = at + h;
		up = gamma_gamma_log_likelihood(&m, spends, COUNT_OF(spends), NULL);
		*all[i] = at - h;
		down = gamma_gamma_log_likelihood(&m, spends, COUNT_OF(spends), NULL);
		*all[i] = at;
		assert_close(gradient[i], (up - down) / (2 * h), 1e-6);
	}
}

static void fits_the_spend_of_cdnow(void **state)
{
	struct sample s;
	struct gamma_gamma_fit fit;
	struct error err = ERROR_INIT;
	static const struct {
		int id;
		double expected;
	} table[] = {{1, 24.653918}, {2, 18.910018}, {3, 35.170372}, {6, 71.464706}};

	(void)state;
	if (!cdnow_load("churn_bgnbd fits_the_spend_of_cdnow"))
		skip();
	s = cdnow_sample(false);
	sample_sort_spends(&s);
	assert_int_equal(s.spends[0].count, 946);
	assert_int_equal(gamma_gamma_fit(s.spends[0].rows, s.spends[0].count, &fit, &err), 0);
	assert_close(fit.model.p, 6.249573091, 1e-4);
	assert_close(fit.model.q, 3.744224455, 1e-4);
	assert_close(fit.model.gamma, 15.443518006, 1e-3);
	assert_close(fit.log_likelihood, -4055.917695, 1e-5);
	assert_close(fit.standard_errors[0], 1.189679, 2e-3);
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const struct history h = cdnow_history(table[i].id);

		assert_close(gamma_gamma_expected(&fit.model, h.repeats, h.spend),
			     table[i].expected, 2e-5);
	}
	sample_release(&s);
}

/* Means with a tail so heavy that their own mean is infinite (Pareto 0.6). */
static void refuses_a_mean_without_bound(void **state)
{
	struct spend_row wild[200];
	struct gamma_gamma_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 200; i++) {
		double x = 1 + i * 7 % 5;
		double noise = (i * 37 % 100 - 49.5) / 60 / sqrt(x);

		wild[i] = (struct spend_row){
			x, 10 * pow((i + 0.5) / 200, -1 / 0.6) * (1 + noise)};
	}
	assert_int_equal(gamma_gamma_fit(wild, COUNT_OF(wild), &fit, &err), -1);
	assert_non_null(strstr(err.message, "the Gamma-Gamma model has q = 0."));
	assert_non_null(strstr(err.message, ", not above 1, so the mean spend is infinite: some amounts are extreme; cap them and try again"));
}

static void refuses_spends_that_are_all_alike(void **state)
{
	static const struct spend_row one[] = {{2, 10}};
	struct spend_row alike[30];
	struct gamma_gamma_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(gamma_gamma_fit(one, 1, &fit, &err), -1);
	assert_error(&err, "fewer than two customers with paid repeat purchases: there is no spread of spend to learn from");
	for (size_t i = 0; i < COUNT_OF(alike); i++)
		alike[i] = (struct spend_row){2, 10};
	assert_int_equal(gamma_gamma_fit(alike, COUNT_OF(alike), &fit, &err), -1);
	assert_error(&err, "the Gamma-Gamma model has no inner optimum on 30 customers: their spend varies too little or too much");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_likelihoods_equal_published_ones),
		cmocka_unit_test(weights_count_like_repeated_rows),
		cmocka_unit_test(gradient_equals_differences),
		cmocka_unit_test(predictions_equal_exact_ones),
		cmocka_unit_test(new_customers_equal_exact_ones),
		cmocka_unit_test(expectation_equals_the_mean_of_probabilities),
		cmocka_unit_test(one_point_of_dropout_is_the_limit),
		cmocka_unit_test(hundreds_of_purchases_stay_finite),
		cmocka_unit_test(without_dropout_everybody_stays),
		cmocka_unit_test(says_when_nobody_came_back),
		cmocka_unit_test(sees_that_nobody_leaves),
		cmocka_unit_test(fits_cdnow),
		cmocka_unit_test(predicts_the_holdout_of_cdnow),
		cmocka_unit_test(order_of_customers_does_not_matter),
		cmocka_unit_test(spend_gradient_equals_differences),
		cmocka_unit_test(fits_the_spend_of_cdnow),
		cmocka_unit_test(refuses_a_mean_without_bound),
		cmocka_unit_test(refuses_spends_that_are_all_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
