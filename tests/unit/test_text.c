#include "tests/unit/support.h"

#include "base/buf.h"
#include "record/scan.h"
#include "record/text.h"

static void check_encode(struct span text, const char *want)
{
	struct buf b = BUF_INIT;

	text_encode(&b, text);
	assert_span(buf_view(&b), want);
	buf_release(&b);
}

static void encode_escapes_what_must_be(void **state)
{
	(void)state;
	check_encode(SPAN(""), "\"\"");
	check_encode(SPAN_NONE, "\"\"");
	check_encode(SPAN("plain / text"), "\"plain / text\"");
	check_encode(SPAN("a\"b\\c"), "\"a\\\"b\\\\c\"");
	check_encode(SPAN("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
	check_encode(SPAN("\0\x01\x0b\x1f"), "\"\\u0000\\u0001\\u000b\\u001f\"");
	check_encode(SPAN("\x7f"), "\"\x7f\"");
	check_encode(SPAN("Łódź 東京 😀"), "\"Łódź 東京 😀\"");
	check_encode(SPAN("é\"é\né"), "\"é\\\"é\\né\"");
}

static void encode_replaces_what_is_not_utf8(void **state)
{
	(void)state;
	check_encode(SPAN("a\xff" "b"), "\"a\xef\xbf\xbd" "b\"");
	check_encode(SPAN("M\xfcller"), "\"M\xef\xbf\xbdller\"");
	check_encode(SPAN("\xe9"), "\"\xef\xbf\xbd\"");
	/* Overlong, a surrogate, beyond U+10FFFF: each byte is replaced. */
	check_encode(SPAN("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_encode(SPAN("\xed\xa0\x80"),
		     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	check_encode(SPAN("\xf4\x90\x80\x80"),
		     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	check_encode(SPAN("東\xe6\x9d"), "\"東\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void encode_inner_has_no_quotes(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_encode_inner(&b, SPAN("say \"hi\""));
	text_encode_inner(&b, SPAN_NONE);
	assert_span(buf_view(&b), "say \\\"hi\\\"");
	buf_release(&b);
}

/* Wherever the special byte stands, inside and behind the blocks of 16. */
static void encode_at_every_offset(void **state)
{
	char text[80];
	char want[80];

	(void)state;
	for (size_t len = 1; len < 70; len++) {
		for (size_t at = 0; at < len; at++) {
			memset(text, 'x', len);
			text[at] = '\n';
			snprintf(want, sizeof want, "\"%.*s\\n%.*s\"", (int)at,
				 text, (int)(len - at - 1), text + at + 1);
			check_encode((struct span){text, len}, want);
		}
	}
}

static void check_decode(struct span inner, const char *want, size_t len)
{
	struct buf b = BUF_INIT;

	text_decode(&b, inner);
	assert_int_equal(b.len, len);
	assert_memory_equal(b.ptr, want, len);
	buf_release(&b);
}

#define CHECK_DECODE(inner, want) \
	check_decode(SPAN(inner), want, sizeof(want) - 1)

static void decode_each_escape(void **state)
{
	(void)state;
	CHECK_DECODE("none", "none");
	CHECK_DECODE("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
	CHECK_DECODE("\\u0041\\u00e9\\u6771\\uFFFF", "Aé東\xef\xbf\xbf");
	CHECK_DECODE("a\\u0000b", "a\0b");
	CHECK_DECODE("\\ud83d\\ude00!", "😀!");
	CHECK_DECODE("\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf");
}

static void decode_lone_surrogates(void **state)
{
	(void)state;
	CHECK_DECODE("\\ud83d", "\xef\xbf\xbd");
	CHECK_DECODE("\\ude00x", "\xef\xbf\xbdx");
	CHECK_DECODE("\\ud83d\\u0041", "\xef\xbf\xbd" "A");
	CHECK_DECODE("\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd😀");
	CHECK_DECODE("\\ud83d\\n", "\xef\xbf\xbd\n");
}

static void number_grammar(void **state)
{
	static const char *const good[] = {
		"0", "-0", "7", "10", "-10.50", "0.001", "1e5", "1E+5", "2.5e-10",
		"9007199254740993", "123456789012345678901234567890",
	};
	static const char *const bad[] = {
		"", "-", "01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x1",
		"1 ", " 1", "NaN", "1,5", "--1", "1e5.0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(text_is_number(span_of(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(text_is_number(span_of(bad[i])));
	assert_false(text_is_number(SPAN_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encode_escapes_what_must_be),
		cmocka_unit_test(encode_replaces_what_is_not_utf8),
		cmocka_unit_test(encode_inner_has_no_quotes),
		cmocka_unit_test(encode_at_every_offset),
		cmocka_unit_test(decode_each_escape),
		cmocka_unit_test(decode_lone_surrogates),
		cmocka_unit_test(number_grammar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
