/* Quintiles, schemes of names, and RFM over a table of customers. */
#include "tests/unit/scratch.h"

#include "base/decimal.h"
#include "understand/segment/rfm.h"
#include "understand/segment/scheme.h"

static void check_thresholds(struct ranking *r, const char *want)
{
	__int128 at[QUINTILES];
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(ranking_thresholds(r, at, &err), 0);
	for (size_t i = 0; i < QUINTILES; i++) {
		if (i)
			buf_char(&out, ' ');
		decimal_put(&out, ranking_decimal(at[i], 0));
	}
	assert_span(buf_view(&out), want);
	buf_release(&out);
}

static void check_values(const int *values, size_t count, const char *want)
{
	struct ranking r;

	ranking_init(&r, 1 << 20, "/tmp");
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ranking_add(&r, values[i], NULL), 0);
	check_thresholds(&r, want);
	ranking_release(&r);
}

/* As R's quantile(x, c(.2, .4, .6, .8)) prints them. */
static void thresholds_are_quantiles_of_type_7(void **state)
{
	static const int one[] = {7}, two[] = {1, 2}, ten[] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
	static const int uneven[] = {1, 1, 1, 1, 1, 1, 2, 9}, below[] = {-10, 0, 5};

	(void)state;
	check_values(one, 0, "0 0 0 0");
	check_values(one, 1, "7 7 7 7");
	check_values(two, 2, "1.2 1.4 1.6 1.8");
	check_values(ten, 10, "2.8 4.6 6.4 8.2");
	check_values(uneven, 8, "1 1 1 1.6");
	check_values(below, 3, "-6 -2 1 3");
}

static void a_threshold_belongs_to_the_lower_score(void **state)
{
	const __int128 at[QUINTILES] = {5 * 10, 5 * 20, 5 * 20, 5 * 30 + 2};

	(void)state;
	assert_int_equal(ranking_score(at, 10), 1);
	assert_int_equal(ranking_score(at, 11), 2);
	assert_int_equal(ranking_score(at, 20), 2);
	assert_int_equal(ranking_score(at, 21), 4);
	assert_int_equal(ranking_score(at, 30), 4);
	assert_int_equal(ranking_score(at, 31), 5);
}

/* The R package's "+ 1" would put 20.5 between q = 20 and q + 1 = 21 lower. */
static void money_between_two_units_is_not_misplaced(void **state)
{
	const __int128 at[QUINTILES] = {(__int128)5 * 20000000, (__int128)5 * 40000000,
					(__int128)5 * 60000000, (__int128)5 * 80000000};

	(void)state;
	assert_int_equal(ranking_score(at, 20500000), 2);
	assert_int_equal(ranking_score(at, 20000000), 1);
}

static void spilled_runs_give_the_same_thresholds(void **state)
{
	struct ranking small, large;
	struct error err = ERROR_INIT;
	__int128 a[QUINTILES], b[QUINTILES];
	uint64_t random = 3;

	(void)state;
	ranking_init(&small, 1, scratch_folder);
	ranking_init(&large, 1 << 30, scratch_folder);
	for (int i = 0; i < 50001; i++) {
		__int128 value = (__int128)(support_random(&random) >> (i % 60)) - 1000;

		assert_int_equal(ranking_add(&small, value, &err), 0);
		assert_int_equal(ranking_add(&large, value, &err), 0);
	}
	assert_true(small.run_count > 3);
	assert_int_equal(large.run_count, 0);
	assert_int_equal(ranking_thresholds(&small, a, &err), 0);
	assert_int_equal(ranking_thresholds(&large, b, &err), 0);
	assert_memory_equal(a, b, sizeof a);
	ranking_release(&small);
	ranking_release(&large);
}

