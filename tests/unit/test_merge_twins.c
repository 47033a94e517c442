/* unify/index/twins.h: events with one key, in memory and dealt out. */
#include "support.h"

#include <stdlib.h>

#include "base/hash.h"
#include "unify/index/twins.h"

#define EVENTS 40000

static void add_event(struct events *v, struct hash128 key)
{
	struct entry e = {.key = key};
	struct error err = ERROR_INIT;

	assert_int_equal(events_add(v, &e, &err), 0);
}

static struct hash128 key_of(uint32_t record)
{
	return hash_128((struct span){(const char *)&record, sizeof record});
}

/* The answer is the same for all memory there is; 1 byte: keys are dealt out. */
static void find_all(const struct events *v, uint64_t memory, struct twins *t)
{
	struct error err = ERROR_INIT;

	assert_int_equal(twins_find(t, v, memory, "/tmp", &err), 0);
}

static void test_nothing_and_one(void **state)
{
	struct events v = EVENTS_INIT;
	struct twins t;

	(void)state;
	for (uint64_t memory = 1; memory; memory = memory == 1 ? 1 << 20 : 0) {
		events_release(&v);
		find_all(&v, memory, &t);
		assert_int_equal(t.count, 0);
		twins_release(&t);
		add_event(&v, key_of(1));
		find_all(&v, memory, &t);
		assert_int_equal(t.count, 0);
		twins_release(&t);
	}
	events_release(&v);
}

/* Event i is of record i % RECORDS, so its first is i % RECORDS. */
static void test_each_again_has_its_first(void **state)
{
	static const uint64_t memories[] = {1, 1 << 10, (uint64_t)1 << 30};
	enum { RECORDS = 13000 };
	struct events v = EVENTS_INIT;
	bool seen[EVENTS] = {false};

	(void)state;
	for (uint32_t i = 0; i < EVENTS; i++)
		add_event(&v, key_of(i % RECORDS));
	for (size_t m = 0; m < sizeof memories / sizeof *memories; m++) {
		struct twins t;

		find_all(&v, memories[m], &t);
		assert_int_equal(t.count, EVENTS - RECORDS);
		for (size_t i = 0; i < t.count; i++) {
			assert_int_equal(t.list[i].first, t.list[i].again % RECORDS);
			assert_true(t.list[i].again >= RECORDS);
			assert_true(!i || t.list[i].first > t.list[i - 1].first ||
				    (t.list[i].first == t.list[i - 1].first && t.list[i].again > t.list[i - 1].again));
			assert_int_equal(seen[t.list[i].again], m % 2);
			seen[t.list[i].again] = !seen[t.list[i].again];
		}
		twins_release(&t);
	}
	events_release(&v);
}

/* Without an id there is no record to be of; half a key is not the key. */
static void test_keys_that_are_none_or_near(void **state)
{
	struct events v = EVENTS_INIT;
	struct hash128 near = key_of(1);

	(void)state;
	add_event(&v, (struct hash128){0});
	add_event(&v, (struct hash128){0});
	add_event(&v, near);
	near.high++;
	add_event(&v, near);
	near.low++;
	add_event(&v, near);
	for (uint64_t memory = 1; memory; memory = memory == 1 ? 1 << 20 : 0) {
		struct twins t;

		find_all(&v, memory, &t);
		assert_int_equal(t.count, 0);
		twins_release(&t);
	}
	events_release(&v);
}

static void test_no_directory(void **state)
{
	struct events v = EVENTS_INIT;
	struct error err = ERROR_INIT;
	struct twins t;

	(void)state;
	add_event(&v, key_of(1));
	assert_int_equal(twins_find(&t, &v, 1, "/nowhere/at/all", &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	twins_release(&t);
	events_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_and_one),
		cmocka_unit_test(test_each_again_has_its_first),
		cmocka_unit_test(test_keys_that_are_none_or_near),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
