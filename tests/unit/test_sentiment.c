/* How a text feels: rule by rule, the figures of vaderSentiment 3.3.2; languages; lexicons of files. */
#include "tests/unit/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "text/sentiment.h"

static struct arena scratch;

static struct sentiment score(const char *text)
{
	struct sentiment s;

	arena_clear(&scratch);
	sentiment_score(lexicon_builtin(), span_of(text), &scratch, &s);
	return s;
}

/* The sixteen sentences of VADER's README, and some for each rule. */
static const struct {
	const char *text;
	int compound, positive, neutral, negative;
} sentences[] = {
	{"VADER is smart, handsome, and funny.", 8316, 746, 254, 0},
	{"VADER is smart, handsome, and funny!", 8439, 752, 248, 0},
	{"VADER is very smart, handsome, and funny.", 8545, 701, 299, 0},
	{"VADER is VERY SMART, handsome, and FUNNY.", 9227, 754, 246, 0},
	{"VADER is VERY SMART, handsome, and FUNNY!!!", 9342, 767, 233, 0},
	{"VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!", 9469, 706, 294, 0},
	{"VADER is not smart, handsome, nor funny.", -7424, 0, 354, 646},
	{"The book was good.", 4404, 492, 508, 0},
	{"At least it isn't a horrible book.", 4310, 322, 678, 0},
	{"The book was only kind of good.", 3832, 303, 697, 0},
	{"The plot was good, but the characters are uncompelling and the dialog is not great.", -7042, 94, 579, 327},
	{"Today SUX!", -5461, 0, 221, 779},
	{"Today only kinda sux! But I'll get by, lol", 5249, 317, 556, 127},
	{"Make sure you :) or :D today!", 8633, 706, 294, 0},
	{"Catch utf-8 emoji such as \360\237\222\230 and \360\237\222\213 and \360\237\230\201", 8750, 417, 583, 0},
	{"Not bad at all", 4310, 487, 513, 0},
	{"", 0, 0, 0, 0},
	{"?", 0, 0, 1000, 0},
	{"good? bad?\? ?\??", -3736, 347, 120, 533},
	{"GOOD GOOD", 7003, 1000, 0, 0},
	{"very good", 4927, 762, 238, 0},
	{"VERY good thing", 6028, 663, 337, 0},
	{"not very good", -3865, 0, 433, 567},
	{"never so good", 5777, 652, 348, 0},
	{"never was this good", 5228, 529, 471, 0},
	{"without a doubt great", 7359, 756, 244, 0},
	{"without doubt great", 7359, 861, 139, 0},
	{"no good", -3412, 0, 294, 706},
	{"there is no real good", -5583, 0, 394, 606},
	{"no fun or good", -6259, 0, 281, 719},
	{"yeah it works, NO", -1860, 308, 280, 411},
	{"least good", -3412, 0, 294, 706},
	{"the least good", -3412, 0, 454, 546},
	{"at least good", 4404, 592, 408, 0},
	{"very least good", 4902, 614, 386, 0},
	{"this is just the shit", 6124, 500, 500, 0},
	{"it was a kiss of death for us", -6124, 0, 545, 455},
	{"a bus stop we love", -2960, 0, 645, 355},
	{"all sort of good", 3832, 465, 535, 0},
	{"we just enough liked", 3626, 455, 545, 0},
	{"kind of good", 4404, 592, 408, 0},
	{"good but bad but good", 129, 462, 159, 378},
	{"good, but good day bad", 129, 462, 159, 378},
	{"nice :) really", 7003, 853, 147, 0},
	{"what :( ", -4404, 0, 256, 744},
	{"I'm so so SO happy", 8092, 613, 387, 0},
	{"nothing is good", -3412, 0, 454, 546},
	{"ain't it great", -5096, 0, 378, 622},
	{"uh-uh good", -3412, 0, 294, 706},
	{"that isn't really good", -3865, 0, 534, 466},
	{"the food was badass", 3400, 444, 556, 0},
	{"on a bad ass bike", -2500, 278, 333, 389},
	{"to be to die for ok", 258, 336, 336, 328},
	{"\302\251 copyright love", 6369, 677, 323, 0},
	{"\360\237\230\200\360\237\230\200great", 6124, 714, 286, 0},
	{"I love it \360\237\222\225! \360\237\222\225", 9336, 766, 234, 0},
	{"\342\235\244\357\270\217 you", 0, 0, 1000, 0},
	{"a\302\240good\342\200\203day", 4404, 592, 408, 0},
	{"L\304\260KE this", 0, 0, 1000, 0},
	{"\320\223OOD good", 4404, 744, 256, 0},
	{"\303\204RGER good day", 4404, 592, 408, 0},
	{"good!!!!!!!", 6209, 1000, 0, 0},
	{"(good)", 4404, 1000, 0, 0},
	{"\"good\"", 4404, 1000, 0, 0},
	{"hated it, hate it", -8360, 0, 202, 798},
	{"the best, hardly good", 7787, 773, 227, 0},
	{"Sentiment analysis has never been good.", -3412, 0, 675, 325},
	{"Sentiment analysis has never been this good!", 5672, 379, 621, 0},
	{"Most automated sentiment analysis tools are shit.", -5574, 0, 625, 375},
	{"With VADER, sentiment analysis is the shit!", 6476, 417, 583, 0},
	{"On the other hand, VADER is quite bad ass", 8020, 577, 423, 0},
	{"Not such a badass after all.", -2584, 0, 711, 289},
	{"Roger Dodger is one of the least compelling variations on this theme.", -1695, 0, 868, 132},
};

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(sentences); i++) {
		struct sentiment s = score(sentences[i].text);

		if (s.compound != sentences[i].compound || s.positive != sentences[i].positive || s.neutral != sentences[i].neutral ||
		    s.negative != sentences[i].negative)
			fail_msg("'%s': %d %d %d %d", sentences[i].text, s.compound, s.positive, s.neutral, s.negative);
	}
}