static void a_spill_without_a_place_is_an_error(void **state)
{
	struct ranking r;
	struct error err = ERROR_INIT;
	int failed = 0;

	(void)state;
	ranking_init(&r, 1, "/no/such/folder");
	for (int i = 0; i < 5000 && !failed; i++)
		failed = ranking_add(&r, i, &err);
	assert_int_equal(failed, -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_non_null(strstr(err.message, "No such file"));
	ranking_release(&r);
}

/* Schemes. */

static const char *name_of(const struct scheme *s, int r, int f, int m)
{
	size_t box = scheme_box(s, r, f, m);

	return box < s->count ? s->boxes[box].name : NULL;
}

static void the_grid_is_complete_and_disjoint(void **state)
{
	struct scheme s;

	(void)state;
	assert_true(scheme_find(&s, "grid"));
	assert_int_equal(scheme_uncovered(&s), 0);
	assert_false(s.reads_money);
	for (int r = 1; r <= 5; r++)
		for (int f = 1; f <= 5; f++) {
			size_t in = 0;

			for (size_t i = 0; i < s.count; i++)
				in += r >= s.boxes[i].recency.low && r <= s.boxes[i].recency.high &&
				      f >= s.boxes[i].frequency.low && f <= s.boxes[i].frequency.high;
			assert_int_equal(in, 1);
		}
	assert_string_equal(name_of(&s, 5, 5, 1), "champions");
	assert_string_equal(name_of(&s, 3, 4, 1), "loyal");
	assert_string_equal(name_of(&s, 4, 3, 1), "potential_loyalist");
	assert_string_equal(name_of(&s, 5, 1, 1), "new");
	assert_string_equal(name_of(&s, 4, 1, 1), "promising");
	assert_string_equal(name_of(&s, 3, 3, 1), "need_attention");
	assert_string_equal(name_of(&s, 3, 2, 1), "about_to_sleep");
	assert_string_equal(name_of(&s, 1, 4, 1), "at_risk");
	assert_string_equal(name_of(&s, 2, 5, 1), "cant_lose");
	assert_string_equal(name_of(&s, 1, 1, 1), "hibernating");
}

static bool reachable(const struct scheme *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->boxes[i].name, name))
			return scheme_reachable(s, i);
	fail_msg("no box %s", name);
	return false;
}

static void classic_boxes_hide_each_other(void **state)
{
	struct scheme s;

	(void)state;
	assert_true(scheme_find(&s, "classic"));
	assert_true(s.reads_money);
	assert_int_equal(scheme_uncovered(&s), 0);
	assert_false(reachable(&s, "new"));
	assert_false(reachable(&s, "promising"));
	assert_false(reachable(&s, "cant_lose"));
	assert_true(reachable(&s, "at_risk"));
	assert_true(scheme_find(&s, "rfm"));
	assert_true(reachable(&s, "cant_lose"));
	assert_string_equal(name_of(&s, 5, 5, 5), "champions");
	assert_string_equal(name_of(&s, 1, 1, 1), "lost");
	assert_string_equal(name_of(&s, 2, 4, 1), "others");
	assert_false(scheme_find(&s, "shopify"));
}

static void schemes_come_from_files(void **state)
{
	struct scheme s;
	struct error err = ERROR_INIT;

	(void)state;
	scratch_put("boxes", SPAN("# ours\nbig = 1-5 1-5 5\nrest = 1-5  3 1-4\n"));
	if (scheme_load(&s, scratch_path("boxes"), &err))
		fail_msg("%s", err.message);
	assert_int_equal(s.count, 2);
	assert_true(s.reads_money);
	assert_string_equal(name_of(&s, 2, 3, 5), "big");
	assert_string_equal(name_of(&s, 2, 3, 4), "rest");
	assert_null(name_of(&s, 2, 2, 4));
	assert_int_equal(scheme_uncovered(&s), 125 - 25 - 20);
}

static void faults_of_schemes_name_their_place(void **state)
{
	static const struct {
		const char *text, *message;
		uint64_t line;
	} table[] = {
		{"a = 1-5 1-5 1-5\nb = 5 6 1", "bad scores '5 6 1': write three ranges from 1 to 5 for recency, frequency and monetary, such as 4-5 3 1-5", 2},
		{"a = 4-5 3", "bad scores '4-5 3': write three ranges from 1 to 5 for recency, frequency and monetary, such as 4-5 3 1-5", 1},
		{"a = 5-4 3 1", "bad scores '5-4 3 1': write three ranges from 1 to 5 for recency, frequency and monetary, such as 4-5 3 1-5", 1},
		{"a = 5 3 1 2", "bad scores '5 3 1 2': write three ranges from 1 to 5 for recency, frequency and monetary, such as 4-5 3 1-5", 1},
		{"set x = y", "a scheme has no settings: write name = R F M", 1},
		{"# nothing\n", "names no segments: write lines such as champions = 5 4-5 1-5", 0},
	};
	struct scheme s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(scheme_parse(&s, span_of(table[i].text), "boxes", &err), -1);
		assert_error(&err, table[i].message);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.file, "boxes");
		assert_int_equal(err.line, table[i].line);
	}
}

