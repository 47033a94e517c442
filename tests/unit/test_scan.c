#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/mem.h"
#include "record/scan.h"
#include "time/moment.h"

/*
 * The text in memory of its own, so that a sanitizer sees a byte read too
 * many.
 */
static int whole(struct span text, struct value *v, struct error *err)
{
	char *copy = mem_alloc(text.len ? text.len : 1);
	int failed;

	memcpy(copy, text.ptr, text.len);
	failed = scan_whole((struct span){copy, text.len}, v, err);
	if (!failed)
		v->raw.ptr = text.ptr + (v->raw.ptr - copy);
	mem_free(copy);
	return failed;
}

static struct value value_of(const char *text)
{
	struct value v = VALUE_ABSENT;
	struct error err = ERROR_INIT;

	if (whole(span_of(text), &v, &err))
		fail_msg("'%s': %s", text, err.message);
	return v;
}

static void kinds_and_raw_bytes(void **state)
{
	static const struct {
		const char *text;
		const char *raw;
		enum value_kind kind;
		bool escaped;
	} cases[] = {
		{" null ", "null", VALUE_NULL, false},
		{"true", "true", VALUE_TRUE, false},
		{"\tfalse\r\n", "false", VALUE_FALSE, false},
		{"-12.50e+3", "-12.50e+3", VALUE_NUMBER, false},
		{"9007199254740993", "9007199254740993", VALUE_NUMBER, false},
		{"\"\"", "\"\"", VALUE_TEXT, false},
		{"\"Łódź\"", "\"Łódź\"", VALUE_TEXT, false},
		{"\"a\\nb\"", "\"a\\nb\"", VALUE_TEXT, true},
		{"[ 1 , 2 ]", "[ 1 , 2 ]", VALUE_ARRAY, false},
		{"[]", "[]", VALUE_ARRAY, false},
		{"{ }", "{ }", VALUE_OBJECT, false},
		{"{\"a\":[{},{\"b\":[[],1]}]}", "{\"a\":[{},{\"b\":[[],1]}]}",
		 VALUE_OBJECT, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct value v = value_of(cases[i].text);

		assert_int_equal(v.kind, cases[i].kind);
		assert_int_equal(v.escaped, cases[i].escaped);
		assert_span(v.raw, cases[i].raw);
	}
}

struct refusal {
	const char *text;
	const char *message;
	unsigned column;
};

static void check_refusals(const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct value v;
		struct error err = ERROR_INIT;

		assert_int_equal(whole(span_of(cases[i].text), &v, &err), -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.column, cases[i].column);
		assert_int_equal(err.kind, ERROR_DATA);
		/* Without an error to fill it refuses just the same. */
		assert_int_equal(whole(span_of(cases[i].text), &v, NULL), -1);
	}
}

static void refused_structure(void **state)
{
	static const struct refusal cases[] = {
		{"", "not JSON: a value expected, found the end of the line", 1},
		{"  ", "not JSON: a value expected, found the end of the line", 3},
		{"id,name", "not JSON: a value expected, found 'i'", 1},
		{"\xef\xbb\xbf{}", "not JSON: a value expected, found a byte order mark", 1},
		{"nul", "not JSON: a value expected, found 'n'", 1},
		{"{} {}", "not JSON: the end of the line expected, found '{'", 4},
		{"[1,]", "not JSON: a value expected, found ']'", 4},
		{"[,1]", "not JSON: a value expected, found ','", 2},
		{"[1 2]", "not JSON: ',' or ']' expected, found '2'", 4},
		{"[1", "not JSON: ',' or ']' expected, found the end of the line", 3},
		{"[1,", "not JSON: a value expected, found the end of the line", 4},
		{"[", "not JSON: a value or ']' expected, found the end of the line", 2},
		{"[1}", "not JSON: ',' or ']' expected, found '}'", 3},
		{"{\"a\":1]", "not JSON: ',' or '}' expected, found ']'", 7},
		{"{", "not JSON: a key or '}' expected, found the end of the line", 2},
		{"{\"a\"", "not JSON: ':' expected, found the end of the line", 5},
		{"{\"a\" 1}", "not JSON: ':' expected, found '1'", 6},
		{"{\"a\":", "not JSON: a value expected, found the end of the line", 6},
		{"{\"a\":1,}", "not JSON: a key in quotes expected, found '}'", 8},
		{"{a:1}", "not JSON: a key in quotes expected, found 'a'", 2},
		{"{'a':1}", "not JSON: a key in quotes expected, found '''", 2},
		{"[1]]", "not JSON: the end of the line expected, found ']'", 4},
		{"[\xc3\xa9]", "not JSON: a value expected, found 'é'", 2},
		{"[\xff]", "not JSON: a value expected, found byte 0xFF", 2},
		{"[\x01]", "not JSON: a value expected, found byte 0x01", 2},
		{"[\v]", "not JSON: a value expected, found byte 0x0B", 2},
	};

	(void)state;
	check_refusals(cases, COUNT_OF(cases));
}

