/* Customers that come more than once, whoever reads them, in constant memory. */
#include <stdio.h>

#include "record/again.h"
#include "tests/unit/support.h"

#define WORKERS 3

/* Customers from FROM to TO go to workers by turns. */
static void note(struct again *workers, unsigned from, unsigned to, unsigned turn)
{
	for (unsigned i = from; i < to; i++) {
		char id[32];
		struct profile p = {0};

		snprintf(id, sizeof id, "\"%u\"", i);
		p.id = (struct value){.raw = span_of(id), .kind = VALUE_TEXT};
		again_note(&workers[(i * turn) % WORKERS], &p);
	}
}

static struct again_found find(unsigned customers, unsigned from, unsigned to, unsigned turn)
{
	struct again workers[WORKERS] = {{0}};
	struct again *list[WORKERS] = {&workers[0], &workers[1], &workers[2]};
	struct again_found found;

	note(workers, 0, customers, turn);
	note(workers, from, to, turn + 1);
	found = again_find(list, WORKERS);
	for (size_t i = 0; i < WORKERS; i++)
		again_release(&workers[i]);
	return found;
}

static void exact_for_few(void **state)
{
	struct again_found f = find(5000, 4990, 5010, 1);

	(void)state;
	assert_int_equal(f.customers, 5010);
	assert_int_equal(f.again, 10);
	assert_int_equal(f.zeros, 0);
	f = find(0, 0, 0, 1);
	assert_int_equal(f.customers + f.again, 0);
}

/* Of many a sample, the same whoever reads them. */
static void sample_of_many(void **state)
{
	struct again_found one = find(500000, 0, 250000, 1), other = find(500000, 0, 250000, 2);

	(void)state;
	assert_int_equal(one.customers, other.customers);
	assert_int_equal(one.again, other.again);
	assert_int_equal(one.zeros, other.zeros);
	assert_true(one.zeros >= 2 && one.customers <= AGAIN_KEPT && one.customers > AGAIN_KEPT / 3);
	assert_true(one.again > one.customers * 4 / 10 && one.again < one.customers * 6 / 10);
	assert_int_equal(find(500000, 0, 0, 1).again, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_for_few),
		cmocka_unit_test(sample_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
