/* What is remembered is what was put, in bounded memory, and the newest is still there. */
#include "base/buf.h"
#include "reference/memo.h"
#include "tests/unit/support.h"

#define MEMORY (256 << 10)

static struct span key_of(struct buf *b, uint64_t number)
{
	buf_clear(b);
	buf_printf(b, "Mozilla/5.0 (a user agent) Browser/%llu", (unsigned long long)number);
	return buf_view(b);
}

/* Half of all values are the same text; bits and split tell them apart. */
static struct memo_value value_of(struct buf *b, uint64_t number)
{
	buf_clear(b);
	buf_printf(b, "{\"name\":\"Browser %llu\"}", (unsigned long long)number % 50 / 2);
	return (struct memo_value){buf_view(b), number % 2, (uint32_t)(number % 7)};
}

static size_t bytes_of(const struct memo_half *h)
{
	return (h->mask + 1) * sizeof *h->slots + map_bytes(&h->values) + arena_size(&h->arena);
}

static void check_value(const struct memo_value *got, uint64_t number)
{
	struct buf text = BUF_INIT;
	struct memo_value want = value_of(&text, number);

	assert_true(span_equal(got->text, want.text));
	assert_int_equal(got->bits, want.bits);
	assert_int_equal(got->split, want.split);
	buf_release(&text);
}

static void remembers_what_was_put(void **state)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	size_t known = 0, asked = 0;
	struct memo m;
	uint64_t seed = 3;

	(void)state;
	memo_init(&m, MEMORY);
	for (int i = 0; i < 200000; i++) {
		uint64_t number = support_below(&seed, support_below(&seed, 2) ? 1000 : 100000);
		const struct memo_value *got = memo_find(&m, key_of(&key, number));

		asked += number < 1000;
		known += number < 1000 && got;
		if (!got)
			got = memo_put(&m, buf_view(&key), value_of(&text, number));
		check_value(got, number);
		check_value(memo_find(&m, buf_view(&key)), number);
		assert_true(bytes_of(&m.new) <= MEMORY / 2 && bytes_of(&m.old) <= MEMORY / 2);
	}
	/* What comes often stays. */
	assert_true(known > asked * 9 / 10);
	memo_release(&m);
	buf_release(&key);
	buf_release(&text);
}

/* Without room for more than one the last one is known. */
static void forgets_in_no_memory(void **state)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	struct memo m;

	(void)state;
	memo_init(&m, 0);
	for (uint64_t i = 0; i < 100; i++) {
		assert_null(memo_find(&m, key_of(&key, i)));
		check_value(memo_put(&m, buf_view(&key), value_of(&text, i)), i);
		check_value(memo_find(&m, buf_view(&key)), i);
	}
	memo_release(&m);
	buf_release(&key);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers_what_was_put),
		cmocka_unit_test(forgets_in_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
