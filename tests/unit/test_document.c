#include "tests/unit/support.h"

#include <math.h>
#include <unistd.h>

#include "record/document.h"

static struct document *parse(const char *text)
{
	struct error err = ERROR_INIT;
	struct document *d = document_parse(span_of(text), "test.json", &err);

	if (!d)
		fail_msg("%s", err.message);
	return d;
}

static void nodes_are_read(void **state)
{
	struct document *d = parse("{\"b\":\"\\u00e9\",\"a\":[1,2.5,true,null],"
				   "\"c\":{\"x\":false}}");
	struct node *root = document_root(d);
	struct node *a = node_get(root, "a");
	struct span text;
	double number;
	bool truth;

	(void)state;
	assert_int_equal(node_count(root), 3);
	assert_string_equal(node_key(root, 0), "b");
	assert_string_equal(node_key(root, 1), "a");
	assert_string_equal(node_key(root, 2), "c");
	assert_null(node_key(root, 3));
	assert_true(node_text(node_get(root, "b"), &text));
	assert_span(text, "é");
	assert_int_equal(node_count(a), 4);
	assert_true(node_number(node_at(a, 0), &number));
	assert_close(number, 1, 0);
	assert_true(node_number(node_at(a, 1), &number));
	assert_close(number, 2.5, 0);
	assert_true(node_truth(node_at(a, 2), &truth));
	assert_true(truth);
	assert_true(node_truth(node_get(node_get(root, "c"), "x"), &truth));
	assert_false(truth);
	document_free(d);
}

static void absent_and_wrong_kinds(void **state)
{
	struct document *d = parse("{\"a\":[null],\"t\":\"x\"}");
	struct node *root = document_root(d);
	struct node *null = node_at(node_get(root, "a"), 0);
	struct span text;
	double number;
	bool truth;

	(void)state;
	assert_non_null(null);
	assert_null(node_get(root, "z"));
	assert_null(node_get(NULL, "z"));
	assert_null(node_get(null, "z"));
	assert_null(node_at(node_get(root, "a"), 1));
	assert_null(node_at(root, 0));
	assert_null(node_at(NULL, 0));
	assert_null(node_key(NULL, 0));
	assert_null(node_key(node_get(root, "a"), 0));
	assert_int_equal(node_count(NULL), 0);
	assert_int_equal(node_count(node_get(root, "t")), 0);
	assert_false(node_text(null, &text));
	assert_false(node_text(NULL, &text));
	assert_false(node_number(node_get(root, "t"), &number));
	assert_false(node_number(NULL, &number));
	assert_false(node_truth(null, &truth));
	assert_false(node_truth(NULL, &truth));
	document_free(d);
	document_free(NULL);
}

