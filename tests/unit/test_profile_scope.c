/* Names and event functions over a profile. */
#include "tests/unit/profile_case.h"

static void names(void **state)
{
	static const struct line lines[] = {
		{"id", "\"c1\""},
		{"as_of", "\"2024-03-10T00:00:00.000Z\""},
		{"first_seen", "\"2023-01-01T00:00:00.000Z\""},
		{"last_seen", "\"2024-03-09T12:00:00.000Z\""},
		{"sources", "[\"crm\",\"shop\"]"},
		{"segments", "[\"lapsed\",\"vip\"]"},
		{"orders", "3"},
		{"frequency", "3"},
		{"revenue", "106.50"},
		{"monetary", "106.50"},
		{"currency", "\"EUR\""},
		{"first_order", "\"2023-05-01T10:00:00.000Z\""},
		{"last_order", "\"2024-03-01T09:30:00.000Z\""},
		{"refunds", "1"},
		{"recency", "8"},
		{"email", "\"ann@example.com\""},
		{"email[]", "[\"ann@example.com\",\"a@example.org\"]"},
		{"ids.email", "\"ann@example.com\""},
		{"ids.email[]", "[\"ann@example.com\",\"a@example.org\"]"},
		{"phone", "null"},
		{"phone[]", "[]"},
		{"user_id", "null"},
		{"user_id[]", "null"},
		{"shop_id", "\"17\""},
		{"ids.odd", "\"x\""},
		{"scores.bgnbd.p_churn", "0.25"},
		{"scores.bgnbd.band", "\"low\""},
		{"scores.other.p_churn", "null"},
		{"consent.email", "\"granted\""},
		{"consent.post", "null"},
	};

	(void)state;
	take_profile(HEAD EVENTS "}");
	CHECK(lines);
}

static void names_of_traits(void **state)
{
	static const struct line lines[] = {
		{"first_name", "\"Zoë\""},
		{"traits.first_name", "\"Zoë\""},
		{"city", "\"Köln\""},
		{"age", "31"},
		{"vip", "true"},
		{"traits.size", "\"42\""},
		{"traits.size > 40", "true"},
		{"traits.huge", "\"1e400\""},
		{"traits.huge > 5", "null"},
		{"traits.none", "null"},
		{"tags", "[\"a\",\"b\\n\",\"3\",\"{\\\"x\\\":1}\"]"},
		{"tags[]", "[\"a\",\"b\\n\",\"3\",\"{\\\"x\\\":1}\"]"},
		{"'a' in tags", "true"},
		{"city[]", "[\"Köln\"]"},
		{"address", "\"{\\\"street\\\":\\\"High St\\\"}\""},
		{"traits.address.street", "\"High St\""},
		{"orders.count", "3"},
		{"odd_member.deep.1", "20"},
		{"odd_member.deep", "[\"10\",\"20\"]"},
		{"days_since(birthday)", "12367"},
		{"age + 1", "32"},
		{"city + 1", "null"},
		{"events_omitted", "null"},
		{"traits", "\"{\\\"first_name\\\":\\\"Zo\\\\u00eb\\\""},
	};

	(void)state;
	take_profile(HEAD EVENTS "}");
	check(lines, COUNT_OF(lines) - 1);
	/* A whole member is its JSON. */
	assert_int_equal(strncmp(show("traits"), lines[COUNT_OF(lines) - 1].want, 20), 0);
}

/* Traits are looked for once, on from where the last look ended: whatever the order of the asking. */
static void traits_in_any_order(void **state)
{
	static const struct line first[] = {
		{"traits.t39", "39"}, {"traits.t0", "0"}, {"traits.t31", "31"}, {"traits.t32", "32"}, {"traits.none", "null"},
		{"traits.one", "1"}, {"traits.twice", "\"a\""}, {"traits.t5", "5"},
		{"traits.list", "[\"1\",\"2\",\"3\",\"4\",\"5\"]"}, {"traits.few", "[\"1\",\"2\"]"},
	};
	static const struct line second[] = {{"traits.t0", "null"}, {"traits.twice", "\"c\""}, {"traits.t39", "null"}};
	struct buf line = BUF_INIT;

	(void)state;
	buf_lit(&line, "{\"type\":\"profile\",\"id\":\"c\",\"traits\":{\"\\u006fne\":1,\"twice\":\"a\",\"twice\":\"b\","
		"\"list\":[1,null,2,3,4,5],\"few\":[1,null,2]");
	for (int i = 0; i < 40; i++)
		buf_printf(&line, ",\"t%d\":%d", i, i);
	buf_lit(&line, "}}");
	take_profile(buf_text(&line));
	check(first + 8, 2);
	check(first, 8);
	take_profile("{\"type\":\"profile\",\"id\":\"d\",\"traits\":{\"twice\":\"c\"}}");
	CHECK(second);
	take_profile("{\"type\":\"profile\",\"id\":\"e\"}");
	check(second, 1);
	buf_release(&line);
}

