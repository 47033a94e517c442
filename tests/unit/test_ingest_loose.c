/* Quotes as others write them, cells for spreadsheets, lines that look alike. */
#include "collect/rows/loose.h"
#include "collect/rows/unwrap.h"

#include "base/buf.h"
#include "tests/unit/support.h"

#define ROOM 4

/* The cells of TEXT's first record between bars, or what is wrong with it. */
static const char *read_record(const char *text, const struct dialect *d, bool last, bool one_line)
{
	static struct buf out;
	struct loose *l = loose_new(d, ROOM);
	struct cell cells[ROOM];
	struct loose_record r = loose_read(l, span_of(text), last, one_line, cells);

	buf_clear(&out);
	if (r.result != QUOTED_ROW)
		buf_text_put(&out, r.result == QUOTED_MORE ? "more" : "bad");
	for (size_t i = 0; r.result == QUOTED_ROW && i < r.count && i < ROOM; i++) {
		buf_char(&out, '|');
		buf_span(&out, cells[i].kind == CELL_NONE ? SPAN("-") : cells[i].text);
	}
	if (r.result == QUOTED_ROW)
		buf_printf(&out, "|%zu %d", r.len, (int)r.lines);
	loose_free(l);
	return buf_text(&out);
}

static void test_quotes(void **state)
{
	static const struct dialect plain = {.delimiter = ',', .quote = '"'};
	static const struct dialect single = {.delimiter = ';', .quote = '\''};
	static const struct dialect escapes = {.delimiter = ',', .quote = '"', .backslash = true};

	(void)state;
	assert_string_equal(read_record("a, \"b,c\" ,d\nx", &plain, true, true), "|a|b,c|d|12 1");
	assert_string_equal(read_record("a, \"b\"c\n", &plain, true, true), "bad");
	assert_string_equal(read_record("a,\"b\n c\"\n", &plain, true, true), "bad");
	assert_string_equal(read_record("a,\"b\r\nc\"\r\n", &plain, true, false), "|a|b\r\nc|10 2");
	assert_string_equal(read_record("a,,\"\"", &plain, true, true), "|a|-||5 1");
	assert_string_equal(read_record("a,b", &plain, false, true), "more");
	assert_string_equal(read_record("a,\"b", &plain, true, false), "more");
	assert_string_equal(read_record("1,2,3,4,5\n", &plain, true, false), "|1|2|3|4|10 1");
	assert_string_equal(read_record("'it''s';'rock 'n' roll';'x;y'\n", &single, true, false),
			    "|it's|rock 'n' roll|x;y|30 1");
	assert_string_equal(read_record("\"say \\\"hi\\\"\",\"C:\\\\d\",\"a\\n\"\n", &escapes, true, false),
			    "|say \"hi\"|C:\\d|a\\n|27 1");
	assert_string_equal(read_record("a\\,b,\\N,c\\\n", &escapes, true, false), "|a,b|\\N|c\\|11 1");
	/* Pieces of one cell that are put together behind another that was. */
	assert_string_equal(read_record("\"a\"\"b\",\"c\"\"\",d\"\"\n", &plain, true, false),
			    "|a\"b|c\"|d\"\"|17 1");
}

static void test_unwrapping(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} list[] = {
		{"=\"00123\"", "00123"}, {"=\"\"", ""}, {"'0017", "0017"}, {"'+44 20 7946 0000", "+44 20 7946 0000"},
		{"=\"a\"&\"b\"", NULL}, {"=1+2", NULL}, {"=\"", NULL}, {"'tis", NULL}, {"'", NULL}, {"''", NULL},
		{"'-", NULL}, {"0017", NULL}, {"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct span cell = span_of(list[i].text);

		assert_int_equal(unwrap_cell(&cell), list[i].want != NULL);
		assert_true(span_equal(cell, span_of(list[i].want ? list[i].want : list[i].text)));
	}
	assert_true(unwrap_wanted(SPAN("a;\"=\"\"1\"\"\"\n"), ';'));
	assert_true(unwrap_wanted(SPAN("'1,2\n"), ','));
	assert_false(unwrap_wanted(SPAN("a=\"1\";O'Hara\n"), ';'));
}

static void test_alike(void **state)
{
	(void)state;
	assert_true(lines_alike(SPAN("1,a@x,t"), SPAN("2,b@x,u"), ','));
	assert_false(lines_alike(SPAN("1,t,\"Main St"), SPAN("Rome,Lazio,IT\""), ','));
	assert_false(lines_alike(SPAN("1,t"), SPAN("2,u"), ','));
	assert_false(lines_alike(SPAN("1,2024-01-01"), SPAN("2,x"), ','));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_unwrapping),
		cmocka_unit_test(test_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
