/* Bytes on their way to rows: censuses, encodings, sniffing, JSON members. */
#include "base/arena.h"
#include "base/buf.h"
#include "collect/rows/census.h"
#include "collect/rows/encoding.h"
#include "collect/rows/objects.h"
#include "collect/rows/sniff.h"
#include "collect/rows/split.h"
#include "tests/unit/support.h"

/* The same by the byte: the vectors must see what stands at any place. */
static void test_census(void **state)
{
	char text[80];

	(void)state;
	for (size_t len = 0; len < sizeof text; len += 7) {
		for (size_t at = 0; at < len; at++) {
			struct span s = {text, len};
			struct census c;

			memset(text, 'x', sizeof text);
			c = census_take(s);
			assert_false(c.quote || c.backslash || c.control || c.nul || c.cr || c.high);
			text[at] = '"';
			assert_true(census_take(s).quote);
			assert_int_equal(census_quotes(s), 1);
			text[at] = '\\';
			assert_true(census_take(s).backslash);
			text[at] = '\t';
			assert_true(census_take(s).control);
			assert_false(census_take(s).nul);
			text[at] = '\0';
			assert_true(census_take(s).nul);
			text[at] = '\xc3';
			assert_true(census_take(s).high);
			assert_false(census_take(s).control);
			text[at] = '\r';
			assert_true(census_take(s).cr);
			assert_int_equal(census_lines(s), 1);
			if (at + 1 < len) {
				text[at + 1] = '\n';
				assert_false(census_take(s).cr);
				assert_int_equal(census_lines(s), 1);
			}
		}
	}
}

static void test_line_end(void **state)
{
	const char text[] = "a\r\nb\rc\nd";
	const char *end = text + sizeof text - 1;

	(void)state;
	assert_ptr_equal(census_line_end(text, end), text + 3);
	assert_ptr_equal(census_line_end(text + 3, end), text + 5);
	assert_ptr_equal(census_line_end(text + 5, end), text + 7);
	assert_ptr_equal(census_line_end(text + 7, end), end);
}

static void check_round(const char *name, struct span bytes, const char *utf8,
			bool back)
{
	struct error err = ERROR_INIT;
	struct encoding *e = encoding_new(name, &err);
	struct buf out = BUF_INIT, again = BUF_INIT;
	size_t used = 0;

	assert_non_null(e);
	/* A byte after another: characters may be cut anywhere. */
	for (size_t len = 1; len <= bytes.len; len++)
		used += encoding_decode(e, span_sub(bytes, used, len - used),
					len == bytes.len, &out);
	assert_int_equal(used, bytes.len);
	assert_string_equal(buf_text(&out), utf8);
	assert_int_equal(encoding_encode(e, buf_view(&out), &again), back);
	if (back)
		assert_true(span_equal(buf_view(&again), bytes));
	buf_release(&out);
	buf_release(&again);
	encoding_free(e);
}

static void test_encodings(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	check_round("latin1", SPAN("Zo\xeb"), "Zo\xc3\xab", true);
	check_round("windows-1252", SPAN("5 \x80"), "5 \xe2\x82\xac", true);
	/* 81h is nothing in windows-1252, and comes back as it was. */
	check_round("windows-1252", SPAN("\xe4\x81x"), "\xc3\xa4\xfe\x81x", true);
	check_round("utf-16le", SPAN("a\0\xac\x20"), "a\xe2\x82\xac", false);
	check_round("utf-16be", SPAN("\0a\xd8\x3d\xde\x00"), "a\xf0\x9f\x98\x80", false);
	check_round("shift_jis", SPAN("\x83\x65x"), "\xe3\x83\x86x", true);
	assert_null(encoding_new("klingon", &err));
	assert_error(&err, "unknown encoding 'klingon': try latin1, windows-1252 or utf-16le ('iconv -l' lists all)");
}

