/* io/dealer.h */
#include "support.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "io/dealer.h"

#define PARTS 5
#define PUTS 30000

/* What goes to a part comes back whole and in its order, whatever comes between. */
static void test_parts_come_back(void **state)
{
	struct error err = ERROR_INIT;
	struct dealer *d = dealer_new(PARTS, 1 << 16, "/tmp", &err);
	uint32_t next[PARTS] = {0};

	(void)state;
	assert_non_null(d);
	for (uint32_t i = 0; i < PUTS; i++) {
		size_t part = i * 7 % 4;
		uint32_t number = next[part]++;

		assert_int_equal(dealer_put(d, part, (struct span){(const char *)&number, sizeof number}, &err), 0);
	}
	assert_int_equal(dealer_end(d, &err), 0);
	for (size_t part = 0; part < PARTS; part++) {
		uint32_t *list = mem_alloc(dealer_size(d, part) + 1);

		assert_int_equal(dealer_size(d, part), next[part] * sizeof *list);
		assert_int_equal(dealer_read(d, part, (char *)list, &err), 0);
		for (uint32_t i = 0; i < next[part]; i++)
			assert_int_equal(list[i], i);
		mem_free(list);
	}
	assert_int_equal(next[4], 0);
	dealer_free(d);
}

/* What is larger than a run stands between what came before and after it. */
static void test_large_pieces(void **state)
{
	static char large[3 << 20], got[sizeof large + 2];
	struct error err = ERROR_INIT;
	struct dealer *d = dealer_new(1, 1 << 16, "/tmp", &err);

	(void)state;
	memset(large, 'l', sizeof large);
	assert_int_equal(dealer_put(d, 0, SPAN("a"), &err), 0);
	assert_int_equal(dealer_put(d, 0, (struct span){large, sizeof large}, &err), 0);
	assert_int_equal(dealer_put(d, 0, SPAN("b"), &err), 0);
	assert_int_equal(dealer_end(d, &err), 0);
	assert_int_equal(dealer_size(d, 0), sizeof got);
	assert_int_equal(dealer_read(d, 0, got, &err), 0);
	assert_int_equal(got[0], 'a');
	assert_memory_equal(got + 1, large, sizeof large);
	assert_int_equal(got[sizeof got - 1], 'b');
	dealer_free(d);
}

static void test_no_directory(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_null(dealer_new(1, 1 << 16, "/nowhere/at/all", &err));
	assert_int_equal(err.kind, ERROR_FAILED);
	dealer_free(NULL);
}

/* A full disk is a failure of the put or of the end. */
static void test_full_disk(void **state)
{
	static char large[3 << 20];
	struct rlimit before, little = {0};
	struct error err = ERROR_INIT;
	struct dealer *d = dealer_new(1, 1 << 16, "/tmp", &err);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	little = (struct rlimit){4096, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &little);
	assert_true(dealer_put(d, 0, (struct span){large, sizeof large}, &err) || dealer_end(d, &err));
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(err.kind, ERROR_FAILED);
	dealer_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_come_back),
		cmocka_unit_test(test_large_pieces),
		cmocka_unit_test(test_no_directory),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