static void unknown_names(void **state)
{
	static const struct line lines[] = {
		{"recensy > 5", "1: unknown name 'recensy'; did you mean 'recency'?"},
		{"emial", "1: unknown name 'emial'; did you mean 'email'?"},
		{"favourite_colour", "1: unknown name 'favourite_colour' (a trait is traits.NAME, a text stands in quotes)"},
		{"trait.size", "1: unknown name 'trait.size' (a trait is traits.NAME, a text stands in quotes)"},
		{"events", "1: unknown name 'events' (a trait is traits.NAME, a text stands in quotes)"},
		{"events.0.time", "1: unknown name 'events.0.time' (a trait is traits.NAME, a text stands in quotes)"},
		{"recency[]", "1: unknown name 'recency[]'; did you mean 'recency'?"},
		{"cuont('x')", "1: unknown function 'cuont'; did you mean 'count'?"},
		{"count()", "1: count() has too few arguments: it takes at least 1"},
		{"count(5)", "7: count() wants a text, not a number: put it in quotes"},
		{"count('x', 30)", "12: count() wants a window, not a number: write the unit, as in 90d"},
		{"last_seen > revenue", "11: a time cannot be compared with a number"},
	};

	(void)state;
	take_profile(HEAD "}");
	CHECK(lines);
}

static void event_functions(void **state)
{
	static const struct line lines[] = {
		{"count('Order Completed')", "4"},
		{"count('Order Completed', 61d)", "3"},
		{"count('Order Completed', 60d)", "1"},
		{"count('Order Completed', 9d)", "1"},
		{"count('page')", "1"},
		{"count('identify')", "1"},
		{"count('identify', 9999y)", "1"},
		{"count('identify', 100y)", "0"},
		{"count('Nothing')", "0"},
		{"did('Order Completed', 9d)", "true"},
		{"did('Order Completed', 8d)", "false"},
		{"did('Nothing')", "false"},
		/* The end belongs to a window, the beginning does not; later is nowhere. */
		{"count('Product Added')", "2"},
		{"count('Product Added', 5d)", "1"},
		{"count('Product Added', 6d)", "2"},
		{"count('Order Completed', 2mo)", "1"},
		{"count('Order Completed', 3mo)", "3"},
		{"revenue(9d)", "23.25"},
		{"revenue(61d)", "56.5"},
		{"revenue(9999d)", "106.5"},
		{"revenue()", "106.50"},
		{"orders()", "3"},
		{"orders(9d)", "1"},
		{"orders(61d)", "2"},
		{"orders(9999d)", "3"},
		{"sum('Order Completed', 'items')", "3"},
		{"sum('Order Completed', 'items', 9d)", "0"},
		{"sum('Order Completed', 'revenue', 61d)", "63.5"},
		{"sum('Nothing', 'items')", "0"},
		{"sum('Product Added', 'price')", "null"},
		{"sum('Product Added', 'price', 5d)", "2"},
		{"first('Order Completed')", "\"2023-05-01T10:00:00.000Z\""},
		{"last('Order Completed')", "\"2024-03-01T09:30:00.000Z\""},
		{"last('Product Added')", "\"2024-03-10T00:00:00.000Z\""},
		{"first('Nothing')", "null"},
		{"last('identify')", "null"},
		{"days_since('Order Completed')", "8"},
		{"days_since('Nothing')", "null"},
		{"days_since('Nothing') > 5", "null"},
		{"days_since(last_order)", "8"},
		{"days_since('2024-03-09')", "1"},
		{"days_since('2024-03-10T00:00:00.001Z')", "-1"},
		{"in_segment('vip')", "true"},
		{"in_segment('gold')", "false"},
		{"has_consent('email')", "true"},
		{"has_consent('sms')", "false"},
		{"has_consent('ads')", "null"},
		{"has_consent('post')", "null"},
	};

	(void)state;
	take_profile(HEAD EVENTS "}");
	CHECK(lines);
	/* The same row again: the cache is used. */
	CHECK(lines);
}

