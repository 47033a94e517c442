/* Lifetimes: their order, curves with their edges, the tails of tests, and models whose answer is known. */
#include "support.h"

#include <math.h>

#include "base/mem.h"
#include "stats/significance.h"
#include "understand/survival/aft.h"
#include "understand/survival/cox.h"
#include "understand/survival/curve.h"

static void order(void **state)
{
	static const double keys[] = {3, -1, 0.5, 3, 1e300, -0.0, 0.0, -1e-300, 2};
	static const uint32_t want[] = {1, 7, 5, 6, 2, 8, 0, 3, 4};
	uint32_t *got = lifetimes_order(keys, COUNT_OF(keys));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		assert_int_equal(got[i], want[i]);
	mem_free(got);
	mem_free(lifetimes_order(keys, 0));
}

/* Against the incomplete gamma function of mpmath. */
static void tails(void **state)
{
	static const struct {
		double x;
		size_t df;
		double p;
	} cases[] = {
		{3.841458820694124, 1, 0.05}, {10.32674195, 1, 0.00131116452382625}, {33.26594582, 7, 2.36204503500387e-05},
		{5.991464547107979, 2, 0.05}, {0.001, 9, 1}, {100, 30, 1.85680233651e-9}, {0, 3, 1}, {1400, 4, 6.9116332571756e-302},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double got = significance_chi_square(cases[i].x, cases[i].df);

		if (!(fabs(got - cases[i].p) <= 1e-11 * cases[i].p))
			fail_msg("%g with %zu: %.12g, not %.12g", cases[i].x, cases[i].df, got, cases[i].p);
	}
	assert_close(significance_normal(1.959963984540054), 0.05, 1e-12);
	assert_close(significance_normal(-1.959963984540054), 0.05, 1e-12);
	assert_true(isnan(significance_chi_square(NAN, 1)) && isnan(significance_chi_square(1, 0)));
}

static struct curve make_curve(double *exit, unsigned char *event, double *entry, size_t count)
{
	struct lifetimes l = {count, entry, exit, event};
	uint32_t *rows = lifetimes_order(exit, count);
	struct curve c;

	curve_make(&c, &l, rows, count);
	mem_free(rows);
	return c;
}

/* S is exactly 0.5 from 2 to 4: the median is 3; where it stays there to the end, 2. */
static void medians(void **state)
{
	double exit[] = {1, 2, 4, 5}, other[] = {1, 2, 4, 5};
	unsigned char event[] = {1, 1, 1, 0}, censored[] = {1, 1, 0, 0};
	struct curve c = make_curve(exit, event, NULL, 4);

	(void)state;
	assert_close(curve_quantile(&c, 0.5, CURVE_LOG, 1.96).value, 3, 1e-12);
	assert_close(curve_restricted_mean(&c, 4).mean, 1 + 0.75 + 2 * 0.5, 1e-12);
	assert_close(curve_remaining(&c, 2, 4), 2, 1e-12);
	assert_true(isnan(curve_remaining(&c, 4, 4)));
	assert_int_equal(curve_at_risk(&c, 3), 2);
	assert_int_equal(curve_at_risk(&c, 6), 0);
	assert_int_equal(curve_events(&c, 0.5), 0);
	assert_null(curve_at(&c, 0.5));
	curve_release(&c);
	c = make_curve(other, censored, NULL, 4);
	assert_close(curve_quantile(&c, 0.5, CURVE_LOG, 1.96).value, 2, 1e-12);
	assert_true(isnan(curve_quantile(&c, 0.2, CURVE_LOG, 1.96).value));
	curve_release(&c);
}

/* Who comes late is at risk from then on; two at risk of whom both die end the curve. */
static void late_entries(void **state)
{
	double exit[] = {1, 3, 3, 5}, entry[] = {0, 1, 2, 3};
	unsigned char event[] = {1, 1, 0, 1};
	struct curve c = make_curve(exit, event, entry, 4);
	double low, high;

	(void)state;
	assert_int_equal(c.points[0].at_risk, 1);
	assert_true(c.points[0].survival == 0 && isnan(c.points[0].greenwood));
	assert_int_equal(c.points[1].at_risk, 2);
	assert_int_equal(curve_at_risk(&c, 2), 1);
	assert_int_equal(curve_at_risk(&c, 2.5), 2);
	curve_limits(&c.points[0], CURVE_LOG_LOG, 1.96, &low, &high);
	assert_true(isnan(low) && isnan(high));
	curve_release(&c);
}

