/* What may stand in a workbook: texts, names of sheets, digits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "text/xlsx.h"
#include "text/xlsx_text.h"

static void assert_escaped(struct span text, size_t most, bool cut, const char *wanted)
{
	struct buf out = BUF_INIT;

	assert_int_equal(xlsx_put_escaped(&out, text, most), cut);
	assert_string_equal(buf_text(&out), wanted);
	buf_release(&out);
}

static void test_escapes(void **state)
{
	(void)state;
	assert_escaped(SPAN("=1+1"), 99, false, "=1+1");
	assert_escaped(SPAN("a\tb\nc\rd"), 99, false, "a\tb\nc_x000D_d");
	assert_escaped(SPAN("a\0b\x7f"), 99, false, "a_x0000_b_x007F_");
	assert_escaped(SPAN("_x0041_ _x41_ _xZZZZ_ _x004"), 99, false, "_x005F_x0041_ _x41_ _xZZZZ_ _x004");
	assert_escaped(SPAN("\xff\xc3(\xed\xa0\x80"), 99, false, "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_escaped(SPAN("\xef\xbf\xbf\xc2\x85"), 99, false, "\xef\xbf\xbd_x0085_");
}

/* In units of UTF-16: a heart is two, and an escape is never cut in two. */
static void test_cuts(void **state)
{
	(void)state;
	assert_escaped(SPAN("abcd"), 4, false, "abcd");
	assert_escaped(SPAN("abcde"), 4, true, "abc\xe2\x80\xa6");
	assert_escaped(SPAN("ab\xf0\x9f\x92\x9b"), 4, false, "ab\xf0\x9f\x92\x9b");
	assert_escaped(SPAN("ab\xf0\x9f\x92\x9b!"), 4, true, "ab\xe2\x80\xa6");
	assert_escaped(SPAN("abc\x01"), 9, true, "abc\xe2\x80\xa6");
	assert_escaped(SPAN("abc\x01"), 10, false, "abc_x0001_");
}

static void assert_named(const char *wanted, size_t number, const char *name)
{
	struct buf out = BUF_INIT;

	xlsx_put_name(&out, span_of(wanted), number);
	assert_string_equal(buf_text(&out), name);
	buf_release(&out);
}

static void test_names(void **state)
{
	(void)state;
	assert_named("months", 1, "months");
	assert_named("a/b\\c[d]e:f*g?", 1, "a_b_c_d_e_f_g_");
	assert_named("'tis the seasons'", 1, "_tis the seasons_");
	assert_named("history", 1, "history_");
	assert_named("", 1, "sheet");
	assert_named("months", 2, "months 2");
	assert_named("a name that is longer than a sheet's may be", 1, "a name that is longer than a sh");
	assert_named("a name that is longer than a sheet's may be", 12, "a name that is longer than a 12");
	assert_named("thirty characters and a heart \xf0\x9f\x92\x9b", 1, "thirty characters and a heart ");
}

static void test_digits(void **state)
{
	(void)state;
	assert_int_equal(xlsx_digits(SPAN("0012.50")), 4 - 1);
	assert_int_equal(xlsx_digits(SPAN("-0.00001")), 1);
	assert_int_equal(xlsx_digits(SPAN("123456789012345000")), 15);
	assert_int_equal(xlsx_digits(SPAN("1234567890123456")), 16);
	assert_int_equal(xlsx_digits(SPAN("1.5e-12")), 2);
	assert_int_equal(xlsx_digits(SPAN("0")), 0);
	assert_int_equal(xlsx_places(SPAN("12")), 0);
	assert_int_equal(xlsx_places(SPAN("12.50")), 2);
	assert_int_equal(xlsx_places(SPAN("1.5e-12")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes), cmocka_unit_test(test_cuts), cmocka_unit_test(test_names),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
