/* Files of assignments. */
#include "base/buf.h"
#include "expr/assignments.h"
#include "expr/expr.h"
#include "tests/unit/support.h"

static int take(void *context, const struct assignment *a, struct error *err)
{
	struct buf *out = context;

	if (span_equal(a->name, SPAN("refuse"))) {
		error_usage(err, "refused");
		return 7;
	}
	buf_printf(out, "%s%.*s@%d|%.*s|%d:%d\n", a->set ? "set " : "",
		   SPAN_ARG(a->name), (int)a->name_column,
		   SPAN_ARG(a->text), (int)a->line, (int)a->column);
	return 0;
}

static void check(const char *text, const char *want)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	int status = assignments_parse(span_of(text), "a.map", take, &out, &err);

	if (status == -1) {
		assert_int_equal(err.kind, ERROR_USAGE);
		buf_clear(&out);
		error_format(&err, &out);
	}
	assert_string_equal(buf_text(&out), want);
	buf_release(&out);
}

static void takes_lines(void **state)
{
	(void)state;
	check("", "");
	check("a = 1\n", "a@1|1|1:5\n");
	check("a=1", "a@1|1|1:3\n");
	/* A byte order mark is no column. */
	check("\xef\xbb\xbf" "a = 1\r\nb = 2\r\n", "a@1|1|1:5\nb@1|2|2:5\n");
	check("traits.city  =  `Ort der Lieferung`  \n", "traits.city@1|`Ort der Lieferung`|1:17\n");
	check("Gold customers = revenue > 5\n", "Gold customers@1|revenue > 5|1:18\n");
	check("`a = b` = 1\n", "a = b@1|1|1:11\n");
	check("x = a == b\n", "x@1|a == b|1:5\n");
}

static void leaves_comments_out(void **state)
{
	(void)state;
	check("# about\n\n  # more\na = 1 # one\n \t\nb = '#' # two\n", "a@1|1|4:5\nb@1|'#'|6:5\n");
	check("a = \"it\"\"s # no\" # yes\n", "a@1|\"it\"\"s # no\"|1:5\n");
	check("a = 'x\\'y # no' # yes\n", "a@1|'x\\'y # no'|1:5\n");
}

static void joins_lines(void **state)
{
	(void)state;
	check("a = 1 +\n    2\nb = 3\n", "a@1|1 +\n    2|1:5\nb@1|3|3:5\n");
	check("a =\n    2\n", "a@1|2|2:5\n");
	check("a = if(x,\n1,\n2)\nb = 3\n", "a@1|if(x,\n1,\n2)|1:5\nb@1|3|4:5\n");
	check("a = 1\n# between\n\n + 2 # end\n", "a@1|1\n# between\n\n + 2|1:5\n");
	check("a = ')' \n", "a@1|')'|1:5\n");
	check("a = 1)\nb = 2\n", "a@1|1)|1:5\nb@1|2|2:5\n");
}

static void tells_set_lines(void **state)
{
	(void)state;
	check("set source = shop\nset decimal=\",\"\n", "set source@5|shop|1:14\nset decimal@5|\",\"|2:13\n");
	/* A field of that name is no set line. */
	check("set = 1\nsetting = 2\n", "set@1|1|1:7\nsetting@1|2|2:11\n");
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	check("a\n", "a.map:1:2: expected 'name = expression'");
	check("ok = 1\n= 2\n", "a.map:2:1: expected 'name = expression'");
	check("a(b) = 2\n", "a.map:1:2: expected 'name = expression'");
	check("a == 2\n", "a.map:1:3: an assignment has a single '='");
	check("a =\nb = 2\n", "a.map:1:4: an expression is missing behind '='");
	check("a = # none\n", "a.map:1:5: an expression is missing behind '='");
	check("  a = 2\n", "a.map:1:3: this line goes on from nothing: names begin in the first column");
	check("a = if(x,\n  (1\nb = 2\n", "a.map:1:7: this '(' is never closed");
	check("a = 'x\nb = 2\n", "a.map:1:5: this text does not end on its line");
	check("a = `x\n", "a.map:1:5: this name does not end on its line");
	check("`a = 1\n", "a.map:1:1: this name does not end on its line");
	check("`` = 1\n", "a.map:1:1: this name is empty");
}

static void stops_when_told(void **state)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(assignments_parse(SPAN("a = 1\nrefuse = 2\nb = 3\n"), NULL, take, &out, &err), 7);
	assert_error(&err, "refused");
	assert_string_equal(buf_text(&out), "a@1|1|1:5\n");
	buf_release(&out);
}

static void plain_values(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} lines[] = {
		{"shop", "shop"}, {"\",\"", ","}, {"'a shop'", "a shop"},
		{"'it''s'", "it's"}, {"'it\\'s \\\\ \\t'", "it's \\ \t"},
		{"Europe/Berlin", "Europe/Berlin"}, {"''", ""}, {"'\\d'", "\\d"},
	};
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct assignment a = {.text = span_of(lines[i].text), .line = 3, .column = 5};

		buf_clear(&out);
		assert_int_equal(assignment_value(&a, "a.map", &out, &err), 0);
		assert_string_equal(buf_text(&out), lines[i].want);
	}
	buf_release(&out);
}

static void plain_values_that_are_none(void **state)
{
	struct assignment a = {.text = SPAN("'a' b"), .line = 3, .column = 5};
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(assignment_value(&a, "a.map", &out, &err), -1);
	assert_error(&err, "unexpected ' b' behind the text");
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 8);
	a.text = SPAN("'a");
	assert_int_equal(assignment_value(&a, "a.map", &out, &err), -1);
	assert_error(&err, "the text ''a' does not end");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_lines),
		cmocka_unit_test(leaves_comments_out),
		cmocka_unit_test(joins_lines),
		cmocka_unit_test(tells_set_lines),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(plain_values),
		cmocka_unit_test(plain_values_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
