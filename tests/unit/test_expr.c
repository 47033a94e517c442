/* The expression language over one row of columns: a table, a line a rule. */
#include "base/pool.h"
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

static void literals(void **state)
{
	static const struct line lines[] = {
		{"'it''s'", "\"it's\""},
		{"\"say \"\"hi\"\"\"", "\"say \\\"hi\\\"\""},
		{"'a\\tb\\n\\\\'", "\"a\\tb\\n\\\\\""},
		{"'\\d+\\.'", "\"\\\\d+\\\\.\""},
		{"'\\u00e9\\u20ac'", "\"é€\""},
		{"''", "\"\""},
		{"106.50", "106.50"},
		{"1e3", "1e3"},
		{"-5", "-5"},
		{"- 5 + 2", "-3"},
		{"9007199254740993", "9007199254740993"},
		{"true", "true"},
		{"FALSE", "false"},
		{"null", "null"},
		{"90d", "\"90d\""},
		{"4w", "\"28d\""},
		{"6mo", "\"6mo\""},
		{"1y", "\"1y\""},
		{"12h", "\"12h\""},
		{"90min", "\"1h30min\""},
		{"10s", "\"10s\""},
		{"1y18mo2d", "\"2y6mo2d\""},
		{"1 # a comment\n + 2", "3"},
		{"1\xc2\xa0+ 2", "3"},
	};

	(void)state;
	CHECK(lines);
}

static void names(void **state)
{
	static const struct line lines[] = {
		{"Country", "\"Germany\""},
		{"country", "\"Germany\""},
		{"`Ort der Lieferung`", "\"Köln\""},
		{"ort_der_lieferung", "\"Köln\""},
		{"props.revenue", "106.50"},
		{"email[]", "[\"a@example.com\",\"b@example.com\"]"},
		{"Empty", "null"},
	};

	(void)state;
	CHECK(lines);
}

static void arithmetic_is_exact(void **state)
{
	static const struct line lines[] = {
		{"0.1 + 0.2", "0.3"},
		{"Quantity * UnitPrice", "-15.3"},
		{"UnitPrice + 0", "2.55"},
		{"Amount * 2", "2469"},
		{"1 + 2 * 3", "7"},
		{"(1 + 2) * 3", "9"},
		{"10 - 4 - 3", "3"},
		{"100 / 10 / 5", "2"},
		{"1 / 3", "0.333333333333333333"},
		{"7 % 3", "1"},
		{"-7 % 3", "-1"},
		{"7.5 % 0.4", "0.3"},
		{"-7.5 % -0.4", "-0.3"},
		{"99999999999999999999999999999999999999 % 0.3",
		 "1:40: 99999999999999999999999999999999999999 % 0.3 is more than a number can hold"},
		/* Products of quotients are rounded like these. */
		{"1 / 3 * 1.5", "0.5"},
		{"-10 / 3 * 1.19", "-3.966666666666666666"},
		{"10 / 3 * (10 / 3)", "11.111111111111111109"},
		{"0.000000000000000005 * 0.1", "0.000000000000000001"},
		{"0.000000000000000004 * 0.1", "0"},
		{"0.000000000000000015 * 0.1", "0.000000000000000002"},
		{"0.000000000000000006 * -0.1", "-0.000000000000000001"},
		{"99999999999999999999.5 * 0.123456789012345678",
		 "12345678901234567799.938271605493827161"},
		{"1 / 0", "null"},
		{"n % 0", "null"},
		{"Empty * 2", "null"},
		{"Blank * 2", "null"},
		{"null + 1", "null"},
		{"props.digits + 1", "43"},
		{"-props.revenue", "-106.5"},
		{"- -n", "7"},
		{"Country * 2", "error: 'Germany' is not a number"},
		{"props.word + 1", "error: 'forty' is not a number"},
		{"props.flag + 1", "error: 'true' is not a number"},
		{"n * 99999999999999999999999999999999999999",
		 "error: 7 * 99999999999999999999999999999999999999 is more than a number can hold"},
	};

	(void)state;
	CHECK(lines);
}

