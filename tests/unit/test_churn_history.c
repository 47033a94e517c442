/* Purchase histories of profiles, and the sample that a fit learns from. */
#include "tests/unit/support.h"

#include <math.h>

#include "base/mem.h"
#include "time/zone.h"
#include "understand/churn/history.h"
#include "understand/churn/sample.h"

#define HEAD "{\"type\":\"profile\",\"id\":\"a\",\"as_of\":\"2024-03-31T21:59:59.999Z\""
#define ORDER(time, props) "{\"type\":\"track\",\"time\":\"2024-" time "\"," \
	"\"event\":\"Order Completed\",\"props\":{" props "}}"

static struct zone *zone;

static int load_zone(void **state)
{
	(void)state;
	zone = zone_load("UTC", NULL);
	return zone ? 0 : -1;
}

static int free_zone(void **state)
{
	(void)state;
	zone_free(zone);
	return 0;
}

static int read_text(const char *text, const struct zone *z, struct history *out,
		     struct error *err)
{
	struct profile p;

	*err = ERROR_INIT;
	assert_int_equal(profile_parse(&p, span_of(text), err), 0);
	return history_read(&p, z, UNIT_MONTH, NULL, out, err);
}

static struct history history_of(const char *text)
{
	struct history h;
	struct error err;

	assert_int_equal(read_text(text, zone, &h, &err), 0);
	return h;
}

static void counts_days_from_the_first_purchase(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		ORDER("01-01T10:00:00.000Z", "\"revenue\":10") ","
		ORDER("01-11T10:00:00.000Z", "\"revenue\":20.5") ","
		ORDER("01-31T00:00:00.000Z", "\"revenue\":\"30\"") "]}");

	(void)state;
	assert_int_equal(h.state, HISTORY_KNOWN);
	assert_int_equal(h.repeats, 2);
	assert_int_equal(h.last, 30);
	assert_int_equal(h.age, 90);
	assert_true(h.spend_known);
	assert_close(h.spend, 25.25, 1e-12);
	assert_string_equal(h.currency, "");
}

static void merges_purchases_of_a_day(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		ORDER("01-01T10:00:00.000Z", "\"revenue\":10") ","
		ORDER("01-01T23:00:00.000Z", "\"revenue\":99") ","
		ORDER("01-05T01:00:00.000Z", "\"revenue\":4") ","
		ORDER("01-05T23:59:59.999Z", "\"revenue\":6") "]}");

	(void)state;
	assert_int_equal(h.repeats, 1);
	assert_int_equal(h.last, 4);
	assert_close(h.spend, 10, 0);
}

/* 23:30 in London is half past midnight of the next day in Berlin, as is the end
 * of as_of. */
static void days_are_those_of_the_zone(void **state)
{
	const char *text = HEAD ",\"events\":["
		ORDER("01-01T22:30:00.000Z", "\"revenue\":1") ","
		ORDER("01-01T23:30:00.000Z", "\"revenue\":1") "]}";
	struct zone *berlin = zone_load("Europe/Berlin", NULL);
	struct history h;
	struct error err;

	(void)state;
	if (!berlin)
		support_skip("churn_history", "no time zone Europe/Berlin here");
	assert_int_equal(history_of(text).repeats, 0);
	assert_int_equal(history_of(text).age, 90);
	assert_int_equal(read_text(text, berlin, &h, &err), 0);
	assert_int_equal(h.repeats, 1);
	assert_int_equal(h.last, 1);
	assert_int_equal(h.age, 90);
	zone_free(berlin);
}

static void what_is_no_purchase_counts_in_nothing(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		"{\"type\":\"identify\"},"
		"{\"type\":\"page\",\"time\":\"2024-01-01T00:00:00.000Z\"},"
		"{\"type\":\"track\",\"event\":\"Order Completed\",\"props\":{\"revenue\":5}},"
		ORDER("01-02T00:00:00.000Z", "\"revenue\":7") ","
		"{\"type\":\"track\",\"time\":\"2024-02-01T00:00:00.000Z\","
		"\"event\":\"Order Refunded\",\"props\":{\"revenue\":-7}},"
		"{\"type\":\"track\",\"time\":\"2024-02-02T00:00:00.000Z\",\"event\":\"Product Viewed\"},"
		ORDER("03-31T22:00:00.000Z", "\"revenue\":8") "]}");

	(void)state;
	assert_int_equal(h.state, HISTORY_KNOWN);
	assert_int_equal(h.repeats, 0);
	assert_int_equal(h.age, 89);
	assert_false(h.spend_known);
}

