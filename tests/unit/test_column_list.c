/* Lists of columns: items and their labels. */
#include "expr/column_list.h"
#include "tests/unit/support.h"

/* "label:text|" of each item. */
static void items(void **state)
{
	static const struct {
		const char *list, *want;
	} rows[] = {
		{"email", ":email|"},
		{" id , email ", ":id|:email|"},
		{"Email Address=email,Tags=segments", "Email Address:email|Tags:segments|"},
		{"a = b = c", "a:b = c|"},
		{"revenue >= 5", ":revenue >= 5|"},
		{"revenue == 5", ":revenue == 5|"},
		{"x=if(a, 'b,c', d[1,2]),y", "x:if(a, 'b,c', d[1,2])|:y|"},
		{"'a=b'", ":'a=b'|"},
		{"`a,b`,c", ":`a,b`|:c|"},
		{"=a", ":=a|"},
		{"a,,b", ":a|:|:b|"},
		{"a,", ":a|:|"},
		{"f(a", ":f(a|"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct span rest = span_of(rows[i].list);
		struct buf got = BUF_INIT;

		while (!span_absent(rest)) {
			struct span item = column_list_next(&rest);
			struct span label = column_list_label(&item);

			buf_span(&got, label);
			buf_char(&got, ':');
			buf_span(&got, item);
			buf_char(&got, '|');
		}
		assert_string_equal(buf_text(&got), rows[i].want);
		buf_release(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
