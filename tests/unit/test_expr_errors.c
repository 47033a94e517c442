/* What is wrong with an expression, said before the first row: place and remedy. */
#include "tests/unit/expr_row.h"
#include "time/date_format.h"

static const struct expr_cell cells[] = {
	{"Country", TYPE_TEXT, TYPE_TEXT, "Germany"},
	{"Ort der Lieferung", TYPE_TEXT, TYPE_TEXT, "Köln"},
	{"recency", TYPE_NUMBER, TYPE_NUMBER, "7"},
	{"seen", TYPE_TIME, TYPE_TIME, "2024-03-01T09:30:00.000Z"},
	{"yes", TYPE_TRUTH, TYPE_TRUTH, "true"},
	{"segments", TYPE_LIST, TYPE_LIST, "vip"},
	{"props.any", TYPE_ANY, TYPE_UNKNOWN, ""},
	{NULL, TYPE_UNKNOWN, TYPE_UNKNOWN, NULL},
};

struct line {
	const char *text;
	const char *want;
};

static struct expr_row row;

static int set_up(void **state)
{
	(void)state;
	expr_row_init(&row, cells, "UTC");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	expr_row_release(&row);
	return 0;
}

static void check(const struct line *lines, size_t count)
{
	struct buf out = BUF_INIT;
	int bad = 0;

	for (size_t i = 0; i < count; i++) {
		const char *got = expr_row_show(&row, lines[i].text, TYPE_ANY, &out);

		if (strcmp(got, lines[i].want)) {
			print_error("%s\n  gives  %s\n  wanted %s\n", lines[i].text, got, lines[i].want);
			bad++;
		}
	}
	buf_release(&out);
	assert_int_equal(bad, 0);
}

#define CHECK(lines) check((lines), COUNT_OF(lines))

static void words_and_signs(void **state)
{
	static const struct line lines[] = {
		{"", "1:1: an expression is missing"},
		{"  # nothing", "1:12: an expression is missing"},
		{"Country = 'x", "1:11: this text does not end on its line: close it with '"},
		{"\"a\nb\"", "1:1: this text does not end on its line: close it with \""},
		{"`Country", "1:1: this name does not end: close it with `"},
		{"``", "1:1: a name in backticks is empty"},
		{"'\\u12'", "1:2: \\u wants four hexadecimal digits"},
		{"'\\ud800'", "1:2: \\ud800 is no character"},
		{"'\\u0000'", "1:2: \\u0000 is no character"},
		{"'a\xff'", "1:1: this text is not UTF-8"},
		{"`a\xff`", "1:1: this name is not UTF-8"},
		{"\xff", "1:1: a byte that is not UTF-8"},
		{"30m", "1:1: '30m' could be minutes or months: write 30min or 30mo"},
		{"7days", "1:1: unknown unit 'days'; did you mean '7d'?"},
		{"3 * 2weeks", "1:5: unknown unit 'weeks'; did you mean '2w'?"},
		{"7parsecs", "1:1: unknown unit 'parsecs': durations are written 10s 30min 12h 7d 4w 6mo 1y"},
		{"1.5d", "1:1: a duration has whole numbers: '1.5' is none"},
		{"99999y", "1:1: this duration is longer than 10000 years"},
		{"99999999999999999d", "1:1: this duration is longer than 10000 years"},
		{"9999y9999y", "1:6: this duration is longer than 10000 years"},
		{"1y2", "1:3: unknown unit '': durations are written 10s 30min 12h 7d 4w 6mo 1y"},
		{"1.2.3", "1:1: a number ends in '.'"},
		{"123456789012345678901234567890123456789",
		 "1:1: '123456789012345678901234567890123456789' has more digits than a number can hold (38, at most 18 of them decimals)"},
		{"1 => 2", "1:3: unknown sign '=>'; did you mean >=?"},
		{"Country =~ 'a'", "1:9: unknown sign '=~'; did you mean matches(text, 'pattern')?"},
		{"yes & yes", "1:5: unknown sign '&'; did you mean and?"},
		{"yes | yes", "1:5: unknown sign '|'; did you mean or?"},
		{"recency ≤ 2", "1:9: unknown sign '≤'; did you mean <=?"},
		{"“a”", "1:1: unknown sign '“'; did you mean \"?"},
		{"$Country", "1:1: unexpected '$': names are written without it"},
		{"Country in ['a']", "1:12: unexpected '[': lists stand in round brackets"},
		{"min(1; 2)", "1:6: unexpected ';': arguments are separated by ','"},
		{"1 ~ 2", "1:3: unexpected character '~'"},
		{"a\x01", "1:2: unexpected character '?'"},
	};

	(void)state;
	CHECK(lines);
}

