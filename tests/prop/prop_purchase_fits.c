/*
 * Customers drawn from a purchase model, and that model fitted to them: each parameter must be
 * within its 95 % interval (on its logarithm) as often as that says.  SEEDS=100 is the long
 * run, in which 93 of a hundred are asked for; a few seeds are drawn by default.
 */
#include "tests/prop/seeds.h"
#include "tests/unit/buyers.h"
#include "tests/unit/support.h"

#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/pareto_nbd.h"

#define CUSTOMERS 4000

static const struct {
	const char *name;
	struct buyers buyers;
} models[] = {
	{"BG/NBD", {{0.8, 5, 1.2, 3}, false, false, 1, 30, 60, 0}},
	{"MBG/NBD", {{0.8, 5, 0.9, 2}, false, true, 1, 30, 60, 0}},
	{"Pareto/NBD", {{0.8, 6, 0.9, 12}, true, false, 1, 30, 60, 0}},
	{"BG/CNBD-3", {{1.5, 1.5, 1, 3}, false, false, 3, 30, 60, 0}},
	{"MBG/CNBD-2", {{1.2, 2, 0.9, 3}, false, true, 2, 30, 60, 0}},
};

/* Counts for each parameter whether the truth is within. */
static void fit_once(size_t which, uint64_t seed, unsigned within[4])
{
	const struct buyers *b = &models[which].buyers;
	struct purchase_data data;
	struct purchase_row *rows = buyers_rows(b, &seed, CUSTOMERS, &data);
	struct bgnbd_fit fit;
	struct pareto_nbd_fit by_time;
	struct error err = ERROR_INIT;
	const struct dropout_optimum *got = b->by_time ? &by_time.optimum : &fit.optimum;

	if (b->by_time ? pareto_nbd_fit(&data, &by_time, &err) :
			 bgnbd_fit(&data, b->modified, b->k > 1 ? 0 : 1, &fit, &err))
		fail_msg("%s, seed %llu: %s", models[which].name, (unsigned long long)seed, err.message);
	assert_false(got->nbd);
	if (!b->by_time)
		assert_int_equal(fit.model.k, b->k);
	for (size_t i = 0; i < 4; i++)
		within[i] += fabs(log(got->theta[i] / b->theta[i])) <=
			     1.96 * got->standard_errors[i] / got->theta[i];
	mem_free(rows);
}

static void truth_is_within_standard_errors(void **state)
{
	const struct seeds seeds = seeds_asked_for(100);
	uint64_t turn = support_seed(31);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(models); i++) {
		unsigned within[4] = {0};

		for (unsigned k = 0; k < seeds.count; k++)
			fit_once(i, random_part(turn, i * 1000 + k), within);
		print_message("%s: within their intervals %u, %u, %u, %u of %u\n", models[i].name,
			      within[0], within[1], within[2], within[3], seeds.count);
		for (size_t k = 0; k < 4; k++)
			assert_in_range(within[k], seeds.least, seeds.count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truth_is_within_standard_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