/* Two groups of one event each and no censoring: exp(b) is known from the likelihood. */
static void cox(void **state)
{
	double exit[] = {1, 2, 3, 4}, x[] = {1, 0, 1, 0};
	unsigned char event[] = {1, 1, 1, 1};
	struct lifetimes l = {4, NULL, exit, event};
	const struct span name = SPAN("x");
	struct cox_data data = {.l = &l, .x = x, .width = 1, .names = &name};
	struct error err = ERROR_INIT;
	struct cox m;
	double r;

	(void)state;
	assert_int_equal(cox_fit(&m, &data, &err), 0);
	/* d/db of b - ln(2r + 2) - ln(r + 2) + b - ln(r + 1) at the best is 0. */
	r = exp(m.coef[0]);
	assert_close(2 - 2 * r / (2 * r + 2) - r / (r + 2) - r / (r + 1), 0, 1e-9);
	assert_close(m.concordance, 4.0 / 6, 1e-12);
	cox_release(&m);
	x[1] = x[3] = 1;
	assert_int_equal(cox_fit(&m, &data, &err), -1);
	assert_non_null(strstr(err.message, "one value"));
	cox_release(&m);
}

/* Exponential lifetimes forget: what remains is the mean; and the other forms against their closed means. */
static void forms(void **state)
{
	double coef[] = {log(5), 0};
	struct aft a = {.form = AFT_WEIBULL, .coef = coef};

	(void)state;
	assert_close(aft_remaining(&a, 0), 5, 1e-7);
	assert_close(aft_remaining(&a, 12), 5, 1e-7);
	assert_close(aft_survival(&a, 5), exp(-1), 1e-12);
	assert_close(aft_quantile(&a, 0.5), 5 * log(2), 1e-9);
	coef[1] = log(0.5);
	assert_close(aft_remaining(&a, 0), 5 * sqrt(M_PI) / 2, 1e-7);
	a.form = AFT_LOG_NORMAL;
	assert_close(aft_remaining(&a, 0), 5 * exp(0.125), 1e-6);
	assert_close(aft_remaining(&a, 1e-9), 5 * exp(0.125), 1e-6);
	a.form = AFT_LOG_LOGISTIC;
	assert_close(aft_remaining(&a, 0), 5 * M_PI / 2, 1e-6);
	/* The integral of 1 / (1 + t^2/25) from 5 on, by S(5) = 1/2. */
	assert_close(aft_remaining(&a, 5), 2 * 5 * M_PI / 4, 1e-6);
	coef[1] = log(0.995);
	assert_close(aft_remaining(&a, 0) / (5 * M_PI * 0.995 / sin(M_PI * 0.995)), 1, 1e-5);
	coef[1] = 0;
	assert_true(isnan(aft_remaining(&a, 0)));
}

/* Exponential lifetimes without a column: the scale is the time watched by the events, where the shape comes out as 1. */
static void fits(void **state)
{
	double exit[200];
	unsigned char event[200];
	struct lifetimes l = {200, NULL, exit, event};
	struct error err = ERROR_INIT;
	struct aft a;

	(void)state;
	for (int i = 0; i < 200; i++) {
		exit[i] = -7 * log1p(-(i + 0.5) / 200);
		event[i] = 1;
	}
	for (enum aft_form form = AFT_WEIBULL; form <= AFT_LOG_LOGISTIC; form++) {
		assert_int_equal(aft_fit(&a, form, &l, NULL, 0, NULL, &err), 0);
		assert_true(isfinite(a.log_likelihood) && a.variance[0] > 0 && a.variance[3] > 0);
		if (form == AFT_WEIBULL) {
			assert_close(a.coef[0], log(7), 0.02);
			assert_close(a.coef[1], 0, 0.02);
		}
		aft_release(&a);
	}
	/* A length of ours that no exp could hold. */
	for (int i = 0; i < 200; i++)
		exit[i] *= 1e250;
	assert_int_equal(aft_fit(&a, AFT_WEIBULL, &l, NULL, 0, NULL, &err), 0);
	assert_close(a.coef[0], log(7) + 250 * log(10), 0.02);
	aft_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order), cmocka_unit_test(tails), cmocka_unit_test(medians), cmocka_unit_test(late_entries),
		cmocka_unit_test(cox), cmocka_unit_test(forms), cmocka_unit_test(fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
