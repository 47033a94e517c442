/* Unicode: case, normal form, marks, width. */
#include "tests/unit/support.h"
#include "text/unicode.h"

static struct arena arena;

struct line {
	const char *text;
	const char *want;
};

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void check(struct span (*map)(struct span, struct arena *),
		  const struct line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_span(map(span_of(lines[i].text), &arena), lines[i].want);
}

static void lower(void **state)
{
	static const struct line lines[] = {
		{"", ""}, {"abc", "abc"}, {"aBC1", "abc1"},
		{"ÄÖÜ ẞ", "äöü ß"}, {"ΑΒΓ", "αβγ"}, {"İ", "i"},
		{"A\xff" "B\xc3", "a\xff" "b\xc3"}, {"ABCDEFGHIJ", "abcdefghij"},
	};

	(void)state;
	check(unicode_lower, lines, COUNT_OF(lines));
}

static void upper(void **state)
{
	static const struct line lines[] = {
		{"", ""}, {"ABC", "ABC"}, {"aBc1", "ABC1"}, {"äöü", "ÄÖÜ"},
		{"ÿ", "Ÿ"}, {"ɐ", "Ɐ"}, {"z\xff", "Z\xff"},
	};

	(void)state;
	check(unicode_upper, lines, COUNT_OF(lines));
}

static void fold_case(void **state)
{
	static const struct line lines[] = {
		{"ABC", "abc"}, {"Straße", "strasse"}, {"STRASSE", "strasse"},
		{"E\xcc\x81", "é"}, {"É", "é"}, {"ς", "σ"},
		{"A\xff", "A\xff"},
	};

	(void)state;
	check(unicode_fold_case, lines, COUNT_OF(lines));
}

static void nfc(void **state)
{
	static const struct line lines[] = {
		{"abc", "abc"}, {"e\xcc\x81", "é"}, {"é", "é"},
		{"\xe2\x84\xab", "Å"}, {"\xff\xcc\x81", "\xff\xcc\x81"},
	};

	(void)state;
	check(unicode_nfc, lines, COUNT_OF(lines));
}

static void strip_marks(void **state)
{
	static const struct line lines[] = {
		{"abc", "abc"}, {"Zoë Müller", "Zoe Muller"},
		{"e\xcc\x81", "e"}, {"Łódź", "Łodz"}, {"한국", "한국"},
		{"\xff" "é", "\xff" "é"},
	};

	(void)state;
	check(unicode_strip_marks, lines, COUNT_OF(lines));
}

/* Nothing to do: the very same bytes, no copy. */
static void unchanged_is_the_same(void **state)
{
	struct span ascii = SPAN("plain"), word = SPAN("größe");

	(void)state;
	assert_ptr_equal(unicode_lower(ascii, &arena).ptr, ascii.ptr);
	assert_ptr_equal(unicode_fold_case(ascii, &arena).ptr, ascii.ptr);
	assert_ptr_equal(unicode_nfc(word, &arena).ptr, word.ptr);
	assert_ptr_equal(unicode_strip_marks(ascii, &arena).ptr, ascii.ptr);
	assert_true(span_absent(unicode_lower(SPAN_NONE, &arena)));
}

static void width(void **state)
{
	(void)state;
	assert_int_equal(unicode_width(SPAN("abc")), 3);
	assert_int_equal(unicode_width(SPAN("größe")), 5);
	assert_int_equal(unicode_width(SPAN("e\xcc\x81")), 1);
	assert_int_equal(unicode_width(SPAN("名前")), 4);
	assert_int_equal(unicode_width(SPAN("a\tb\x7f")), 2);
	assert_int_equal(unicode_width(SPAN("a\xff")), 2);
	assert_int_equal(unicode_width(SPAN("")), 0);
}

static void length_and_offset(void **state)
{
	struct span s = SPAN("a\xc3\xa9\xff" "名z");

	(void)state;
	assert_int_equal(unicode_length(s), 5);
	assert_int_equal(unicode_length(SPAN("0123456789")), 10);
	assert_int_equal(unicode_length(SPAN("")), 0);
	assert_int_equal(unicode_offset(s, 0), 0);
	assert_int_equal(unicode_offset(s, 1), 1);
	assert_int_equal(unicode_offset(s, 2), 3);
	assert_int_equal(unicode_offset(s, 3), 4);
	assert_int_equal(unicode_offset(s, 4), 7);
	assert_int_equal(unicode_offset(s, 5), 8);
	assert_int_equal(unicode_offset(s, 50), 8);
}

static void classes(void **state)
{
	static const uint32_t in[] = {'a', 'Z', '0', 0xe9, 0x301, 0x4e2d, 0xb2, 0x2160, 0x661};
	static const uint32_t out[] = {' ', '_', '-', '@', '[', '`', '{', 0, 0x20ac, 0x2013, 0xa0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(in); i++)
		assert_true(unicode_is_letter_or_digit(in[i]));
	for (size_t i = 0; i < COUNT_OF(out); i++)
		assert_false(unicode_is_letter_or_digit(out[i]));
	assert_true(unicode_is_mark(0x301));
	assert_true(unicode_is_mark(0x20dd));
	assert_false(unicode_is_mark('a'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lower),
		cmocka_unit_test(upper),
		cmocka_unit_test(fold_case),
		cmocka_unit_test(nfc),
		cmocka_unit_test(strip_marks),
		cmocka_unit_test(unchanged_is_the_same),
		cmocka_unit_test(width),
		cmocka_unit_test(length_and_offset),
		cmocka_unit_test(classes),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
