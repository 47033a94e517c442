/* Contract models against published and exactly computed numbers: Fader and Hardie's two segments. */
#include "tests/unit/support.h"

#include <math.h>

#include "understand/churn/contract_model.h"
#include "understand/churn/discount.h"
#include "understand/survival/contract.h"

enum { YEARS = 8 };

/* Of 1,000 customers those who are left after 0 .. 7 renewals. */
static const double regular[YEARS] = {1000, 631, 468, 382, 326, 289, 262, 241};
static const double high_end[YEARS] = {1000, 869, 743, 653, 593, 551, 517, 491};

static void fit(const double *there, const char *name, struct contract_fit *out)
{
	double ended[YEARS] = {0}, still[YEARS] = {0};
	const struct contract_data data = {ended, still, YEARS};
	struct error err = ERROR_INIT;

	for (size_t n = 1; n < YEARS; n++)
		ended[n] = there[n - 1] - there[n];
	still[YEARS - 1] = there[YEARS - 1];
	if (contract_fit_make(out, contract_model_named(span_of(name)), &data, &err))
		fail_msg("%s: %s", name, err.message);
}

static double survive(const struct contract_fit *f, double n)
{
	return exp(contract_log_survival(f, n));
}

static void sbg_gives_the_published_numbers(void **state)
{
	static const double kept[] = {0.626706, 0.473819, 0.387974, 0.332068, 0.292347, 0.262456,
				      0.239024, 0.220085, 0.204411, 0.191190, 0.179865, 0.170037};
	static const double later[] = {0.460440, 0.435780, 0.414172, 0.395055, 0.377999};
	struct contract_fit f;

	(void)state;
	fit(regular, "sbg", &f);
	assert_close(f.theta[0], 0.704077319, 1e-6);
	assert_close(f.theta[1], 1.182043074, 1e-5);
	assert_close(f.log_likelihood, -1680.265188, 1e-6);
	for (size_t n = 1; n <= COUNT_OF(kept); n++)
		assert_close(survive(&f, (double)n), kept[n - 1], 2e-6);
	assert_close(1 + contract_residual(&f, 0, 0.1, 0), 3.694908, 2e-5);
	/* About to face renewal 4: the payment at it counts whole. */
	assert_close(survive(&f, 4) / survive(&f, 3) * (1 + contract_residual(&f, 4, 0.1, 0)), 5.442058, 2e-5);
	contract_fit_release(&f);
	fit(high_end, "sbg", &f);
	assert_close(f.theta[0], 0.668088387, 1e-6);
	assert_close(f.theta[1], 3.806095502, 1e-5);
	assert_close(f.log_likelihood, -1611.158147, 1e-6);
	for (size_t n = 0; n < COUNT_OF(later); n++)
		assert_close(survive(&f, (double)n + 8), later[n], 2e-6);
	assert_close(1 + contract_residual(&f, 0, 0.1, 0), 5.922254, 2e-5);
	assert_close(survive(&f, 4) / survive(&f, 3) * (1 + contract_residual(&f, 4, 0.1, 0)), 6.619920, 2e-5);
	contract_fit_release(&f);
}

static void bdw_holds_the_sbg(void **state)
{
	struct contract_fit s, w;

	(void)state;
	fit(high_end, "sbg", &s);
	fit(high_end, "bdw", &w);
	assert_true(w.log_likelihood >= s.log_likelihood);
	/* Chances that rise with time: it forecasts the high end better (Fader and others 2018). */
	assert_true(w.theta[2] > 1);
	assert_true(fabs(survive(&w, 12) - 0.394) < fabs(survive(&s, 12) - 0.394));
	/* With c = 1 they are one. */
	w.theta[0] = s.theta[0];
	w.theta[1] = s.theta[1];
	w.theta[2] = 1;
	for (double n = 0; n < 20; n++)
		assert_close(survive(&w, n), survive(&s, n), 1e-14);
	contract_fit_release(&s);
	contract_fit_release(&w);
}

static void hazards_follow_the_shares(void **state)
{
	struct contract_fit f;

	(void)state;
	fit(regular, "hazard", &f);
	assert_close(survive(&f, 1), 1 - 369.5 / 1001, 1e-6);
	assert_close(survive(&f, 2) / survive(&f, 1), 1 - 163.5 / 632, 1e-6);
	assert_true(survive(&f, 30) > 0 && survive(&f, 30) < survive(&f, 29));
	contract_fit_release(&f);
}

static void one_chance_for_all_is_said(void **state)
{
	double ended[5] = {0}, still[5] = {0}, left = 100000;
	const struct contract_data data = {ended, still, 5};
	struct contract_fit f;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t n = 1; n < 5; n++) {
		ended[n] = left * 0.2;
		left -= ended[n];
	}
	still[4] = left;
	assert_int_equal(contract_fit_make(&f, contract_model_named(SPAN("sbg")), &data, &err), 0);
	assert_true(f.one_chance);
	assert_close(survive(&f, 3), 0.512, 1e-6);
	contract_fit_release(&f);
}

static void too_few_are_refused(void **state)
{
	double ended[3] = {0, 9, 0}, still[3] = {0, 0, 500};
	const struct contract_data data = {ended, still, 3};
	struct contract_fit f;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(contract_fit_make(&f, contract_model_named(SPAN("sbg")), &data, &err), -1);
	assert_non_null(strstr(err.message, "too few"));
	ended[1] = 20;
	still[2] = 0;
	assert_int_equal(contract_fit_make(&f, contract_model_named(SPAN("sbg")), &data, &err), -1);
	assert_non_null(strstr(err.message, "nobody has renewed"));
}

