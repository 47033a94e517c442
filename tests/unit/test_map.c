/* base/map.h */
#include "tests/unit/support.h"

#include "base/hash.h"
#include "base/map.h"

static void empty_map_finds_nothing(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	assert_true(map_find(&m, SPAN("a")) == MAP_NONE);
	assert_int_equal(map_bytes(&m), 0);
	map_clear(&m);
	map_release(&m);
}

/* Whatever was put before, a cleared map is empty and takes all again. */
static void a_large_map_is_cleared_by_few(void **state)
{
	struct map m = MAP_INIT;
	bool added;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		int few = round ? round % 300 : 5000;
		char key[24];

		for (int i = 0; i < few; i++) {
			snprintf(key, sizeof key, "%d/%d", round, i);
			map_put(&m, span_of(key), &added);
			assert_true(added);
		}
		assert_int_equal(m.count, few);
		map_clear(&m);
		for (size_t i = 0; i <= m.mask; i++)
			assert_true(m.slots[i] == 0);
	}
	map_release(&m);
}

static void put_says_what_is_new(void **state)
{
	struct map m = MAP_INIT;
	bool added = false;

	(void)state;
	assert_int_equal(map_put(&m, SPAN("a"), &added), 0);
	assert_true(added);
	assert_int_equal(map_put(&m, SPAN("b"), NULL), 1);
	assert_int_equal(map_put(&m, SPAN("a"), &added), 0);
	assert_false(added);
	assert_int_equal(m.count, 2);
	assert_int_equal(map_find(&m, SPAN("b")), 1);
	assert_true(map_find(&m, SPAN("c")) == MAP_NONE);
	map_release(&m);
}

static void new_value_is_zero_even_after_clear(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	map_put(&m, SPAN("a"), NULL);
	m.entries[0].number = UINT64_MAX;
	map_clear(&m);
	assert_int_equal(m.count, 0);
	assert_true(map_find(&m, SPAN("a")) == MAP_NONE);
	assert_int_equal(map_put(&m, SPAN("b"), NULL), 0);
	assert_true(m.entries[0].number == 0);
	assert_true(map_find(&m, SPAN("a")) == MAP_NONE);
	map_release(&m);
}

static void keys_are_copied(void **state)
{
	struct map m = MAP_INIT;
	char key[] = "key";

	(void)state;
	map_put(&m, span_of(key), NULL);
	key[0] = 'K';
	assert_int_equal(map_find(&m, SPAN("key")), 0);
	assert_span(m.entries[0].key, "key");
	assert_string_equal(m.entries[0].key.ptr, "key");
	map_release(&m);
}

static void empty_and_binary_keys_are_keys(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	assert_int_equal(map_put(&m, SPAN(""), NULL), 0);
	assert_int_equal(map_put(&m, SPAN("\0"), NULL), 1);
	assert_int_equal(map_put(&m, SPAN("\0\0"), NULL), 2);
	assert_int_equal(map_find(&m, SPAN_NONE), 0);
	assert_false(span_absent(m.entries[0].key));
	map_clear(&m);
	map_put(&m, SPAN_NONE, NULL);
	assert_false(span_absent(m.entries[0].key));
	assert_int_equal(map_find(&m, SPAN("")), 0);
	map_release(&m);
}

static struct span number_key(uint64_t i, char out[24])
{
	return (struct span){out, (size_t)snprintf(out, 24, "customer-%ju",
						   (uintmax_t)i)};
}

static void order_is_kept_over_a_million_keys(void **state)
{
	const uint64_t count = 1000000;
	struct map m = MAP_INIT;
	char key[24];

	(void)state;
	for (uint64_t i = 0; i < count; i++) {
		size_t at = map_put(&m, number_key(i * 7919 % count, key), NULL);

		assert_true(at == i);
		m.entries[at].number = i;
	}
	for (uint64_t i = 0; i < count; i++) {
		struct span want = number_key(i * 7919 % count, key);

		assert_true(span_equal(m.entries[i].key, want));
		assert_true(map_find(&m, want) == i);
		assert_true(m.entries[i].number == i);
	}
	for (uint64_t i = count; i < count + 1000; i++)
		assert_true(map_find(&m, number_key(i, key)) == MAP_NONE);
	assert_int_equal(m.count, count);
	assert_in_range(map_bytes(&m), 50 * count, 130 * count);
	map_release(&m);
}

/* Equal hashes cost time, never answers. */
static void equal_hashes_keep_keys_apart(void **state)
{
	struct map m = MAP_INIT;
	char key[24];

	(void)state;
	for (uint64_t i = 0; i < 500; i++)
		assert_int_equal(map_put_hashed(&m, number_key(i, key), 42,
						NULL), i);
	for (uint64_t i = 0; i < 500; i++)
		assert_int_equal(map_find_hashed(&m, number_key(i, key), 42), i);
	assert_true(map_find_hashed(&m, SPAN("x"), 42) == MAP_NONE);
	map_release(&m);
}

/* The last slot's neighbour is the first: hashes at the table's end wrap. */
static void probing_wraps_around(void **state)
{
	struct map m = MAP_INIT;
	char key[24];

	(void)state;
	for (uint64_t i = 0; i < 9; i++)
		map_put_hashed(&m, number_key(i, key), UINT64_MAX - i, NULL);
	for (uint64_t i = 0; i < 9; i++)
		assert_int_equal(map_find_hashed(&m, number_key(i, key),
						 UINT64_MAX - i), i);
	map_release(&m);
}

static void hashed_and_plain_calls_agree(void **state)
{
	struct map m = MAP_INIT;
	struct span key = SPAN("alice@example.com");

	(void)state;
	assert_int_equal(map_put(&m, key, NULL), 0);
	assert_int_equal(map_find_hashed(&m, key, hash_64(key)), 0);
	assert_int_equal(map_put_hashed(&m, key, hash_64(key), NULL), 0);
	assert_true(m.entries[0].hash == hash_64(key));
	map_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_map_finds_nothing),
		cmocka_unit_test(a_large_map_is_cleared_by_few),
		cmocka_unit_test(put_says_what_is_new),
		cmocka_unit_test(new_value_is_zero_even_after_clear),
		cmocka_unit_test(keys_are_copied),
		cmocka_unit_test(empty_and_binary_keys_are_keys),
		cmocka_unit_test(order_is_kept_over_a_million_keys),
		cmocka_unit_test(equal_hashes_keep_keys_apart),
		cmocka_unit_test(probing_wraps_around),
		cmocka_unit_test(hashed_and_plain_calls_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
