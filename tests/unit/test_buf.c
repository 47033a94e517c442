/* base/buf.h */
#include "tests/unit/support.h"

#include "base/buf.h"

/* What holds after every call. */
static void assert_sane(const struct buf *b)
{
	assert_true(b->len <= b->cap);
	assert_true(b->ptr != NULL || b->cap == 0);
	assert_true(!b->max || b->cap <= b->max);
}

static void starts_empty_and_without_memory(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_sane(&b);
	assert_span(buf_view(&b), "");
	assert_string_equal(buf_text(&b), "");
	assert_null(b.ptr);
	buf_release(&b);
}

static void puts_append(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_lit(&b, "a");
	buf_char(&b, '\0');
	buf_put(&b, "bcd", 2);
	buf_text_put(&b, "e");
	buf_span(&b, SPAN_NONE);
	buf_text_put(&b, "");
	assert_true(span_equal(buf_view(&b), SPAN("a\0bce")));
	assert_span(buf_since(&b, 2), "bce");
	assert_span(buf_since(&b, 5), "");
	buf_release(&b);
}

static void clear_keeps_the_memory(void **state)
{
	struct buf b = BUF_INIT;
	size_t cap;

	(void)state;
	buf_printf(&b, "%500s", "x");
	cap = b.cap;
	buf_clear(&b);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.cap, cap);
	buf_release(&b);
	assert_null(b.ptr);
}

static void text_adds_a_nul_at_any_fill(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 300);
	for (size_t len = 1; len <= 300; len++) {
		buf_char(&b, 'x');
		assert_int_equal(strlen(buf_text(&b)), len);
		assert_sane(&b);
	}
	buf_release(&b);
}

static void max_refuses_the_whole_put(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_lit(&b, "abc");
	buf_lit(&b, "def");
	assert_true(b.full);
	assert_span(buf_view(&b), "abc");
	buf_lit(&b, "de");
	assert_true(b.full);
	buf_char(&b, 'f');
	buf_printf(&b, "%d", 1);
	buf_u64(&b, 1);
	buf_i64(&b, -1);
	assert_span(buf_view(&b), "abcde");
	buf_clear(&b);
	assert_false(b.full);
	buf_lit(&b, "fghij");
	assert_false(b.full);
	assert_span(buf_view(&b), "fghij");
	assert_false(buf_reserve(&b, SIZE_MAX));
	assert_true(b.full);
	buf_release(&b);
	assert_int_equal(b.max, 5);
}

static void printf_fills_to_the_last_byte(void **state)
{
	struct buf b;

	(void)state;
	for (int len = 0; len <= 200; len++) {
		buf_init(&b, 200);
		buf_lit(&b, "");
		buf_printf(&b, "%*s", len, "");
		buf_printf(&b, "%0*d", 200 - len, 7);
		assert_int_equal(b.len, 200);
		assert_int_equal(b.full, len == 200);
		assert_sane(&b);
		buf_release(&b);
	}
}

static void numbers_are_printed_as_printf_does(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 12345, 4294967295,
		4294967296, 999999999999999999, 9223372036854775807,
		9223372036854775808u, 9999999999999999999u, UINT64_MAX,
	};
	struct buf b = BUF_INIT;
	char want[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		buf_clear(&b);
		buf_u64(&b, numbers[i]);
		snprintf(want, sizeof want, "%ju", (uintmax_t)numbers[i]);
		assert_span(buf_view(&b), want);
		buf_clear(&b);
		buf_i64(&b, (int64_t)numbers[i]);
		snprintf(want, sizeof want, "%jd", (intmax_t)numbers[i]);
		assert_span(buf_view(&b), want);
		buf_clear(&b);
		buf_i64(&b, -(int64_t)(numbers[i] / 2));
		snprintf(want, sizeof want, "%jd", -(intmax_t)(numbers[i] / 2));
		assert_span(buf_view(&b), want);
	}
	buf_release(&b);
}

static void smallest_number_is_printed(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_i64(&b, INT64_MIN);
	assert_span(buf_view(&b), "-9223372036854775808");
	buf_release(&b);
}

/* A number goes in whole or not at all, however little room is left. */
static void signed_numbers_are_never_torn(void **state)
{
	static const int64_t numbers[] = {-1, -9, -10, -99, -100, -12345,
					  INT64_MIN};
	char want[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		size_t len = (size_t)snprintf(want, sizeof want, "%jd",
					      (intmax_t)numbers[i]);

		for (size_t max = 1; max < 25; max++) {
			struct buf b;

			buf_init(&b, max);
			buf_i64(&b, numbers[i]);
			assert_int_equal(b.full, max < len);
			assert_span(buf_view(&b), max < len ? "" : want);
			buf_release(&b);
		}
	}
}

/* One random put on B and on MODEL, a plain array of its content. */
static void random_put(struct buf *b, char *model, size_t *len, uint64_t *seed)
{
	char bytes[300];
	size_t count = support_below(seed, support_below(seed, 8) ? 20 : 300);
	size_t before = b->len;
	bool was_full = b->full;

	memset(bytes, 'a' + (int)support_below(seed, 26), sizeof bytes);
	switch (support_below(seed, 5)) {
	case 0:
		buf_put(b, bytes, count);
		break;
	case 1:
		count = 1;
		buf_char(b, bytes[0]);
		break;
	case 2:
		buf_printf(b, "%.*s", (int)count, bytes);
		break;
	case 3:
		count = (size_t)snprintf(bytes, sizeof bytes, "%zu", count);
		buf_printf(b, "%s", bytes);
		break;
	default:
		if (buf_reserve(b, count))
			assert_true(b->cap - b->len >= count);
		count = 0;
		break;
	}
	if (b->full && !was_full)
		assert_int_equal(b->len, before);
	if (b->len == before)
		return;
	assert_int_equal(b->len, before + count);
	memcpy(model + *len, bytes, count);
	*len += count;
}

static void grows_soundly_over_random_puts(void **state)
{
	static char model[1 << 16];

	(void)state;
	for (uint64_t round = 0; round < 400; round++) {
		uint64_t seed = round;
		struct buf b;
		size_t len = 0;

		buf_init(&b, round % 3 ? 0 : 1 + support_below(&seed, 9000));
		for (int i = 0; i < 200; i++) {
			random_put(&b, model, &len, &seed);
			assert_sane(&b);
			assert_int_equal(b.len, len);
		}
		assert_memory_equal(buf_text(&b), model, len);
		assert_true(b.max || b.cap < 64 + 4 * len + 1200);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty_and_without_memory),
		cmocka_unit_test(puts_append),
		cmocka_unit_test(clear_keeps_the_memory),
		cmocka_unit_test(text_adds_a_nul_at_any_fill),
		cmocka_unit_test(max_refuses_the_whole_put),
		cmocka_unit_test(printf_fills_to_the_last_byte),
		cmocka_unit_test(numbers_are_printed_as_printf_does),
		cmocka_unit_test(smallest_number_is_printed),
		cmocka_unit_test(signed_numbers_are_never_torn),
		cmocka_unit_test(grows_soundly_over_random_puts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
