#include "support.h"

#include "record/order.h"
#include "understand/report/show_parts.h"
#include "understand/report/tally.h"
#include "understand/report/view.h"

static void assert_cut(const char *text, size_t width, const char *want)
{
	struct buf out = BUF_INIT;

	view_put_cut(&out, span_of(text), width);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void long_labels_are_cut_by_columns(void **state)
{
	(void)state;
	assert_cut("short", 5, "short");
	assert_cut("longer", 5, "long…");
	assert_cut("東京都千代田区", 14, "東京都千代田区");
	assert_cut("東京都千代田区", 8, "東京都…");
	assert_cut("Zoë Müller", 4, "Zoë…");
	assert_cut("", 0, "");
}

static void assert_end(const char *text, size_t width, const char *want)
{
	struct buf out = BUF_INIT;

	view_put_end(&out, span_of(text), width);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void long_labels_keep_the_end_that_tells_them_apart(void **state)
{
	(void)state;
	assert_end("short", 5, "short");
	assert_end("longer", 5, "…nger");
	assert_end("東京都千代田区", 8, "…代田区");
	assert_end("東京都千代田区", 7, "…代田区");
	assert_end("Zoë Müller", 6, "…üller");
	assert_end("", 0, "");
	assert_end("a", 0, "…");
}

static void assert_tick(double number, const char *want)
{
	struct buf out = BUF_INIT;

	view_put_tick(&out, number);
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void ticks_are_short_and_round(void **state)
{
	(void)state;
	assert_tick(0, "0");
	assert_tick(-2500, "-2.5k");
	assert_tick(1500000, "1.5M");
	assert_tick(0.25, "0.25");
	assert_tick(3e12, "3T");
	assert_close(view_step(1759529, 4), 500000, 0);
	assert_close(view_step(4, 4), 1, 0);
	assert_close(view_step(10, 4), 2.5, 0);
	assert_close(view_step(0.03, 4), 0.01, 1e-12);
}

/* A heat map of two rows: label, base, two cells. */
static void fill_heat(struct sheet *sheet)
{
	static const struct column columns[] = {
		{"cohort", NULL, NULL, -1}, {"customers", NULL, NULL, -1},
		{"m0", NULL, NULL, -1}, {"m1", NULL, NULL, -1},
	};
	struct section *s = sheet_add(sheet, "heat", "Heat", columns, 4);
	struct cell *row = section_row(s);

	s->chart = CHART_HEAT;
	s->chart_value = 2;
	s->chart_base = 1;
	row[0] = cell_text(SPAN("2024-01"));
	row[1] = cell_count(4);
	row[2] = cell_count(4);
	row[3] = cell_count(1);
	row[3].open = true;
	row = section_row(s);
	row[0] = cell_text(SPAN("2024-02"));
	row[1] = cell_count(0);
	row[2] = cell_count(0);
}

static void a_heat_map_with_a_base_shows_shares(void **state)
{
	struct sheet sheet = SHEET_INIT;
	struct buf out = BUF_INIT;
	const struct section *s;

	(void)state;
	fill_heat(&sheet);
	s = &sheet.sections[0];
	view_put_cell(&out, s, 0, 3);
	assert_span(buf_view(&out), "25%*");
	buf_clear(&out);
	view_put_cell(&out, s, 1, 2);
	assert_span(buf_view(&out), "0");
	assert_int_equal(view_depth(s, 0, 2, 4), VIEW_DEPTHS - 1);
	assert_int_equal(view_depth(s, 0, 3, 4), 2);
	assert_int_equal(view_depth(s, 1, 3, 4), -1);
	assert_int_equal(view_depth(s, 0, 1, 4), -1);
	assert_true(view_is_number(s, 3));
	assert_false(view_is_number(s, 0));
	buf_release(&out);
	sheet_release(&sheet);
}

static void a_narrow_terminal_gets_the_columns_that_fit(void **state)
{
	struct show how = {.shape = SHAPE_TEXT, .width = 28};
	struct sheet sheet = SHEET_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	fill_heat(&sheet);
	text_table(&how, &sheet.sections[0], &out);
	assert_span(buf_view(&out),
		    "  cohort   customers    m0\n"
		    "  2024-01          4  100%\n"
		    "  2024-02          0     0\n"
		    "  (1 more columns: make the terminal wider, or use -t csv)\n");
	buf_release(&out);
	sheet_release(&sheet);
}

static void assert_line_chart(size_t width, bool unicode, const char *want)
{
	static const struct column columns[] = {{"month", NULL, NULL, -1}, {"orders", NULL, NULL, -1}};
	struct show how = {.shape = SHAPE_TEXT, .width = width, .unicode = unicode};
	struct sheet sheet = {.title = "Line", .as_of = MOMENT_NONE};
	struct section *s = sheet_add(&sheet, "line", "Line", columns, 2);
	struct buf out = BUF_INIT;

	s->chart = CHART_LINE;
	s->chart_value = 1;
	for (uint64_t i = 0; i < 12; i++) {
		struct cell *row = section_row(s);

		row[0] = cell_text(SPAN("m"));
		row[1] = cell_count(i);
	}
	show_text(&how, &sheet, &out);
	assert_true(span_find(buf_view(&out), span_of(want)) < out.len);
	buf_release(&out);
	sheet_release(&sheet);
}

static void a_sparkline_stays_on_its_line(void **state)
{
	(void)state;
	assert_line_chart(0, false, "\n  __.--=+**%##\n");
	assert_line_chart(14, false, "\n  __.--=+**%##\n");
	assert_line_chart(13, false, "\n  <.--=+**%##\n");
	assert_line_chart(8, true, "\n  …▆▆▇██\n");
}

static void controls_in_json_are_escaped_on_a_terminal(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	buf_lit(&out, "kept\x7f");
	clean_json(&out, 5);
	assert_span(buf_view(&out), "kept\x7f");
	buf_clear(&out);
	buf_lit(&out, "\"a\x7f\xc2\x9b" "31m\xe2\x80\xaez\xc3\xa9\xe2\x82\xac\"");
	clean_json(&out, 0);
	assert_span(buf_view(&out), "\"a\\u007f\\u009b31m\\u202ez\xc3\xa9\xe2\x82\xac\"");
	buf_release(&out);
}

static void read_order(const char *line, struct order *out, int want,
		       const char *why)
{
	struct buf scratch = BUF_INIT;
	struct error err = ERROR_INIT;
	struct event e;

	assert_int_equal(event_parse(&e, span_of(line), &err), 0);
	assert_int_equal(order_read(&e, out, &scratch, &err), want);
	if (why)
		assert_string_equal(err.message, why);
	buf_release(&scratch);
}

#define COMPLETED "{\"type\":\"track\",\"event\":\"Order Completed\",\"props\":"
#define REFUNDED "{\"type\":\"track\",\"event\":\"Order Cancelled\",\"props\":"

static void orders_are_read_as_merging_reads_them(void **state)
{
	struct order o, same;

	(void)state;
	read_order(COMPLETED "{\"order_id\":\"7\",\"revenue\":\"12.50\",\"currency\":\" eur \"}}", &o, 0, NULL);
	assert_int_equal(o.kind, ORDER_COMPLETED);
	assert_true(o.money_known && o.id_known);
	assert_int_equal((int)o.money.digits, 125);
	assert_span(span_of(o.currency), "EUR");
	read_order(REFUNDED "{\"order\\u005fid\":7,\"revenue\":3,\"currency\":\"unknown\"}}", &same, 0, NULL);
	assert_int_equal(same.kind, ORDER_REFUNDED);
	assert_int_equal((int)same.money.digits, -3);
	assert_true(same.id_known && same.id == o.id);
	assert_span(span_of(same.currency), "");
	read_order(COMPLETED "{\"order_id\":\"\",\"revenue\":\"\"}}", &o, 0, NULL);
	assert_false(o.money_known || o.id_known);
	read_order(COMPLETED "null}", &o, 0, NULL);
	assert_false(o.money_known);
	read_order(COMPLETED "{\"revenue\":\"=1+1\"}}", &o, -1,
		   "revenue '=1+1' is not an amount like 1234.50");
	read_order(COMPLETED "{\"revenue\":0.0000006}}", &o, 0, NULL);
	assert_true(o.money_known && o.rounded);
	assert_int_equal((int)o.money.digits, 1);
	read_order("{\"type\":\"page\",\"event\":\"Order Completed\",\"props\":{\"revenue\":\"x\"}}", &o, 0, NULL);
	assert_int_equal(o.kind, ORDER_NONE);
}

static void sums_that_do_not_fit_fail_when_added_up(void **state)
{
	struct tally one = TALLY_INIT, other = TALLY_INIT;
	struct error err = ERROR_INIT;
	struct decimal most;

	(void)state;
	assert_true(decimal_parse(SPAN("99999999999999999999999999999999999999"), &most));
	assert_int_equal(tally_add_money(tally_row(&one, SPAN("EUR")), most, &err), 0);
	assert_int_equal(tally_add_money(tally_row(&other, SPAN("EUR")), most, &err), 0);
	assert_int_equal(tally_merge(&one, &other, &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_string_equal(err.message, "a sum of money has more than 38 digits");
	tally_release(&one);
	tally_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_labels_are_cut_by_columns),
		cmocka_unit_test(long_labels_keep_the_end_that_tells_them_apart),
		cmocka_unit_test(a_sparkline_stays_on_its_line),
		cmocka_unit_test(ticks_are_short_and_round),
		cmocka_unit_test(a_heat_map_with_a_base_shows_shares),
		cmocka_unit_test(a_narrow_terminal_gets_the_columns_that_fit),
		cmocka_unit_test(controls_in_json_are_escaped_on_a_terminal),
		cmocka_unit_test(orders_are_read_as_merging_reads_them),
		cmocka_unit_test(sums_that_do_not_fit_fail_when_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