static void test_class(void **state)
{
	struct sentiment s = {.compound = 500};

	(void)state;
	assert_int_equal(sentiment_class(&s), 1);
	s.compound = 499;
	assert_int_equal(sentiment_class(&s), 0);
	s.compound = -499;
	assert_int_equal(sentiment_class(&s), 0);
	s.compound = -500;
	assert_int_equal(sentiment_class(&s), -1);
}

static void test_words(void **state)
{
	struct sentiment s = score("Service was GREAT, but slow");

	(void)state;
	assert_int_equal(s.word_count, 5);
	assert_span(s.words[2].text, "great");
	assert_true(s.words[2].value > 1.9 && s.words[2].value < 1.92);
	assert_true(s.words[0].value == 0);
}

static void test_languages(void **state)
{
	static const struct {
		const char *text;
		const char *language;	/* NULL: does not show */
		bool foreign;
	} cases[] = {
		{"The service was bad", "en", false},
		{"Great!!! :)", NULL, false},
		{"", NULL, false},
		{"Das ist leider nicht gut", "de", true},
		{"No me gusta nada, es muy caro", "es", true},
		{"Ce n'est pas une bonne affaire", "fr", true},
		{"Het is niet goed", "nl", true},
		/* One word, a word twice, or words of a name are not enough. */
		{"la la la rocks", NULL, false},
		{"War is over", "en", false},
		{"@das @ist #nicht http://die.example/der", NULL, false},
		{"\xe3\x81\x93\xe3\x82\x8c\xe3\x81\xaf\xe6\x9c\x80\xe6\x82\xaa", "ja", true},
		{"\xd0\x9e\xd1\x82\xd0\xbb\xd0\xb8\xd1\x87\xd0\xbd\xd0\xbe!", "cyrillic", true},
		{"My grade in \xce\xb1-level maths was good", "en", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sentiment s = score(cases[i].text);

		if (s.foreign != cases[i].foreign || !s.language != !cases[i].language ||
		    (s.language && strcmp(s.language, cases[i].language)))
			fail_msg("'%s' is of '%s'", cases[i].text, s.language ? s.language : "-");
	}
}

/* Bytes that are no text, and more words than are read. */
static void test_any_bytes(void **state)
{
	char *text = malloc(200000);
	struct sentiment s;

	(void)state;
	memset(text, 0xff, 100);
	sentiment_score(lexicon_builtin(), (struct span){text, 100}, &scratch, &s);
	assert_int_equal(s.compound, 0);
	for (size_t i = 0; i + 5 <= 200000; i += 5)
		memcpy(text + i, "good ", 5);
	arena_clear(&scratch);
	sentiment_score(lexicon_builtin(), (struct span){text, 200000}, &scratch, &s);
	assert_int_equal(s.word_count, SENTIMENT_WORDS_MAX);
	assert_int_equal(s.positive, 1000);
	free(text);
}

static struct lexicon *load(const char *text, struct error *err)
{
	char path[] = "/tmp/lexiconXXXXXX";
	int fd = mkstemp(path);
	struct lexicon *l;

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	*err = ERROR_INIT;
	l = lexicon_load(path, err);
	unlink(path);
	return l;
}

/* Lists of German have nouns with a capital; a line in small letters says it itself. */
static void test_capitals_of_a_file(void **state)
{
	static const struct {
		const char *word;
		double rating;
	} words[] = {{"katastrophe", -3}, {"\303\274bel", -2}, {"gut", 2}, {"toll", 3}};
	struct error err;
	struct lexicon *l = load("Katastrophe\t-3\n\303\234bel\t-2\nGut\t1\ngut\t2\ntoll\t3\nToll\t1\n:-D\t2\n", &err);

	(void)state;
	assert_non_null(l);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const struct lexicon_word *w = lexicon_find(l, span_of(words[i].word));

		assert_true(w && w->rated && w->rating == words[i].rating);
	}
	assert_null(lexicon_find(l, SPAN(":-d")));
	lexicon_free(l);
}