/* The run's "now" goes before the profile's. */
static void now_of_the_run(void **state)
{
	static const struct line lines[] = {
		{"count('Product Added')", "3"},
		{"count('Product Added', 1d)", "1"},
		{"sum('Product Added', 'price', 1d)", "4"},
		{"recency", "9"},
		{"as_of", "\"2024-03-11T00:00:00.000Z\""},
	};

	(void)state;
	take_profile(HEAD EVENTS "}");
	assert_true(moment_parse_record(SPAN("2024-03-11T00:00:00.000Z"), &f.run.as_of));
	CHECK(lines);
}

static void no_now(void **state)
{
	static const struct line lines[] = {
		{"as_of", "null"},
		{"recency", "null"},
		{"count('x')", "1"},
		{"count('x', 5d)", "null"},
		{"revenue(5d)", "null"},
		{"days_since('x')", "null"},
		{"last('x')", "\"2024-03-10T00:00:00.000Z\""},
	};

	(void)state;
	take_profile("{\"type\":\"profile\",\"id\":\"c2\",\"orders\":{\"last\":\"2024-03-01T09:30:00.000Z\"},\"events\":["
		     EVENT("2024-03-10T00:00:00.000Z", "x", "") "]}");
	CHECK(lines);
}

/* Law 9: without events nothing is known of them. */
static void without_events(void **state)
{
	static const struct line lines[] = {
		{"count('x')", "null"},
		{"did('x')", "null"},
		{"not did('x', 5d)", "null"},
		{"sum('x', 'y')", "null"},
		{"revenue(90d)", "null"},
		{"revenue()", "106.50"},
		{"orders(90d)", "null"},
		{"first('x')", "null"},
		{"last('x')", "null"},
		{"days_since('x')", "null"},
		{"days_since(last_order)", "8"},
	};

	(void)state;
	take_profile(HEAD "}");
	CHECK(lines);
}

static void segments_absent(void **state)
{
	(void)state;
	take_profile("{\"type\":\"profile\",\"id\":\"c2\"}");
	assert_string_equal(show("in_segment('vip')"), "null");
	assert_string_equal(show("'vip' in segments"), "null");
	assert_string_equal(show("orders"), "null");
	assert_string_equal(show("orders()"), "null");
	assert_string_equal(show("has_consent('email')"), "null");
	assert_string_equal(show("email"), "null");
	assert_string_equal(show("sources"), "null");
}

#define THREE EVENT("2024-02-01T00:00:00.000Z", "x", "\"n\":1") "," \
	EVENT("2024-03-01T00:00:00.000Z", "x", "\"n\":2") "," \
	EVENT("2024-03-08T00:00:00.000Z", "y", "\"n\":4")
#define SMALL "{\"type\":\"profile\",\"id\":\"c3\",\"as_of\":\"2024-03-10T00:00:00.000Z\","

/* A window that omitted events could change is unknown, any other is not. */
static void omitted_events(void **state)
{
	static const struct line lines[] = {
		{"events_omitted", "7"},
		{"count('x')", "null"},
		{"count('x', 10d)", "1"},
		{"count('x', 38d)", "1"},
		{"count('x', 39d)", "null"},
		{"did('x')", "true"},
		{"did('z')", "null"},
		{"did('z', 38d)", "false"},
		{"did('x', 1y)", "true"},
		{"sum('x', 'n')", "null"},
		{"sum('x', 'n', 38d)", "2"},
		{"revenue(38d)", "0"},
		{"revenue(39d)", "null"},
		{"orders(39d)", "null"},
		{"first('x')", "null"},
		{"last('x')", "\"2024-03-01T00:00:00.000Z\""},
		{"days_since('y')", "2"},
	};

	(void)state;
	take_profile(SMALL "\"events_omitted\":7,\"events\":[" THREE "]}");
	CHECK(lines);
}

/* The undated rank oldest: where one was kept, only such were omitted. */
static void omitted_undated_events(void **state)
{
	static const struct line lines[] = {
		{"count('x', 1y)", "2"},
		{"count('x')", "null"},
	};

	(void)state;
	take_profile(SMALL "\"events_omitted\":7,\"events\":[{\"type\":\"identify\"}," THREE "]}");
	CHECK(lines);
	/* None was kept at all. */
	take_profile(SMALL "\"events_omitted\":7,\"events\":[]}");
	assert_string_equal(show("count('x', 1d)"), "null");
	take_profile(SMALL "\"events_omitted\":0,\"events\":[]}");
	assert_string_equal(show("count('x')"), "0");
	assert_string_equal(show("revenue(90d)"), "0");
}

