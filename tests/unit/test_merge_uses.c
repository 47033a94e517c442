#include "tests/unit/support.h"

#include "base/arena.h"
#include "unify/graph/uses.h"

#define VALUES 40

static struct use use_at(int64_t first, int64_t last)
{
	struct use u = USE_NEVER;

	use_add(&u, first);
	use_add(&u, last);
	return u;
}

static void test_dates_of_a_use(void **state)
{
	struct use u = USE_NEVER;

	(void)state;
	use_add(&u, MOMENT_NONE);
	assert_true(u.undated && u.first == MOMENT_NONE);
	use_add(&u, 5);
	use_add(&u, -3);
	use_add(&u, 1);
	assert_true(u.first == -3 && u.last == 5);
}

/* Less than the window between the end of one and the begin of another. */
static void test_counts_what_one_span_touches(void **state)
{
	static const struct {
		int64_t gap;
		uint32_t want;
	} list[] = {{-5, 2}, {0, 2}, {9, 2}, {10, 0}, {11, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct arena a = ARENA_INIT;
		struct use p = use_at(100, 120), q = use_at(120 + list[i].gap, 300);
		struct uses x, y;

		uses_make(&x, &p, 10, 1, &a);
		uses_make(&y, &q, 10, 2, &a);
		assert_int_equal(uses_most(&x, &y), list[i].want);
		assert_int_equal(uses_most(&y, &x), list[i].want);
		uses_unite(&x, &y);
		assert_int_equal(uses_peak(&x), list[i].want ? 2 : 1);
		arena_release(&a);
	}
}

static void test_undated_ones_count_together(void **state)
{
	struct arena a = ARENA_INIT;
	struct use undated = USE_NEVER, dated = use_at(1, 2);
	struct uses x, y, z;

	(void)state;
	use_add(&undated, MOMENT_NONE);
	uses_make(&x, &undated, 10, 1, &a);
	uses_make(&y, &undated, 10, 2, &a);
	uses_make(&z, &dated, 10, 3, &a);
	assert_int_equal(uses_most(&x, &y), 2);
	assert_int_equal(uses_most(&x, &z), 0);
	uses_unite(&x, &y);
	assert_int_equal(uses_peak(&x), 2);
	arena_release(&a);
}

/* One instant each where the most can be: where a use ends. */
static uint32_t model(const struct use *list, const bool *mine, size_t count, int64_t window)
{
	uint32_t most = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t n = 0;

		for (size_t j = 0; j < count && mine[i]; j++)
			n += mine[j] && list[j].last >= list[i].last &&
			     list[j].first - list[i].last < window;
		most = n > most ? n : most;
	}
	return most;
}

/* The greatest number where both sides have one: of all marks, where each is seen. */
static uint32_t model_both(const struct use *list, bool mine[2][VALUES], size_t count,
			   int64_t window)
{
	uint32_t most = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t n[2] = {0};

		for (size_t j = 0; j < count; j++) {
			for (int side = 0; side < 2; side++)
				n[side] += mine[side][j] && list[j].last >= list[i].last &&
					   list[j].first - list[i].last < window;
		}
		if (n[0] && n[1] && n[0] + n[1] > most)
			most = n[0] + n[1];
	}
	return most;
}

/* Two groups, each united in a random order. */
static void check_groups(uint64_t *seed)
{
	struct arena a = ARENA_INIT;
	struct use list[VALUES];
	struct uses sets[2] = {{0}};
	bool mine[2][VALUES] = {{false}}, all[VALUES];
	size_t count = 2 + support_below(seed, VALUES - 1);
	int64_t window = 1 + (int64_t)support_below(seed, 20);

	for (uint32_t i = 0; i < count; i++) {
		int64_t first = (int64_t)support_below(seed, 200) - 100;
		size_t side = support_below(seed, 4) == 0;
		struct uses one;

		list[i] = use_at(first, first + (int64_t)support_below(seed, 15));
		uses_make(&one, &list[i], window, i, &a);
		mine[side][i] = all[i] = true;
		uses_unite(&sets[side], &one);
	}
	for (int side = 0; side < 2; side++)
		assert_int_equal(uses_peak(&sets[side]), model(list, mine[side], count, window));
	assert_int_equal(uses_most(&sets[0], &sets[1]), model_both(list, mine, count, window));
	assert_int_equal(uses_most(&sets[1], &sets[0]), model_both(list, mine, count, window));
	uses_unite(&sets[0], &sets[1]);
	assert_int_equal(uses_peak(&sets[0]), model(list, all, count, window));
	arena_release(&a);
}

static void test_groups_against_a_model(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int run = 0; run < 3000; run++)
		check_groups(&seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_of_a_use),
		cmocka_unit_test(test_counts_what_one_span_touches),
		cmocka_unit_test(test_undated_ones_count_together),
		cmocka_unit_test(test_groups_against_a_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
