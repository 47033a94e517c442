/* Doubles and what remembers them, in memory and beyond it, against a plain search. */
#include "base/mem.h"
#include "expr/duration.h"
#include "collect/quality/dedupe.h"
#include "io/key_map.h"
#include "tests/unit/support.h"

static struct hash128 key_hash(uint64_t number)
{
	return hash_128((struct span){(const char *)&number, sizeof number});
}

static size_t run_key_map(uint64_t memory, size_t count, size_t different)
{
	struct key_map *r = key_map_new(memory, "/tmp");
	int64_t *known = mem_zero(different, sizeof *known);
	struct error err = ERROR_INIT;
	uint64_t seed = 5;
	size_t runs;

	for (size_t i = 1; i <= count; i++) {
		size_t which = support_below(&seed, different);
		int64_t number = -1;
		int got = key_map_get(r, key_hash(which), &number, &err);

		assert_int_equal(got, known[which] != 0);
		if (got) {
			assert_int_equal(number, known[which]);
			continue;
		}
		known[which] = (int64_t)i;
		assert_int_equal(key_map_put(r, key_hash(which), known[which], &err), 0);
	}
	runs = key_map_runs(r);
	mem_free(known);
	key_map_free(r);
	return runs;
}

static void test_key_map(void **state)
{
	(void)state;
	assert_int_equal(run_key_map(1 << 30, 50000, 30000), 0);
	assert_true(run_key_map(300000, 120000, 60000) > 3);
}

/* The key of zeros, which stands for a free slot, is a key like any other. */
static void test_key_map_zero(void **state)
{
	struct key_map *r = key_map_new(1 << 20, "/tmp");
	struct hash128 zero = {0, 0};
	int64_t number;

	(void)state;
	assert_int_equal(key_map_get(r, zero, &number, NULL), 0);
	assert_int_equal(key_map_put(r, zero, 7, NULL), 0);
	assert_int_equal(key_map_get(r, zero, &number, NULL), 1);
	assert_int_equal(number, 7);
	key_map_free(r);
}

static void test_key_map_no_scratch(void **state)
{
	struct key_map *r = key_map_new(1, "/tmp/there/is/no/such/folder");
	struct error err = ERROR_INIT;
	int bad = 0;

	(void)state;
	for (uint64_t i = 0; i < 5000 && !bad; i++)
		bad = key_map_put(r, key_hash(i), 0, &err);
	assert_int_equal(bad, -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	key_map_free(r);
}

#define RECORDS 1200

struct model {
	unsigned id;
	int64_t time;	/* MOMENT_NONE: undated */
	bool kept;
};

/* By the definition: is there a record that was kept, of this id, so near? */
static bool is_double(const struct model *list, size_t i, int64_t window)
{
	for (size_t k = 0; k < i; k++) {
		if (!list[k].kept || list[k].id != list[i].id)
			continue;
		if (!window)
			return true;
		if (list[k].time == MOMENT_NONE || list[i].time == MOMENT_NONE) {
			if (list[k].time == list[i].time)
				return true;
			continue;
		}
		if (llabs(list[k].time - list[i].time) <= window)
			return true;
	}
	return false;
}

static void put_line(const struct model *r, struct buf *out)
{
	buf_printf(out, "{\"type\":\"track\",\"id\":\"%u\"", r->id);
	if (r->time != MOMENT_NONE) {
		buf_lit(out, ",\"time\":\"");
		moment_put(out, r->time);
		buf_char(out, '"');
	}
	buf_lit(out, ",\"source\":\"s\",\"props\":{\"id\":1}}\n");
}

/* Records in pieces of random lengths, as blocks bring them. */
static void run_dedupe(int64_t window, uint64_t memory, uint64_t seed)
{
	struct dedupe *d = dedupe_new(window, memory, "/tmp");
	struct model *list = mem_zero(RECORDS, sizeof *list);
	struct dedupe_taken taken;
	struct buf wanted = BUF_INIT, got = BUF_INIT, block = BUF_INIT;
	uint64_t kept = 0, records = 0, rows = 0;

	for (size_t i = 0; i < RECORDS; i++) {
		list[i].id = (unsigned)support_below(&seed, 200);
		list[i].time = support_below(&seed, 10) ?
			(int64_t)support_below(&seed, 20000) - 10000 : MOMENT_NONE;
		list[i].kept = !is_double(list, i, window);
		kept += list[i].kept;
		if (list[i].kept)
			put_line(&list[i], &wanted);
		put_line(&list[i], &block);
		if (support_below(&seed, 7) && i + 1 < RECORDS)
			continue;
		assert_int_equal(dedupe_take(d, &block, NULL, &taken, NULL), 0);
		records += taken.records;
		rows += taken.rows;
		buf_span(&got, buf_view(&block));
		buf_clear(&block);
	}
	assert_true(span_equal(buf_view(&wanted), buf_view(&got)));
	assert_int_equal(records, RECORDS - kept);
	assert_int_equal(rows, RECORDS - kept);
	buf_release(&wanted);
	buf_release(&got);
	buf_release(&block);
	mem_free(list);
	dedupe_free(d);
}

static void test_dedupe(void **state)
{
	static const int64_t windows[] = {0, 1, 500, 1000, 3333, 20000, 1000000};

	(void)state;
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
		for (uint64_t seed = 1; seed < 6; seed++)
			run_dedupe(windows[i], seed % 2 ? 1 << 20 : 1, seed * 977);
}

static void test_duration(void **state)
{
	struct error err = ERROR_INIT;
	int64_t ms;

	(void)state;
	assert_int_equal(duration_read("24h", "--x", &ms, &err), 0);
	assert_int_equal(ms, DAY_MS);
	assert_int_equal(duration_read("1w", "--x", &ms, &err), 0);
	assert_int_equal(ms, 7 * DAY_MS);
	assert_int_equal(duration_read("1y", "--x", &ms, &err), 0);
	assert_int_equal(ms, INT64_C(31556952000));
	assert_int_equal(duration_read("", "--x", &ms, &err), -1);
	assert_int_equal(duration_read("3", "--x", &ms, &err), -1);
	assert_int_equal(duration_read("-1d", "--x", &ms, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_map),
		cmocka_unit_test(test_key_map_zero),
		cmocka_unit_test(test_key_map_no_scratch),
		cmocka_unit_test(test_dedupe),
		cmocka_unit_test(test_duration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