static void mixed_currencies(void **state)
{
	static const struct line lines[] = {
		{"revenue(5d)", "3"},
		{"revenue(30d)", "null"},
		{"sum('Order Completed', 'revenue')", "null"},
		{"sum('Order Completed', 'n')", "3"},
		{"orders(30d)", "3"},
	};

	(void)state;
	take_profile(SMALL "\"events\":["
		     EVENT("2024-03-01T00:00:00.000Z", "Order Completed", "\"revenue\":1,\"currency\":\"USD\",\"n\":1") ","
		     EVENT("2024-03-02T00:00:00.000Z", "Order Completed", "\"revenue\":1,\"n\":1") ","
		     EVENT("2024-03-08T00:00:00.000Z", "Order Completed", "\"revenue\":3,\"currency\":\" EUR \",\"n\":1") "]}");
	CHECK(lines);
}

static void sums_that_overflow(void **state)
{
	static const struct line lines[] = {
		{"revenue(1y)", "error: a sum is more than a number can hold"},
		{"sum('Order Completed', 'revenue')", "error: a sum is more than a number can hold"},
	};

	(void)state;
	take_profile(SMALL "\"events\":["
		     EVENT("2024-03-01T00:00:00.000Z", "Order Completed", "\"revenue\":99999999999999999999999999999999999999") ","
		     EVENT("2024-03-01T00:00:00.000Z", "Order Completed", "\"revenue\":1") "]}");
	CHECK(lines);
}

/* Skimmed events are only looked at when a function wants them. */
static void damaged_events(void **state)
{
	(void)state;
	take_profile(SMALL "\"events\":[{\"type\":\"track\",}]}");
	assert_string_equal(show("id"), "\"c3\"");
	assert_int_equal(strncmp(show("count('x')"), "error: ", 7), 0);
	/* The failure does not stay with the row's memory. */
	take_profile(SMALL "\"events\":[" THREE "]}");
	assert_string_equal(show("count('x')"), "2");
}

static struct expr *compile(const char *text)
{
	struct error err = ERROR_INIT;

	return expr_compile(span_of(text), NULL, 1, 1, &f.names, TYPE_ANY, &err);
}

static void says_what_is_read(void **state)
{
	(void)state;
	expr_free(compile("scores.bgnbd.p_churn > 0.5 and revenue() > 5 and orders() > 1"));
	expr_free(compile("days_since('2024-01-01') > 5 and has_consent('email')"));
	assert_true(profile_scope_reads(f.scope, "scores"));
	assert_false(profile_scope_reads(f.scope, "segments"));
	assert_false(profile_scope_reads(f.scope, "traits"));
	assert_false(profile_scope_reads_events(f.scope));
	expr_free(compile("in_segment('vip')"));
	assert_true(profile_scope_reads(f.scope, "segments"));
	expr_free(compile("city = 'x'"));
	assert_true(profile_scope_reads(f.scope, "traits"));
	assert_false(profile_scope_reads_events(f.scope));
	expr_free(compile("days_since('Order Completed') > 5"));
	assert_true(profile_scope_reads_events(f.scope));
}

static void window_function_reads_events(void **state)
{
	(void)state;
	expr_free(compile("revenue(90d)"));
	assert_true(profile_scope_reads_events(f.scope));
}

/* Dates of the run's zone: days begin in Berlin at 23 or 22 hours. */
static void zone_of_windows(void **state)
{
	struct zone *berlin = zone_load("Europe/Berlin", NULL);

	(void)state;
	assert_non_null(berlin);
	f.run.zone = berlin;
	/* 2024-04-10T00:00Z is 02:00 in Berlin; a month before is 02:00 in winter. */
	take_profile("{\"type\":\"profile\",\"id\":\"c4\",\"as_of\":\"2024-04-10T00:00:00.000Z\",\"events\":["
		     EVENT("2024-03-10T00:30:00.000Z", "x", "") "]}");
	assert_string_equal(show("count('x', 1mo)"), "0");
	f.run.zone = f.zone;
	assert_string_equal(show("count('x', 1mo)"), "1");
	zone_free(berlin);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names),
		TEST(names_of_traits),
		TEST(traits_in_any_order),
		TEST(unknown_names),
		TEST(event_functions),
		TEST(now_of_the_run),
		TEST(no_now),
		TEST(without_events),
		TEST(segments_absent),
		TEST(omitted_events),
		TEST(omitted_undated_events),
		TEST(mixed_currencies),
		TEST(sums_that_overflow),
		TEST(damaged_events),
		TEST(says_what_is_read),
		TEST(window_function_reads_events),
		TEST(zone_of_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
