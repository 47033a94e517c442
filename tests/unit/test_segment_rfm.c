/* Quintiles, schemes of names, and RFM over a table of customers. */
#include "tests/unit/scratch.h"

#include "base/decimal.h"
#include "understand/segment/rfm.h"
#include "understand/segment/scheme.h"
#include "understand/segment/thresholds.h"

static void check_thresholds(struct ranking *r, const char *want)
{
	__int128 at[QUINTILES];
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(ranking_thresholds(r, 5, at, &err), 0);
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

static void the_median_and_ranks_cut_as_well(void **state)
{
	static const int values[] = {5, 1, 4, 2, 3, 7, 6};
	struct ranking r;
	__int128 at[QUINTILES];

	(void)state;
	ranking_init(&r, 1 << 20, "/tmp");
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_int_equal(ranking_add(&r, values[i], NULL), 0);
	assert_int_equal(ranking_thresholds(&r, 2, at, NULL), 0);
	assert_true(at[0] == 40);
	/* Seven in five classes: 2 2 1 1 1. */
	assert_int_equal(ranking_ntiles(&r, 5, at, NULL), 0);
	assert_true(at[0] == 20 && at[1] == 40 && at[2] == 50 && at[3] == 60);
	ranking_release(&r);
}

static void a_threshold_is_not_below_itself(void **state)
{
	const __int128 at[QUINTILES] = {10 * 10, 10 * 20, 10 * 20, 10 * 30 + 4};

	(void)state;
	assert_int_equal(ranking_below(at, 4, 10), 0);
	assert_int_equal(ranking_through(at, 4, 10), 1);
	assert_int_equal(ranking_below(at, 4, 20), 1);
	assert_int_equal(ranking_through(at, 4, 20), 3);
	assert_int_equal(ranking_below(at, 4, 30), 3);
	assert_int_equal(ranking_through(at, 4, 31), 4);
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
	assert_int_equal(ranking_thresholds(&small, 5, a, &err), 0);
	assert_int_equal(ranking_thresholds(&large, 5, b, &err), 0);
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
	assert_false(scheme_find(&s, "putler"));
}

static void shopify_goes_by_the_mean_of_frequency_and_monetary(void **state)
{
	struct scheme s;

	(void)state;
	assert_true(scheme_find(&s, "shopify"));
	assert_true(s.reads_money);
	assert_int_equal(scheme_uncovered(&s), 0);
	assert_string_equal(name_of(&s, 5, 3, 5), "champions");
	assert_string_equal(name_of(&s, 5, 3, 4), "active");
	assert_string_equal(name_of(&s, 1, 4, 5), "previously_loyal");
	assert_string_equal(name_of(&s, 2, 4, 4), "at_risk");
	assert_string_equal(name_of(&s, 2, 2, 3), "almost_lost");
	assert_string_equal(s.boxes[scheme_no_order(&s)].name, "prospects");
	assert_true(reachable(&s, "prospects"));
}

static void schemes_come_from_files(void **state)
{
	struct scheme s;
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;

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
	scheme_put_uncovered(&s, &out);
	assert_span(buf_view(&out), "R1 F1 M1, R1 F1 M2, R1 F1 M3, R1 F1 M4, R1 F2 M1, R1 F2 M2, R1 F2 M3, R1 F2 M4, "
		    "R1 F4 M1, R1 F4 M2 and 70 more");
	scratch_put("boxes", SPAN("some = 1-3 2-5 1-5\nmore = 4 1-5 2-5\n"));
	assert_int_equal(scheme_load(&s, scratch_path("boxes"), &err), 0);
	buf_clear(&out);
	scheme_put_uncovered(&s, &out);
	assert_span(buf_view(&out), "R1 F1, R2 F1, R3 F1, R4 F1 M1, R4 F2 M1, R4 F3 M1, R4 F4 M1, R4 F5 M1, R5");
	buf_release(&out);
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
	rfm_table_init(&t, RFM_QUANTILE, 1 << 20, "/tmp");
	for (int i = 0; i < 10; i++) {
		r = customer(i * 10, 10 - i, 1050 * (10 - i), "EUR");
		assert_int_equal(rfm_table_add(&t, &r, NULL), 0);
	}
	assert_int_equal(rfm_table_finish(&t, NULL), 0);
	r = customer(0, 10, 10500, "EUR");
	best = rfm_score(&t.scoring, &r);
	rfm_put_reason(&r, &best, &out);
	assert_span(buf_view(&out), "R5 F5 M5: recency 0, frequency 10, monetary 105 EUR");
	r = customer(90, 1, 1050, "EUR");
	r.money_known = false;
	worst = rfm_score(&t.scoring, &r);
	buf_clear(&out);
	rfm_put_reason(&r, &worst, &out);
	assert_span(buf_view(&out), "R1 F1 M?: recency 90, frequency 1, monetary unknown");
	buf_clear(&out);
	rfm_put_thresholds(&t.scoring, &out);
	assert_span(buf_view(&out), "recency <= 18, 36, 54, 72 days; frequency > 2.8, 4.6, 6.4, 8.2; "
		    "monetary > 29.4, 48.3, 67.2, 86.1 EUR");
	buf_clear(&out);
	rfm_put_thresholds_value(&t.scoring, &out);
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
	rfm_table_init(&t, RFM_QUANTILE, 1 << 20, "/tmp");
	assert_int_equal(rfm_table_add(&t, &a, NULL), 0);
	assert_int_equal(rfm_table_add(&t, &b, NULL), 0);
	assert_int_equal(rfm_table_finish(&t, NULL), 0);
	assert_int_equal(rfm_score(&t.scoring, &a).monetary, 0);
	rfm_put_thresholds(&t.scoring, &out);
	assert_span(buf_view(&out), "recency <= 1.5 days; frequency > 1.5; monetary unknown");
	buf_clear(&out);
	rfm_put_thresholds_value(&t.scoring, &out);
	assert_true(span_ends(buf_view(&out), SPAN("\"monetary\":null}")));
	buf_release(&out);
	rfm_table_release(&t);
}

/* Customers of so many orders, one a number, and what they score. */
static void check_frequencies(enum rfm_bins bins, const int *orders, size_t count, const char *want)
{
	struct rfm_table t;
	struct rfm r;
	struct buf out = BUF_INIT;

	rfm_table_init(&t, bins, 1 << 20, "/tmp");
	for (size_t i = 0; i < count; i++) {
		r = customer((int)i, orders[i], 100, "EUR");
		assert_int_equal(rfm_table_add(&t, &r, NULL), 0);
	}
	assert_int_equal(rfm_table_finish(&t, NULL), 0);
	for (size_t i = 0; i < count; i++) {
		r = customer((int)i, orders[i], 100, "EUR");
		buf_printf(&out, "%s%d", i ? " " : "", rfm_score(&t.scoring, &r).frequency);
	}
	buf_char(&out, '\n');
	rfm_put_warnings(&t, false, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
	rfm_table_release(&t);
}

static void ties_are_not_the_rarest(void **state)
{
	static const int subscribers[] = {12, 12, 12, 12, 12, 12}, most[] = {12, 12, 12, 12, 12, 12, 12, 13, 14, 15},
			 once[] = {1, 1, 1, 1, 1, 1, 1, 2, 3, 4}, seven[] = {1, 2, 3, 4, 5, 6, 7},
			 top[] = {1, 2, 9, 9, 9, 9, 9, 9, 9, 9}, singles[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

	(void)state;
	check_frequencies(RFM_QUANTILE, subscribers, 6, "3 3 3 3 3 3\n"
		"6 customers with orders are too few for quintiles (10 are needed): scores are 4 above the median, else 2\n"
		"all 6 customers with orders have the same frequency, 12: it tells nobody apart, and all score 3\n");
	check_frequencies(RFM_QUANTILE, most, 10, "2 2 2 2 2 2 2 4 5 5\n"
		"so many customers have the same frequency, 12, that it has fewer classes than 5\n");
	check_frequencies(RFM_QUANTILE, once, 10, "1 1 1 1 1 1 1 4 5 5\n");
	check_frequencies(RFM_QUANTILE, singles, 10, "1 1 1 1 1 1 1 1 1 1\n"
		"all 10 customers with orders have the same frequency, 1: it tells nobody apart, and all score 1\n");
	check_frequencies(RFM_QUANTILE, seven, 7, "1 2 2 2 4 4 4\n"
		"7 customers with orders are too few for quintiles (10 are needed): scores are 4 above the median, else 2\n");
	check_frequencies(RFM_QUANTILE, top, 10, "1 1 3 3 3 3 3 3 3 3\n"
		"so many customers have the same frequency, 9, that it has fewer classes than 5\n");
	check_frequencies(RFM_PACKAGE, top, 10, "1 1 2 2 2 2 2 2 2 2\n");
}

/* Quintiles 10.5 20 20 30: the package begins its classes at 11.5 21 21 31. */
static void the_package_begins_a_class_at_a_quintile_plus_one(void **state)
{
	struct rfm_scoring s = {.bins = RFM_PACKAGE};
	static const int days[] = {0, 11, 12, 20, 21, 30, 31}, want[] = {5, 5, 4, 4, 2, 2, 1};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(thresholds_parse(&s, SPAN("set bins = rfm\nrecency = 10.5 20 20 30\nfrequency = alike\n"
						   "monetary = 10 20 30 40"), "t", &err), 0);
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		struct rfm r = customer(days[i], 2, 2050, "");

		assert_int_equal(rfm_score(&s, &r).recency, want[i]);
		/* 20.50 lies behind the quintile 20 and before 21: a class lower. */
		assert_int_equal(rfm_score(&s, &r).monetary, 2);
	}
}

static void thresholds_are_kept_as_they_are(void **state)
{
	static const char text[] =
		"# RFM thresholds of cdp-segment: the greatest value of each class but the last.\n"
		"recency = 75.4 158.2 219.6\nfrequency = alike\nmonetary = -2.5 29.9123456 EUR\n";
	struct rfm_scoring s;
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	struct rfm r = customer(158, 3, 2991, "EUR");

	(void)state;
	assert_int_equal(thresholds_parse(&s, span_of(text), "t", &err), 0);
	thresholds_put(&s, &out);
	assert_span(buf_view(&out), text);
	/* Three thresholds are four classes, 1 2 4 5. */
	assert_int_equal(rfm_score(&s, &r).recency, 4);
	assert_int_equal(rfm_score(&s, &r).frequency, 3);
	assert_int_equal(rfm_score(&s, &r).monetary, 3);
	r = customer(159, 3, 2992, "USD");
	assert_int_equal(rfm_score(&s, &r).recency, 2);
	assert_int_equal(rfm_score(&s, &r).monetary, 0);
	buf_release(&out);
}

static void faults_of_thresholds_name_their_place(void **state)
{
#define BAD(word, decimals) "bad threshold '" word "': write one to four numbers with at most " decimals ", or alike"
	static const struct {
		const char *text, *message;
		uint64_t line;
	} table[] = {
		{"recency = 1 2 3 4 5\nfrequency = 1", BAD("5", "1 decimal, ascending"), 1},
		{"recency = 3 2\nfrequency = 1", BAD("2", "1 decimal, ascending"), 1},
		{"recency = 3\nfrequency = 1.25", BAD("1.25", "1 decimal, ascending"), 2},
		{"recency = 3\nfrequency = many", BAD("many", "1 decimal, ascending"), 2},
		{"recency = alike 3\nfrequency = 1", BAD("3", "1 decimal, ascending"), 1},
		{"recency = 3\nfrequency = 1\nmonetary = 3 EUR 4", BAD("4", "7 decimals, ascending, and a currency"), 3},
		{"recency = 3\nfrequency = 1\nmonetary = EUR", BAD("EUR", "7 decimals, ascending, and a currency"), 3},
		{"recency = 3\nrecency = 4", "recency is there twice", 2},
		{"recently = 3", "no thresholds of 'recently': write recency, frequency or monetary", 1},
		{"set bins = ntile", "the only setting of thresholds is: set bins = rfm", 1},
		{"frequency = 3", "no thresholds of recency: write a line such as recency = 30 90 180 365", 0},
		{"recency = 3", "no thresholds of frequency: write a line such as frequency = 1 2 4 8", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct error err = ERROR_INIT;
		struct rfm_scoring s;

		assert_int_equal(thresholds_parse(&s, span_of(table[i].text), "t", &err), -1);
		assert_error(&err, table[i].message);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_int_equal(err.line, table[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thresholds_are_quantiles_of_type_7),
		cmocka_unit_test(the_median_and_ranks_cut_as_well),
		cmocka_unit_test(a_threshold_is_not_below_itself),
		cmocka_unit_test(spilled_runs_give_the_same_thresholds),
		cmocka_unit_test(a_spill_without_a_place_is_an_error),
		cmocka_unit_test(the_grid_is_complete_and_disjoint),
		cmocka_unit_test(classic_boxes_hide_each_other),
		cmocka_unit_test(shopify_goes_by_the_mean_of_frequency_and_monetary),
		cmocka_unit_test(schemes_come_from_files),
		cmocka_unit_test(faults_of_schemes_name_their_place),
		cmocka_unit_test(a_scheme_has_room_for_every_cell),
		cmocka_unit_test(reads_the_summary_of_orders),
		cmocka_unit_test(without_an_order_nothing_is_known),
		cmocka_unit_test(several_currencies_are_no_money),
		cmocka_unit_test(refuses_malformed_summaries),
		cmocka_unit_test(scores_and_names_a_table),
		cmocka_unit_test(currencies_do_not_compare),
		cmocka_unit_test(ties_are_not_the_rarest),
		cmocka_unit_test(the_package_begins_a_class_at_a_quintile_plus_one),
		cmocka_unit_test(thresholds_are_kept_as_they_are),
		cmocka_unit_test(faults_of_thresholds_name_their_place),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