static void times_and_durations(void **state)
{
	static const struct line lines[] = {
		{"seen + 2d", "\"2024-03-03T09:30:00.000Z\""},
		{"2d + seen", "\"2024-03-03T09:30:00.000Z\""},
		{"seen - 1mo", "\"2024-02-01T09:30:00.000Z\""},
		{"seen + 1y", "\"2025-03-01T09:30:00.000Z\""},
		{"date('2024-01-31') + 1mo", "\"2024-02-29T00:00:00.000Z\""},
		{"seen - '2024-02-28'", "\"2d9h30min\""},
		{"'2024-03-02' - seen", "\"14h30min\""},
		{"never - seen", "null"},
		{"1d + 12h", "\"1d12h\""},
		{"1d - 36h", "\"-12h\""},
		{"3 * 2d", "\"6d\""},
		{"1mo * 3", "\"3mo\""},
		{"1d * 0.5", "\"12h\""},
		{"7d / 2d", "3.5"},
		{"-(2d)", "\"-2d\""},
		{"days(36h)", "1"},
		{"days(-(36h))", "-2"},
		{"1w = 7d", "true"},
		{"1mo > 30d", "true"},
		{"1mo < 31d", "true"},
		{"1y = 12mo", "true"},
		{"(seen - '2024-02-01') > 4w", "true"},
		{"seen + 9999y", "error: 2024-03-01T09:30:00.000Z + 9999y is more than a time can hold"},
		{"seen > '2024-03-01'", "true"},
		{"seen < '2024-03-01T09:30:00.001Z'", "true"},
		{"seen = '2024-03-01T10:30:00+01:00'", "true"},
		{"seen between '2024-01-01' and '2024-12-31'", "true"},
		{"seen in ('2024-03-01 09:30', '2024-01-01')", "true"},
		{"props.until > seen", "true"},
		{"props.until - seen", "\"3d14h30min\""},
		{"props.word > seen", "null"},
		{"When > seen - 1d", "true"},
		{"Country > seen", "error: 'Germany' is not a date"},
		{"never > seen", "null"},
	};

	(void)state;
	CHECK(lines);
}

static void comparison(void **state)
{
	static const struct line lines[] = {
		{"1 = 1.0", "true"},
		{"1 == 2", "false"},
		{"1 != 2", "true"},
		{"1 <> 1", "false"},
		{"2 <= 2", "true"},
		{"'a' < 'b'", "true"},
		{"'B' < 'a'", "true"},
		{"'ab' > 'a'", "true"},
		{"Country = 'Germany'", "true"},
		{"UnitPrice = 2.55", "true"},
		{"UnitPrice > 10", "false"},
		{"InvoiceNo > 5", "error: 'C536379' is not a number"},
		{"Empty = 'x'", "null"},
		{"Empty != 'x'", "null"},
		{"unknown_n > 5", "null"},
		{"props.revenue >= 100", "true"},
		{"props.digits = 42", "true"},
		{"props.digits = '42'", "true"},
		{"props.revenue = '106.5'", "true"},
		{"props.word = 42", "null"},
		{"props.word != 42", "null"},
		{"props.flag = true", "true"},
		{"props.flag = 'yes'", "null"},
		{"props.none = 1", "null"},
		{"props.list = 'a'", "true"},
		{"props.list = segments", "false"},
		{"props.list = split('a,b', ',')", "true"},
		{"yes = true", "true"},
		{"1 + 1 = 2", "true"},
	};

	(void)state;
	CHECK(lines);
}

static void kleene_logic(void **state)
{
	static const struct line lines[] = {
		{"true and maybe", "null"},
		{"false and maybe", "false"},
		{"maybe and false", "false"},
		{"true or maybe", "true"},
		{"maybe or true", "true"},
		{"false or maybe", "null"},
		{"maybe or maybe", "null"},
		{"not maybe", "null"},
		{"not yes", "false"},
		{"! no", "true"},
		{"yes && no || yes", "true"},
		{"no and no or yes", "true"},
		{"no and (no or yes)", "false"},
		{"not no and no", "false"},
		{"not n = 7", "false"},
		{"props.flag and yes", "true"},
		{"props.word and yes", "null"},
		{"props.word or yes", "true"},
		{"yes and yes and yes and no", "false"},
		/* What is decided is not looked at any more. */
		{"no and Country * 1 > 0", "false"},
		{"yes or Country * 1 > 0", "true"},
	};

	(void)state;
	CHECK(lines);
}