static void refused_scalars(void **state)
{
	static const struct refusal cases[] = {
		{"01", "not JSON: the end of the line expected, found '1'", 2},
		{"-", "not JSON: a digit expected, found the end of the line", 2},
		{"1.", "not JSON: a digit expected, found the end of the line", 3},
		{"[1.e3]", "not JSON: a digit expected, found 'e'", 4},
		{"[2e]", "not JSON: a digit expected, found ']'", 4},
		{"[+1]", "not JSON: a value expected, found '+'", 2},
		{"[NaN]", "not JSON: a value expected, found 'N'", 2},
		{"[True]", "not JSON: a value expected, found 'T'", 2},
		{"[truex]", "not JSON: ',' or ']' expected, found 'x'", 6},
		{"\"abc", "not JSON: '\"' expected, found the end of the line", 5},
		{"\"abc\\", "not JSON: '\"' expected, found the end of the line", 6},
		{"\"\\x\"", "not JSON: unknown escape in a text", 2},
		{"\"\\u12\"", "not JSON: \\u needs four hexadecimal digits", 2},
		{"\"\\u12G4\"", "not JSON: \\u needs four hexadecimal digits", 2},
		{"\"a\tb\"",
		 "not JSON: a control character in a text must be escaped", 3},
		{"\"a\nb\"",
		 "not JSON: a control character in a text must be escaped", 3},
		{"\"M\xfcller\"", "not JSON: a text is not UTF-8", 3},
		{"\"\xc0\xaf\"", "not JSON: a text is not UTF-8", 2},
		{"\"\xed\xa0\x80\"", "not JSON: a text is not UTF-8", 2},
		{"\"\xf5\x80\x80\x80\"", "not JSON: a text is not UTF-8", 2},
		{"\"\xe6\x9d", "not JSON: a text is not UTF-8", 2},
		{"{\"k\xff\":1}", "not JSON: a text is not UTF-8", 4},
	};

	(void)state;
	check_refusals(cases, COUNT_OF(cases));
}

/* Every special byte at every place of texts of every length around 16. */
static void texts_of_every_length(void **state)
{
	static const char specials[] = {'"', '\\', '\x1f', '\x80', '\xc3', '\0'};
	char text[72];
	struct value v;

	(void)state;
	for (size_t len = 2; len < sizeof text; len++) {
		memset(text, 'x', len);
		text[0] = '"';
		text[len - 1] = '"';
		assert_int_equal(whole((struct span){text, len}, &v, NULL), 0);
		assert_int_equal(v.raw.len, len);
		for (size_t at = 1; at + 1 < len; at++) {
			size_t s = (len + at) % sizeof specials;

			text[at] = specials[s];
			assert_int_equal(whole((struct span){text, len}, &v, NULL),
					 -1);
			text[at] = 'x';
		}
	}
}

