/* The BG/BB against published numbers, and where its parameters have no optimum. */
#include "tests/unit/support.h"

#include <math.h>

#include "understand/churn/bgbb.h"

/*
 * 11,104 people who first gave to a public radio station in 1995, by the years from 1996 to 2001 in which
 * they gave again (Fader, Hardie and Shang 2010, table 1).
 */
static const struct purchase_row donors[] = {
	{0, 0, 6, 3464}, {1, 1, 6, 1091}, {1, 2, 6, 277}, {1, 3, 6, 129}, {1, 4, 6, 78}, {1, 5, 6, 119},
	{1, 6, 6, 129}, {2, 2, 6, 613}, {2, 3, 6, 255}, {2, 4, 6, 155}, {2, 5, 6, 173}, {2, 6, 6, 234},
	{3, 3, 6, 322}, {3, 4, 6, 181}, {3, 5, 6, 225}, {3, 6, 6, 357}, {4, 4, 6, 240}, {4, 5, 6, 284},
	{4, 6, 6, 512}, {5, 5, 6, 335}, {5, 6, 6, 728}, {6, 6, 6, 1203},
};

static const struct purchase_data gifts = {.rows = donors, .count = COUNT_OF(donors), .regularity = NAN};

static const struct bgbb published = {1.203522, 0.749716, 0.656718, 2.783442, false};

static void fits_the_donors(void **state)
{
	struct bgbb_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(bgbb_fit(&gifts, &fit, &err), 0);
	assert_close(fit.model.alpha, published.alpha, 1e-4 * published.alpha);
	assert_close(fit.model.beta, published.beta, 1e-4 * published.beta);
	assert_close(fit.model.gamma, published.gamma, 1e-4 * published.gamma);
	assert_close(fit.model.delta, published.delta, 1e-4 * published.delta);
	assert_close(fit.optimum.log_likelihood / 11104, -2.99221733, 1e-8);
	assert_false(fit.model.bb);
	for (int i = 0; i < 4; i++)
		assert_true(fit.optimum.standard_errors[i] > 0 && fit.optimum.standard_errors[i] < 0.5);
}

/* Gifts of the next ten years of who gave never again, and of who gave in four of six years, last in the fifth. */
static void expects_of_donors_what_is_published(void **state)
{
	(void)state;
	assert_close(bgbb_p_alive(&published, 0, 0, 6) * bgbb_expected_if_alive(&published, 0, 6, 10), 0.1302169, 2e-6);
	assert_close(bgbb_p_alive(&published, 4, 5, 6) * bgbb_expected_if_alive(&published, 4, 6, 10), 3.627858, 1e-4 * 3.6);
}

/* Derivatives against differences, with and without drop-out. */
static void gradients_are_those_of_the_likelihood(void **state)
{
	(void)state;
	for (int bb = 0; bb < 2; bb++) {
		struct bgbb m = published;
		double *theta[] = {&m.alpha, &m.beta, &m.gamma, &m.delta}, gradient[4];

		m.bb = bb;
		bgbb_log_likelihood(&m, donors, COUNT_OF(donors), gradient);
		for (int i = 0; i < (bb ? 2 : 4); i++) {
			double at = *theta[i], up, down;

			*theta[i] = at + 1e-5;
			up = bgbb_log_likelihood(&m, donors, COUNT_OF(donors), NULL);
			*theta[i] = at - 1e-5;
			down = bgbb_log_likelihood(&m, donors, COUNT_OF(donors), NULL);
			*theta[i] = at;
			assert_close(gradient[i], (up - down) / 2e-5, 1e-3);
		}
	}
}

