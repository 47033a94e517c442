/* How tables are laid out: delimiters, lines above the header, quotes. */
#include "collect/ingest/layout.h"

#include "tests/unit/support.h"

struct laid_out {
	const char *text;
	char delimiter;
	uint64_t lines_above;
};

static struct layout read_text(const char *text)
{
	struct layout_given given = {.delimiter = ','};
	struct layout l;

	layout_read(span_of(text), true, &given, &l);
	return l;
}

static void check_all(const struct laid_out *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct layout l = read_text(list[i].text);

		if (l.dialect.delimiter != list[i].delimiter || l.lines_above != list[i].lines_above)
			fail_msg("delimiter '%c', %d lines above, not '%c' and %d: of\n%s",
				 l.dialect.delimiter, (int)l.lines_above, list[i].delimiter,
				 (int)list[i].lines_above, list[i].text);
	}
}

static void test_delimiters(void **state)
{
	static const struct laid_out list[] = {
		{"a,b\n1,2\n", ',', 0},
		{"a;b\n1,5;2,5\n", ';', 0},
		{"a;b\n\"x,y\";2\n", ';', 0},
		{"a\tb, c\n1\t2\n", '\t', 0},
		{"a|b\n1|2\n", '|', 0},
		{"alone\n1\n", ',', 0},
		{"a,b,c", ',', 0},
		{"", ',', 0},
		/* Each line holds one of another, too. */
		{"email;city;total, EUR\nx@example.com;Rome;1,50\ny@example.com;Bari;2,50\n", ';', 0},
		{"email\tnote, free\nx@example.com\thi, you\n", '\t', 0},
		{"email|last words, if any\nx@example.com|hi, you\n", '|', 0},
		{"x;y,z\n1;2,5\n", ';', 0},
		/* A list in each row is one cell. */
		{"email,tags\nx@example.com,a;b;c\ny@example.com,d;e;f\nz@example.com,g;h;i\n", ',', 0},
		{"name,city\n\"a;b;c\",\"d;e;f\"\n", ',', 0},
		/* Texts do not part. */
		{"comment\nhello, you\nnice\nwell, ok, fine\n", ',', 0},
		/* A few rows are damaged. */
		{"id;email\n1;a@example.com\n2\n3;c@example.com\n4;d@example.com;x\n", ';', 0},
		{"email^city\nx@example.com^Rome\n", '^', 0},
		{"email\x01" "city\nx@example.com\x01" "Rome\n", '\x01', 0},
		{"email\x1f" "city\nx@example.com\x1f" "Rome\n", '\x1f', 0},
		{"email~city~plz\nx@example.com~Rome~1\n", '~', 0},
		/* A caret in a text of one column is none. */
		{"note\na^b\nplain\nmore\n", ',', 0},
	};

	(void)state;
	check_all(list, COUNT_OF(list));
}

static void test_above(void **state)
{
	static const struct laid_out list[] = {
		{"sep=;\nid;email\n1;a@example.com\n", ';', 1},
		{"\"sep=,\"\r\nid,email\r\n1,a@example.com\r\n", ',', 1},
		{"sep=\t\nid\temail\n", '\t', 1},
		{"sep=|\nOrders\nid|email|city\n1|a@example.com|Rome\n", '|', 2},
		{"Orders of May\nid;email;city\n1;a@example.com;Rome\n", ';', 1},
		{"Orders of May, 2024\nid;email;total\n1;a@example.com;2,50\n2;b@example.com;3,50\n", ';', 1},
		{"Orders,,\n,,\nid,email,city\n1,a@example.com,Rome\n", ',', 2},
		{"# Shop\n# 2024\n\nid,email\n1,a@example.com\n2,b@example.com\n", ',', 3},
		{"Konto:;DE00 1234\nZeitraum:;Mai\n\nDatum;Betrag;Text;Name\n01.05.2024;5,00;x;Ann\n", ';', 3},
		{"\"Report\"\n\"May 1, 2024 - May 31, 2024\"\nCampaign,Clicks,Cost\nA,5,1.00\nB,6,2.00\n", ',', 2},
		/* Titles above nothing that is a header stay what they are. */
		{"customers\nAnn,Rome\nBob,Bari\n", ',', 0},
		{"customers\n1,2024-01-01,5\n2,2024-01-02,6\n", ',', 0},
		/* A header with fewer names than the rows have cells is no title. */
		{"email,city\n1,a@example.com,Rome\n2,b@example.com,Bari\n", ',', 0},
		{"id,,\nx,y,z\n", ',', 0},
		{"\n\nid,email\n1,a@example.com\n", ',', 0},
		{"separator=;\n1\n", ';', 0},
		{"sep=;x\n1\n", ';', 0},
	};

	(void)state;
	check_all(list, COUNT_OF(list));
	assert_true(span_equal(read_text(list[4].text).title, SPAN("Orders of May")));
	assert_int_equal(read_text(list[3].text).above, strlen("sep=|\nOrders\n"));
	assert_true(read_text(list[10].text).odd_header);
	assert_false(read_text(list[4].text).odd_header);
}

static void test_given(void **state)
{
	struct layout_given pipe = {.delimited = true, .delimiter = '|'};
	struct layout_given skip = {.delimiter = ',', .skips = true, .skip = 2};
	struct layout_given named = {.delimiter = ',', .named = 3};
	struct layout l;

	(void)state;
	layout_read(SPAN("a,b|c\n1,2|3\n"), true, &pipe, &l);
	assert_int_equal(l.dialect.delimiter, '|');
	layout_read(SPAN("x\ny\na;b\n1;2\n"), true, &skip, &l);
	assert_int_equal(l.dialect.delimiter, ';');
	assert_int_equal(l.above, 4);
	assert_int_equal(l.lines_above, 2);
	layout_read(SPAN("1;2,0;3\n4;5,0;6\n"), true, &named, &l);
	assert_int_equal(l.dialect.delimiter, ';');
}

static void test_quotes(void **state)
{
	(void)state;
	assert_int_equal(read_text("a,b\n1,2\n").dialect.quote, '"');
	assert_int_equal(read_text("'a','b'\n'1','x, y'\n").dialect.quote, '\'');
	assert_int_equal(read_text("a,b\n1,'x, y'\n2,'z'\n").dialect.quote, '\'');
	/* An apostrophe is none, nor is one that a spreadsheet has put before a number. */
	assert_int_equal(read_text("a,b\n'tis,rock 'n' roll\n1,2\n").dialect.quote, '"');
	assert_int_equal(read_text("a,b\n'0017,1\n'0018,2\n").dialect.quote, '"');
	assert_true(read_text("a,b\n1,\"say \\\"hi\\\", ok\"\n").dialect.backslash);
	assert_false(read_text("a,b\n1,\"say \"\"hi\"\", ok\"\n").dialect.backslash);
	assert_false(read_text("a,b\n\"C:\\dir\\\",\"x\"\n").dialect.backslash);
	assert_true(read_text("\"a,b\"\n\"1,2\"\n").wrapped);
	assert_string_equal(read_text("1::2::3\n4::5::6\n").apart, "::");
	assert_string_equal(read_text("1 2 3\n4 5 6\n").apart, "blanks");
	assert_null(read_text("a note\nanother one here\n").apart);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_above),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
