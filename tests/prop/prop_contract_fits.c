/*
 * Customers of contracts drawn from a model, and that model fitted to them: each parameter must be within its 95 %
 * interval (on its logarithm) as often as that says.  SEEDS=1000 is the long run, in which 93 of a hundred are asked for:
 * of a hundred seeds right intervals hold 91 now and then.  A few are drawn by default.
 */
#include "tests/prop/seeds.h"
#include "tests/unit/buyers.h"
#include "tests/unit/support.h"

#include "understand/churn/contract_model.h"

#define CUSTOMERS 4000
#define RENEWALS 25	/* are watched, from 6 on */

static const struct {
	const char *name;
	double theta[CONTRACT_PARAMETERS];
} models[] = {
	{"sbg", {0.8, 3, 1}},
	{"sbg", {2, 12, 1}},
	{"bdw", {0.9, 8, 1.4}},
};

/* The renewal at which one leaves: the first n with U >= S(n), S of the model itself. */
static double draw_end(const struct contract_fit *truth, uint64_t *seed)
{
	double u = log1p(-random_unit(seed)), n = 1;

	while (n <= RENEWALS && contract_log_survival(truth, n) > u)
		n++;
	return n;
}

static void draw_customers(const struct contract_fit *truth, uint64_t *seed, double *ended, double *still)
{
	for (int i = 0; i < CUSTOMERS; i++) {
		size_t watched = 6 + (size_t)random_below(seed, RENEWALS - 6);
		double end = draw_end(truth, seed);

		if (end <= (double)watched)
			ended[(size_t)end]++;
		else
			still[watched]++;
	}
}

static void fit_once(size_t which, uint64_t seed, unsigned *within)
{
	const struct contract_model *kind = contract_model_named(span_of(models[which].name));
	double ended[RENEWALS + 1] = {0}, still[RENEWALS + 1] = {0};
	const struct contract_data data = {ended, still, RENEWALS + 1};
	struct contract_fit truth = {.kind = kind}, got;
	struct error err = ERROR_INIT;

	memcpy(truth.theta, models[which].theta, sizeof truth.theta);
	draw_customers(&truth, &seed, ended, still);
	if (contract_fit_make(&got, kind, &data, &err))
		fail_msg("%s: %s", kind->name, err.message);
	assert_false(got.one_chance);
	for (size_t k = 0; k < kind->parameters; k++)
		within[k] += fabs(log(got.theta[k] / truth.theta[k])) <= 1.96 * got.standard_errors[k] / got.theta[k];
	contract_fit_release(&got);
}

static void truth_is_within_standard_errors(void **state)
{
	const struct seeds seeds = seeds_asked_for(1000);
	uint64_t turn = support_seed(47);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		unsigned within[CONTRACT_PARAMETERS] = {0};

		for (unsigned k = 0; k < seeds.count; k++)
			fit_once(i, random_part(turn, i * 1000 + k), within);
		for (size_t k = 0; k < contract_model_named(span_of(models[i].name))->parameters; k++) {
			print_message("%s: parameter %zu is within its interval %u of %u times\n", models[i].name, k, within[k], seeds.count);
			assert_in_range(within[k], seeds.least, seeds.count);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truth_is_within_standard_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