static void grammar(void **state)
{
	static const struct line lines[] = {
		{"1 +", "1:4: expected a value, not the end"},
		{"and yes", "1:1: expected a value, not 'and'"},
		{"(1 + 2", "1:1: this '(' is never closed"},
		{"(1 2)", "1:4: expected ')' here, not '2'"},
		{"1)", "1:2: expected '(' before ')'"},
		{"1 2", "1:3: expected 'and', 'or' or another sign before '2'"},
		{"Ort der Lieferung", "1:5: expected 'and', 'or' or another sign before 'der'"},
		{"lower(Country", "1:6: this '(' is never closed"},
		{"min(1 2)", "1:7: expected ',' or ')', not '2'"},
		{"min(1, )", "1:8: expected a value, not ')'"},
		{"1 < 2 < 3", "1:7: comparisons do not chain: join two with 'and'"},
		{"recency is 5", "1:12: expected 'null' after 'is', not '5'"},
		{"recency is not 5", "1:16: expected 'null' after 'is not', not '5'"},
		{"recency not 5", "1:13: expected 'in' or 'between' after 'not'"},
		{"recency in ()", "1:12: nothing is in an empty list"},
		{"recency in (1", "1:12: this '(' is never closed"},
		{"recency between 1 or 2", "1:19: expected 'and' after the lower bound of 'between', not 'or'"},
		{"Country like 'G%'", "1:9: there is no 'like' here: use starts_with(), ends_with(), contains() or matches()"},
		{"Country not like 'G%'", "1:13: there is no 'like' here: use starts_with(), ends_with(), contains() or matches()"},
		{"yes and\n  recency >\n  and yes", "3:3: expected a value, not 'and'"},
	};

	(void)state;
	CHECK(lines);
}

static void names_and_functions(void **state)
{
	static const struct line lines[] = {
		{"recensy > 5", "1:1: unknown name 'recensy'; did you mean 'recency'?"},
		{"yes and\n recensy > 5", "2:2: unknown name 'recensy'; did you mean 'recency'?"},
		{"Berlin", "1:1: unknown name 'Berlin' (a text stands in quotes)"},
		{"`country`", "1:1: no column is named 'country'; did you mean `Country`?"},
		{"`Berlin`", "1:1: no column is named 'Berlin'"},
		{"lower", "1:1: 'lower' is a function: write lower(...)"},
		{"lowwer", "1:1: unknown name 'lowwer'; did you mean 'lower(...)'?"},
		{"uper(Country)", "1:1: unknown function 'uper'; did you mean 'upper'?"},
		{"ifnull(Country, 'x')", "1:1: unknown function 'ifnull'; did you mean 'coalesce'?"},
		{"recency(7)", "1:1: 'recency' is no function: write it without '('"},
		{"frobnicate(7)", "1:1: unknown function 'frobnicate'"},
		{"lower()", "1:1: lower() has too few arguments: it takes 1"},
		{"lower('a', 'b')", "1:1: lower() has too many arguments: it takes 1"},
		{"substr('a')", "1:1: substr() has too few arguments: it takes at least 2"},
		{"substr('a', 1, 2, 3)", "1:1: substr() has too many arguments: it takes at most 3"},
		{"min(1)", "1:1: min() has too few arguments: it takes at least 2"},
	};

	(void)state;
	CHECK(lines);
}

