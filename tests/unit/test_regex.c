/* Regular expressions. */
#include "tests/unit/support.h"
#include "text/regex.h"

static void finds(void **state)
{
	static const struct {
		const char *pattern;
		const char *text;
		int got;
		const char *whole;
		const char *group;
	} lines[] = {
		{"b+", "abbc", 1, "bb", NULL},
		{"a(b)(c)", "xabc", 1, "abc", "b"},
		{"a(x)?b", "ab", 1, "ab", NULL},
		{"^$", "", 1, "", NULL},
		{"x", "abc", 0, NULL, NULL},
		{"^.$", "é", 1, "é", NULL},
		{"(?i)straße", "STRAẞE", 1, "STRAẞE", NULL},
		{"\\w+", "größe x", 1, "größe", NULL},
		{"(a)(b)(c)(d)", "abcd", 1, "abcd", "a"},
	};
	struct arena scratch = ARENA_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct regex *r = regex_new(span_of(lines[i].pattern), &err);
		struct span whole = SPAN_NONE, group = SPAN_NONE;

		assert_non_null(r);
		assert_int_equal(regex_find(r, span_of(lines[i].text), &scratch, &whole, &group, &err), lines[i].got);
		assert_span(whole, lines[i].whole);
		assert_span(group, lines[i].group);
		regex_free(r);
	}
	arena_release(&scratch);
}

static void finds_without_spans(void **state)
{
	struct arena scratch = ARENA_INIT;
	struct regex *r = regex_new(SPAN("(a)"), NULL);

	(void)state;
	assert_int_equal(regex_groups(r), 1);
	assert_int_equal(regex_find(r, SPAN("ba"), &scratch, NULL, NULL, NULL), 1);
	assert_int_equal(regex_find(r, SPAN_NONE, &scratch, NULL, NULL, NULL), 0);
	regex_free(r);
	regex_free(NULL);
	arena_release(&scratch);
}

/* Bytes that are not UTF-8 match nothing, and stop nothing. */
static void survives_other_bytes(void **state)
{
	struct arena scratch = ARENA_INIT;
	struct regex *r = regex_new(SPAN("b."), NULL);
	struct span whole;

	(void)state;
	assert_int_equal(regex_find(r, SPAN("\xff" "b\xff" "bc"), &scratch, &whole, NULL, NULL), 1);
	assert_span(whole, "bc");
	regex_free(r);
	arena_release(&scratch);
}

static void refuses_bad_patterns(void **state)
{
	static const struct {
		const char *pattern;
		const char *message;
	} lines[] = {
		{"(a", "bad pattern '(a': missing closing parenthesis (at its byte 2)"},
		{"a{2,1}", "bad pattern 'a{2,1}': numbers out of order in {} quantifier (at its byte 5)"},
		{"[z-a]", "bad pattern '[z-a]': range out of order in character class (at its byte 3)"},
		{"\\", "bad pattern '\\': \\ at end of pattern (at its byte 1)"},
	};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		assert_null(regex_new(span_of(lines[i].pattern), &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_error(&err, lines[i].message);
	}
}

/* Catastrophic backtracking ends, with an error of the row. */
static void gives_up(void **state)
{
	struct arena scratch = ARENA_INIT;
	struct error err = ERROR_INIT;
	struct regex *r = regex_new(SPAN("^(a|aa|b?a)+$"), &err);
	char text[301];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 'c';
	assert_int_equal(regex_find(r, (struct span){text, sizeof(text)}, &scratch, NULL, NULL, &err), -1);
	assert_int_equal(err.kind, ERROR_DATA);
	assert_error(&err, "the pattern gave up on 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...': match limit exceeded");
	regex_free(r);
	arena_release(&scratch);
}

static int find_in(const char *pattern, char byte, size_t length, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct regex *r = regex_new(span_of(pattern), err);
	char *text = malloc(length);
	struct span whole = SPAN_NONE;
	int got;

	assert_non_null(r);
	assert_non_null(text);
	memset(text, byte, length);
	got = regex_find(r, (struct span){text, length}, &scratch, &whole, NULL, err);
	if (got == 1)
		assert_int_equal(whole.len, length);
	free(text);
	regex_free(r);
	arena_release(&scratch);
	return got;
}

/* More depth than the usual stack holds, with compiled code and without. */
static void deep_matches(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(find_in("^(?:(a)|b)*$", 'a', 50000, &err), 1);
	assert_int_equal(find_in("(*NO_JIT)^(?:(a)|b)*$", 'a', 20000, &err), 1);
	assert_int_equal(find_in("(*NO_JIT)^(?:(a)|b)*$", 'c', 50000, &err), 0);
	assert_int_equal(find_in("^(?:(a)|b)*$", 'a', 900000, &err), -1);
	assert_non_null(strstr(err.message, "': JIT stack limit reached"));
	assert_int_equal(find_in("(*NO_JIT)^(?:(a)|b)*$", 'a', 900000, &err), -1);
	assert_non_null(strstr(err.message, "': heap limit exceeded"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(finds_without_spans),
		cmocka_unit_test(survives_other_bytes),
		cmocka_unit_test(refuses_bad_patterns),
		cmocka_unit_test(gives_up),
		cmocka_unit_test(deep_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