static void a_scheme_has_room_for_every_cell(void **state)
{
	struct buf text = BUF_INIT;
	struct scheme s;
	struct error err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 126; i++)
		buf_printf(&text, "a%d = 1 1 1\n", i);
	assert_int_equal(scheme_parse(&s, buf_view(&text), "boxes", &err), -1);
	assert_error(&err, "more than 125 boxes");
	buf_release(&text);
}

/* RFM. */

#define PROFILE(orders) "{\"type\":\"profile\",\"as_of\":\"2024-03-31T23:59:59.999Z\",\"orders\":{" orders "}}"

static struct rfm rfm_of(const char *line)
{
	struct profile p;
	struct rfm r;

	assert_int_equal(profile_parse(&p, span_of(line), NULL), 0);
	assert_int_equal(rfm_read(&p, &r, NULL), 0);
	return r;
}

static void reads_the_summary_of_orders(void **state)
{
	struct rfm r = rfm_of(PROFILE("\"count\":4,\"revenue\":220.5,\"currency\":\"EUR\","
				      "\"last\":\"2024-03-30T23:59:59.999Z\""));

	(void)state;
	assert_true(r.known);
	assert_int_equal(r.recency_days, 1);
	assert_int_equal(r.frequency, 4);
	assert_true(r.money_known);
	assert_true(r.monetary_micro == 220500000);
	assert_string_equal(r.currency, "EUR");
	assert_int_equal(rfm_of(PROFILE("\"count\":1,\"revenue\":1,\"last\":\"2024-03-31T00:00:00.000Z\"")).recency_days, 0);
}

static void without_an_order_nothing_is_known(void **state)
{
	(void)state;
	assert_false(rfm_of("{\"type\":\"profile\",\"as_of\":\"2024-03-31T23:59:59.999Z\"}").known);
	assert_false(rfm_of(PROFILE("\"count\":0,\"revenue\":0,\"last\":null")).known);
	assert_false(rfm_of(PROFILE("\"count\":null")).known);
	assert_false(rfm_of(PROFILE("\"count\":2")).known);
	assert_false(rfm_of("{\"type\":\"profile\",\"orders\":{\"count\":1,\"last\":\"2024-03-31T00:00:00.000Z\"}}").known);
	assert_false(rfm_of(PROFILE("\"count\":1,\"last\":\"2024-04-01T00:00:00.000Z\"")).known);
}

static void several_currencies_are_no_money(void **state)
{
	struct rfm r = rfm_of(PROFILE("\"count\":2,\"revenue\":null,\"last\":\"2024-03-01T00:00:00.000Z\","
				      "\"by_currency\":{\"EUR\":1,\"USD\":2}"));

	(void)state;
	assert_true(r.known);
	assert_false(r.money_known);
}