static void tells_why_a_history_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(history_of(HEAD "}").state, HISTORY_NO_EVENTS);
	assert_int_equal(history_of(HEAD ",\"events\":[]}").state, HISTORY_NO_PURCHASE);
	assert_int_equal(history_of(HEAD ",\"events_omitted\":3,\"events\":["
		ORDER("01-02T00:00:00.000Z", "\"revenue\":7") "]}").state, HISTORY_OMITTED);
	assert_int_equal(history_of(HEAD ",\"events_omitted\":0,\"events\":["
		ORDER("01-02T00:00:00.000Z", "\"revenue\":7") "]}").state, HISTORY_KNOWN);
}

static void spend_is_unknown_without_a_revenue(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		ORDER("01-01T00:00:00.000Z", "\"revenue\":1") ","
		ORDER("01-03T00:00:00.000Z", "\"gain\":1") ","
		ORDER("01-05T00:00:00.000Z", "\"revenue\":1") "]}");

	(void)state;
	assert_int_equal(h.repeats, 2);
	assert_false(h.spend_known);
}

static void what_was_not_kept_is_no_purchase(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		ORDER("01-01T00:00:00.000Z", "\"revenue\":9,\"status\":\"failed\"") ","
		ORDER("01-02T00:00:00.000Z", "\"order_id\":1,\"total\":10") ","
		ORDER("01-03T00:00:00.000Z", "\"order_id\":2,\"revenue\":20") ","
		ORDER("01-04T00:00:00.000Z", "\"order_id\":3,\"revenue\":30,\"status\":\"refunded\"") ","
		ORDER("01-05T00:00:00.000Z", "\"order_id\":4,\"revenue\":40") ","
		ORDER("01-06T00:00:00.000Z", "\"order_id\":2,\"revenue\":-20") ","
		ORDER("01-07T00:00:00.000Z", "\"order_id\":4,\"revenue\":5,\"type\":\"refund\"") ","
		ORDER("01-08T00:00:00.000Z", "\"order_id\":5,\"revenue\":0") "]}");
	struct history none = history_of(HEAD ",\"events\":["
		ORDER("01-02T00:00:00.000Z", "\"order_id\":1,\"revenue\":10") ","
		ORDER("01-05T00:00:00.000Z", "\"order_id\":1,\"revenue\":-10") "]}");

	(void)state;
	assert_int_equal(h.repeats, 2);		/* the free order of the 8th is one */
	assert_int_equal(h.last, 6);
	assert_close(h.spend, 17.5, 0);
	assert_int_equal(none.state, HISTORY_NO_PURCHASE);
}

/* Two orders, of 1 and 3, with these further properties. */
#define TWO_ORDERS(first, second) history_of(HEAD ",\"events\":[" \
	ORDER("01-01T00:00:00.000Z", "\"revenue\":1" first) "," \
	ORDER("01-03T00:00:00.000Z", "\"revenue\":3" second) "]}")

#define IN(code) ",\"currency\":\"" code "\""

static void currencies_are_kept_apart(void **state)
{
	struct history same = TWO_ORDERS(IN("EUR"), IN("EUR"));
	struct history mixed = TWO_ORDERS(IN("EUR"), IN("USD"));
	struct history dropped = TWO_ORDERS(IN("EUR"), "");
	struct history endless = TWO_ORDERS(IN("DUBLOONS OF GOLD"), IN("DUBLOONS OF GOLD"));

	(void)state;
	assert_true(same.spend_known);
	assert_string_equal(same.currency, "EUR");
	assert_false(mixed.spend_known);
	assert_string_equal(mixed.currency, "");
	assert_false(dropped.spend_known);
	assert_false(endless.spend_known);
}

static void refuses_events_out_of_order(void **state)
{
	struct history h;
	struct error err;

	(void)state;
	assert_int_equal(read_text(HEAD ",\"events\":["
		ORDER("02-01T00:00:00.000Z", "\"revenue\":1") ","
		ORDER("01-01T00:00:00.000Z", "\"revenue\":1") "]}", zone, &h, &err), -1);
	assert_int_equal(err.kind, ERROR_DATA);
	assert_error(&err, "the events of a profile must be oldest first: run cdp-merge again");
}

static void refuses_a_malformed_event(void **state)
{
	struct history h;
	struct error err;

	(void)state;
	assert_int_equal(read_text(HEAD ",\"events\":[{\"type\":\"visit\"}]}", zone, &h, &err), -1);
	assert_int_equal(err.kind, ERROR_DATA);
	assert_error(&err, "unknown record type 'visit'");
}

