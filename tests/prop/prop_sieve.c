/*
 * A sieve may let through what does not match, but never keeps back what does: random
 * expressions and random texts of few letters, the library as the judge.
 */
#include "tests/unit/support.h"

#include "base/buf.h"
#include "base/mem.h"
#include "reference/sieve.h"
#include "text/regex.h"

#define PATTERNS 200
#define TEXTS 400

static void put_expression(struct buf *out, uint64_t *seed, int depth);

static void put_word(struct buf *out, uint64_t *seed)
{
	static const char letters[] = "abkSs-";
	size_t len = 1 + support_below(seed, 4);

	for (size_t i = 0; i < len; i++)
		buf_char(out, letters[support_below(seed, sizeof letters - 1)]);
}

static void put_atom(struct buf *out, uint64_t *seed, int depth)
{
	static const char *const others[] = {
		".", "[ab]", "[^a]", "[a-k]", "[]a]", "[^]a]", "\\d", "\\w", "\\.", "\\b", "^",
		"$", "[a\\-b]", "[[:alpha:]]", "(?=a)", "(?!b)", "(?<=s)", "\\x61", "é", "[é]", " ",
		"{", "a{b", "a{,2}", "\\(", "(?i)a", "(?i:b)", "a++", "\\Qa\\E",
	};

	if (depth && support_below(seed, 3) == 0) {
		buf_text_put(out, support_below(seed, 2) ? "(" : "(?:");
		put_expression(out, seed, depth - 1);
		buf_char(out, ')');
	} else if (support_below(seed, 3) == 0) {
		buf_text_put(out, others[support_below(seed, COUNT_OF(others))]);
	} else {
		put_word(out, seed);
	}
}

static void put_expression(struct buf *out, uint64_t *seed, int depth)
{
	static const char *const repeats[] = {"?", "*", "+", "{2}", "{0,1}", "{1,3}", "{0}",
					      "??", "*?", "{2,}", "{0,2}?"};
	size_t parts = 1 + support_below(seed, 3);

	for (size_t i = 0; i < parts; i++) {
		put_atom(out, seed, depth);
		if (support_below(seed, 4) == 0)
			buf_text_put(out, repeats[support_below(seed, COUNT_OF(repeats))]);
	}
	if (support_below(seed, 3) == 0) {
		buf_char(out, '|');
		if (support_below(seed, 5))
			put_expression(out, seed, depth ? depth - 1 : 0);
	}
}

struct pattern {
	struct regex *regex;
	char text[512];
};

/* Patterns that the library takes; their number. */
static size_t make_patterns(struct sieve *s, struct pattern *list, uint64_t *seed)
{
	struct buf text = BUF_INIT;
	size_t count = 0;

	while (count < PATTERNS) {
		struct regex_options how = {.caseless = support_below(seed, 2), .ascii = true};

		buf_clear(&text);
		put_expression(&text, seed, 3);
		list[count].regex = text.len < sizeof list->text ?
			regex_new_with(buf_view(&text), &how, NULL) : NULL;
		if (!list[count].regex)
			continue;
		sieve_add(s, buf_view(&text));
		snprintf(list[count++].text, sizeof list->text, "%s", buf_text(&text));
	}
	buf_release(&text);
	return count;
}

static void put_text(struct buf *out, uint64_t *seed)
{
	static const char *const pieces[] = {"a", "b", "k", "s", "S", "A", "K", "-", "ab", "é", " ",
					     ".", "1", "\xe2\x84\xaa", "\xc5\xbf", "{", "\xff"};
	size_t count = support_below(seed, 16);

	for (size_t i = 0; i < count; i++)
		buf_text_put(out, pieces[support_below(seed, COUNT_OF(pieces))]);
}

static void one_round(uint64_t round)
{
	uint64_t seed = support_seed(round);
	struct sieve *s = sieve_new();
	struct pattern *list = mem_zero(PATTERNS, sizeof *list);
	size_t count = make_patterns(s, list, &seed);
	struct regex_search *search = regex_search_new();
	struct span groups[REGEX_GROUPS_MAX];
	struct sieve_scan *scan;
	struct buf text = BUF_INIT;
	size_t kept_back = 0, matches = 0;

	sieve_build(s);
	scan = sieve_scan_new(s);
	for (int t = 0; t < TEXTS; t++) {
		buf_clear(&text);
		put_text(&text, &seed);
		sieve_run(s, scan, buf_view(&text));
		for (size_t i = 0; i < count; i++) {
			bool lets = sieve_next(scan, i, i + 1) == i;
			bool match = regex_find_groups(list[i].regex, search, buf_view(&text),
						       groups, NULL) == 1;

			kept_back += !lets;
			matches += match;
			if (match && !lets)
				fail_msg("round %llu: /%s/ matches '%s' but is kept back",
					 (unsigned long long)round, list[i].text, buf_text(&text));
		}
	}
	/* Both happen, or nothing was tested. */
	assert_true(kept_back > 100 && matches > 100);
	for (size_t i = 0; i < count; i++)
		regex_free(list[i].regex);
	sieve_scan_free(scan);
	sieve_free(s);
	regex_search_free(search);
	mem_free(list);
	buf_release(&text);
}

static void test_nothing_is_kept_back(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 20; round++)
		one_round(round);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_kept_back),
	};

	return cmocka_run_group_tests_name("sieve", tests, NULL, NULL);
}
