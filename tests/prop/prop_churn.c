/*
 * Laws of the purchase models over random parameters and histories: chances
 * are chances, and longer silence never lowers the risk.  A failure names the
 * seed.
 */
#include "tests/unit/support.h"

#include <math.h>

#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/score.h"

#define ROUNDS 20000

struct draw {
	uint64_t seed;		/* of this draw */
	struct bgnbd m;
	double x, t_x, T, t;
};

/* From low to high, evenly by its logarithm. */
static double log_between(uint64_t *state, double low, double high)
{
	double u = (double)(support_random(state) >> 11) / 9007199254740992.0;

	return low * pow(high / low, u);
}

static struct draw draw_next(uint64_t *state)
{
	struct draw d = {.seed = *state};

	d.m = (struct bgnbd){
		.r = log_between(state, 0.01, 50), .alpha = log_between(state, 0.05, 500),
		.a = log_between(state, 0.001, 50), .b = log_between(state, 0.01, 1000),
		.nbd = support_below(state, 8) == 0,
	};
	d.x = (double)support_below(state, support_below(state, 4) ? 6 : 400);
	d.T = (double)support_below(state, 3000) / 7;
	d.t_x = d.x > 0 ? d.T * (double)support_below(state, 1001) / 1000 : 0;
	d.t = log_between(state, 0.1, 520);
	return d;
}

#define check(condition, d) \
	do { \
		if (!(condition)) \
			fail_msg("%s: seed %llu: r %g alpha %g a %g b %g nbd %d, x %g t_x %g T %g t %g", \
				 #condition, (unsigned long long)(d).seed, (d).m.r, (d).m.alpha, \
				 (d).m.a, (d).m.b, (d).m.nbd, (d).x, (d).t_x, (d).T, (d).t); \
	} while (0)

static void chances_are_within_0_and_1(void **state)
{
	uint64_t random = support_seed(11);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		const struct draw d = draw_next(&random);
		double none = bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t);
		double alive = bgnbd_p_alive(&d.m, d.x, d.t_x, d.T);

		check(none >= 0 && none <= 1, d);
		check(alive >= 0 && alive <= 1, d);
		check(none >= (1 - alive) * (1 - 1e-12), d);
	}
}

static void longer_silence_never_lowers_the_risk(void **state)
{
	uint64_t random = support_seed(12);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct draw d = draw_next(&random);
		double before = bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t);

		for (int k = 0; k < 4; k++) {
			double now;

			d.T += log_between(&random, 0.1, 100);
			now = bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t);
			check(now >= before - 1e-12, d);
			before = now;
		}
	}
}

static void a_longer_horizon_never_raises_the_risk(void **state)
{
	uint64_t random = support_seed(13);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct draw d = draw_next(&random);
		double none = bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t);
		double more = bgnbd_expected(&d.m, d.x, d.t_x, d.T, d.t);

		d.t *= 1.5;
		check(bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t) <= none + 1e-12, d);
		check(bgnbd_expected(&d.m, d.x, d.t_x, d.T, d.t) >= more * (1 - 1e-9) - 1e-9, d);
	}
}

/*
 * A chance of at least one purchase is at most their expected number (Markov),
 * which is at most what a customer who never leaves would buy.
 */
static void expectations_keep_their_bounds(void **state)
{
	uint64_t random = support_seed(14);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		const struct draw d = draw_next(&random);
		double expected = bgnbd_expected(&d.m, d.x, d.t_x, d.T, d.t);
		double some = 1 - bgnbd_p_none(&d.m, d.x, d.t_x, d.T, d.t);
		double most = (d.m.r + d.x) / (d.m.alpha + d.T) * d.t;

		check(isfinite(expected), d);
		check(expected >= some * (1 - 1e-6) - 1e-9, d);
		check(expected <= most * (1 + 1e-6) + 1e-9, d);
	}
}

static double scaled_likelihood(const struct draw *d, double unit)
{
	const struct purchase_row row = {d->x, d->t_x * unit, d->T * unit, 1};
	struct bgnbd m = d->m;

	m.alpha *= unit;
	return bgnbd_log_likelihood(&m, &row, 1, NULL) + d->x * log(unit);
}