static void nesting_is_capped(void **state)
{
	char text[2 * SCAN_DEPTH_MAX + 8];
	struct value v;
	struct error err = ERROR_INIT;
	struct scan s;

	(void)state;
	memset(text, '[', SCAN_DEPTH_MAX);
	memset(text + SCAN_DEPTH_MAX, ']', SCAN_DEPTH_MAX);
	assert_int_equal(scan_whole((struct span){text, 2 * SCAN_DEPTH_MAX}, &v,
				    &err), 0);
	memset(text, '[', SCAN_DEPTH_MAX + 1);
	memset(text + SCAN_DEPTH_MAX + 1, ']', SCAN_DEPTH_MAX + 1);
	assert_int_equal(scan_whole((struct span){text, 2 * SCAN_DEPTH_MAX + 2},
				    &v, &err), -1);
	assert_error(&err, "nested deeper than 1000 levels");
	assert_int_equal(err.column, SCAN_DEPTH_MAX + 1);
	/* A container entered counts like one passed. */
	scan_start(&s, (struct span){text, 2 * SCAN_DEPTH_MAX + 2});
	assert_int_equal(scan_enter(&s, '[', &err), 0);
	assert_int_equal(scan_element(&s, &v, &err), -1);
	assert_int_equal(err.column, SCAN_DEPTH_MAX + 1);
	s.depth = SCAN_DEPTH_MAX;
	assert_int_equal(scan_enter(&s, '[', &err), -1);
	assert_error(&err, "nested deeper than 1000 levels");
}

static void members_in_order(void **state)
{
	struct scan s;
	struct member m;
	struct error err = ERROR_INIT;

	(void)state;
	scan_start(&s, SPAN(" { \"a\" : 1 ,\"b\\u0063\":[ ] , \"\" : {\"x\":2}} "));
	assert_int_equal(scan_enter(&s, '{', &err), 0);
	assert_int_equal(scan_member(&s, &m, &err), 1);
	assert_span(m.key, "a");
	assert_false(m.key_escaped);
	assert_span(m.value.raw, "1");
	assert_int_equal(scan_member(&s, &m, &err), 1);
	assert_span(m.key, "b\\u0063");
	assert_true(m.key_escaped);
	assert_int_equal(m.value.kind, VALUE_ARRAY);
	assert_int_equal(scan_member(&s, &m, &err), 1);
	assert_span(m.key, "");
	assert_span(m.value.raw, "{\"x\":2}");
	assert_int_equal(scan_member(&s, &m, &err), 0);
	assert_int_equal(scan_finish(&s, &err), 0);
}