static void membership_and_null(void **state)
{
	static const struct line lines[] = {
		{"Country in ('France', 'Germany')", "true"},
		{"Country not in ('France', 'Spain')", "true"},
		{"n in (1, 7)", "true"},
		{"n in (1, unknown_n)", "null"},
		{"n not in (1, unknown_n)", "null"},
		{"n in (7, unknown_n)", "true"},
		{"unknown_n in (1, 2)", "null"},
		{"UnitPrice in (2.55, 3)", "true"},
		{"props.digits in (42, 43)", "true"},
		{"props.digits in ('42')", "true"},
		{"'vip' in segments", "true"},
		{"'gold' not in segments", "true"},
		{"'a' in props.list", "true"},
		{"'forty' in props.word", "true"},
		{"Country in (segments)", "false"},
		{"n between 5 and 7", "true"},
		{"n between 8 and 9", "false"},
		{"n not between 8 and 9", "true"},
		{"n between unknown_n and 9", "null"},
		{"n between unknown_n and 6", "false"},
		{"n not between unknown_n and 6", "true"},
		{"unknown_n is null", "true"},
		{"n is not null", "true"},
		{"Blank is null", "false"},
		{"maybe is null", "true"},
		{"(n > unknown_n) is null", "true"},
		{"n between 1 and 10 and yes", "true"},
	};

	(void)state;
	CHECK(lines);
}

/* Dates without offset are those of the run's zone. */
static void zone_of_the_run(void **state)
{
	static const struct line lines[] = {
		{"date('2024-07-01')", "\"2024-06-30T22:00:00.000Z\""},
		{"seen = '2024-03-01 10:30'", "true"},
		{"hour(seen)", "10"},
		{"date_trunc('day', seen)", "\"2024-02-29T23:00:00.000Z\""},
		/* A month keeps the hour on the wall; a day is 24 hours. */
		{"date('2024-03-15 12:00') + 1mo", "\"2024-04-15T10:00:00.000Z\""},
		{"date('2024-03-15 12:00') + 31d", "\"2024-04-15T11:00:00.000Z\""},
	};
	struct expr_row berlin;
	struct buf out = BUF_INIT;

	(void)state;
	expr_row_init(&berlin, cells, "Europe/Berlin");
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		assert_string_equal(expr_row_show(&berlin, lines[i].text, TYPE_ANY, &out), lines[i].want);
	assert_string_equal(expr_row_show(&berlin, "days_since(seen)", TYPE_ANY, &out), "null");
	expr_row_release(&berlin);
	buf_release(&out);
}

/* A comma as decimal separator, and a scope that forgives. */
static void manners_of_the_scope(void **state)
{
	struct buf out = BUF_INIT;
	struct expr_scope saved = row.scope;

	(void)state;
	row.scope.point = ',';
	assert_string_equal(expr_row_show(&row, "number('1.234,5') + 0", TYPE_ANY, &out), "1234.5");
	assert_string_equal(expr_row_show(&row, "UnitPrice * 1", TYPE_ANY, &out), "2550");
	assert_string_equal(expr_row_show(&row, "if(yes, UnitPrice, 0)", TYPE_ANY, &out), "2550");
	row.scope.point = 0;
	assert_string_equal(expr_row_show(&row, "Amount * 1", TYPE_ANY, &out),
			    "error: '1,234.50 EUR' is not a number");
	row.scope.lenient = true;
	assert_string_equal(expr_row_show(&row, "Amount * 1", TYPE_ANY, &out), "null");
	assert_string_equal(expr_row_show(&row, "Country > 5", TYPE_ANY, &out), "null");
	assert_string_equal(expr_row_show(&row, "date(Country)", TYPE_ANY, &out), "null");
	assert_string_equal(expr_row_show(&row, "number(Country)", TYPE_ANY, &out), "null");
	assert_string_equal(expr_row_show(&row, "props.flag * 2", TYPE_ANY, &out), "null");
	row.scope = saved;
	buf_release(&out);
}