static void types(void **state)
{
	static const struct line lines[] = {
		{"'a' + 'b'", "1:5: '+' adds numbers: join texts with concat(...)"},
		{"Country + '!'", "1:9: '+' adds numbers: join texts with concat(...)"},
		{"'5' * 2", "1:1: '*' wants a number, not a text: numbers stand without quotes"},
		{"yes + 1", "1:1: '+' wants a number, not a truth value"},
		{"segments * 2", "1:1: '*' wants a number, not a list"},
		{"seen * 2", "1:1: '*' wants a number, not a time"},
		{"seen + 5", "1:8: '+' wants a duration, not a number: write the unit, as in 90d"},
		{"seen + '90d'", "1:8: '+' wants a duration, not a text: write 90d, without quotes"},
		{"seen + seen", "1:8: '+' wants a duration, not a time"},
		{"90d - seen", "1:1: '-' wants a time, not a duration"},
		{"90d + 5", "1:7: '+' wants a duration, not a number: write the unit, as in 90d"},
		{"90d / 2", "1:7: '/' wants a duration, not a number: write the unit, as in 90d"},
		{"-yes", "1:2: '-' wants a number, not a truth value"},
		{"1mo * 0.5", "1:5: 1mo * 0.5 is more than a time can hold"},
		{"seen > '13.02.2024'", "1:8: '13.02.2024' is not a date: write '2024-03-01' or '2024-03-01 09:30'"},
		{"seen > 5", "1:6: a time cannot be compared with a number"},
		{"seen > 2025-01-31", "1:6: a time cannot be compared with a number: a date stands in quotes, as '2025-01-31'"},
		{"seen - seen > 5", "1:13: a duration cannot be compared with a number"},
		{"recency > '5'", "1:11: this comparison wants a number, not a text: numbers stand without quotes"},
		{"recency = yes", "1:9: a number cannot be compared with a truth value"},
		{"segments = 'vip'", "1:10: a list cannot be compared with a text: 'text' in list asks for one of it"},
		{"segments < segments", "1:10: lists have no order: length(...) counts what is in one"},
		{"Country = null", "1:9: = null is never true: write 'is null'"},
		{"Country != null", "1:9: != null is never true: write 'is not null'"},
		{"Country and yes", "1:1: 'and' wants a truth value, not a text: compare it with something"},
		{"yes or 5", "1:8: 'or' wants a truth value, not a number: compare it with something"},
		{"not 'a'", "1:5: 'not' wants a truth value, not a text: compare it with something"},
		{"recency in (1, 'a')", "1:16: the sides of 'in' are a number and a text: make them one type"},
		{"recency in (1, yes)", "1:16: the sides of 'in' are a number and a truth value: make them one type"},
		{"seen between 1 and 2", "1:14: the sides of 'between' are a time and a number: make them one type"},
		{"seen in segments", "1:1: a list wants a text, not a time: text(...) makes it one"},
		{"upper(5)", "1:7: upper() wants a text, not a number: put it in quotes"},
		{"upper(recency)", "1:7: upper() wants a text, not a number: text(...) makes it one"},
		{"upper(yes)", "1:7: upper() wants a text, not a truth value"},
		{"abs(5d)", "1:5: abs() wants a number, not a duration: days(...) makes it one"},
		{"days(5)", "1:6: days() wants a duration, not a number: write the unit, as in 90d"},
		{"year(5)", "1:6: year() wants a time, not a number: write '2024-03-01'"},
		{"if(Country, 1, 2)", "1:4: if() wants a truth value, not a text: compare it with something"},
		{"if(yes, 1, 'a')", "1:12: the results of if() are a number and a text: make them one type"},
		{"if(yes, 'a', yes)", "1:14: the results of if() are a text and a truth value: make them one type"},
		{"coalesce(1, seen)", "1:13: the arguments of coalesce() are a number and a time: make them one type"},
		{"min(segments, segments)", "1:1: lists have no order"},
		{"nullif(seen, 5)", "1:14: the arguments of nullif() are a time and a number: make them one type"},
		{"nullif(5, '5')", "1:11: nullif() wants a number, not a text: numbers stand without quotes"},
	};

	(void)state;
	CHECK(lines);
}

