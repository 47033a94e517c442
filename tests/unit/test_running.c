/* Numbers that a source gives out one after the other. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/support.h"
#include "unify/linkage/running.h"

#define WORDS 100

/* COUNT numbers from FIRST, EACH apart, behind PREFIX; the last STRAYS of them are words. */
static bool runs(const char *prefix, uint64_t first, uint64_t each, size_t count, size_t strays,
		 enum column_kind kind)
{
	char texts[WORDS][40];
	struct word words[WORDS + 1];
	struct vocabulary v = {.words = words, .count = count};
	struct column c = {.kind = kind, .vocabulary = &v};

	memset(words, 0, sizeof words);
	for (size_t i = 0; i < count; i++) {
		int len = i < count - strays
			? snprintf(texts[i], sizeof texts[i], "%s%llu", prefix,
				   (unsigned long long)(first + i * each))
			: snprintf(texts[i], sizeof texts[i], "none%c", (char)('a' + i % 26));

		words[i + 1].text = (struct span){texts[i], (size_t)len};
	}
	return is_running(&c);
}

static void test_numbers_that_stand_close_run(void **state)
{
	(void)state;
	assert_true(runs("", 3000, 1, WORDS, 0, COLUMN_CODE));
	assert_true(runs("K-", 3000, 1, WORDS, 0, COLUMN_CODE));
	assert_true(runs("", 3000, RUNNING_DENSE - 1, WORDS, 0, COLUMN_CODE));
	assert_false(runs("", 3000, RUNNING_DENSE + 2, WORDS, 0, COLUMN_CODE));
	assert_false(runs("", 10000000, 99991, WORDS, 0, COLUMN_CODE));
}

static void test_one_in_ten_may_be_something_else(void **state)
{
	(void)state;
	assert_true(runs("", 3000, 1, WORDS, WORDS / 10, COLUMN_CODE));
	assert_false(runs("", 3000, 1, WORDS, WORDS / 10 + 1, COLUMN_CODE));
}

static void test_few_values_and_texts_never_run(void **state)
{
	(void)state;
	assert_true(runs("", 3000, 1, RUNNING_LEAST, 0, COLUMN_CODE));
	assert_false(runs("", 3000, 1, RUNNING_LEAST - 1, 0, COLUMN_CODE));
	assert_false(runs("", 3000, 1, WORDS, 0, COLUMN_TEXT));
}

static void test_more_digits_than_anybody_counts_do_not_run(void **state)
{
	(void)state;
	assert_true(runs("", UINT64_C(100000000000000), 1, WORDS, 0, COLUMN_CODE));
	assert_false(runs("", UINT64_C(1000000000000000), 1, WORDS, 0, COLUMN_CODE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_that_stand_close_run),
		cmocka_unit_test(test_one_in_ten_may_be_something_else),
		cmocka_unit_test(test_few_values_and_texts_never_run),
		cmocka_unit_test(test_more_digits_than_anybody_counts_do_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
