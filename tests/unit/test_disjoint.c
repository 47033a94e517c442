/* Disjoint sets: roots, numbers, and that long chains cost no square. */
#include "support.h"

#include "base/disjoint.h"
#include "base/mem.h"

static void test_roots_are_smallest_members(void **state)
{
	uint32_t sets[6];

	(void)state;
	disjoint_init(sets, 6);
	assert_true(disjoint_unite(sets, 5, 4));
	assert_true(disjoint_unite(sets, 4, 2));
	assert_false(disjoint_unite(sets, 2, 5));
	assert_true(disjoint_unite(sets, 3, 1));
	assert_int_equal(disjoint_find(sets, 5), 2);
	assert_int_equal(disjoint_find(sets, 4), 2);
	assert_int_equal(disjoint_find(sets, 3), 1);
	assert_int_equal(disjoint_find(sets, 0), 0);
}

static void test_the_caller_chooses_a_root(void **state)
{
	uint32_t sets[4];

	(void)state;
	disjoint_init(sets, 4);
	disjoint_attach(sets, 3, 0);
	assert_int_equal(disjoint_find(sets, 0), 3);
	disjoint_attach(sets, 2, 3);
	disjoint_flatten(sets, 4);
	assert_int_equal(sets[0], 2);
	assert_int_equal(sets[1], 1);
	assert_int_equal(sets[3], 2);
}

/* Numbers go by smallest members, also where a root is not the smallest. */
static void test_numbers(void **state)
{
	uint32_t sets[6];

	(void)state;
	disjoint_init(sets, 6);
	disjoint_attach(sets, 5, 0);
	disjoint_unite(sets, 2, 4);
	assert_int_equal(disjoint_number(sets, 6), 4);
	assert_int_equal(sets[0], 0);
	assert_int_equal(sets[1], 1);
	assert_int_equal(sets[2], 2);
	assert_int_equal(sets[3], 3);
	assert_int_equal(sets[4], 2);
	assert_int_equal(sets[5], 0);
	assert_int_equal(disjoint_number(sets, 0), 0);
}

/* Steps from all members to their roots, once each has been asked for. */
static size_t count_steps(const uint32_t *sets, size_t count)
{
	size_t steps = 0;

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t at = i; sets[at] != at; at = sets[at])
			steps++;
	}
	return steps;
}

/* Uniting from the end makes the longest chain; asking shortens it. */
static void test_chains_become_short(void **state)
{
	const uint32_t count = 4096;
	uint32_t *sets = mem_alloc(count * sizeof *sets);

	(void)state;
	disjoint_init(sets, count);
	for (uint32_t i = count - 1; i > 0; i--)
		disjoint_unite(sets, i, i - 1);
	assert_true(count_steps(sets, count) > (size_t)count * count / 4);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = count; i > 0; i--)
			assert_int_equal(disjoint_find(sets, i - 1), 0);
	}
	assert_true(count_steps(sets, count) <= (size_t)count * 12);
	mem_free(sets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots_are_smallest_members),
		cmocka_unit_test(test_the_caller_chooses_a_root),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_chains_become_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
