#include "support.h"

#include "text/null_word.h"

#define ALL (NULL_CELL | NULL_FORM | NULL_ID | NULL_TRAIT)
#define TOLD (NULL_FORM | NULL_ID | NULL_TRAIT)
#define NAMES (NULL_PERSON | NULL_TOWN)

static void test_what_words_mean(void **state)
{
	static const struct {
		const char *text;
		unsigned kinds;
	} cases[] = {
		{"NULL", ALL | NULL_PERSON}, {" null ", ALL | NULL_PERSON}, {"(NULL)", ALL}, {"'NULL'", ALL},
		{"\\N", ALL}, {"NaN", ALL | NAMES}, {"nan", ALL | NAMES}, {"NAN", TOLD | NAMES},
		{"N/A", ALL}, {"#N/A", ALL}, {"#DIV/0!", ALL}, {"#BEZUG!", ALL}, {"k.A.", ALL}, {"Keine Angabe", ALL},
		{"(not set)", ALL}, {"[object Object]", ALL}, {"-", ALL}, {"\xe2\x80\x94", ALL},
		{"not set", TOLD}, {"not_set", TOLD}, {"NOT-SET", TOLD}, {"not  set", TOLD}, {"<not set>", TOLD},
		{"Unknown", TOLD}, {"[unknown]", TOLD}, {"OK\xc3\x84ND", TOLD}, {"non renseigne\xcc\x81", TOLD},
		{"keine\xc2\xa0""Angabe", ALL}, {"?", TOLD}, {"...", TOLD}, {"----", TOLD}, {"xxx", TOLD}, {"XXXXX", TOLD},
		{"xx", 0}, {"none", NULL_FORM | NULL_ID | NULL_PERSON}, {"(none)", TOLD}, {"NA", NULL_FORM | NULL_ID | NULL_PERSON},
		{"guest", NULL_ID}, {"[Guest]", NULL_ID}, {"Invit\xc3\xa9", NULL_ID}, {"INVIT\xc3\x89", NULL_ID},
		{"walk-in", NULL_ID}, {"test_user", NULL_ID}, {"0", NULL_ID}, {"000", NULL_ID}, {"0-0", NULL_ID}, {"***", NULL_ID},
		{"00000000-0000-0000-0000-000000000000", NULL_ID}, {"{{user_id}}", TOLD}, {"${id}", TOLD},
		{"%user_id%", TOLD}, {"{user_id}", TOLD}, {"*|EMAIL|*", TOLD}, {"", TOLD},
		/* Values. */
		{"guesthouse-17", 0}, {"na-204", 0}, {"nullarbor", 0}, {"missingham", 0}, {"10", 0}, {"-2", 0}, {"a", 0},
		{"Nora", 0}, {"123456", 0}, {"{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", 0}, {"{x1}", 0}, {"100%", 0},
		{"a text that is far longer than any of the words that mean nothing are", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (null_word_kinds(span_of(cases[i].text)) != cases[i].kinds)
			fail_msg("'%s' is %x", cases[i].text, null_word_kinds(span_of(cases[i].text)));
	}
}

/* Capitals, and "_" for a blank between letters. */
static void shout(struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		char *c = &text->ptr[i];

		if (*c == ' ' && i && i + 1 < text->len && (c[-1] | 32) >= 'a' && (c[1] | 32) >= 'a')
			*c = '_';
		else if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	}
}

/* Every word of the list is found as it stands there, and the gate lets words of cells pass. */
static void test_list(void **state)
{
	struct null_words *w = null_words_new(NULL);
	const char *word;
	unsigned kinds;
	size_t count = 0;

	(void)state;
	for (; (word = null_word_at(count, &kinds)); count++) {
		struct buf text = BUF_INIT;

		assert_int_equal(null_word_kinds(span_of(word)), kinds);
		assert_int_equal(null_words_kinds(w, span_of(word)), kinds);
		for (int style = 0; style < 8; style++) {
			buf_clear(&text);
			buf_printf(&text, "%s%s%s", style & 1 ? " " : "", word, style & 2 ? " " : "");
			if (style & 4)
				shout(&text);
			/* NAN is a code. */
			if (style & 4 && !strcmp(word, "nan"))
				continue;
			assert_int_equal(null_word_kinds(buf_view(&text)), kinds);
			if (kinds & NULL_CELL)
				assert_true(null_words_suspect(w, buf_view(&text)));
			assert_true(null_words_suspect_any(w, buf_view(&text)));
		}
		buf_release(&text);
	}
	assert_true(count > 200);
	null_words_free(w);
}

static void test_gate_is_narrow(void **state)
{
	static const char *const values[] = {"17850", "Ana", "DE", "2024-03-01 09:30:00", "x@example.com", "12.50", "Nikolaus", "Nina", "K\xc3\xb6ln"};
	struct null_words *w = null_words_new(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_false(null_words_suspect(w, span_of(values[i])));
	assert_false(null_words_suspect_any(w, SPAN("17850")));
	assert_false(null_words_suspect_any(w, SPAN("hanna@example.com")));
	null_words_free(w);
}

static unsigned kinds_by(const char *setting, const char *text)
{
	struct null_words *w = null_words_new(setting);
	unsigned kinds = null_words_kinds(w, span_of(text));

	if (kinds & NULL_CELL)
		assert_true(null_words_suspect(w, span_of(text)));
	if (kinds && *text)
		assert_true(null_words_suspect_any(w, span_of(text)));
	null_words_free(w);
	return kinds;
}

static void test_own_words(void **state)
{
	(void)state;
	assert_int_equal(kinds_by("none, 99, \xd0\x9d\xd0\xb5\xd1\x82", "NONE"), ALL);
	assert_int_equal(kinds_by("none, 99", " 99"), ALL);
	assert_int_equal(kinds_by("none, 99", "999"), 0);
	assert_int_equal(kinds_by("none, \xd0\xa0", "\xd1\x80"), ALL);
	assert_int_equal(kinds_by("none", "N/A"), ALL);
	assert_int_equal(kinds_by("null", "Null"), ALL);
	assert_int_equal(kinds_by("only none", "none"), ALL);
	assert_int_equal(kinds_by("only none", "N/A"), 0);
	assert_int_equal(kinds_by("only", "NULL"), 0);
	assert_int_equal(kinds_by(" only ", "-"), 0);
	assert_int_equal(kinds_by("onlyfans", "onlyfans"), ALL);
	assert_int_equal(kinds_by(",, ,", ""), TOLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_words_mean),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_gate_is_narrow),
		cmocka_unit_test(test_own_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