static void test_delimiters(void **state)
{
	struct error err = ERROR_INIT;
	char c;

	(void)state;
	assert_int_equal(sniff_delimiter_named("semicolon", &c, &err), 0);
	assert_int_equal(c, ';');
	assert_int_equal(sniff_delimiter_named("blank", &c, &err), 0);
	assert_int_equal(c, SPLIT_BLANK);
	assert_int_equal(sniff_delimiter_named("\"", &c, &err), -1);
	assert_true(sniff_is_json(SPAN(" \n{\"a\"")));
	assert_true(sniff_is_json(SPAN("[{")));
	assert_true(sniff_is_json(SPAN("[")));
	assert_false(sniff_is_json(SPAN("[x],y")));
	assert_false(sniff_is_json(SPAN("a,{")));
	assert_false(sniff_is_json(SPAN("")));
}

static struct buf told;

static void take_row(void *context, const struct row *row)
{
	(void)context;
	buf_printf(&told, "%llu:", (unsigned long long)row->line);
	for (size_t i = 0; i < row->touched_count; i++) {
		const struct cell *c = &row->cells[row->touched[i]];

		buf_printf(&told, " %.*s=%c%.*s", SPAN_ARG(row->names[row->touched[i]]),
			   "-tnwr"[c->kind], SPAN_ARG(c->text));
	}
	buf_char(&told, '\n');
}

static void take_bad(void *context, struct span raw, uint64_t line,
		     const struct error *why)
{
	(void)context;
	buf_printf(&told, "%llu:%llu '%.*s' %s\n", (unsigned long long)line,
		   (unsigned long long)why->column, SPAN_ARG(raw), why->message);
}

static void take_blank(void *context, struct span raw)
{
	(void)context;
	(void)raw;
	buf_lit(&told, "blank\n");
}

static void check_objects(const char *text, bool lines, bool whole,
			  const char *want)
{
	const struct span names[] = {SPAN("a.b"), SPAN("c")};
	const bool wholes[] = {false, whole};
	struct rows_calls calls = {take_row, take_bad, take_blank, NULL};
	struct objects *o = objects_new(names, wholes, 2, &calls);
	uint64_t line = 1;

	buf_clear(&told);
	objects_read(o, span_of(text), lines, &line);
	assert_string_equal(buf_text(&told), want);
	objects_free(o);
	buf_release(&told);
}

static void test_objects(void **state)
{
	(void)state;
	check_objects("{\"a\":{\"b\":1.50},\"c\":\"x\",\"d\":[1, 2],\"e\":null}\n\n{\"c\":true}", true, false,
		      "1: a.b=n1.50 c=tx d=r[1, 2] e=-\nblank\n3: c=wtrue\n");
	check_objects("{\"c\":{\"x\":1}}{\"c\":2}", false, false, "1: c.x=n1\n1: c=n2\n");
	check_objects("{\"c\":{\"x\":1}}", false, true, "1: c=r{\"x\":1}\n");
	check_objects("{\"\\u0063\":\"\\u00e9\\n\"}", false, false, "1: c=t\xc3\xa9\n\n");
	check_objects("{\"a.b\":1,\"a\":{\"b\":2}}", false, false,
		      "1:0 '{\"a.b\":1,\"a\":{\"b\":2}}' member 'a.b' appears twice\n");
	check_objects("5\n[1]\n{\"x\":\n 1,}", false, false,
		      "1:0 '5' not an object: each record is a JSON object\n"
		      "2:0 '[1]' not an object: each record is a JSON object\n"
		      "4:4 '{\"x\":\n 1,}' not JSON: a key in quotes expected, found '}'\n");
}

static void test_value_end(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} list[] = {
		{"{\"a\":\"}\"} x", 9}, {"[[1],{}],", 8}, {"\"a\\\"b\",", 6},
		{"12,", 2}, {"true]", 4}, {"{\"a\"", 4}, {"\"open", 5}, {"]", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		const char *p = list[i].text;

		assert_int_equal(objects_value_end(p, p + strlen(p)) - p, list[i].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_census),
		cmocka_unit_test(test_line_end),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_value_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