static void constants_of_functions(void **state)
{
	static const struct line lines[] = {
		{"matches(Country, '(')", "1:18: bad pattern '(': missing closing parenthesis (at its byte 1)"},
		{"matches(Country, Country)", "1:18: matches() wants a text in quotes here"},
		{"extract(Country, 'a\\C')", "1:18: bad pattern 'a\\C': using \\C is disabled by the application (at its byte 3)"},
		{"number(Country, ';')", "1:17: the decimal separator is '.' or ',', not ';'"},
		{"number(Country, Country)", "1:17: number() wants a text in quotes here"},
		{"number('abc')", "1:1: 'abc' is not a number"},
		{"date(Country, 'dym')", "1:15: unknown date format 'dym'; did you mean 'dmy'?"},
		{"date(Country, 'german')", "1:15: unknown date format 'german': write 'dmy', 'mdy', 'ymd', 'iso', 'excel' or a form such as '%d.%m.%Y'"},
		{"date(Country, Country)", "1:15: date() wants a text in quotes here"},
		{"date_trunc('mont', seen)", "1:12: unknown unit 'mont'; did you mean 'month'?"},
		{"date_trunc('fortnight', seen)", "1:12: unknown unit 'fortnight': date_trunc() takes 'year', 'quarter', 'month', 'week', 'day' or 'hour'"},
		{"split(Country, '')", "1:16: split() wants a separator that is not empty"},
		{"substr('a', 0)", "1:1: substr(): 0 is not a whole number from 1"},
		{"99999999999999999999999999999999999999 * 10", "1:40: 99999999999999999999999999999999999999 * 10 is more than a number can hold"},
	};

	(void)state;
	CHECK(lines);
}

/* A format that base refuses is refused here, with base's words. */
static void bad_date_form(void **state)
{
	struct error err = ERROR_INIT, base = ERROR_INIT;

	(void)state;
	assert_int_equal(date_check_format(SPAN("%Y-%Q"), &base), -1);
	assert_null(expr_compile(SPAN("date(Country, '%Y-%Q')"), "a.map", 3, 9, &row.scope, TYPE_ANY, &err));
	assert_error(&err, base.message);
	assert_string_equal(err.file, "a.map");
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 23);
}

/* The place counts from where the text begins in its file. */
static void place_in_a_file(void **state)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	assert_null(expr_compile(SPAN("recensy > 5"), "segments.rules", 3, 14, &row.scope, TYPE_TRUTH, &err));
	error_format(&err, &out);
	assert_string_equal(buf_text(&out), "segments.rules:3:14: unknown name 'recensy'; did you mean 'recency'?");
	err = ERROR_INIT;
	assert_null(expr_compile(SPAN("yes and\n   no"), "segments.rules", 3, 14, &row.scope, TYPE_TRUTH, &err));
	assert_int_equal(err.line, 4);
	assert_int_equal(err.column, 4);
	/* Nobody has to listen. */
	assert_null(expr_compile(SPAN("("), NULL, 0, 0, &row.scope, TYPE_ANY, NULL));
	buf_release(&out);
}

static void check_repeated(const char *begin, const char *middle, size_t count,
			   const char *end, const char *want)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	buf_text_put(&text, begin);
	for (size_t i = 0; i < count; i++)
		buf_text_put(&text, middle);
	buf_text_put(&text, end);
	assert_string_equal(expr_row_show(&row, buf_text(&text), TYPE_ANY, &out), want);
	buf_release(&text);
	buf_release(&out);
}

static void nesting_is_capped(void **state)
{
	(void)state;
	check_repeated("", "(", 100000, "", "1:201: this expression is nested too deeply");
	check_repeated("", "-", 100000, "1", "1:201: this expression is nested too deeply");
	check_repeated("", "not ", 100000, "yes", "1:801: this expression is nested too deeply");
	check_repeated("", "abs(", 100000, "", "1:801: this expression is nested too deeply");
	check_repeated("1", "+1", 100000, "", "1:400: this expression is nested too deeply");
	check_repeated("yes", " and yes", 100000, "", "true");
	check_repeated("1 in (2", ",3", 100000, ",1)", "true");
	check_repeated("min(1", ",1", 63, ")", "1");
	check_repeated("min(1", ",1", 64, ")", "1:1: min() has too many arguments: it takes at most 64");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_signs),
		cmocka_unit_test(grammar),
		cmocka_unit_test(names_and_functions),
		cmocka_unit_test(types),
		cmocka_unit_test(constants_of_functions),
		cmocka_unit_test(bad_date_form),
		cmocka_unit_test(place_in_a_file),
		cmocka_unit_test(nesting_is_capped),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
