#include "support.h"

#include "text/html.h"

static void test_data_stays_data(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
		{"", ""},
		{"Zo\xc3\xab", "Zo\xc3\xab"},
		{"<script>alert(\"x\")</script>", "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"},
		{"O'Hara & Sons", "O&#39;Hara &amp; Sons"},
		{"&amp;", "&amp;amp;"},
		{"a\x1b[31mb", "a?[31mb"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT;

		html_put(&out, span_of(cases[i].text));
		assert_span(buf_view(&out), cases[i].html);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_stays_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
