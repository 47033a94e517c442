/* Which reader a file gets, and that each has the parts that it must have. */
#include "tests/unit/support.h"

#include <string.h>

#include "collect/ingest/source.h"

/* The label of the reader of TEXT with --format FORMAT. */
static const char *label_of(const char *text, const char *format)
{
	struct feed_block head = {.len = strlen(text), .last = true};
	struct source s = {.heads = &head, .head_count = 1};
	struct map_settings set = {.format = format};
	struct error err = ERROR_INIT;
	const char *label;

	head.ptr = (char *)(uintptr_t)text;
	assert_int_equal(reader_choose(&s, &set, &err), 0);
	label = s.reader->label;
	if (s.opened)
		s.reader->release(&s);
	return label;
}

static void test_choice(void **state)
{
	(void)state;
	assert_string_equal(label_of("a,b\n1,2\n", NULL), "CSV");
	assert_string_equal(label_of("anything at all", NULL), "CSV");
	assert_string_equal(label_of("{\"a\":1}\n{\"a\":2}\n", NULL), "JSON lines");
	assert_string_equal(label_of("[{\"a\":1},{\"a\":2}]", NULL), "JSON");
	assert_string_equal(label_of("{\"a\":\n1}\n", NULL), "JSON");
	assert_string_equal(label_of("192.0.2.7 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 5\n", NULL),
			    "web log");
}

static void test_format_wins(void **state)
{
	(void)state;
	assert_string_equal(label_of("{\"a\":1}\n", "csv"), "CSV");
	assert_string_equal(label_of("a,b\n", "ndjson"), "JSON lines");
	assert_string_equal(label_of("a,b\n", "json"), "JSON");
	assert_string_equal(label_of("a,b\n", "combined"), "web log");
}

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; row_readers[i]; i++) {
		const struct row_reader *r = row_readers[i];

		assert_non_null(r->label);
		assert_non_null(r->recognise);
		assert_non_null(r->survey);
		assert_non_null(r->open);
		assert_non_null(r->read);
		assert_non_null(r->close);
		/* A file is asked for again by one of the two. */
		assert_true((r->keyword != NULL) != (r->format_name != NULL));
		/* Columns come from a header, from members, or the kind has its own. */
		assert_true(r->table + r->members <= 1);
		assert_int_equal(r->members, r->read_inner != NULL);
		assert_true(!r->table || r->read_header);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_format_wins),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
