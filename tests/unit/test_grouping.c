/* Grouping by number: order within parts, empty parts, what is left out, nothing at all. */
#include "support.h"

#include "base/grouping.h"
#include "base/mem.h"

static void test_parts_keep_order(void **state)
{
	static const uint32_t part_of[] = {3, 0, 3, GROUPING_NONE, 1, 0};
	static const uint32_t want_starts[] = {0, 2, 3, 3, 5};
	static const uint32_t want_items[] = {1, 5, 4, 0, 2};
	uint32_t *starts, *items = grouping_make(part_of, 6, 4, &starts);

	(void)state;
	assert_memory_equal(starts, want_starts, sizeof want_starts);
	assert_memory_equal(items, want_items, sizeof want_items);
	mem_free(items);
	mem_free(starts);
}

static void test_nothing(void **state)
{
	uint32_t *starts, *items = grouping_make(NULL, 0, 2, &starts);

	(void)state;
	for (size_t i = 0; i <= 2; i++)
		assert_int_equal(starts[i], 0);
	mem_free(items);
	mem_free(starts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_keep_order),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