static void wanted_type(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_string_equal(expr_row_show(&row, "UnitPrice", TYPE_NUMBER, &out), "2.550");
	assert_string_equal(expr_row_show(&row, "When", TYPE_TIME, &out), "\"2024-03-01T09:30:00.000Z\"");
	assert_string_equal(expr_row_show(&row, "'2024-03-01'", TYPE_TIME, &out), "\"2024-03-01T00:00:00.000Z\"");
	assert_string_equal(expr_row_show(&row, "props.flag", TYPE_TRUTH, &out), "true");
	assert_string_equal(expr_row_show(&row, "props.word", TYPE_TRUTH, &out), "null");
	assert_string_equal(expr_row_show(&row, "props.word", TYPE_LIST, &out), "[\"forty\"]");
	assert_string_equal(expr_row_show(&row, "props.revenue", TYPE_TEXT, &out), "\"106.50\"");
	assert_string_equal(expr_row_show(&row, "n", TYPE_TRUTH, &out),
			    "1:1: this place wants a truth value, not a number: compare it with something");
	buf_release(&out);
}

static void tests_a_condition(void **state)
{
	static const struct {
		const char *text;
		int want;
	} lines[] = {
		{"yes", 1}, {"no", 0}, {"maybe", -1}, {"Country * 1 > 0", -2},
		{"props.flag", 1}, {"props.word", -1}, {"null", -1},
	};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct expr *e = expr_compile(span_of(lines[i].text), NULL, 1, 1,
					      &row.scope, TYPE_TRUTH, &err);

		assert_non_null(e);
		assert_int_equal(expr_test(e, &row.run, &err), lines[i].want);
		expr_free(e);
	}
	assert_error(&err, "'Germany' is not a number");
}

static void add_slot(void *context, int slot)
{
	buf_printf(context, "%s ", cells[slot].name);
}

static void says_what_it_is(void **state)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	struct datum d;
	struct expr *e = expr_compile(SPAN("Country"), NULL, 1, 1, &row.scope, TYPE_ANY, &err);

	(void)state;
	assert_int_equal(expr_column(e), 4);
	assert_int_equal(expr_type(e), TYPE_TEXT);
	assert_string_equal(datum_type_name(expr_type(e)), "text");
	assert_false(expr_constant(e, &d));
	expr_free(e);

	e = expr_compile(SPAN("lower('AB')"), NULL, 1, 1, &row.scope, TYPE_ANY, &err);
	assert_int_equal(expr_column(e), -1);
	assert_true(expr_constant(e, &d));
	assert_span(d.text, "ab");
	expr_free(e);

	/* A conversion is more than a column. */
	e = expr_compile(SPAN("UnitPrice"), NULL, 1, 1, &row.scope, TYPE_NUMBER, &err);
	assert_int_equal(expr_column(e), -1);
	expr_free(e);

	e = expr_compile(SPAN("if(yes, Quantity * n, Country in ('a', When))"), NULL, 1, 1, &row.scope, TYPE_ANY, &err);
	assert_null(e);
	e = expr_compile(SPAN("Quantity * n > 3 and Country in ('a', When)"), NULL, 1, 1, &row.scope, TYPE_ANY, &err);
	expr_slots(e, add_slot, &out);
	assert_string_equal(buf_text(&out), "Quantity n Country When ");
	expr_free(e);
	buf_release(&out);
}

static void prints_its_canonical_form(void **state)
{
	static const struct line lines[] = {
		{"n>1&&n<9||not(yes)", "n > 1 and n < 9 or not yes"},
		{"n>1 and (n<9 or yes)", "n > 1 and (n < 9 or yes)"},
		{"(yes and no) and yes", "(yes and no) and yes"},
		{"yes and no and yes", "yes and no and yes"},
		{"not (yes and no)", "not (yes and no)"},
		{"not not yes", "not not yes"},
		{"(not yes) = no", "(not yes) = no"},
		{"n-(1-2)", "n - (1 - 2)"},
		{"n-1-2", "n - 1 - 2"},
		{"(n+1)*-2", "(n + 1) * -2"},
		{"-(n+1)", "-(n + 1)"},
		{"- -n", "--n"},
		{"n/(2*3)", "n / (2 * 3)"},
		{"`Ort der Lieferung` <> \"it's\"", "`Ort der Lieferung` != 'it''s'"},
		{"Country IN ('a',\"b\\\\c\\n\")", "Country in ('a', 'b\\\\c\\n')"},
		{"n NOT BETWEEN 1 AND 2+3", "n not between 1 and 2 + 3"},
		{"seen IS NOT NULL", "seen is not null"},
		{"(n is null) is null", "(n is null) is null"},
		{"LOWER( Country )", "lower(Country)"},
		{"seen+3mo>'2024-01-01'", "seen + 3mo > '2024-01-01'"},
		{"'vip' in (segments)", "'vip' in segments"},
		{"if(TRUE,1.50,1e2)", "if(true, 1.50, 1e2)"},
		{"Null", "null"},
	};
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct expr *e = expr_compile(span_of(lines[i].text), NULL, 1, 1, &row.scope, TYPE_ANY, &err);

		assert_non_null(e);
		buf_clear(&out);
		expr_put(e, &out);
		assert_string_equal(buf_text(&out), lines[i].want);
		expr_free(e);
	}
	buf_release(&out);
}

