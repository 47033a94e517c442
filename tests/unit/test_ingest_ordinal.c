/* How many equal rows came before, in memory and beyond it. */
#include "base/mem.h"
#include "collect/rows/ordinal.h"
#include "tests/unit/support.h"

/* Row NUMBER of a file with COUNT different rows. */
static struct hash128 row_hash(uint64_t number)
{
	return hash_128((struct span){(const char *)&number, sizeof number});
}

static void run(uint64_t memory, size_t rows, size_t different)
{
	struct ordinals *o = ordinals_new(memory, "/tmp");
	uint32_t *seen = mem_zero(different, sizeof *seen);
	struct error err = ERROR_INIT;
	uint64_t seed = 11;

	for (size_t i = 0; i < rows; i++) {
		size_t which = support_below(&seed, different);
		struct hash128 h = row_hash(which);
		uint64_t ordinal;

		ordinals_prefetch(o, h);
		assert_int_equal(ordinals_take(o, h, &ordinal, &err), 0);
		assert_int_equal(ordinal, seen[which]++);
	}
	ordinals_clear(o);
	{
		uint64_t ordinal;

		assert_int_equal(ordinals_take(o, row_hash(0), &ordinal, &err), 0);
		assert_int_equal(ordinal, 0);
	}
	mem_free(seen);
	ordinals_free(o);
}

static void test_in_memory(void **state)
{
	(void)state;
	run(1 << 30, 100000, 60000);
	run(1 << 30, 10000, 3);
}

/* 300 KB hold about 13,000 rows: the rest is spilled, several times. */
static void test_spilled(void **state)
{
	(void)state;
	run(300000, 120000, 90000);
}

/* A hash of zeros is a hash like any other, once. */
static void test_zero(void **state)
{
	struct ordinals *o = ordinals_new(1 << 20, "/tmp");
	struct hash128 zero = {0, 0};
	uint64_t ordinal;

	(void)state;
	assert_int_equal(ordinals_take(o, zero, &ordinal, NULL), 0);
	assert_int_equal(ordinal, 0);
	assert_int_equal(ordinals_take(o, zero, &ordinal, NULL), 0);
	assert_int_equal(ordinal, 1);
	ordinals_free(o);
}

static void test_no_scratch(void **state)
{
	struct ordinals *o = ordinals_new(200000, "/nowhere");
	struct error err = ERROR_INIT;
	uint64_t ordinal;
	int bad = 0;

	(void)state;
	for (uint64_t i = 0; i < 100000 && !bad; i++)
		bad = ordinals_take(o, row_hash(i), &ordinal, &err);
	assert_int_equal(bad, -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "/nowhere"));
	ordinals_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_memory),
		cmocka_unit_test(test_spilled),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_no_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