static void member_faults(void **state)
{
	static const struct refusal cases[] = {
		{"[1]", "not an object: '{' expected, found '['", 1},
		{"", "not an object: '{' expected, found the end of the line", 1},
		{"{\"a\":1 \"b\":2}", "not JSON: ',' or '}' expected, found '\"'", 8},
		{"{\"a\":1,}", "not JSON: a key in quotes expected, found '}'", 8},
		{"{,}", "not JSON: a key in quotes expected, found ','", 2},
		{"{\"a", "not JSON: '\"' expected, found the end of the line", 4},
		{"{\"a\"}", "not JSON: ':' expected, found '}'", 5},
		{"{\"a\":}", "not JSON: a value expected, found '}'", 6},
		{"{\"a\":[1}", "not JSON: ',' or ']' expected, found '}'", 8},
		{"{\"a\":1", "not JSON: ',' or '}' expected, found the end of the line", 7},
		{"{} x", "not JSON: the end of the line expected, found 'x'", 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = ERROR_INIT;
		struct scan s;
		struct member m;
		int got = 1;

		scan_start(&s, span_of(cases[i].text));
		if (scan_enter(&s, '{', &err))
			got = -1;
		while (got > 0)
			got = scan_member(&s, &m, &err);
		if (!got)
			got = scan_finish(&s, &err);
		assert_int_equal(got, -1);
		assert_error(&err, cases[i].message);
		assert_int_equal(err.column, cases[i].column);
	}
}

static void elements_in_order(void **state)
{
	struct scan s;
	struct value v;
	struct error err = ERROR_INIT;

	(void)state;
	scan_start(&s, SPAN("[ 1, \"x\",null ]"));
	assert_int_equal(scan_enter(&s, '[', &err), 0);
	assert_int_equal(scan_element(&s, &v, &err), 1);
	assert_span(v.raw, "1");
	assert_int_equal(scan_element(&s, &v, &err), 1);
	assert_int_equal(v.kind, VALUE_TEXT);
	assert_int_equal(scan_element(&s, &v, &err), 1);
	assert_int_equal(v.kind, VALUE_NULL);
	assert_int_equal(scan_element(&s, &v, &err), 0);
	scan_start(&s, SPAN("[]"));
	assert_int_equal(scan_enter(&s, '[', &err), 0);
	assert_int_equal(scan_element(&s, &v, &err), 0);
	scan_start(&s, SPAN("[1,]"));
	assert_int_equal(scan_enter(&s, '[', &err), 0);
	assert_int_equal(scan_element(&s, &v, &err), 1);
	assert_int_equal(scan_element(&s, &v, &err), -1);
	assert_error(&err, "not JSON: a value expected, found ']'");
	scan_start(&s, SPAN("{}"));
	assert_int_equal(scan_enter(&s, '[', &err), -1);
	assert_error(&err, "not an array: '[' expected, found '{'");
}

/* An element walked by a copy of the scan, in the same pass. */
static void walking_in_place(void **state)
{
	struct scan outer;
	struct scan inner;
	struct member m;
	struct error err = ERROR_INIT;

	(void)state;
	scan_start(&outer, SPAN("[{\"a\":1},{\"b\":2}]"));
	assert_int_equal(scan_enter(&outer, '[', &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(scan_step(&outer, &err), 1);
		inner = outer;
		assert_int_equal(scan_enter(&inner, '{', &err), 0);
		assert_int_equal(inner.depth, 2);
		assert_int_equal(scan_member(&inner, &m, &err), 1);
		assert_span(m.key, i ? "b" : "a");
		assert_int_equal(scan_member(&inner, &m, &err), 0);
		outer.at = inner.at;
	}
	assert_int_equal(scan_step(&outer, &err), 0);
	assert_int_equal(scan_finish(&outer, &err), 0);
}

static void look_ups(void **state)
{
	struct value v = value_of("{\"a\":{\"b\":[10,{\"c\":\"x\"}]},\"n\\u0061me\":"
				  "\"Ada\",\"d\":1,\"d\":2}");

	(void)state;
	assert_span(value_member(v, SPAN("name")).raw, "\"Ada\"");
	assert_span(value_member(v, SPAN("d")).raw, "1");
	assert_int_equal(value_member(v, SPAN("e")).kind, VALUE_NONE);
	assert_int_equal(value_member(VALUE_ABSENT, SPAN("e")).kind, VALUE_NONE);
	assert_int_equal(value_member(value_of("[1]"), SPAN("0")).kind, VALUE_NONE);
	assert_span(value_path(v, SPAN("a.b.0")).raw, "10");
	assert_span(value_path(v, SPAN("a.b.1.c")).raw, "\"x\"");
	assert_span(value_path(v, SPAN("name")).raw, "\"Ada\"");
	assert_int_equal(value_path(v, SPAN("a.b.2")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN("a.b.x")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN("a.b.-1")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN("d.x")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN("a..b")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN("")).kind, VALUE_NONE);
	assert_int_equal(value_path(v, SPAN_NONE).kind, VALUE_OBJECT);
}

static void texts_of_values(void **state)
{
	struct buf b = BUF_INIT;
	struct value plain = value_of("\"Ada\"");
	struct value escaped = value_of("\"A\\u0064a\"");

	(void)state;
	assert_true(value_is_text(plain, SPAN("Ada")));
	assert_true(value_is_text(escaped, SPAN("Ada")));
	assert_false(value_is_text(escaped, SPAN("Adb")));
	assert_false(value_is_text(plain, SPAN("Ad")));
	assert_false(value_is_text(value_of("12"), SPAN("12")));
	buf_lit(&b, "keep ");
	assert_span(value_text(plain, &b), "Ada");
	assert_int_equal(b.len, 5);
	assert_span(value_text(escaped, &b), "Ada");
	assert_span(buf_view(&b), "keep Ada");
	assert_span(value_text(value_of("\"\""), &b), "");
	assert_span(value_text(value_of("1.50"), &b), "1.50");
	assert_span(value_text(value_of("true"), &b), "true");
	assert_span(value_text(value_of("false"), &b), "false");
	assert_true(span_absent(value_text(value_of("null"), &b)));
	assert_true(span_absent(value_text(value_of("[1]"), &b)));
	assert_true(span_absent(value_text(VALUE_ABSENT, &b)));
	buf_clear(&b);
	value_decode(plain, &b);
	value_decode(escaped, &b);
	value_decode(value_of("7"), &b);
	value_decode(value_of("true"), &b);
	value_decode(value_of("null"), &b);
	value_decode(value_of("{}"), &b);
	assert_span(buf_view(&b), "AdaAda7true");
	buf_release(&b);
}

static void numbers_of_values(void **state)
{
	struct decimal d;
	double x;

	(void)state;
	assert_true(value_decimal(value_of("106.530"), &d));
	assert_true(d.digits == 10653 && d.scale == 2);
	assert_true(value_decimal(value_of("\"19.99\""), &d));
	assert_true(d.digits == 1999 && d.scale == 2);
	assert_true(value_decimal(value_of("\"\\u0031\""), &d));
	assert_true(d.digits == 1 && d.scale == 0);
	assert_false(value_decimal(value_of("\"ten\""), &d));
	assert_false(value_decimal(value_of("true"), &d));
	assert_false(value_decimal(VALUE_ABSENT, &d));
	assert_true(value_double(value_of("\"-2.5\""), &x));
	assert_close(x, -2.5, 0);
	assert_false(value_double(value_of("\"2.5 EUR\""), &x));
	assert_false(value_double(value_of("\"\""), &x));
	assert_false(value_double(value_of("null"), &x));
	assert_false(value_double(value_of("1e999"), &x));
}

/* Equal to what strtod makes of the same digits, to the last bit. */
static void doubles_are_the_nearest(void **state)
{
	static const char *const texts[] = {
		"0", "-0", "1", "0.1", "-0.1", "19.99", "123456789012345",
		"999999999999999", "1234567890123456", "9007199254740993",
		"0.000000000000001", "1.000000000000001", "3.14159265358979",
		"2.5e-10", "1e308", "4.9e-324", "1e-400", "179.0e0",
		("1234567890123456789012345678901234567890123456789012345678901234"
		 "567890.5"), "0.1234567890123456789",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		double x;
		double want = strtod(texts[i], NULL);

		assert_true(value_double(value_of(texts[i]), &x));
		assert_memory_equal(&x, &want, sizeof x);
	}
}

static void moments_of_values(void **state)
{
	int64_t t;

	(void)state;
	assert_true(value_moment(value_of("\"1970-01-02T00:00:00.001Z\""), &t));
	assert_int_equal(t, DAY_MS + 1);
	assert_true(value_moment(value_of("\"1970-01-02T00\\u003a00:00.001Z\""),
				 &t));
	assert_false(value_moment(value_of("\"1970-01-02\""), &t));
	assert_false(value_moment(value_of("86400"), &t));
	assert_false(value_moment(VALUE_ABSENT, &t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_raw_bytes),
		cmocka_unit_test(refused_structure),
		cmocka_unit_test(refused_scalars),
		cmocka_unit_test(texts_of_every_length),
		cmocka_unit_test(nesting_is_capped),
		cmocka_unit_test(members_in_order),
		cmocka_unit_test(member_faults),
		cmocka_unit_test(elements_in_order),
		cmocka_unit_test(walking_in_place),
		cmocka_unit_test(look_ups),
		cmocka_unit_test(texts_of_values),
		cmocka_unit_test(numbers_of_values),
		cmocka_unit_test(doubles_are_the_nearest),
		cmocka_unit_test(moments_of_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
