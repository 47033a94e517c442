#include "support.h"

#include "text/delimited.h"
#include "time/moment.h"
#include "understand/report/cell.h"
#include "text/html.h"
#include "understand/report/pack.h"
#include "understand/report/show.h"

static const struct column columns[] = {
	{"name", "Name", NULL, -1},
	{"revenue", "Revenue", "EUR", 2},
};

static struct decimal decimal(const char *text)
{
	struct decimal d;

	assert_true(decimal_parse(span_of(text), &d));
	return d;
}

static void assert_people(struct cell c, int decimals, const char *want)
{
	struct column column = {"x", NULL, NULL, decimals};
	struct buf out = BUF_INIT;

	cell_put_people(&out, &c, &column, NULL);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void people_see_grouped_rounded_numbers(void **state)
{
	(void)state;
	assert_people(cell_count(1234567), -1, "1,234,567");
	assert_people(cell_count(999), -1, "999");
	assert_people(cell_number(decimal("-1234.5")), 2, "-1,234.50");
	assert_people(cell_number(decimal("-123.455")), 2, "-123.46");
	assert_people(cell_number(decimal("0.125")), -1, "0.125");
	assert_people(cell_share(1, 3), -1, "33.3 %");
	assert_people(cell_share(1, 0), -1, "-");
	assert_people(cell_time(0), -1, "1970-01-01 00:00");
	assert_people(cell_time(MOMENT_NONE), -1, "-");
}

static void an_open_period_is_marked(void **state)
{
	struct cell c = cell_count(5);

	(void)state;
	c.open = true;
	assert_people(c, -1, "5*");
}

static void control_characters_never_reach_people(void **state)
{
	(void)state;
	assert_people(cell_text(SPAN("a\033[31mb")), -1, "a?[31mb");
}

static void assert_field(const char *text, bool defuse, const char *want)
{
	struct buf out = BUF_INIT;

	delimited_put(&out, span_of(text), defuse);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void fields_are_quoted_where_they_must(void **state)
{
	(void)state;
	assert_field("plain", false, "plain");
	assert_field("a,b", false, "\"a,b\"");
	assert_field("say \"x\"", false, "\"say \"\"x\"\"\"");
	assert_field("two\nlines", false, "\"two\nlines\"");
	assert_field(" padded", false, "\" padded\"");
	assert_field("=1+1", false, "=1+1");
}

static void the_spreadsheet_shape_defuses_formulas(void **state)
{
	(void)state;
	assert_field("=1+1", true, "\"'=1+1\"");
	assert_field("@SUM(A1)", true, "\"'@SUM(A1)\"");
	assert_field("-2+3", true, "\"'-2+3\"");
	assert_field("-12.5", true, "-12.5");
	assert_field("\tx", true, "\"'\tx\"");
	assert_field("\xef\xbc\x9d" "1", true, "\"'\xef\xbc\x9d" "1\"");
}

/* A spreadsheet drops the NUL and would run what lies behind it. */
static void a_nul_hides_no_formula(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	delimited_put(&out, SPAN("\0=1+1"), true);
	assert_true(span_equal(buf_view(&out), SPAN("\"'\0=1+1\"")));
	buf_release(&out);
}

static void html_escapes_the_five(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	html_put(&out, SPAN("<script>&\"'\001"));
	assert_span(buf_view(&out), "&lt;script&gt;&amp;&quot;&#39;?");
	buf_release(&out);
}

/* A customer's name is the title of a report. */
static void titles_bring_no_control_characters(void **state)
{
	struct sheet sheet = {.title = "a\033[2J\302\233b\342\200\256", .as_of = MOMENT_NONE};
	const enum shape shapes[] = {SHAPE_TEXT, SHAPE_MARKDOWN, SHAPE_HTML};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct show how = {.shape = shapes[i]};
		struct buf out = BUF_INIT;
		struct span all;

		show_sheet(&how, &sheet, &out);
		all = buf_view(&out);
		assert_true(span_find_byte(all, '\033') == all.len);
		assert_true(span_find(all, SPAN("\302\233")) == all.len);
		assert_true(span_find(all, SPAN("\342\200\256")) == all.len);
		buf_release(&out);
	}
}

static void make_sheet(struct sheet *sheet)
{
	struct section *s;
	struct cell *row;

	*sheet = SHEET_INIT;
	sheet->title = "Test";
	sheet->as_of = 0;
	s = sheet_add(sheet, "best", "Best", columns, 2);
	s->chart = CHART_BARS;
	s->chart_value = 1;
	row = section_row(s);
	row[0] = cell_text(SPAN("Anna <b>"));
	row[1] = cell_number(decimal("1000.5"));
	row = section_row(s);
	row[0] = cell_text(SPAN("Ben|x"));
}

static void assert_shown(enum shape shape, const char *want)
{
	struct show how = {.shape = shape, .unicode = false};
	struct buf out = BUF_INIT;
	struct sheet sheet;

	make_sheet(&sheet);
	show_sheet(&how, &sheet, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
	sheet_release(&sheet);
}

static void every_shape_shows_the_same_figures(void **state)
{
	(void)state;
	assert_shown(SHAPE_TEXT,
		     "Test, as of 1970-01-01 00:00 UTC\n\nBest\n"
		     "  Name      Revenue (EUR)\n"
		     "  Anna <b>       1,000.50  ########################\n"
		     "  Ben|x                 -\n");
	assert_shown(SHAPE_CSV, "name,revenue\nAnna <b>,1000.5\nBen|x,\n");
	assert_shown(SHAPE_EXCEL, "\xef\xbb\xbfname,revenue\nAnna <b>,1000.5\nBen|x,\n");
	assert_shown(SHAPE_JSON,
		     "{\n  \"title\": \"Test\",\n  \"as_of\": \"1970-01-01T00:00:00.000Z\",\n"
		     "  \"best\": [\n    {\"name\":\"Anna <b>\",\"revenue\":1000.5},\n"
		     "    {\"name\":\"Ben|x\",\"revenue\":null}\n  ]\n}\n");
	assert_shown(SHAPE_MARKDOWN,
		     "# Test\n\nAs of 1970-01-01 00:00 UTC.\n\n## Best\n\n"
		     "| Name | Revenue (EUR) |\n| --- | ---: |\n"
		     "| Anna &lt;b> | 1,000.50 |\n| Ben\\|x | - |\n");
}

static void a_terminal_gets_clean_csv(void **state)
{
	struct show how = {.shape = SHAPE_CSV, .terminal = true};
	struct buf out = BUF_INIT, scratch = BUF_INIT;
	struct cell cells[] = {cell_text(SPAN("a\033[2Jb")), cell_count(1)};

	(void)state;
	show_row(&how, columns, cells, 2, &out, &scratch);
	assert_span(buf_view(&out), "a?[2Jb,1\n");
	buf_release(&out);
	buf_release(&scratch);
}

static void the_page_needs_nothing_from_outside(void **state)
{
	struct show how = {.shape = SHAPE_HTML};
	struct buf out = BUF_INIT;
	struct sheet sheet;
	struct span page;

	(void)state;
	make_sheet(&sheet);
	show_sheet(&how, &sheet, &out);
	page = buf_view(&out);
	assert_true(span_find(page, SPAN("default-src 'none'")) < page.len);
	assert_true(span_find(page, SPAN("<i style=\"width:100%\"></i>")) < page.len);
	assert_true(span_find(page, SPAN("Anna &lt;b&gt;")) < page.len);
	assert_true(span_find(page, SPAN("<script")) == page.len);
	assert_true(span_find(page, SPAN("<b>")) == page.len);
	buf_release(&out);
	sheet_release(&sheet);
}

static void packed_cells_come_back(void **state)
{
	struct span items[] = {SPAN("a"), SPAN("")};
	struct cell cells[4] = {cell_text(SPAN("x\0y")), cell_count(7), CELL_EMPTY,
				{.kind = CELL_LIST}};
	struct cell back[4];
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct span rest;

	(void)state;
	cells[3].list.items = items;
	cells[3].list.count = 2;
	pack_cells(&out, cells, 4);
	rest = buf_view(&out);
	unpack_cells(&rest, back, 4, &arena);
	assert_int_equal(rest.len, 0);
	assert_true(span_equal(back[0].text, SPAN("x\0y")));
	assert_int_equal(back[1].count, 7);
	assert_int_equal(back[2].kind, CELL_NONE);
	assert_int_equal(back[3].list.count, 2);
	assert_span(back[3].list.items[0], "a");
	arena_release(&arena);
	buf_release(&out);
}

static void unknown_cells_sort_last(void **state)
{
	struct cell none = CELL_EMPTY, one = cell_count(1);
	struct cell half = cell_number(decimal("0.5"));

	(void)state;
	assert_true(cell_compare(&none, &one) > 0);
	assert_true(cell_compare(&one, &none) < 0);
	assert_true(cell_compare(&half, &one) < 0);
	assert_int_equal(cell_compare(&none, &none), 0);
}

static void the_ending_of_a_path_names_the_shape(void **state)
{
	(void)state;
	assert_int_equal(shape_of_path("r.html"), SHAPE_HTML);
	assert_int_equal(shape_of_path("r.csv.gz"), SHAPE_CSV);
	assert_int_equal(shape_of_path("r.md.zst"), SHAPE_MARKDOWN);
	assert_int_equal(shape_of_path("r.XLSX"), SHAPE_XLSX);
	assert_int_equal(shape_of_path("r.Csv"), SHAPE_CSV);
	assert_int_equal(shape_of_path("csv"), SHAPE_NONE);
	assert_int_equal(shape_of_path("report"), SHAPE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_see_grouped_rounded_numbers),
		cmocka_unit_test(an_open_period_is_marked),
		cmocka_unit_test(control_characters_never_reach_people),
		cmocka_unit_test(fields_are_quoted_where_they_must),
		cmocka_unit_test(the_spreadsheet_shape_defuses_formulas),
		cmocka_unit_test(a_nul_hides_no_formula),
		cmocka_unit_test(html_escapes_the_five),
		cmocka_unit_test(titles_bring_no_control_characters),
		cmocka_unit_test(every_shape_shows_the_same_figures),
		cmocka_unit_test(a_terminal_gets_clean_csv),
		cmocka_unit_test(the_page_needs_nothing_from_outside),
		cmocka_unit_test(packed_cells_come_back),
		cmocka_unit_test(unknown_cells_sort_last),
		cmocka_unit_test(the_ending_of_a_path_names_the_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