static void test_lexicon_of_a_file(void **state)
{
	struct error err;
	struct lexicon *l = load("# mine\n# language: de\ntoll\t3\r\nkalt\t-2\t0.5\t[-2]\n", &err);
	struct sentiment s;

	(void)state;
	assert_non_null(l);
	sentiment_score(l, SPAN("Das ist toll"), &scratch, &s);
	assert_false(s.foreign);
	assert_int_equal(s.compound, 6124);
	sentiment_score(l, SPAN("The good book was cold"), &scratch, &s);
	assert_true(s.foreign);
	assert_int_equal(s.compound, 0);
	lexicon_free(l);
}

static void test_lexicon_refused(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
		const char *message;
	} cases[] = {
		{"good\t1\nbad -1\n", 2, "expected a word, a tab and a number, not 'bad -1'"},
		{"good\tx\n", 1, "expected a word, a tab and a number, not 'good\tx'"},
		{"good\tnan\n", 1, NULL},
		{"good\t1e999\n", 1, NULL},
		{"\t1\n", 1, NULL},
		{"# language: xx\ngood\t1\n", 1, NULL},
		{"\xff\t1\n", 1, NULL},
		{"# nothing\n", 0, "no word is rated: a line is a word, a tab and a number"},
		{"", 0, NULL},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_null(load(cases[i].text, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_int_equal(err.line, cases[i].line);
		if (cases[i].message && !strchr(cases[i].message, '\t'))
			assert_string_equal(err.message, cases[i].message);
	}
	assert_null(lexicon_load("/nonexistent/lexicon", &err));
	assert_int_equal(err.kind, ERROR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_class),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_capitals_of_a_file),
		cmocka_unit_test(test_lexicon_of_a_file),
		cmocka_unit_test(test_lexicon_refused),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&scratch);
	return failed;
}
