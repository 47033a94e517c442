/* base/error.h */
#include "tests/unit/support.h"

#include <errno.h>

#include "base/buf.h"

static void each_setter_sets_kind_and_message(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	assert_int_equal(error_usage(&e, "bad %s", "rule"), -1);
	assert_int_equal(e.kind, ERROR_USAGE);
	assert_error(&e, "bad rule");
	assert_int_equal(error_data(&e, "bad %d", 7), -1);
	assert_int_equal(e.kind, ERROR_DATA);
	assert_error(&e, "bad 7");
	assert_int_equal(error_failed(&e, "cut"), -1);
	assert_int_equal(e.kind, ERROR_FAILED);
	assert_error(&e, "cut");
}

static void nobody_has_to_listen(void **state)
{
	(void)state;
	assert_int_equal(error_data(NULL, "bad %d", 7), -1);
	assert_int_equal(error_errno(NULL, "cannot"), -1);
	error_place(NULL, "a.csv", 1, 1);
}

static void errno_gives_the_reason(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	errno = ENOENT;
	assert_int_equal(error_errno(&e, "cannot open '%s'", "x.csv"), -1);
	assert_int_equal(e.kind, ERROR_FAILED);
	assert_error(&e, "cannot open 'x.csv': No such file or directory");
}

static void context_may_quote_the_message_itself(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	error_data(&e, "bad date");
	error_data(&e, "mapping: %s", e.message);
	assert_error(&e, "mapping: bad date");
}

static void long_message_ends_in_dots_at_a_character(void **state)
{
	struct error e = ERROR_INIT;
	char text[2000];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(text, 'a', sizeof text);
		for (size_t i = shift; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "\xE2\x82\xAC", 3);
		text[sizeof text - 1] = '\0';
		error_data(&e, "%s", text);
		assert_in_range(strlen(e.message), 500, 511);
		assert_true(span_is_utf8(span_of(e.message)));
		assert_true(span_ends(span_of(e.message), SPAN("\xAC...")));
	}
}

static void message_that_just_fits_is_whole(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	error_data(&e, "%511s", "x");
	assert_int_equal(strlen(e.message), 511);
	assert_true(span_ends(span_of(e.message), SPAN(" x")));
}

static void place_is_added_where_it_is_missing(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	error_data(&e, "bad");
	error_place(&e, NULL, 0, 5);
	error_place(&e, NULL, 17, 9);
	error_place(&e, "orders.csv", 0, 0);
	error_place(&e, "other.csv", 99, 99);
	assert_string_equal(e.file, "orders.csv");
	assert_int_equal(e.line, 17);
	assert_int_equal(e.column, 5);
}

static void new_message_has_no_place(void **state)
{
	struct error e = ERROR_INIT;

	(void)state;
	error_data(&e, "bad");
	error_place(&e, "orders.csv", 17, 9);
	error_data(&e, "worse");
	assert_string_equal(e.file, "");
	assert_int_equal(e.line, 0);
	assert_int_equal(e.column, 0);
}

static void long_path_keeps_its_end(void **state)
{
	struct error e = ERROR_INIT;
	struct buf path = BUF_INIT;

	(void)state;
	for (int odd = 0; odd < 2; odd++) {
		e.file[0] = '\0';
		buf_clear(&path);
		for (int i = 0; i < 400; i++)
			buf_lit(&path, "\xC3\xA4");
		buf_text_put(&path, odd ? "x/orders.csv" : "/orders.csv");
		error_place(&e, buf_text(&path), 1, 0);
		assert_int_equal(strlen(e.file), odd ? 255 : 254);
		assert_true(span_is_utf8(span_of(e.file)));
		assert_true(span_starts(span_of(e.file), SPAN("...\xC3")));
		assert_true(span_ends(span_of(e.file), SPAN("/orders.csv")));
	}
	buf_release(&path);
}

static void format_leaves_out_what_is_unknown(void **state)
{
	static const struct {
		const char *file;
		uint64_t line, column;
		const char *want;
	} cases[] = {
		{"a.csv", 17, 9, "a.csv:17:9: bad"},
		{"a.csv", 17, 0, "a.csv:17: bad"},
		{"a.csv", 0, 0, "a.csv: bad"},
		{"a.csv", 0, 9, "a.csv: column 9: bad"},
		{"", 17, 9, "line 17:9: bad"},
		{"", 17, 0, "line 17: bad"},
		{"", 0, 9, "column 9: bad"},
		{"", 0, 0, "bad"},
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error e = ERROR_INIT;

		error_data(&e, "bad");
		error_place(&e, cases[i].file, cases[i].line, cases[i].column);
		e.column = cases[i].column;
		buf_clear(&out);
		error_format(&e, &out);
		assert_span(buf_view(&out), cases[i].want);
	}
	buf_release(&out);
}

static void format_cleans_file_and_message(void **state)
{
	struct error e = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	error_data(&e, "bad \x1B[2J\n");
	error_place(&e, "a\x1B]0;.csv", 1, 0);
	error_format(&e, &out);
	assert_span(buf_view(&out), "a?]0;.csv:1: bad ?[2J?");
	buf_release(&out);
}

