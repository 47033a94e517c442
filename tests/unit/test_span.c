/* base/span.h */
#include "tests/unit/support.h"

static void absent_differs_from_empty(void **state)
{
	(void)state;
	assert_true(span_absent(SPAN_NONE));
	assert_true(span_absent(span_of(NULL)));
	assert_false(span_absent(SPAN("")));
	assert_false(span_absent(span_of("")));
	assert_true(span_equal(SPAN_NONE, SPAN("")));
}

static void literal_keeps_nul_bytes(void **state)
{
	(void)state;
	assert_int_equal(SPAN("a\0b").len, 3);
	assert_true(span_equal(SPAN("a\0b"), SPAN("a\0b")));
	assert_false(span_equal(SPAN("a\0b"), SPAN("a\0c")));
}

static void equal_nocase_folds_ascii_only(void **state)
{
	(void)state;
	assert_true(span_equal_nocase(SPAN("eMail"), SPAN("EmAIL")));
	assert_false(span_equal_nocase(SPAN("email"), SPAN("emai")));
	assert_false(span_equal_nocase(SPAN("@"), SPAN("`")));
	assert_false(span_equal_nocase(SPAN("["), SPAN("{")));
	assert_false(span_equal_nocase(SPAN("\xC3\x84"), SPAN("\xC3\xA4")));
}

static void compare_orders_bytes_then_length(void **state)
{
	static const struct {
		struct span a, b;
		int sign;
	} cases[] = {
		{SPAN("a"), SPAN("b"), -1},  {SPAN("b"), SPAN("a"), 1},
		{SPAN("a"), SPAN("a"), 0},   {SPAN("a"), SPAN("ab"), -1},
		{SPAN("ab"), SPAN("a"), 1},  {SPAN(""), SPAN_NONE, 0},
		{SPAN(""), SPAN("a"), -1},   {SPAN("Z"), SPAN("a"), -1},
		{SPAN("\xC3"), SPAN("z"), 1}, {SPAN("a\0b"), SPAN("a\0c"), -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int order = span_compare(cases[i].a, cases[i].b);

		assert_int_equal((order > 0) - (order < 0), cases[i].sign);
	}
}

static void starts_and_ends(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN("C536379"), SPAN("C")));
	assert_false(span_starts(SPAN("C"), SPAN("C5")));
	assert_true(span_starts(SPAN_NONE, SPAN("")));
	assert_true(span_ends(SPAN("orders.csv.gz"), SPAN(".gz")));
	assert_false(span_ends(SPAN("gz"), SPAN(".gz")));
	assert_false(span_ends(SPAN("orders.csv"), SPAN(".gz")));
	assert_true(span_ends(SPAN_NONE, SPAN_NONE));
}

static void find_gives_length_when_not_found(void **state)
{
	(void)state;
	assert_int_equal(span_find_byte(SPAN("a,b,c"), ','), 1);
	assert_int_equal(span_find_byte(SPAN("abc"), ','), 3);
	assert_int_equal(span_find_byte(SPAN_NONE, ','), 0);
	assert_int_equal(span_find_byte(SPAN("a\0b"), '\0'), 1);
	assert_int_equal(span_find(SPAN("one two two"), SPAN("two")), 4);
	assert_int_equal(span_find(SPAN("one"), SPAN("two")), 3);
	assert_int_equal(span_find(SPAN("one"), SPAN("")), 0);
	assert_int_equal(span_find(SPAN_NONE, SPAN("two")), 0);
	assert_int_equal(span_find(SPAN("tw"), SPAN("two")), 2);
}

static void sub_is_cut_to_what_is_there(void **state)
{
	struct span text = SPAN("abcdef");

	(void)state;
	assert_span(span_sub(text, 0, 6), "abcdef");
	assert_span(span_sub(text, 2, 3), "cde");
	assert_span(span_sub(text, 4, 99), "ef");
	assert_span(span_sub(text, 4, SIZE_MAX), "ef");
	assert_span(span_sub(text, 6, 1), "");
	assert_span(span_sub(text, SIZE_MAX, SIZE_MAX), "");
	assert_true(span_absent(span_sub(SPAN_NONE, 3, 3)));
}

static void trim_takes_blanks_at_both_ends(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"a", "a"}, {"  a b ", "a b"}, {"\t\r\n\v\f a", "a"},
		{"a\r\n", "a"}, {"   ", ""}, {"", ""},
		{"\x08\x0E", "\x08\x0E"}, {"\xC2\xA0 a", "\xC2\xA0 a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_span(span_trim(span_of(cases[i].in)), cases[i].out);
	assert_true(span_absent(span_trim(SPAN_NONE)));
}

static void cut_yields_each_piece(void **state)
{
	struct span rest = SPAN("a,,bc,");

	(void)state;
	assert_span(span_cut(&rest, ','), "a");
	assert_span(span_cut(&rest, ','), "");
	assert_span(span_cut(&rest, ','), "bc");
	assert_span(rest, "");
	assert_span(span_cut(&rest, ','), "");
	assert_true(span_absent(rest));
}