/* x densities in time: a unit divides each by its length, and nothing else. */
static void the_unit_of_time_does_not_matter(void **state)
{
	uint64_t random = support_seed(15);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		const struct draw d = draw_next(&random);
		double weeks = scaled_likelihood(&d, 1), days = scaled_likelihood(&d, 7);

		check(fabs(weeks - days) <= 1e-9 * (1 + fabs(weeks)), d);
	}
}

static void scores_of_longer_silence_rank_higher(void **state)
{
	uint64_t random = support_seed(16);

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		const struct draw d = draw_next(&random);
		struct bgnbd_fit fit = {.model = d.m};
		const struct model m = {.unit = UNIT_DAY, .kind = &bgnbd_purchase_model,
					.purchases = &fit};
		const struct scoring s = {&m, {0}, 90, 0.5, 0.8, 0};
		int x = (int)d.x, last = x + (int)support_below(&random, 300);
		struct history h = {.state = HISTORY_KNOWN, .repeats = x,
				    .last = x ? last : 0, .age = last};
		struct score before, after;

		score_make(&s, &h, &before);
		h.age += 1 + (int)support_below(&random, 500);
		score_make(&s, &h, &after);
		check(after.p_churn >= before.p_churn - 1e-12, d);
		check(after.risk >= before.risk || after.p_churn < before.p_churn, d);
	}
}

/* The parameters that gave customer K of the population of SEED no score. */
static void fail_fit(const struct model *m, uint64_t seed, size_t k)
{
	struct buf sentence = BUF_INIT, warnings = BUF_INIT;

	m->kind->describe(m->purchases, time_unit_name(m->unit), &sentence, &warnings);
	fail_msg("seed %llu, customer %zu: %s", (unsigned long long)seed, k, buf_text(&sentence));
}

/*
 * Any population at all, from one customer on: either there is no model, with
 * a reason, or every score it gives is a score.
 */
static void fits_of_any_population_are_sane(void **state)
{
	uint64_t random = support_seed(17);

	(void)state;
	for (int i = 0; i < 400; i++) {
		const uint64_t seed = random;
		size_t customers = 1 + support_below(&random, i % 2 ? 5 : 60);
		struct sample s = SAMPLE_INIT;
		struct history h[60];
		struct model m;
		struct error err = ERROR_INIT;

		for (size_t k = 0; k < customers; k++) {
			int x = (int)support_below(&random, 1 + support_below(&random, 9));
			int last = x ? x + (int)support_below(&random, 200) : 0;

			h[k] = (struct history){
				.state = HISTORY_KNOWN, .repeats = x, .last = last,
				.age = last + (int)support_below(&random, 300),
				.spend_known = x > 0,
				.spend = log_between(&random, 0.01, 1e5),
			};
			sample_add(&s, &h[k]);
		}
		if (model_fit(&m, purchase_models[0], &s, UNIT_WEEK, &err))
			assert_true(err.kind == ERROR_FAILED && *err.message);
		else
			for (size_t k = 0; k < customers; k++) {
				const struct scoring by = {&m, {0}, 90, 0.5, 0.8, 0};
				struct score score;

				score_make(&by, &h[k], &score);
				if (!(score.p_churn >= 0 && score.p_churn <= 1 &&
				      score.p_alive >= 0 && score.p_alive <= 1 &&
				      isfinite(score.expected_purchases) &&
				      score.expected_purchases >= -1e-9 &&
				      isfinite(score.value_at_risk)))
					fail_fit(&m, seed, k);
			}
		model_release(&m);
		sample_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chances_are_within_0_and_1),
		cmocka_unit_test(longer_silence_never_lowers_the_risk),
		cmocka_unit_test(a_longer_horizon_never_raises_the_risk),
		cmocka_unit_test(expectations_keep_their_bounds),
		cmocka_unit_test(the_unit_of_time_does_not_matter),
		cmocka_unit_test(scores_of_longer_silence_rank_higher),
		cmocka_unit_test(fits_of_any_population_are_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
