/* base/arena.h */
#include "tests/unit/support.h"

#include "base/arena.h"

static void alloc_is_aligned_and_writable(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t size = 0; size < 5000; size += 7) {
		char *at = arena_alloc(&a, size);

		assert_non_null(at);
		assert_int_equal((uintptr_t)at % 16, 0);
		memset(at, 0x5A, size);
		arena_bytes(&a, 3);
	}
	arena_release(&a);
}

static void pieces_never_overlap_nor_move(void **state)
{
	struct arena a = ARENA_INIT;
	unsigned char *pieces[2000];
	size_t sizes[2000];
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		sizes[i] = support_below(&seed, i % 50 ? 300 : 40000);
		pieces[i] = i % 2 ? arena_alloc(&a, sizes[i])
				  : (void *)arena_bytes(&a, sizes[i]);
		memset(pieces[i], (int)(i % 251), sizes[i]);
	}
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i % 251);
	}
	arena_release(&a);
}

static void bytes_of_no_length_are_not_null(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_non_null(arena_bytes(&a, 0));
	assert_non_null(arena_alloc(&a, 0));
	arena_release(&a);
}

static void zero_is_zero_in_used_memory(void **state)
{
	struct arena a = ARENA_INIT;
	unsigned char *at;

	(void)state;
	memset(arena_alloc(&a, 900), 0xFF, 900);
	arena_clear(&a);
	at = arena_zero(&a, 900);
	for (size_t i = 0; i < 900; i++)
		assert_int_equal(at[i], 0);
	arena_release(&a);
}

static void copy_is_terminated_and_keeps_absence(void **state)
{
	struct arena a = ARENA_INIT;
	struct span copy = arena_copy(&a, span_sub(SPAN("abcdef"), 0, 3));

	(void)state;
	assert_span(copy, "abc");
	assert_string_equal(copy.ptr, "abc");
	assert_span(arena_copy(&a, SPAN("")), "");
	assert_true(span_absent(arena_copy(&a, SPAN_NONE)));
	arena_release(&a);
}

static void size_counts_system_memory(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_int_equal(arena_size(&a), 0);
	for (int i = 0; i < 100000; i++)
		arena_alloc(&a, 48);
	assert_in_range(arena_size(&a), 4800000, 4800000 + (2 << 20));
	arena_release(&a);
	assert_int_equal(arena_size(&a), 0);
}

static void large_piece_leaves_the_block_in_use(void **state)
{
	struct arena a = ARENA_INIT;
	char *first = arena_bytes(&a, 10);

	(void)state;
	arena_bytes(&a, 100000);
	assert_ptr_equal(arena_bytes(&a, 10), first + 10);
	arena_release(&a);
}

static void first_piece_may_be_large(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	memset(arena_bytes(&a, 5000000), 'x', 5000000);
	memset(arena_bytes(&a, 10), 'y', 10);
	arena_clear(&a);
	memset(arena_bytes(&a, 4000000), 'z', 4000000);
	assert_in_range(arena_size(&a), 5000000, 5000100);
	arena_release(&a);
}

static void clear_keeps_only_the_largest_block(void **state)
{
	struct arena a = ARENA_INIT;
	size_t settled = 0;

	(void)state;
	arena_clear(&a);
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 1000; i++)
			arena_alloc(&a, 40);
		arena_clear(&a);
		if (round == 5)
			settled = arena_size(&a);
		assert_true(round < 5 || arena_size(&a) == settled);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alloc_is_aligned_and_writable),
		cmocka_unit_test(pieces_never_overlap_nor_move),
		cmocka_unit_test(bytes_of_no_length_are_not_null),
		cmocka_unit_test(zero_is_zero_in_used_memory),
		cmocka_unit_test(copy_is_terminated_and_keeps_absence),
		cmocka_unit_test(size_counts_system_memory),
		cmocka_unit_test(large_piece_leaves_the_block_in_use),
		cmocka_unit_test(first_piece_may_be_large),
		cmocka_unit_test(clear_keeps_only_the_largest_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