static void quote_cleans_and_cuts(void **state)
{
	static const struct {
		struct span in;
		const char *want;
	} cases[] = {
		{SPAN("2024-13-01"), "'2024-13-01'"},
		{SPAN(""), "''"},
		{SPAN_NONE, "''"},
		{SPAN("it's"), "'it's'"},
		{SPAN("a\0b\tc\x7F" "d"), "'a?b?c?d'"},
		{SPAN("M\xC3\xBCller"), "'M\xC3\xBCller'"},
		{SPAN("M\xFCller"), "'M?ller'"},
		{SPAN("\xE2\x82"), "'?" "?'"},
		{SPAN("\xED\xA0\x80"), "'?" "?" "?'"},
		{SPAN("\xC2\x9B" "2J"), "'?2J'"},		/* C1: CSI */
		{SPAN("a\xE2\x80\xAE" "b"), "'a?b'"},	/* bidi override */
		{SPAN("a\xE2\x81\xA6" "b"), "'a?b'"},	/* bidi isolate */
		{SPAN("a\xE2\x80\xA8" "b"), "'a?b'"},	/* line separator */
		{SPAN("a\xD8\x9C" "b"), "'a?b'"},	/* Arabic letter mark */
		{SPAN("a\xE2\x80\x93" "b"), "'a\xE2\x80\x93" "b'"},
		{SPAN("123456789 123456789 123456789 "
		      "123456789 123456789 123456789 "),
		 "'123456789 123456789 123456789 "
		 "123456789 123456789 123456789 '"},
		{SPAN("123456789 123456789 123456789 "
		      "123456789 123456789 123456789 x"),
		 "'123456789 123456789 123456789 "
		 "123456789 123456789 123456789 ...'"},
		{SPAN("123456789 123456789 123456789 "
		      "123456789 123456789 12345678\xE2\x82\xAC"),
		 "'123456789 123456789 123456789 "
		 "123456789 123456789 12345678...'"},
	};
	char out[ERROR_QUOTE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_ptr_equal(error_quote(cases[i].in, out), out);
		assert_string_equal(out, cases[i].want);
	}
}

static void quote_always_fits(void **state)
{
	char out[ERROR_QUOTE_MAX + 1];
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[100];
		size_t len = support_below(&seed, sizeof text);

		for (size_t i = 0; i < len; i++)
			text[i] = (char)support_random(&seed);
		out[ERROR_QUOTE_MAX] = 'x';
		error_quote((struct span){text, len}, out);
		assert_in_range(strlen(out), 2, 65);
		assert_true(span_is_utf8(span_of(out)));
		assert_int_equal(out[ERROR_QUOTE_MAX], 'x');
	}
}

static void clean_keeps_all_that_is_harmless(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	error_clean(SPAN("Z\xC3\xBCrich \xF0\x9F\x98\x80 \r\n\x80"), &out);
	assert_span(buf_view(&out), "Z\xC3\xBCrich \xF0\x9F\x98\x80 ???");
	buf_clear(&out);
	error_clean(SPAN_NONE, &out);
	assert_span(buf_view(&out), "");
	buf_release(&out);
}

static void suggest_finds_the_nearest(void **state)
{
	static const char *const known[] = {
		"output", "quiet", "recency", "frequency", "monetary",
		"email", "orders", "order", "id", NULL,
	};
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"recensy", "recency"},		/* replaced */
		{"recncy", "recency"},		/* left out */
		{"reccency", "recency"},	/* doubled */
		{"reecncy", "recency"},		/* swapped */
		{"ouptut", "output"},
		{"Email", "email"},		/* case is free */
		{"EMIAL", "email"},
		{"ordres", "orders"},
		{"ordr", "order"},
		{"frequencies", "frequency"},	/* 3 of 11 */
		{"monet", NULL},		/* 3 of 5 */
		{"di", "id"},
		{"x", NULL},
		{"xy", NULL},
		{"", NULL},
		{"quantity", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *got = error_suggest(span_of(cases[i].word), known);

		if (!cases[i].want)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].want);
	}
}

static void suggest_prefers_the_first_among_equals(void **state)
{
	static const char *const known[] = {"cat", "bat", "hat", NULL};

	(void)state;
	assert_string_equal(error_suggest(SPAN("mat"), known), "cat");
	assert_string_equal(error_suggest(SPAN("hatt"), known), "hat");
}

static void suggest_bears_long_words(void **state)
{
	char word[1000];
	char candidate[65];
	const char *known[] = {word, candidate, NULL};

	(void)state;
	memset(word, 'a', sizeof word);
	word[sizeof word - 1] = '\0';
	memset(candidate, 'a', sizeof candidate);
	candidate[64] = '\0';
	assert_null(error_suggest(span_of(word), known));
	assert_ptr_equal(error_suggest(span_sub(span_of(word), 0, 64), known),
			 candidate);
	assert_null(error_suggest(SPAN("a"), (const char *const[]){NULL}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_setter_sets_kind_and_message),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(errno_gives_the_reason),
		cmocka_unit_test(context_may_quote_the_message_itself),
		cmocka_unit_test(long_message_ends_in_dots_at_a_character),
		cmocka_unit_test(message_that_just_fits_is_whole),
		cmocka_unit_test(place_is_added_where_it_is_missing),
		cmocka_unit_test(new_message_has_no_place),
		cmocka_unit_test(long_path_keeps_its_end),
		cmocka_unit_test(format_leaves_out_what_is_unknown),
		cmocka_unit_test(format_cleans_file_and_message),
		cmocka_unit_test(quote_cleans_and_cuts),
		cmocka_unit_test(quote_always_fits),
		cmocka_unit_test(clean_keeps_all_that_is_harmless),
		cmocka_unit_test(suggest_finds_the_nearest),
		cmocka_unit_test(suggest_prefers_the_first_among_equals),
		cmocka_unit_test(suggest_bears_long_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
