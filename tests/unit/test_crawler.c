/* Programs that visit pages: the list, and words that give them away. */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/map.h"
#include "reference/crawler.h"
#include "reference/list.h"

static void test_find(void **state)
{
	static const struct {
		const char *agent;
		const char *name;	/* NULL: none */
		const char *category;
	} cases[] = {
		{"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", "search"},
		{"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1)", "GPTBot", "ai"},
		{"facebookexternalhit/1.1", "facebookexternalhit", "social"},
		{"Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "UptimeRobot", "monitor"},
		{"UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/", "UniversalFeedParser", "feed"},
		{"curl/7.88.1", "curl", "tool"},
		{"CURL/7.88.1", "curl", "tool"},
		{"Python-urllib/3.9", "Python-urllib", "library"},
		{"Java/1.8.0_311", "Java/", "library"},
		/* A word has to begin, and not to go on. */
		{"Mozilla/5.0 (X11) MyCurl/1.0", NULL, NULL},
		{"curlew/1.0", NULL, NULL},
		{"Opera/9.80 (J2ME/MIDP; Java; U; en)", NULL, NULL},
		{"Mozilla/5.0 (Linux; Android 5.1; CUBOT ECHO Build/LMY47I) AppleWebKit/537.36 (KHTML, like Gecko) "
		 "Chrome/62.0.3202.84 Mobile Safari/537.36", NULL, NULL},
		/* Browsers of people inside other programs. */
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
		 "Mobile/15E148 [Pinterest/iOS]", NULL, NULL},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36", NULL, NULL},
		{"", NULL, NULL},
	};
	struct error err;
	struct crawlers *c = crawlers_load(NULL, &err);
	struct crawler_scratch *s;

	(void)state;
	assert_non_null(c);
	s = crawler_scratch_new(c);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct crawler *got = crawler_find(c, s, span_of(cases[i].agent));

		if (!cases[i].name) {
			assert_null(got);
			continue;
		}
		assert_non_null(got);
		assert_span(got->name, cases[i].name);
		assert_span(got->category, cases[i].category);
	}
	crawler_scratch_free(s);
	crawlers_free(c);
}

static void test_words(void **state)
{
	static const struct {
		const char *agent;
		bool words;
	} cases[] = {
		{"some BOT of ours", true}, {"webcrawler", true}, {"Spiderman", true}, {"slurp", true},
		{"RSS feed", true}, {"x (http://example.com/)", true}, {"x https://example.com", true},
		{"scraper 1", true}, {"robot", true}, {"CUBOT", false}, {"Cubot_P20", false},
		{"CUBOT bot", true}, {"cubotbot", true}, {"botanic", true},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", false},
		{"http:/", false}, {"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (crawler_by_words(span_of(cases[i].agent)) != cases[i].words)
			fail_msg("%s", cases[i].agent);
}

struct looking {
	struct map names;
	size_t count;
};

static int take_line(void *context, struct span category, struct span text, struct error *err)
{
	static const char *const known[] = {"search", "ai", "seo", "social", "monitor", "feed", "archive",
					    "ads", "scanner", "tool", "library", "check"};
	struct looking *l = context;
	struct buf lower = BUF_INIT;
	bool added, found = false;

	(void)err;
	for (size_t i = 0; i < COUNT_OF(known); i++)
		found = found || span_equal(category, span_of(known[i]));
	assert_true(found);
	for (size_t i = 0; i < text.len; i++)
		buf_char(&lower, span_lower(text.ptr[i]));
	map_put(&l->names, buf_view(&lower), &added);
	if (!added)
		fail_msg("twice: %.*s", SPAN_ARG(text));
	buf_release(&lower);
	l->count++;
	return 0;
}

static void test_list_is_sound(void **state)
{
	struct looking l = {MAP_INIT, 0};
	struct error err;

	(void)state;
	assert_int_equal(list_read(list_builtin("crawlers.txt"), "crawlers.txt", take_line, &l, &err), 0);
	assert_true(l.count > 400);
	map_release(&l.names);
}

static void test_bad_list(void **state)
{
	struct looking l = {MAP_INIT, 0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(list_read(SPAN("# a\n\nai\tX\n  seo   \n"), "own.txt", take_line, &l, &err), -1);
	assert_error(&err, "expected a word and a text, not 'seo'");
	assert_int_equal(err.line, 4);
	assert_int_equal(err.kind, ERROR_USAGE);
	map_release(&l.names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_list_is_sound),
		cmocka_unit_test(test_bad_list),
	};

	return cmocka_run_group_tests_name("crawler", tests, NULL, NULL);
}
