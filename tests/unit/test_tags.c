/* Emoji as people see them; hashtags and mentions are tried in test_expr_functions. */
#include "tests/unit/support.h"

#include "text/lexicon.h"
#include "text/tags.h"

static void test_emoji(void **state)
{
	static const struct {
		const char *text;
		const char *found;	/* with blanks between */
	} cases[] = {
		{"no emoji, (c) 12 #1 *", ""},
		{"\U0001F600\U0001F600 x \U0001F601", "\U0001F600 \U0001F601"},
		/* One each: a family, a flag, a skin tone, a heart with and without colour, a key. */
		{"\U0001F469\u200d\U0001F469\u200d\U0001F467!", "\U0001F469\u200d\U0001F469\u200d\U0001F467"},
		{"\U0001F1F3\U0001F1F4\U0001F1E9\U0001F1EA", "\U0001F1F3\U0001F1F4 \U0001F1E9\U0001F1EA"},
		{"\U0001F44D\U0001F3FD", "\U0001F44D\U0001F3FD"},
		{"\u2764\ufe0f \u2764", "\u2764"},
		{"1\ufe0f\u20e3 #\ufe0f\u20e3", "1\u20e3 #\u20e3"},
		/* Half a flag, a skin tone alone, signs of texts. */
		{"\U0001F1F3 \U0001F3FD \u00a9 \u2194 \u2122", ""},
		{"\u00a9\ufe0f \u2194\ufe0f", "\u00a9 \u2194"},
		{"\xff\xe2\x9d", ""},
	};
	struct arena scratch = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tag_list found = tags_find(span_of(cases[i].text), TAG_EMOJI, &scratch);
		struct buf joined = BUF_INIT;

		for (size_t k = 0; k < found.count; k++) {
			if (k)
				buf_char(&joined, ' ');
			buf_span(&joined, found.items[k]);
		}
		if (!span_equal(buf_view(&joined), span_of(cases[i].found)))
			fail_msg("case %zu: '%.*s'", i, SPAN_ARG(buf_view(&joined)));
		buf_release(&joined);
	}
	arena_release(&scratch);
}

static void test_emoji_names(void **state)
{
	const struct lexicon *l = lexicon_builtin();

	(void)state;
	assert_span(lexicon_emoji_name(l, SPAN("\U0001F600")), "grinning face");
	assert_span(lexicon_emoji_name(l, SPAN("\u2764\ufe0f")), "red heart");
	assert_span(lexicon_emoji_name(l, SPAN("\u2764")), "red heart");
	assert_true(span_absent(lexicon_emoji_name(l, SPAN("a"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emoji),
		cmocka_unit_test(test_emoji_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
