/* Entries in sorted runs on disk: what was put last is found, in keys that are spread evenly or chosen by somebody. */
#include "base/mem.h"
#include "io/runs.h"
#include "tests/unit/support.h"

struct entry {
	struct hash128 key;
	uint64_t number;
};

static void put_run(struct runs *r, struct entry *list, size_t count)
{
	struct error err = ERROR_INIT;

	assert_int_equal(runs_begin(r, &err), 0);
	assert_int_equal(runs_put(r, list, count, &err), 0);
	assert_int_equal(runs_end(r, &err), 0);
}

/* The number of KEY, or 0. */
static uint64_t find(struct runs *r, struct hash128 key)
{
	struct error err = ERROR_INIT;
	struct entry found = {.number = 0};
	int got = runs_find(r, key, &found, &err);

	assert_int_equal(got, found.number > 0);
	return found.number;
}

static struct hash128 spread_key(uint64_t number)
{
	return hash_128((struct span){(const char *)&number, sizeof number});
}

/* All begin alike, and a page has 170 of them. */
static struct hash128 chosen_key(uint64_t number)
{
	return (struct hash128){7 + number / 1000, number};
}

#define KEYS 3000
#define RUNS 70		/* of eight runs one is made twice over, and six are left */

/* Run NUMBER has each NUMBER + 1st of the keys. */
static void run(struct hash128 (*key)(uint64_t number), uint64_t memory)
{
	struct runs *r = runs_new(sizeof(struct entry), memory, "/tmp");
	struct entry *list = mem_alloc(KEYS * sizeof *list);
	uint64_t newest[KEYS + 1] = {0};

	assert_int_equal(find(r, key(1)), 0);
	for (uint64_t i = 0; i < RUNS; i++) {
		size_t count = 0;

		for (uint64_t j = KEYS; j-- > 0;)
			if (!(j % (i + 2))) {
				newest[j] = i + 1;
				list[count++] = (struct entry){key(j), i + 1};
			}
		put_run(r, list, count);
	}
	assert_int_equal(runs_count(r), RUNS);
	for (uint64_t j = 0; j <= KEYS; j++)
		assert_int_equal(find(r, key(j)), newest[j]);
	runs_clear(r);
	assert_int_equal(find(r, key(0)), 0);
	mem_free(list);
	runs_free(r);
}

static void keys_spread_evenly(void **state)
{
	(void)state;
	run(spread_key, 4096);
	/* A filter of one line is full: all keys are looked for. */
	run(spread_key, 0);
}

static void keys_chosen(void **state)
{
	(void)state;
	run(chosen_key, 4096);
}

static void a_run_of_nothing(void **state)
{
	struct runs *r = runs_new(sizeof(struct entry), 0, "/tmp");
	struct entry one = {{1, 2}, 3};

	(void)state;
	put_run(r, NULL, 0);
	assert_int_equal(find(r, one.key), 0);
	put_run(r, &one, 1);
	assert_int_equal(find(r, one.key), 3);
	assert_int_equal(find(r, (struct hash128){1, 3}), 0);
	runs_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_spread_evenly),
		cmocka_unit_test(keys_chosen),
		cmocka_unit_test(a_run_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