static void faults_have_their_place(void **state)
{
	static const struct {
		const char *text;
		const char *message;
		unsigned line, column;
	} cases[] = {
		{"", "not JSON: unexpected token near end of file", 1, 1},
		{"{\n  \"é\": 1,\n  \"ü\" 2\n}", "not JSON: ':' expected near '2'", 3, 8},
		{"{\"a\":1,\n\"a\":2}", "not JSON: duplicate object key near '\"a\"'", 2, 3},
		{"{} {}", "not JSON: end of file expected near '{'", 1, 4},
		{"[1,\n\n01]", "not JSON: invalid token near '0'", 3, 1},
		{"[123456789012345678901]",
		 "not JSON: too big integer", 1, 22},
		{"[\"\x1b[31m\"]", "not JSON: control character 0x1b near '\"'", 1, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = ERROR_INIT;

		assert_null(document_parse(span_of(cases[i].text), "m.json", &err));
		assert_error(&err, cases[i].message);
		assert_string_equal(err.file, "m.json");
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_null(document_parse(span_of(cases[i].text), "m.json", NULL));
	}
}

static void build_and_print(void **state)
{
	struct document *d = document_new();
	struct node *root = document_root(d);
	struct node *list = node_add_array(root, "list");
	struct node *inner;
	struct buf b = BUF_INIT;

	(void)state;
	node_add_text(root, "name", SPAN("Łódź \"x\"\n"));
	node_add_integer(root, "count", -9007199254740993);
	node_add_number(root, "r", 0.2425945, 6);
	node_add_number(root, "nan", NAN, 6);
	node_add_truth(root, "ok", true);
	node_add_integer(list, NULL, 1);
	node_add_number(list, NULL, 19.99, 17);
	node_add_truth(list, NULL, false);
	inner = node_add_object(list, NULL);
	node_add_array(inner, "empty");
	node_add_object(inner, "none");
	document_put(d, &b);
	assert_span(buf_view(&b),
		    "{\n"
		    "  \"list\": [\n"
		    "    1,\n"
		    "    19.99,\n"
		    "    false,\n"
		    "    {\n"
		    "      \"empty\": [],\n"
		    "      \"none\": {}\n"
		    "    }\n"
		    "  ],\n"
		    "  \"name\": \"Łódź \\\"x\\\"\\n\",\n"
		    "  \"count\": -9007199254740993,\n"
		    "  \"r\": 0.242594,\n"
		    "  \"nan\": null,\n"
		    "  \"ok\": true\n"
		    "}\n");
	buf_release(&b);
	document_free(d);
}

static void what_is_printed_reads_back(void **state)
{
	struct document *d = parse("{\"a\":[1.5,-0.1,1e300,3,19.99],\"b\":{\"\":null}}");
	struct buf first = BUF_INIT;
	struct buf second = BUF_INIT;

	(void)state;
	document_put(d, &first);
	document_free(d);
	d = document_parse(buf_view(&first), "again", NULL);
	assert_non_null(d);
	document_put(d, &second);
	document_free(d);
	assert_true(span_equal(buf_view(&first), buf_view(&second)));
	buf_release(&first);
	buf_release(&second);
}

static void texts_are_repaired(void **state)
{
	struct document *d = document_new();
	struct buf b = BUF_INIT;

	(void)state;
	node_add_text(document_root(d), "k\xff", SPAN("M\xfcller\0x"));
	node_add_text(document_root(d), "none", SPAN_NONE);
	document_put(d, &b);
	assert_span(buf_view(&b), "{\n  \"k\xef\xbf\xbd\": "
		    "\"M\xef\xbf\xbdller\\u0000x\",\n  \"none\": \"\"\n}\n");
	buf_release(&b);
	document_free(d);
}

static void check_number(double number, int digits, const char *want)
{
	struct buf b = BUF_INIT;

	if (digits)
		document_put_number(&b, number, digits);
	else
		document_put_shortest(&b, number);
	assert_span(buf_view(&b), want);
	buf_release(&b);
}

static void numbers_are_printed(void **state)
{
	(void)state;
	check_number(0, 6, "0");
	check_number(-0.0, 6, "0");
	check_number(1, 1, "1");
	check_number(-12.5, 6, "-12.5");
	check_number(1234567, 6, "1234570");
	check_number(1000000, 6, "1000000");
	check_number(0.000012345678, 6, "0.0000123457");
	check_number(0.0000012345678, 6, "1.23457e-6");
	check_number(999999.96, 6, "1000000");
	check_number(1e14, 6, "100000000000000");
	check_number(1e15, 6, "1e15");
	check_number(-2.5e300, 6, "-2.5e300");
	check_number(9582.429, 6, "9582.43");
	check_number(2.0 / 3, 1, "0.7");
	check_number(7e100, 1, "7e100");
	check_number(0.1, 17, "0.10000000000000001");
	check_number(0.1, 99, "0.10000000000000001");
	check_number(INFINITY, 6, "null");
	check_number(NAN, 0, "null");
	check_number(0.1, 0, "0.1");
	check_number(19.99, 0, "19.99");
	check_number(2.0 / 3, 0, "0.6666666666666666");
	check_number(5e-324, 0, "4.94065645841247e-324");
}

static void load(void **state)
{
	char path[] = "/tmp/test_document_XXXXXX";
	int fd = mkstemp(path);
	struct error err = ERROR_INIT;
	struct document *d;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{\"a\":\n1}", 8), 8);
	d = document_load(path, &err);
	assert_non_null(d);
	assert_int_equal(node_count(document_root(d)), 1);
	document_free(d);
	assert_int_equal(write(fd, "}", 1), 1);
	assert_null(document_load(path, &err));
	assert_error(&err, "not JSON: end of file expected near '}'");
	assert_string_equal(err.file, path);
	assert_int_equal(err.line, 2);
	close(fd);
	unlink(path);
	err = ERROR_INIT;
	assert_null(document_load(path, &err));
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "No such file or directory"));
}

static void an_endless_file_is_no_document(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_null(document_load("/dev/zero", &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.message, "is longer than 64 MiB");
	assert_string_equal(err.file, "/dev/zero");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_are_read),
		cmocka_unit_test(absent_and_wrong_kinds),
		cmocka_unit_test(faults_have_their_place),
		cmocka_unit_test(build_and_print),
		cmocka_unit_test(what_is_printed_reads_back),
		cmocka_unit_test(texts_are_repaired),
		cmocka_unit_test(numbers_are_printed),
		cmocka_unit_test(load),
		cmocka_unit_test(an_endless_file_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