static struct expr *shared;

static void evaluate_often(void *context, size_t i)
{
	struct arena scratch = ARENA_INIT;
	struct expr_run run = row.run;
	size_t *good = context;
	struct datum d;

	run.scratch = &scratch;
	for (int k = 0; k < 500; k++) {
		good[i] += !expr_eval(shared, &run, &d, NULL) &&
			   span_equal(d.text, SPAN("c536379-köln-536379"));
		arena_clear(&scratch);
	}
	arena_release(&scratch);
}

/* One expression, patterns included, on four threads. */
static void several_threads(void **state)
{
	size_t good[4] = {0};

	(void)state;
	shared = expr_compile(SPAN("if(matches(InvoiceNo, '^C[0-9]+$') and When > seen - 1d, "
				   "lower(concat(InvoiceNo, '-', ort_der_lieferung, '-', "
				   "extract(InvoiceNo, '\\d+'))), '')"),
			      NULL, 1, 1, &row.scope, TYPE_TEXT, NULL);
	assert_non_null(shared);
	pool_each(4, 4, evaluate_often, good);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(good[i], 500);
	expr_free(shared);
}

static void shows_data_as_text(void **state)
{
	static const struct line lines[] = {
		{"106.50", "106.50"}, {"1.0 + 0", "1"}, {"null", ""},
		{"true", "true"}, {"seen", "2024-03-01T09:30:00.000Z"},
		{"segments", "vip;lapsed"}, {"3mo", "3mo"}, {"'a'", "a"},
	};
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	struct datum d;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct expr *e = expr_compile(span_of(lines[i].text), NULL, 1, 1, &row.scope, TYPE_ANY, &err);

		assert_int_equal(expr_eval(e, &row.run, &d, &err), 0);
		buf_clear(&out);
		datum_put_text(&d, &out);
		assert_string_equal(buf_text(&out), lines[i].want);
		expr_free(e);
	}
	buf_release(&out);
}

static void folds_headers(void **state)
{
	static const struct line lines[] = {
		{"Ort der Lieferung", "ort_der_lieferung"},
		{"InvoiceNo", "invoiceno"},
		{"  E-Mail (privat) ", "e_mail_privat"},
		{"Straße/Nr.", "straße_nr"},
		{"GRÖSSE", "grösse"},
		{"e\xcc\x81te\xcc\x81", "été"},
		{"100 %", "100"},
		{"---", ""},
		{"名前", "名前"},
		{"a\xff" "b", "a_b"},
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		buf_clear(&out);
		buf_lit(&out, "x");
		expr_fold_name(span_of(lines[i].text), &out);
		assert_string_equal(buf_text(&out) + 1, lines[i].want);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals),
		cmocka_unit_test(names),
		cmocka_unit_test(arithmetic_is_exact),
		cmocka_unit_test(times_and_durations),
		cmocka_unit_test(comparison),
		cmocka_unit_test(kleene_logic),
		cmocka_unit_test(membership_and_null),
		cmocka_unit_test(zone_of_the_run),
		cmocka_unit_test(manners_of_the_scope),
		cmocka_unit_test(wanted_type),
		cmocka_unit_test(tests_a_condition),
		cmocka_unit_test(says_what_it_is),
		cmocka_unit_test(prints_its_canonical_form),
		cmocka_unit_test(several_threads),
		cmocka_unit_test(shows_data_as_text),
		cmocka_unit_test(folds_headers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