static struct history repeat(int x, int last, int age, double spend, const char *currency)
{
	struct history h = {.state = HISTORY_KNOWN, .repeats = x, .last = last,
			    .age = age, .spend_known = x > 0, .spend = spend};

	snprintf(h.currency, sizeof h.currency, "%s", currency);
	return h;
}

static void sample_groups_equal_histories(void **state)
{
	const struct history some[] = {
		repeat(2, 14, 70, 30, "EUR"), repeat(0, 0, 7, 0, "EUR"),
		repeat(2, 14, 70, 10, "EUR"), repeat(0, 0, 14, 0, "USD"),
		repeat(1, 7, 70, 0, "EUR"),
	};
	struct sample s = SAMPLE_INIT;
	struct purchase_row *rows;
	struct purchase_data data;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(some); i++)
		sample_add(&s, &some[i]);
	rows = sample_rows(&s, 7, &data);
	assert_int_equal(data.count, 4);
	assert_close(rows[0].T, 1, 0);
	assert_close(rows[1].T, 2, 0);
	assert_close(rows[3].x, 2, 0);
	assert_close(rows[3].t_x, 2, 0);
	assert_close(rows[3].T, 10, 0);
	assert_close(rows[3].weight, 2, 0);
	assert_int_equal(s.customers, 5);
	assert_int_equal(s.repeaters, 3);
	assert_int_equal(s.repeats, 5);
	assert_int_equal(s.currencies, 1);
	assert_int_equal(s.spends[0].count, 2);
	assert_int_equal(s.spend_unknown, 1);
	sample_sort_spends(&s);
	assert_close(s.spends[0].rows[0].z, 10, 0);
	mem_free(rows);
	sample_release(&s);
}

/* Gaps of 10 and 20 days, then of 7 and 7. */
static void gaps_are_remembered(void **state)
{
	struct history h = history_of(HEAD ",\"events\":["
		ORDER("01-01T10:00:00.000Z", "\"revenue\":10") ","
		ORDER("01-11T10:00:00.000Z", "\"revenue\":20.5") ","
		ORDER("01-31T00:00:00.000Z", "\"revenue\":\"30\"") "]}");
	struct history even = repeat(2, 14, 90, 3, "EUR");
	struct purchase_data data;
	struct sample s = SAMPLE_INIT;

	(void)state;
	assert_int_equal(h.gap_before, 10);
	assert_int_equal(h.gap, 20);
	assert_close((double)h.log_gaps / HISTORY_LOG_UNIT, log(10) + log(20), 1e-7);
	even.gap = even.gap_before = 7;
	sample_add(&s, &h);
	assert_true(isnan(sample_regularity(&s)));
	sample_add(&s, &even);
	/* Shares of 1/3 and 1/2: their variance is 1/72. */
	assert_close(sample_regularity(&s), (1 - 4 / 72.0) / (8 / 72.0), 1e-4);
	mem_free(sample_rows(&s, 7, &data));
	assert_close(data.log_gaps, log(10) + log(20) - 4 * log(7), 1e-6);
	sample_release(&s);
}

static void sample_notes_several_currencies(void **state)
{
	const struct history one = repeat(1, 7, 70, 3, "EUR");
	const struct history other = repeat(1, 7, 70, 3, "USD");
	struct sample s = SAMPLE_INIT;

	(void)state;
	sample_add(&s, &other);
	sample_add(&s, &one);
	sample_add(&s, &other);
	sample_sort_spends(&s);
	assert_int_equal(s.currencies, 2);
	assert_string_equal(s.spends[0].currency, "EUR");
	assert_int_equal(s.spends[0].count, 1);
	assert_string_equal(s.spends[1].currency, "USD");
	assert_int_equal(s.spends[1].count, 2);
	sample_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_days_from_the_first_purchase),
		cmocka_unit_test(merges_purchases_of_a_day),
		cmocka_unit_test(days_are_those_of_the_zone),
		cmocka_unit_test(what_is_no_purchase_counts_in_nothing),
		cmocka_unit_test(tells_why_a_history_is_unknown),
		cmocka_unit_test(spend_is_unknown_without_a_revenue),
		cmocka_unit_test(what_was_not_kept_is_no_purchase),
		cmocka_unit_test(currencies_are_kept_apart),
		cmocka_unit_test(refuses_events_out_of_order),
		cmocka_unit_test(refuses_a_malformed_event),
		cmocka_unit_test(sample_groups_equal_histories),
		cmocka_unit_test(gaps_are_remembered),
		cmocka_unit_test(sample_notes_several_currencies),
	};

	return cmocka_run_group_tests(tests, load_zone, free_zone);
}
