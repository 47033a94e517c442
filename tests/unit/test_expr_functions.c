/* The functions of the expression language: a table, a line an example. */
#include "tests/unit/expr_cells.h"
#include "time/date_text.h"

struct line {
	const char *text;
	const char *want;
};

static struct expr_row row;

static int set_up(void **state)
{
	struct civil c;

	(void)state;
	expr_row_init(&row, cells, "UTC");
	assert_true(date_parse(SPAN("2024-03-10"), DATES_ISO, &c));
	row.run.as_of = moment_from_civil(&c);
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

static void choices(void **state)
{
	static const struct line lines[] = {
		{"if(starts_with(InvoiceNo, 'C'), 'Order Refunded', 'Order Completed')", "\"Order Refunded\""},
		{"if(maybe, 1, 2)", "2"},
		{"if(no, 1)", "null"},
		{"if(yes, Quantity, 0)", "-6"},
		{"if(no, 0, Quantity) + 1", "-5"},
		{"if(n > 5, 'big', if(n > 2, 'middle', 'small'))", "\"big\""},
		{"if(yes, seen, '2024-01-01')", "\"2024-03-01T09:30:00.000Z\""},
		{"if(no, seen, '2024-01-01')", "\"2024-01-01T00:00:00.000Z\""},
		{"coalesce(Empty, Country)", "\"Germany\""},
		{"coalesce(Empty, null)", "null"},
		{"coalesce(unknown_n, 0)", "0"},
		{"coalesce(props.none, props.revenue)", "106.50"},
		{"nullif(Country, 'Germany')", "null"},
		{"nullif(Country, 'n/a')", "\"Germany\""},
		{"nullif(n, 7)", "null"},
		{"nullif(seen, '1970-01-01')", "\"2024-03-01T09:30:00.000Z\""},
		{"min(3, 1, 2)", "1"},
		{"max(n, Quantity, 2.5)", "7"},
		{"max('a', 'c', 'b')", "\"c\""},
		{"min(seen, '2024-01-01')", "\"2024-01-01T00:00:00.000Z\""},
		{"max(1, unknown_n)", "null"},
		{"max(props.word, 1)", "null"},
	};

	(void)state;
	CHECK(lines);
}

static void text_functions_work(void **state)
{
	static const struct line lines[] = {
		{"lower('ÄB c')", "\"äb c\""},
		{"upper(ort_der_lieferung)", "\"KÖLN\""},
		{"trim('  a b \\t')", "\"a b\""},
		{"trim('\\u00a0 a\\u00a0')", "\"a\""},
		{"length('Köln')", "4"},
		{"length(segments)", "2"},
		{"length(props.list)", "2"},
		{"concat('a', 1.50, '-', n)", "\"a1.50-7\""},
		{"concat('a', Empty)", "null"},
		{"join(' ', 'a', Empty, 'b')", "\"a b\""},
		{"join('+', segments, 'x')", "\"vip+lapsed+x\""},
		{"join(' ', Empty, Empty)", "\"\""},
		{"join(' ', props.list)", "\"a b\""},
		{"starts_with(InvoiceNo, 'C')", "true"},
		{"starts_with('a', 'ab')", "false"},
		{"ends_with(Country, 'many')", "true"},
		{"contains(Country, 'erm')", "true"},
		{"contains(Country, '')", "true"},
		{"contains(Country, 'x')", "false"},
		{"contains(segments, 'vip')", "true"},
		{"contains(segments, 'vi')", "false"},
		{"contains(props.revenue, '.5')", "true"},
		{"replace('a-b-c', '-', '')", "\"abc\""},
		{"replace('aaa', 'aa', 'b')", "\"ba\""},
		{"replace('abc', '', 'x')", "\"abc\""},
		{"substr('Köln', 2, 2)", "\"öl\""},
		{"substr('Köln', 3)", "\"ln\""},
		{"substr('Köln', 9)", "\"\""},
		{"substr('Köln', n - 7)", "error: substr(): 0 is not a whole number from 1"},
		{"substr('Köln', 1, n - 8)", "error: substr(): -1 is not a whole number from 1"},
	};

	(void)state;
	CHECK(lines);
}

static void texts_are_split_and_made(void **state)
{
	static const struct line lines[] = {
		{"split(Tags, ',')", "[\"red\",\"green\",\"blue\"]"},
		{"split('', ',')", "[]"},
		{"split_part('a:b:c', ':', 2)", "\"b\""},
		{"split_part('a:b:c', ':', -1)", "\"c\""},
		{"split_part('a:b:c', ':', 4)", "null"},
		{"split_part('a:b:c', ':', -4)", "null"},
		{"split_part('a:b', ':', n - 7)", "error: split_part(): 0 is not a whole number from 1"},
		{"split('a', Blank)", "[\"a\"]"},
		{"split('a', trim(Blank))", "error: split() wants a separator that is not empty"},
		{"split_part('a', trim(Blank), 1)", "error: split_part() wants a separator that is not empty"},
		{"text(1.50)", "\"1.50\""},
		{"text(seen)", "\"2024-03-01T09:30:00.000Z\""},
		{"text(segments)", "\"vip;lapsed\""},
		{"text(yes)", "\"true\""},
		{"text(props.none)", "null"},
		{"lower(props.revenue)", "\"106.50\""},
		{"upper(props.flag)", "\"TRUE\""},
	};

	(void)state;
	CHECK(lines);
}

static void parameters_of_addresses(void **state)
{
	static const struct line lines[] = {
		{"url_param('https://example.com/a?utm_source=news%20letter&x=1#y?x=2', 'utm_source')", "\"news letter\""},
		{"url_param('?a=1+2&a=3', 'a')", "\"1 2\""},
		{"url_param('a=%zz%41%4', 'a')", "\"%zzA%4\""},
		{"url_param('https://example.com/', 'a')", "null"},
		{"url_param('x?a', 'a')", "null"},
		{"url_param('x?a=', 'a')", "\"\""},
		{"url_param('x?a%62=7', 'ab')", "\"7\""},
	};

	(void)state;
	CHECK(lines);
}

static void patterns(void **state)
{
	static const struct line lines[] = {
		{"matches(InvoiceNo, '^C\\d+$')", "true"},
		{"matches(InvoiceNo, 'x')", "false"},
		{"matches(Empty, 'x')", "null"},
		{"matches('KÖLN', '(?i)köln')", "true"},
		{"extract(InvoiceNo, '\\d+')", "\"536379\""},
		{"extract(InvoiceNo, 'C(\\d)')", "\"5\""},
		{"extract(InvoiceNo, 'x(\\d)')", "null"},
		{"extract('ab', 'a(x)?b')", "null"},
		{"extract('', '.*')", "\"\""},
		{"number(extract('about 12 pieces', '\\d+')) * 2", "24"},
	};

	(void)state;
	CHECK(lines);
}

static void number_functions_work(void **state)
{
	static const struct line lines[] = {
		{"number('1.234,50', ',')", "1234.5"},
		{"number('1,234.50')", "1234.5"},
		{"number('106.50')", "106.50"},
		{"number('(12)')", "-12"},
		{"number('12 %')", "0.12"},
		{"number('')", "null"},
		{"number(Country)", "error: 'Germany' is not a number"},
		{"number(props.revenue)", "106.50"},
		{"abs(-2.5)", "2.5"},
		{"round(2.5)", "3"},
		{"round(-2.5)", "-3"},
		{"round(2.4999)", "2"},
		{"round(1.005, 2)", "1.01"},
		{"round(1.5, 3)", "1.5"},
		{"round(7, n + 20)", "error: round() takes 0 to 18 decimals"},
		{"floor(2.7)", "2"},
		{"floor(-2.1)", "-3"},
		{"floor(-2)", "-2"},
		{"ceil(2.1)", "3"},
		{"ceil(-2.7)", "-2"},
		{"ceil(0)", "0"},
	};

	(void)state;
	CHECK(lines);
}

static void date_functions_work(void **state)
{
	static const struct line lines[] = {
		{"date('2024-03-01')", "\"2024-03-01T00:00:00.000Z\""},
		{"date('1 Mar 2024')", "\"2024-03-01T00:00:00.000Z\""},
		{"date('13/02/2024', 'dmy')", "\"2024-02-13T00:00:00.000Z\""},
		{"date('02/13/24', 'MDY')", "\"2024-02-13T00:00:00.000Z\""},
		{"date('45352', 'excel')", "\"2024-03-01T00:00:00.000Z\""},
		{"date('13.02.2024 07', '%d.%m.%Y %H')", "\"2024-02-13T07:00:00.000Z\""},
		{"date('')", "null"},
		{"date(Empty)", "null"},
		{"date(seen)", "\"2024-03-01T09:30:00.000Z\""},
		{"date(When)", "\"2024-03-01T09:30:00.000Z\""},
		{"date(Country)", "error: bad date 'Germany'"},
		{"date('03/04/2024')", "error: '03/04/2024' can be read in several ways: date(..., 'dmy') or 'mdy' says how"},
		{"date(Country, '%Y-%m-%d')", "error: bad date 'Germany'"},
		{"days_since(seen)", "8"},
		{"days_since('2024-03-10')", "0"},
		{"days_since('2024-03-10 00:00:01')", "-1"},
		{"days_since(never)", "null"},
		{"year(seen)", "2024"},
		{"month(seen)", "3"},
		{"day(seen)", "1"},
		{"hour(seen)", "9"},
		{"weekday(seen)", "5"},
		{"weekday('2024-03-10')", "7"},
		{"year(When)", "2024"},
		{"date_trunc('year', seen)", "\"2024-01-01T00:00:00.000Z\""},
		{"date_trunc('quarter', '2024-12-24')", "\"2024-10-01T00:00:00.000Z\""},
		{"date_trunc('month', seen)", "\"2024-03-01T00:00:00.000Z\""},
		{"date_trunc('week', seen)", "\"2024-02-26T00:00:00.000Z\""},
		{"date_trunc('day', seen)", "\"2024-03-01T00:00:00.000Z\""},
		{"date_trunc('HOUR', seen)", "\"2024-03-01T09:00:00.000Z\""},
	};

	(void)state;
	CHECK(lines);
}

static int double_it(struct expr_run *run, const struct datum *args,
		     size_t count, struct datum *out, struct error *err)
{
	(void)run;
	(void)count;
	if (!decimal_add(args[0].number, args[0].number, &out->number))
		return error_data(err, "too large");
	out->type = TYPE_NUMBER;
	return 0;
}

static size_t told;

static void tell(void *context, const struct expr_function *f,
		 const struct datum *constants, size_t count)
{
	(void)context;
	assert_string_equal(f->name, "twice");
	assert_int_equal(count, 1);
	told += constants[0].type == TYPE_NUMBER;
}

/* A scope's own function hides a builtin, and its use is told. */
static void functions_of_the_scope(void **state)
{
	static const struct expr_function functions[] = {
		{"twice", TYPE_NUMBER, 1, 1, {TYPE_NUMBER}, double_it, 0},
		{NULL, TYPE_UNKNOWN, 0, 0, {TYPE_UNKNOWN}, NULL, 0},
	};
	struct expr_scope saved = row.scope;
	struct buf out = BUF_INIT;

	(void)state;
	row.scope.functions = functions;
	row.scope.used = tell;
	assert_string_equal(expr_row_show(&row, "Twice(Quantity)", TYPE_ANY, &out), "-12");
	assert_int_equal(told, 0);
	assert_string_equal(expr_row_show(&row, "twice(4)", TYPE_ANY, &out), "8");
	assert_int_equal(told, 1);
	assert_string_equal(expr_row_show(&row, "twice(Empty)", TYPE_ANY, &out), "null");
	assert_string_equal(expr_row_show(&row, "twise(1)", TYPE_ANY, &out), "1:1: unknown function 'twise'; did you mean 'twice'?");
	assert_string_equal(expr_row_show(&row, "twice()", TYPE_ANY, &out), "1:1: twice() has too few arguments: it takes 1");
	assert_string_equal(expr_row_show(&row, "twice('a')", TYPE_ANY, &out), "1:7: twice() wants a number, not a text: numbers stand without quotes");
	row.scope = saved;
	buf_release(&out);
}

static void posts(void **state)
{
	static const struct line lines[] = {
		{"hashtags('#a #B #b')", "[\"a\",\"B\"]"},
		{"hashtags('#caf\u00e9 and #cafe\u0301')", "[\"caf\u00e9\"]"},
		{"hashtags('\uff03full \ufe5fsmall')", "[\"full\",\"small\"]"},
		{"hashtags('#1 #2024 #1a')", "[\"1a\"]"},
		{"hashtags('#_ #a_b #a-b')", "[\"a_b\",\"a\"]"},
		{"hashtags('a#b \u00e9#c &#39; &#x27; ##d')", "[\"d\"]"},
		{"hashtags('#a#b #c://d (#e) \u00bf#f?')", "[\"e\",\"f\"]"},
		{"hashtags('https://example.com/#x http://example.com/a#y #z')", "[\"z\"]"},
		{"hashtags('#\ufe0f\u20e3 #\u20e3')", "null"},
		{"hashtags('#\u0939\u093f\u0928\u094d\u0926\u0940 \u3002#\u6771\u4eac\u3002')",
		 "[\"\u0939\u093f\u0928\u094d\u0926\u0940\",\"\u6771\u4eac\"]"},
		{"hashtags('#')", "null"},
		{"hashtags('')", "null"},
		{"hashtags(Empty)", "null"},
		{"mentions('@ann @ANN .@bob: \uff20cleo')", "[\"ann\",\"bob\",\"cleo\"]"},
		{"mentions('me@example.com @@x @y@z')", "null"},
		{"mentions('@abcdefghijklmno @abcdefghijklmnop')", "[\"abcdefghijklmno\"]"},
		{"mentions('@ann\u00e9 @http://a @_')", "[\"_\"]"},
		{"mentions('$@a #@b /@c')", "[\"c\"]"},
		{"mentions('https://example.com/@d @e')", "[\"e\"]"},
		{"mentions('@')", "null"},
		{"mentions('@ann@example.social, @b@c @d@e. @f@g.h-i.org')", "[\"ann@example.social\",\"f@g.h-i.org\"]"},
		{"plain_text('<p>A<br/>b &amp;amp; <a href=\"x\">c</a></p><p>d</p>') = 'A\\nb &amp; c\\n\\nd'", "true"},
		{"plain_text('I <3 you && &bogus; &#x1F600; &#xD800; < a')", "\"I <3 you && &bogus; \U0001F600 &#xD800; < a\""},
		{"plain_text('<a')", "\"<a\""},
		{"sentiment('Not bad at all')", "0.431"},
		{"sentiment('')", "0"},
		{"sentiment(Empty)", "null"},
		{"sentiment('Das ist toll') < 0.05", "true"},
		{"language('Das ist toll') = 'de'", "true"},
		{"language('\u3053\u308c\u306f\u6700\u60aa @acme')", "\"ja\""},
		{"language('')", "null"},
	};

	(void)state;
	CHECK(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choices),
		cmocka_unit_test(text_functions_work),
		cmocka_unit_test(texts_are_split_and_made),
		cmocka_unit_test(parameters_of_addresses),
		cmocka_unit_test(patterns),
		cmocka_unit_test(number_functions_work),
		cmocka_unit_test(date_functions_work),
		cmocka_unit_test(functions_of_the_scope),
		cmocka_unit_test(posts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