static void refuses_malformed_summaries(void **state)
{
	static const char *const bad[][2] = {
		{PROFILE("\"count\":1.5"), "count"},
		{PROFILE("\"count\":-1"), "count"},
		{PROFILE("\"count\":[]"), "count"},
		{PROFILE("\"count\":1,\"last\":\"soon\""), "last"},
		{PROFILE("\"count\":1,\"last\":\"2024-03-01T00:00:00.000Z\",\"revenue\":\"much\""), "revenue"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct profile p;
		struct rfm r;
		struct error err = ERROR_INIT;
		char want[100];

		snprintf(want, sizeof want, "the profile's orders.%s is malformed: run cdp-merge again",
			 bad[i][1]);
		assert_int_equal(profile_parse(&p, span_of(bad[i][0]), NULL), 0);
		assert_int_equal(rfm_read(&p, &r, &err), -1);
		assert_int_equal(err.kind, ERROR_DATA);
		assert_error(&err, want);
	}
}

static struct rfm customer(int days, int orders, int cents, const char *currency)
{
	struct rfm r = {.known = true, .money_known = true, .recency_days = days,
			.frequency = orders, .monetary_micro = (__int128)cents * 10000};

	snprintf(r.currency, sizeof r.currency, "%s", currency);
	return r;
}

static void scores_and_names_a_table(void **state)
{
	struct rfm_table t;
	struct rfm_scores best, worst;
	struct rfm r;
	struct buf out = BUF_INIT;

	(void)state;
	rfm_table_init(&t, 1 << 20, "/tmp");
	for (int i = 0; i < 10; i++) {
		r = customer(i * 10, 10 - i, 1050 * (10 - i), "EUR");
		assert_int_equal(rfm_table_add(&t, &r, NULL), 0);
	}
	assert_int_equal(rfm_table_finish(&t, NULL), 0);
	r = customer(0, 10, 10500, "EUR");
	best = rfm_score(&t, &r);
	rfm_put_reason(&r, &best, &out);
	assert_span(buf_view(&out), "R5 F5 M5: recency 0, frequency 10, monetary 105 EUR");
	r = customer(90, 1, 1050, "EUR");
	r.money_known = false;
	worst = rfm_score(&t, &r);
	buf_clear(&out);
	rfm_put_reason(&r, &worst, &out);
	assert_span(buf_view(&out), "R1 F1 M?: recency 90, frequency 1, monetary unknown");
	buf_clear(&out);
	rfm_put_thresholds(&t, &out);
	assert_span(buf_view(&out), "recency <= 18, 36, 54, 72 days; frequency > 2.8, 4.6, 6.4, 8.2; "
		    "monetary > 29.4, 48.3, 67.2, 86.1 EUR");
	buf_clear(&out);
	rfm_put_thresholds_value(&t, &out);
	assert_span(buf_view(&out), "{\"recency_days\":[18,36,54,72],\"frequency\":[2.8,4.6,6.4,8.2],"
		    "\"monetary\":[29.4,48.3,67.2,86.1]}");
	buf_release(&out);
	rfm_table_release(&t);
}

static void currencies_do_not_compare(void **state)
{
	struct rfm_table t;
	struct rfm a = customer(1, 1, 100, "EUR"), b = customer(2, 2, 200, "USD");
	struct buf out = BUF_INIT;

	(void)state;
	rfm_table_init(&t, 1 << 20, "/tmp");
	assert_int_equal(rfm_table_add(&t, &a, NULL), 0);
	assert_int_equal(rfm_table_add(&t, &b, NULL), 0);
	assert_int_equal(rfm_table_finish(&t, NULL), 0);
	assert_int_equal(rfm_score(&t, &a).monetary, 0);
	rfm_put_thresholds(&t, &out);
	assert_span(buf_view(&out), "recency <= 1.2, 1.4, 1.6, 1.8 days; frequency > 1.2, 1.4, 1.6, 1.8; monetary unknown");
	buf_clear(&out);
	rfm_put_thresholds_value(&t, &out);
	assert_true(span_ends(buf_view(&out), SPAN("\"monetary\":null}")));
	buf_release(&out);
	rfm_table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thresholds_are_quantiles_of_type_7),
		cmocka_unit_test(a_threshold_belongs_to_the_lower_score),
		cmocka_unit_test(money_between_two_units_is_not_misplaced),
		cmocka_unit_test(spilled_runs_give_the_same_thresholds),
		cmocka_unit_test(a_spill_without_a_place_is_an_error),
		cmocka_unit_test(the_grid_is_complete_and_disjoint),
		cmocka_unit_test(classic_boxes_hide_each_other),
		cmocka_unit_test(schemes_come_from_files),
		cmocka_unit_test(faults_of_schemes_name_their_place),
		cmocka_unit_test(a_scheme_has_room_for_every_cell),
		cmocka_unit_test(reads_the_summary_of_orders),
		cmocka_unit_test(without_an_order_nothing_is_known),
		cmocka_unit_test(several_currencies_are_no_money),
		cmocka_unit_test(refuses_malformed_summaries),
		cmocka_unit_test(scores_and_names_a_table),
		cmocka_unit_test(currencies_do_not_compare),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