static void number_takes_the_whole_span(void **state)
{
	static const struct {
		const char *in;
		bool good;
		uint64_t out;
	} cases[] = {
		{"0", true, 0},
		{"42", true, 42},
		{"007", true, 7},
		{"18446744073709551615", true, UINT64_MAX},
		{"000000000000000000000000000001", true, 1},
		{"18446744073709551616", false, 0},
		{"99999999999999999999", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"0x1", false, 0},
		{"1/", false, 0},
		{"1:", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t number = 99;
		bool good = span_number(span_of(cases[i].in), &number);

		assert_int_equal(good, cases[i].good);
		assert_true(number == (good ? cases[i].out : 99));
	}
}

/* From Unicode's Table 3-7 and Markus Kuhn's stress test. */
static const struct {
	struct span in;
	bool good;
} utf8_cases[] = {
	{SPAN(""), true},
	{SPAN("plain"), true},
	{SPAN("a\0b"), true},
	{SPAN("\x7F"), true},
	{SPAN("\xC2\x80"), true},
	{SPAN("\xDF\xBF"), true},
	{SPAN("\xE0\xA0\x80"), true},
	{SPAN("\xED\x9F\xBF"), true},
	{SPAN("\xEE\x80\x80"), true},
	{SPAN("\xEF\xBF\xBF"), true},
	{SPAN("\xF0\x90\x80\x80"), true},
	{SPAN("\xF4\x8F\xBF\xBF"), true},
	{SPAN("\x80"), false},			/* continuation alone */
	{SPAN("\xC0\x80"), false},		/* overlong NUL */
	{SPAN("\xC1\xBF"), false},		/* overlong */
	{SPAN("\xE0\x9F\xBF"), false},
	{SPAN("\xF0\x8F\xBF\xBF"), false},
	{SPAN("\xED\xA0\x80"), false},		/* surrogates */
	{SPAN("\xED\xBF\xBF"), false},
	{SPAN("\xF4\x90\x80\x80"), false},	/* past U+10FFFF */
	{SPAN("\xF5\x80\x80\x80"), false},
	{SPAN("\xFE"), false},
	{SPAN("\xFF"), false},
	{SPAN("\xC2"), false},			/* cut */
	{SPAN("\xE2\x82"), false},
	{SPAN("\xF0\x9F\x98"), false},
	{SPAN("\xC2\x41"), false},		/* not continued */
	{SPAN("\xE2\x82\x41"), false},
	{SPAN("\xF0\x9F\x98\x41"), false},
	{SPAN("M\xFCller"), false},		/* Latin-1 */
};

static void utf8_follows_the_standard(void **state)
{
	(void)state;
	assert_true(span_is_utf8(SPAN_NONE));
	for (size_t i = 0; i < COUNT_OF(utf8_cases); i++)
		assert_int_equal(span_is_utf8(utf8_cases[i].in),
				 utf8_cases[i].good);
}

/* The fast path for ASCII must not change the answer at any offset. */
static void utf8_is_checked_at_every_offset(void **state)
{
	char text[80];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(utf8_cases); i++) {
		struct span in = utf8_cases[i].in;

		for (size_t at = 0; at + in.len <= 70; at++) {
			memset(text, 'x', sizeof text);
			if (in.len)
				memcpy(text + at, in.ptr, in.len);
			assert_int_equal(span_is_utf8((struct span){text, 70}),
					 utf8_cases[i].good);
		}
	}
}

static void utf8_char_decodes_the_first(void **state)
{
	static const struct {
		struct span in;
		size_t len;
		uint32_t point;
	} cases[] = {
		{SPAN("ab"), 1, 'a'},
		{SPAN("\xC3\xA4x"), 2, 0xE4},
		{SPAN("\xE2\x82\xAC"), 3, 0x20AC},
		{SPAN("\xF0\x9F\x98\x80"), 4, 0x1F600},
		{SPAN("\xF0\x9F\x98"), 0, 0},
		{SPAN(""), 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint32_t point = 0;

		assert_int_equal(span_utf8_char(cases[i].in, &point),
				 cases[i].len);
		assert_int_equal(point, cases[i].point);
	}
}

/* Every code point but the surrogates goes out and comes back. */
static void utf8_char_knows_all_points(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x110000; point++) {
		char text[4];
		uint32_t back = 0;
		size_t len = point < 0x80 ? 1 : point < 0x800 ? 2
			     : point < 0x10000 ? 3 : 4;
		bool good = point < 0x110000 && (point & 0x1FF800) != 0xD800;

		for (size_t i = len; i-- > 1;)
			text[i] = (char)(0x80 | (point >> 6 * (len - 1 - i) & 63));
		text[0] = (char)(len == 1 ? point
					  : (0xF00u >> len & 0xF0u) |
						    point >> 6 * (len - 1));
		assert_int_equal(span_utf8_char((struct span){text, len}, &back),
				 good ? len : 0);
		assert_true(!good || back == point);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_differs_from_empty),
		cmocka_unit_test(literal_keeps_nul_bytes),
		cmocka_unit_test(equal_nocase_folds_ascii_only),
		cmocka_unit_test(compare_orders_bytes_then_length),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(find_gives_length_when_not_found),
		cmocka_unit_test(sub_is_cut_to_what_is_there),
		cmocka_unit_test(trim_takes_blanks_at_both_ends),
		cmocka_unit_test(cut_yields_each_piece),
		cmocka_unit_test(number_takes_the_whole_span),
		cmocka_unit_test(utf8_follows_the_standard),
		cmocka_unit_test(utf8_is_checked_at_every_offset),
		cmocka_unit_test(utf8_char_decodes_the_first),
		cmocka_unit_test(utf8_char_knows_all_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