/* At gamma = 1 the sum is one of reciprocals; beside it nothing jumps. */
static void nothing_jumps_where_gamma_is_one(void **state)
{
	struct bgbb m = published;
	double exact = 0, beside;

	(void)state;
	for (int j = 1; j <= 25; j++)
		exact += (m.delta + 6) / (m.delta + 6 + j);
	exact *= (m.alpha + 2) / (m.alpha + m.beta + 6);
	m.gamma = 1;
	assert_close(bgbb_expected_if_alive(&m, 2, 6, 25), exact, 1e-12 * exact);
	for (double away = 1e-9; away < 1e-4; away *= 10) {
		m.gamma = 1 + away;
		beside = bgbb_expected_if_alive(&m, 2, 6, 25);
		assert_close(beside, exact, (3 * away + 1e-8) * exact);
	}
}

/* Everybody gives now and then, and nobody stops: alpha and beta are left. */
static void says_that_nobody_leaves(void **state)
{
	struct purchase_row rows[2 * 11];
	struct purchase_data data = {.rows = rows, .regularity = NAN};
	struct bgbb_fit fit;
	struct error err = ERROR_INIT;

	(void)state;
	for (int x = 0; x <= 10; x++) {
		rows[data.count++] = (struct purchase_row){x, x ? 19 + (x > 5) : 0, 20, x ? 50 : 2};
		rows[data.count++] = (struct purchase_row){x + 1, 20, 20, 30};
	}
	assert_int_equal(bgbb_fit(&data, &fit, &err), 0);
	assert_true(fit.model.bb);
	assert_true(bgbb_p_alive(&fit.model, 3, 10, 20) == 1);
	assert_close(bgbb_expected_if_alive(&fit.model, 3, 20, 8),
		     8 * (fit.model.alpha + 3) / (fit.model.alpha + fit.model.beta + 20), 1e-12);
}

/* Thousands of occasions: days, and a gift on each. */
static void long_histories_are_finite(void **state)
{
	const struct purchase_row rows[] = {{5000, 5000, 5000, 1}, {5000, 5100, 9000, 1}, {0, 0, 9000, 1}, {1, 1, 9000, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct purchase_row *r = &rows[i];
		double gradient[4], ll = bgbb_log_likelihood(&published, r, 1, gradient);

		assert_true(isfinite(ll) && ll < 0);
		for (int k = 0; k < 4; k++)
			assert_true(isfinite(gradient[k]));
		assert_true(bgbb_p_alive(&published, r->x, r->t_x, r->T) >= 0);
		assert_true(isfinite(bgbb_p_none(&published, r->x, r->t_x, r->T, 365)));
	}
	assert_true(bgbb_p_none(&published, 3, 4, 6, 0.5) > bgbb_p_none(&published, 3, 4, 6, 1));
}

/* What is expected of M, alive, with x of T in the next MORE, added up one occasion after the other. */
static double add_up_expected(const struct bgbb *m, double x, double T, int more)
{
	long double stays = 1, sum = 0, from = (long double)m->delta + T;

	for (int i = 0; i < more; i++) {
		stays *= (from + i) / (m->gamma + from + i);
		sum += stays;
	}
	return (double)(sum * (m->alpha + x) / (m->alpha + m->beta + T));
}

static void keeps_its_digits_where_few_leave(void **state)
{
	static const double gammas[] = {1e-4, 0.5, 0.99, 1.00001, 1.5, 30}, deltas[] = {0.1, 30, 900, 1100, 1e5, 1e8, 1e12};

	(void)state;
	for (size_t g = 0; g < COUNT_OF(gammas); g++)
		for (size_t d = 0; d < COUNT_OF(deltas); d++)
			for (int more = 1; more < 2000; more = 3 * more + 1) {
				struct bgbb m = {1, 2, gammas[g], deltas[d], false};
				double exact = add_up_expected(&m, 1, 8, more);

				assert_close(bgbb_expected_if_alive(&m, 1, 8, more), exact, 1e-6 * exact);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_the_donors),
		cmocka_unit_test(expects_of_donors_what_is_published),
		cmocka_unit_test(gradients_are_those_of_the_likelihood),
		cmocka_unit_test(nothing_jumps_where_gamma_is_one),
		cmocka_unit_test(says_that_nobody_leaves),
		cmocka_unit_test(long_histories_are_finite),
		cmocka_unit_test(keeps_its_digits_where_few_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
