/* Decimals: text forms, exactness at the limits, rounding, local notation. */
#include "support.h"

#include <math.h>

#include "base/decimal.h"
#include "base/decimal_local.h"

#define MAX38 "99999999999999999999999999999999999999"

static struct decimal of(const char *text)
{
	struct decimal d;

	if (!decimal_parse(span_of(text), &d))
		fail_msg("'%s' is not a decimal", text);
	return d;
}

static void check(struct decimal d, const char *want, const char *what)
{
	struct buf b = BUF_INIT;

	decimal_put(&b, d);
	if (strcmp(buf_text(&b), want))
		fail_msg("%s: %s, not %s", what, buf_text(&b), want);
	buf_release(&b);
}

static void parsed(void **state)
{
	static const char *const cases[][2] = {
		{"0", "0"}, {"-0", "0"}, {"0.000", "0"}, {"-0.0e5", "0"},
		{"12", "12"}, {"+12", "12"}, {"007", "7"}, {".5", "0.5"},
		{"5.", "5"}, {"-0.5", "-0.5"}, {"106.53", "106.53"},
		{"2.50", "2.5"}, {"100", "100"}, {"100.00", "100"},
		{"1e3", "1000"}, {"1E+3", "1000"}, {"1.5e-3", "0.0015"},
		{"1200e-2", "12"}, {"0e999999999999", "0"},
		{"9007199254740993", "9007199254740993"},
		{"18446744073709551615", "18446744073709551615"},
		{"10000000000000000000", "10000000000000000000"},
		{"99999999999999999999", "99999999999999999999"},
		{MAX38, MAX38}, {"-" MAX38, "-" MAX38},
		{"0.000000000000000001", "0.000000000000000001"},
		{"99999999999999999999.999999999999999999",
		 "99999999999999999999.999999999999999999"},
		{"1.0000000000000000000000000000000000000000000000", "1"},
		{"0.0000000000000000010000000", "0.000000000000000001"},
		{"1e37", "10000000000000000000000000000000000000"},
		{"10000000000000000000000000000000000000000e-30",
		 "10000000000"},
		{"123456789012345678901234567890e-18",
		 "123456789012.34567890123456789"},
		{"000000000000000000000000000000000000000000000001", "1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(of(cases[i][0]), cases[i][1], cases[i][0]);
}

static void not_parsed(void **state)
{
	static const char *const cases[] = {
		"", "-", "+", ".", "-.", "e5", ".e5", "1e", "1e+", "1e5x",
		"1.2.3", "1,5", " 1", "1 ", "--1", "+-1", "0x10", "inf", "nan",
		"1e38", (MAX38 "0"), ("1" MAX38), "1e-19", "0.0000000000000000001",
		"1.0000000000000000001", "1e99999999999", "1e-99999999999",
		"12345678901234567890.1234567890123456789",
		"1234567890123456789012345678901234567890",
	};
	struct decimal d;
	char *huge = malloc(3 << 20);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (decimal_parse(span_of(cases[i]), &d))
			fail_msg("'%s' was read", cases[i]);
	memset(huge, '0', 3 << 20);
	assert_false(decimal_parse((struct span){huge, 3 << 20}, &d));
	free(huge);
	assert_false(decimal_parse(SPAN("1\0002"), &d));
}

struct sum {
	const char *a, *b, *want;	/* NULL: refused */
};

static void check_sums(const struct sum *sums, size_t count,
		       bool (*op)(struct decimal, struct decimal,
				  struct decimal *))
{
	for (size_t i = 0; i < count; i++) {
		struct decimal d;
		bool good = op(of(sums[i].a), of(sums[i].b), &d);

		if (good != (sums[i].want != NULL))
			fail_msg("%s, %s: %s", sums[i].a, sums[i].b,
				 good ? "not refused" : "refused");
		if (good)
			check(d, sums[i].want, sums[i].a);
	}
}

static void added(void **state)
{
	static const struct sum sums[] = {
		{"1", "2", "3"}, {"0.1", "0.2", "0.3"}, {"1.5", "0.5", "2"},
		{"1", "-1", "0"}, {"0.001", "-1", "-0.999"},
		{"106.53", "-0.53", "106"}, {MAX38, "1", NULL},
		{MAX38, "-1", "99999999999999999999999999999999999998"},
		{MAX38, "0.1", NULL}, {MAX38, "-" MAX38, "0"},
		{"-" MAX38, "-1", NULL},
		/* Through 39 digits to a small difference. */
		{"1e37", "-9999999999999999999999999999999999999.9", "0.1"},
		{"9999999999999999999999999999999999999.9", "0.1",
		 "10000000000000000000000000000000000000"},
		{"9e37", "-0.000000000000000001", NULL},
		{"0.000000000000000001", "9e37", NULL},
	};
	static const struct sum differences[] = {
		{"1", "2", "-1"}, {"0.3", "0.1", "0.2"},
		{"-" MAX38, "1", NULL}, {MAX38, MAX38, "0"},
	};

	(void)state;
	check_sums(sums, COUNT_OF(sums), decimal_add);
	check_sums(differences, COUNT_OF(differences), decimal_sub);
}

static void multiplied(void **state)
{
	static const struct sum products[] = {
		{"3", "4", "12"}, {"-1.5", "2", "-3"}, {"2.55", "6", "15.3"},
		{"0", MAX38, "0"}, {"0.000000001", "0.000000001",
		 "0.000000000000000001"},
		{"0.000000001", "0.0000000001", NULL},
		{"0.5", "0.000000000000000002", "0.000000000000000001"},
		{MAX38, "1", MAX38}, {MAX38, "-1", "-" MAX38},
		{MAX38, "2", NULL}, {MAX38, MAX38, NULL},
		{"1e19", "1e19", NULL}, {"1e18", "1e19",
		 "10000000000000000000000000000000000000"},
		/* 39 digits and more on the way, zeros at the end. */
		{"0.5", "20000000000000000000000000000000000000",
		 "10000000000000000000000000000000000000"},
		{"0.000000000000000005", "2e37", "100000000000000000000"},
		{"1234567890123456789.000000000000000005", "2e18",
		 "2469135780246913578000000000000000010"},
		{"1.000000000000000001", MAX38, NULL},
	};

	(void)state;
	check_sums(products, COUNT_OF(products), decimal_mul);
}

static void divided(void **state)
{
	static const struct sum quotients[] = {
		{"1", "0", NULL}, {"0", "7", "0"}, {"6", "3", "2"},
		{"1", "3", "0.333333333333333333"},
		{"2", "3", "0.666666666666666667"},
		{"-2", "3", "-0.666666666666666667"},
		{"1", "8", "0.125"}, {"100", "0.25", "400"},
		/* Half to even at the 18th decimal. */
		{"0.000000000000000001", "2", "0"},
		{"0.000000000000000003", "2", "0.000000000000000002"},
		{"0.000000000000000005", "2", "0.000000000000000002"},
		{"0.000000000000000001", "3", "0"},
		{"1e37", "1", "10000000000000000000000000000000000000"},
		{"1e37", "3", NULL},
		{"99999999999999999999", "3", "33333333333333333333"},
		{"1e37", "0.1", NULL},
		{"1e37", "1e37", "1"}, {MAX38, MAX38, "1"},
		{"1", MAX38, "0"},
		{MAX38, "1e37", "10"},
		{"1e19", "0.000000000000000001",
		 "10000000000000000000000000000000000000"},
	};

	(void)state;
	check_sums(quotients, COUNT_OF(quotients), decimal_div);
}

static void compared(void **state)
{
	static const char *const ascending[] = {
		("-" MAX38), "-1e37", "-1.5", "-1", "-0.999999999999999999",
		"-0.000000000000000001", "0", "0.000000000000000001", "0.1",
		"0.11", "0.2", "1", "1.5", "9.999999999999999999", "10",
		"1e37", MAX38,
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ascending); i++)
		for (size_t k = 0; k < COUNT_OF(ascending); k++) {
			int got = decimal_compare(of(ascending[i]),
						  of(ascending[k]));

			assert_int_equal((got > 0) - (got < 0),
					 (i > k) - (i < k));
		}
}

static void rounded(void **state)
{
	static const struct {
		const char *a;
		int places;
		const char *want;
	} cases[] = {
		{"1.25", 1, "1.2"}, {"1.35", 1, "1.4"}, {"1.251", 1, "1.3"},
		{"-1.25", 1, "-1.2"}, {"-1.35", 1, "-1.4"}, {"0.5", 0, "0"},
		{"1.5", 0, "2"}, {"2.5", 0, "2"}, {"1.25", 2, "1.25"},
		{"1.25", 17, "1.25"}, {"0.04", 1, "0"}, {"-0.04", 1, "0"},
		{"9.995", 2, "10"}, {"12", 0, "12"},
		{"99999999999999999999.999999999999999999", 0,
		 "100000000000000000000"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check(decimal_round(of(cases[i].a), cases[i].places),
		      cases[i].want, cases[i].a);
	check(decimal_abs(of("-1.5")), "1.5", "abs");
	check(decimal_abs(of("1.5")), "1.5", "abs");
	check(decimal_negate(of("1.5")), "-1.5", "negate");
	check(decimal_negate(DECIMAL_ZERO), "0", "negate");
	check(decimal_of(INT64_MIN), "-9223372036854775808", "of");
}

static void doubles(void **state)
{
	static const char *const texts[] = {
		"0", "0.1", "-0.1", "106.53", "12345678.9", "1e22",
		"123456789012345678", "0.000000000000000001", "0.3",
		"9007199254740993", "12345678901234567890.123456789",
		"99999999999999999999.999999999999999999", MAX38,
	};
	static const struct {
		double x;
		const char *want;
	} cases[] = {
		{0.1, "0.1"}, {-0.0, "0"}, {1e15, "1000000000000000"},
		{106.53, "106.53"}, {1e-18, "0.000000000000000001"},
		{1.0 / 3, "0.3333333333333333"},
		{9007199254740992.0, "9007199254740992"},
		{1e37, "10000000000000000000000000000000000000"},
		{123456789.123456789, "123456789.12345679"},
		{-2.5, "-2.5"}, {5e-324, NULL}, {1e38, NULL}, {1e-19, NULL},
		{INFINITY, NULL}, {-INFINITY, NULL}, {NAN, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_true(decimal_double(of(texts[i])) ==
			    strtod(texts[i], NULL));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct decimal d;
		bool good = decimal_from_double(cases[i].x, &d);

		assert_int_equal(good, cases[i].want != NULL);
		if (good)
			check(d, cases[i].want, "double");
	}
}

static const struct {
	const char *text;
	char point;
	const char *want;
} local_cases[] = {
	{"12", '.', "12"}, {" 12 ", '.', "12"}, {"1,234.50", '.', "1234.5"},
	{"1.234,50", ',', "1234.5"}, {"1.234", ',', "1234"},
	{"1,234", '.', "1234"}, {"1,234", ',', "1.234"},
	{"1,234,567.89", '.', "1234567.89"},
	{"12,34,567.89", '.', "1234567.89"}, {"1,23,456", '.', "123456"},
	{"1 234 567,89", ',', "1234567.89"},
	{"1\xC2\xA0" "234,5", ',', "1234.5"},
	{"1\xE2\x80\xAF" "234,5", ',', "1234.5"},
	{"1'234.50", '.', "1234.5"}, {"1\xE2\x80\x99" "234.50", '.', "1234.5"},
	{"-12.5", '.', "-12.5"}, {"12.5-", '.', "-12.5"}, {"+12.5", '.', "12.5"},
	{"\xE2\x88\x92" "12.5", '.', "-12.5"},
	{"(12.50)", '.', "-12.5"}, {"( 1,234 )", '.', "-1234"},
	{"$12.50", '.', "12.5"}, {"-$12.50", '.', "-12.5"},
	{"$-12.50", '.', "-12.5"}, {"($12.50)", '.', "-12.5"},
	{"$(12.50)", '.', "-12.5"}, {"US$ 1,000", '.', "1000"},
	{"R$ 1.000,50", ',', "1000.5"},
	{"12,50 \xE2\x82\xAC", ',', "12.5"}, {"\xE2\x82\xAC 12,50", ',', "12.5"},
	{"-12,50 \xE2\x82\xAC", ',', "-12.5"},
	{"12,50- \xE2\x82\xAC", ',', "-12.5"},
	{"\xC2\xA3" "9.99", '.', "9.99"}, {"\xE2\x82\xB9" "1,00,000", '.', "100000"},
	{"EUR 12.50", '.', "12.5"}, {"12.50 USD", '.', "12.5"},
	{"$12.50 USD", '.', "12.5"}, {"12,50 kr", ',', "12.5"},
	{"12,50 z\xC5\x82", ',', "12.5"}, {"CHF 1'000.05", '.', "1000.05"},
	{"12.5%", '.', "0.125"}, {"-5 %", '.', "-0.05"}, {"(5)%", '.', "-0.05"},
	{"1.5E+05", '.', "150000"}, {"1,5E3", ',', "1500"}, {",5", ',', "0.5"},
	{"1234567,89", ',', "1234567.89"},
	{"25,-", ',', "25"}, {"1.250,-- \xE2\x82\xAC", ',', "1250"}, {"25.\xE2\x80\x93", '.', "25"}, {"CHF 1'025.--", '.', "1025"},
	{"-25,-", ',', "-25"}, {"\xE2\x80\x93" "12,50", ',', "-12.5"}, {"25 -", ',', "-25"},
};

static void local(void **state)
{
	static const struct {
		const char *text;
		char point;
	} bad[] = {
		{"................................................"
		 "................................................", ','},
		{"", '.'}, {" ", '.'}, {"-", '.'}, {"$", '.'}, {"%", '.'}, {"()", '.'},
		{"EUR", '.'}, {"abc", '.'}, {"SKU 123", '.'}, {"12 XYZ", '.'},
		{"1,23", '.'}, {"1,2345", '.'}, {"1234,567", '.'}, {",123", '.'},
		{"1,,234", '.'}, {"1,234 567", '.'}, {"1.23,4", ','}, {"1.2", ','},
		{"12.34.567", ','}, {"1.234.56", ','}, {"1 23", '.'},
		{"1.234.5", '.'}, {"1,5.5", ','}, {"1.5,5.5", ','},
		{"--5", '.'}, {"-5-", '.'}, {"(-5)", '.'}, {"-(5)", '.'},
		{"+-5", '.'}, {"5 -5", '.'}, {"$5$5", '.'}, {"(5", '.'}, {"5)", '.'},
		{"5%%", '.'}, {"%5", '.'}, {"1,234e2x", '.'}, {"12:30", '.'},
		{"2024-03-01", '.'}, {"+49 30 123456", '.'}, {"0.0000000000000000001%", '.'},
		{"0.000000000000000001%", '.'},
		{"1111111111111111111111111111111111111111111111111111111111111"
		 "1111111111111111111111111111111111111111111111111111111111111",
		 '.'},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(local_cases); i++) {
		struct decimal d;

		if (!decimal_parse_local(span_of(local_cases[i].text),
					 local_cases[i].point, &d))
			fail_msg("'%s' was refused", local_cases[i].text);
		check(d, local_cases[i].want, local_cases[i].text);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct decimal d;

		if (decimal_parse_local(span_of(bad[i].text), bad[i].point,
					&d))
			fail_msg("'%s' was read", bad[i].text);
	}
}

static void money(void **state)
{
	static const struct {
		const char *text, *want;
		bool rounded;
	} cases[] = {
		{"29.99", "29.99", false},
		{"29.990000000000002", "29.99", true},
		{"0.0000005", "0", true},
		{"0.0000015", "0.000002", true},
		{"0.00000050000000000000000001", "0.000001", true},
		{"-0.0000005", "0", true},
		{"1.4210854715202004e-14", "0", true},
		{"-1.4210854715202004E-25", "0", true},
		{"0.1000000000000000055511151231257827", "0.1", true},
		{"1234567890123456.12345678901234567890", "1234567890123456.123457", true},
		{"1e3", "1000", false},
	};
	static const char *const bad[] = {
		"", "-", ".", "1.2.3", "1e", "x", "1.00000000000000000000001x", "1e-20x",
		"1234567890123456789012345678901234567890.5",
	};
	struct decimal d;
	bool rounded;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_true(decimal_parse_money(span_of(cases[i].text), &d, &rounded));
		check(d, cases[i].want, cases[i].text);
		assert_int_equal(rounded, cases[i].rounded);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (decimal_parse_money(span_of(bad[i]), &d, &rounded))
			fail_msg("'%s' was read", bad[i]);
}

static void fits(void **state)
{
	(void)state;
	assert_int_equal(decimal_fits(SPAN("12")),
			 DECIMAL_FITS_POINT | DECIMAL_FITS_COMMA);
	assert_int_equal(decimal_fits(SPAN("1,234")),
			 DECIMAL_FITS_POINT | DECIMAL_FITS_COMMA |
			 DECIMAL_DIFFERS);
	assert_int_equal(decimal_fits(SPAN("1,234.50")), DECIMAL_FITS_POINT);
	assert_int_equal(decimal_fits(SPAN("1.234,50")), DECIMAL_FITS_COMMA);
	assert_int_equal(decimal_fits(SPAN("1,5")), DECIMAL_FITS_COMMA);
	assert_int_equal(decimal_fits(SPAN("1.5")), DECIMAL_FITS_POINT);
	assert_int_equal(decimal_fits(SPAN("x")), 0);
	assert_int_equal(decimal_fits(SPAN("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsed),
		cmocka_unit_test(not_parsed),
		cmocka_unit_test(added),
		cmocka_unit_test(multiplied),
		cmocka_unit_test(divided),
		cmocka_unit_test(compared),
		cmocka_unit_test(rounded),
		cmocka_unit_test(doubles),
		cmocka_unit_test(local),
		cmocka_unit_test(money),
		cmocka_unit_test(fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