/* Daily payments, little discount: what comes behind 100,000 renewals counts too. */
static void the_residual_has_no_last_renewal(void **state)
{
	const double rate = discount_of(0.001, 1), x = 1 / (1 + rate), keep = 1 - 1e-6;
	const struct contract_fit same = {.kind = contract_model_named(SPAN("sbg")), .one_chance = true, .theta = {1e-6}};
	const struct contract_fit sbg = {.kind = contract_model_named(SPAN("sbg")), .theta = {1, 1}};

	(void)state;
	assert_close(contract_residual(&same, 0, rate, 0) / (keep / (1 + rate - keep)), 1, 1e-6);
	/* S(n) = 1 / (n + 1): the sum of x^n / (n + 1). */
	assert_close(contract_residual(&sbg, 0, rate, 0) / ((-log1p(-x) - x) / x), 1, 1e-6);
	assert_close(contract_residual(&same, 0, 0, 250000) / (-keep * expm1(250000 * log(keep)) / 1e-6), 1, 1e-6);
}

/* Monthly customers who leave at renewals, and yearly ones: each by its own clock. */
static void periods_have_clocks_of_their_own(void **state)
{
	struct contract_sample s = CONTRACT_SAMPLE_INIT;
	struct contract c;
	struct error err = ERROR_INIT;
	const struct contract_holder month = {CONTRACT_MONTH, 62, -1}, year = {365.25, 62, -1}, leaving = {0, 62, 20};
	struct contract_payments pay;

	(void)state;
	for (int i = 0; i < 300; i++) {
		const struct contract_spell monthly = {0, 30 + 30 * (i % 7) + i % 2, i % 3 > 0};
		const struct contract_spell yearly = {365.25, 365 * (1 + i % 3), i % 2};

		contract_sample_add(&s, &monthly);
		if (i < 200)
			contract_sample_add(&s, &yearly);
	}
	assert_int_equal(contract_fit(&c, contract_model_named(SPAN("hazard")), &s, &err), 0);
	assert_int_equal(c.count, 2);
	assert_true(c.clocks[0].at_renewals && c.clocks[1].at_renewals);
	assert_true(contract_p_end(&c, &month, 90) > 0.1);
	assert_close(contract_p_end(&c, &year, 90), 0, 0);	/* no renewal before then */
	assert_true(contract_p_end(&c, &year, 310) > 0.1);
	assert_close(contract_p_end(&c, &leaving, 19), 0, 0);
	assert_close(contract_p_end(&c, &leaving, 20), 1, 0);
	contract_expect(&c, &month, 90, 0.1, &pay);
	assert_close(pay.due, 3, 0);
	assert_true(pay.expected < 3 && pay.discounted < pay.expected && pay.residual > pay.discounted);
	for (int age = 0; age < 400; age += 57) {
		const struct contract_holder h = {age % 2 ? CONTRACT_MONTH : 365.25, age, -1};
		double slowly;

		contract_expect(&c, &h, 90, 0.1, &pay);
		slowly = pay.residual;
		contract_prepare(&c, 0.1);
		contract_expect(&c, &h, 90, 0.1, &pay);
		assert_close(pay.residual, slowly, 1e-9);
		contract_prepare(&c, 0.02);	/* of another rate: not used */
		contract_expect(&c, &h, 90, 0.1, &pay);
		assert_close(pay.residual, slowly, 0);
	}
	contract_release(&c);
	contract_sample_release(&s);
}

/* The clock of most spells has to be by the model that was asked for. */
static void a_clock_that_cannot_be_fitted_is_refused(void **state)
{
	struct contract_sample s = CONTRACT_SAMPLE_INIT;
	struct contract c;
	struct error err = ERROR_INIT;
	const struct contract_spell spell = {0, 45, 0}, ended = {0, 30, 1};

	(void)state;
	for (int i = 0; i < CONTRACT_SPELLS_LEAST; i++)
		contract_sample_add(&s, &spell);
	contract_sample_add(&s, &ended);
	assert_int_equal(contract_fit(&c, contract_model_named(SPAN("sbg")), &s, &err), -1);
	assert_non_null(strstr(err.message, "too few"));
	for (int i = 0; i < 2 * CONTRACT_ENDED_LEAST; i++)
		contract_sample_add(&s, &ended);
	assert_int_equal(contract_fit(&c, contract_model_named(SPAN("sbg")), &s, &err), 0);
	contract_release(&c);
	assert_int_equal(contract_fit(&c, contract_model_named(SPAN("bdw")), &s, &err), -1);
	assert_non_null(strstr(err.message, "no inner optimum"));
	contract_sample_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sbg_gives_the_published_numbers),
		cmocka_unit_test(bdw_holds_the_sbg),
		cmocka_unit_test(hazards_follow_the_shares),
		cmocka_unit_test(one_chance_for_all_is_said),
		cmocka_unit_test(too_few_are_refused),
		cmocka_unit_test(the_residual_has_no_last_renewal),
		cmocka_unit_test(periods_have_clocks_of_their_own),
		cmocka_unit_test(a_clock_that_cannot_be_fitted_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
