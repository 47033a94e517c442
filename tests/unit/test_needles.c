/* The search for many texts at once, against one at a time; and what escapes hide. */
#include "activate/erase/escapes.h"
#include "activate/erase/needles.h"
#include "base/buf.h"
#include "tests/unit/support.h"

static bool stands_at(struct span text, size_t at, struct span needle)
{
	return span_equal_nocase(span_sub(text, at, needle.len), needle);
}

static size_t count_one_by_one(const struct needles *n, struct span text, size_t from)
{
	size_t count = 0;

	for (size_t i = 0; i < n->count; i++)
		for (size_t at = from; at + n->list[i].text.len <= text.len; at++)
			count += stands_at(text, at, n->list[i].text);
	return count;
}

static void put_random(struct buf *out, uint64_t *seed, size_t len)
{
	static const char letters[] = "aAbB@`1\x80";

	for (size_t i = 0; i < len; i++)
		buf_char(out, letters[support_below(seed, sizeof letters - 1)]);
}

static void each_occurrence_comes_once(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct needles n = NEEDLES_INIT;
		struct buf text = BUF_INIT, word = BUF_INIT;
		struct needle_walk walk;
		struct needle_hit hit;
		size_t count = 0, from;
		size_t shortest = NEEDLE_MIN + support_below(&seed, 4);

		for (size_t i = support_below(&seed, 6); i; i--) {
			buf_clear(&word);
			put_random(&word, &seed, shortest + support_below(&seed, 8) * support_below(&seed, 2));
			assert_true(needles_add(&n, buf_view(&word), 0, 0));
		}
		assert_false(needles_add(&n, SPAN("abc"), 0, 0));
		needles_build(&n);
		put_random(&text, &seed, support_below(&seed, 300));
		for (size_t i = 0; i < n.count; i++)
			if (support_below(&seed, 2))
				buf_span(&text, n.list[i].text);
		from = support_below(&seed, text.len + 1);
		needles_start(&walk, &n, buf_view(&text), from);
		while (needles_next(&walk, &hit)) {
			assert_true(hit.at >= from && stands_at(buf_view(&text), hit.at, hit.needle->text));
			count++;
		}
		assert_int_equal(count, count_one_by_one(&n, buf_view(&text), from));
		needles_release(&n);
		buf_release(&text);
		buf_release(&word);
	}
}

static void escapes_are_undone(void **state)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"jane%40example.com", "jane@example.com"}, {"%6A%61ne", "jane"}, {"100%", "100%"}, {"%4", "%4"},
		{"%2540", "%40"}, {"J\\u0061ne\\u0040x", "Jane@x"}, {"\\ud83d\\ude00\\u00e9", "\xf0\x9f\x98\x80\xc3\xa9"},
		{"a\\/b \\x40 \\q", "a/b @ \\q"}, {"&#64;&#x40; &amp; &#; &#x110000;", "@@ &amp; &#; &#x110000;"},
		{"one\\ntwo", "one two"}, {"\\\\u0040", "\\u0040"}, {"\\u12", "\\u12"}, {"%zz&#64", "%zz&#64"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT;
		bool any = escapes_undo(span_of(cases[i].text), &out);

		assert_span(buf_view(&out), cases[i].plain);
		assert_int_equal(any, strcmp(cases[i].text, cases[i].plain) != 0);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_occurrence_comes_once),
		cmocka_unit_test(escapes_are_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
