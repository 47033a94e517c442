/* The table and the chart of a pair: they fit, and the bars add up. */
#include "tests/unit/support.h"

#include "text/unicode.h"
#include "unify/evidence/waterfall.h"

static struct comparisons pair(void)
{
	struct comparisons c = {.prior = -8.5, .score = 3.25, .count = 4};

	c.list[0] = (struct comparison){
		SPAN("first_name"), SPAN("zo\xc3\xab"), SPAN("zoe"), "closer (0.92)", 0.2, 0.001, 7.5, 0.75,
	};
	c.list[1] = (struct comparison){
		SPAN("email"), SPAN("a.very.long.address.of.mail@example.com"), SPAN("z@example.org"),
		"different", 0.3, 0.9, -1.5, 0,
	};
	c.list[2] = (struct comparison){SPAN("city"), SPAN("wien"), SPAN("wien"), "same", 0.9, 0.01, 6, -1};
	c.list[3] = (struct comparison){SPAN("phone"), SPAN_NONE, SPAN("1555\x1b[31m0100"), "missing", 0, 0, 0, 0};
	return c;
}

static struct buf draw(const struct explain_style *style)
{
	struct comparisons c = pair();
	struct buf out = BUF_INIT;

	waterfall_put(&c, style, 4, &out);
	return out;
}

static bool has(const struct buf *b, const char *text)
{
	return span_find(buf_view(b), span_of(text)) < b->len;
}

static void test_fits_the_terminal(void **state)
{
	(void)state;
	for (size_t width = 72; width < 200; width++) {
		struct explain_style style = {.unicode = width % 2, .width = width};
		struct buf out = draw(&style);
		struct span rest = buf_view(&out);

		while (rest.len) {
			struct span line = span_cut(&rest, '\n');

			if (unicode_width(line) > width) {
				print_error("at %zu: %.*s\n", width, SPAN_ARG(line));
				fail();
			}
			assert_int_equal(span_find_byte(line, '\x1b'), line.len);
		}
		/* What is cut off shows, and nothing that has room is cut off. */
		assert_true(has(&out, width >= 86 && width < 148 ? "~" : "a.very.long.address.of.mail"));
		buf_release(&out);
	}
}

static void test_narrow_values_have_their_own_line(void **state)
{
	struct explain_style style = {.width = 72};
	struct buf out = draw(&style);

	(void)state;
	assert_true(has(&out, "\n      a.very.long.address.of.mail@example.com | z@example.org\n"));
	assert_true(has(&out, "\n      - | 1555"));
	buf_release(&out);
}

/* Without a terminal: bars for 80 columns, values as they are. */
static void test_text_for_files(void **state)
{
	struct explain_style style = {.unicode = false};
	struct buf out = draw(&style);

	(void)state;
	assert_true(has(&out, "rare value    +0.75"));
	assert_true(has(&out, "often seen    -1.00"));
	assert_true(has(&out, "    sum             +3.25 "));
	assert_false(has(&out, "phone           +"));
	assert_false(has(&out, "\xe2\x96\x88"));
	buf_release(&out);
}

static void test_probabilities(void **state)
{
	static const struct {
		double score;
		const char *text;
	} cases[] = {
		{0, "0.5"}, {-40, "9.095e-13"}, {7.04, "0.9925"}, {13, "0.9999"}, {15.69, "0.999981"},
		{40, "0.99999999999909"}, {1000, "1.000000000000000"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT;

		comparisons_put_probability(cases[i].score, &out);
		assert_string_equal(buf_text(&out), cases[i].text);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits_the_terminal),
		cmocka_unit_test(test_narrow_values_have_their_own_line),
		cmocka_unit_test(test_text_for_files),
		cmocka_unit_test(test_probabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
