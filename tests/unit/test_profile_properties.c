/* Functions of one property of a profile's events. */
#include "tests/unit/profile_case.h"

static void property_functions(void **state)
{
	static const struct line lines[] = {
		{"avg('Order Completed', 'items')", "1.5"},
		{"avg('Order Completed', 'items', 9d)", "null"},
		{"avg('Nothing', 'items')", "null"},
		{"avg('Order Completed', 'revenue')", "28.375"},
		{"avg('Product Added', 'price')", "null"},
		{"min('Order Completed', 'revenue')", "10"},
		{"max('Order Completed', 'revenue')", "50"},
		{"max('Order Completed', 'revenue', 61d)", "30.25"},
		{"min('Order Completed', 'revenue', 1d)", "null"},
		{"min('Order Completed', 'order_id')", "1002"},
		{"max('Product Added', 'price')", "null"},
		{"max('Product Added', 'price', 5d)", "2"},
		/* Compared, as without events. */
		{"min(age, 99)", "31"},
		{"max(city, first_name)", "\"Zoë\""},
		{"min(1, 2)", "1"},
		{"min('Order Completed')", "1: min() has too few arguments: it takes at least 2"},
		{"min('Order Completed', 'revenue', 7)", "35: min() wants a window, not a number: write the unit, as in 90d"},
		{"first('Order Completed', 'revenue')", "50"},
		{"first('Order Completed', 'items')", "2"},
		{"first('Order Completed', 'revenue', 61d)", "\"30.25\""},
		{"first('Order Completed', 'none')", "null"},
		{"last('Order Completed', 'items')", "\"x\""},
		{"last('Order Completed', 'order_id')", "\"1002\""},
		{"last('Order Completed', 'items', 8d)", "null"},
		{"last('Product Added', 'price')", "2"},
		{"last('a', 'b', 1d, 2)", "1: last() has too many arguments: it takes at most 3"},
		{"most_frequent('Order Completed', 'order_id')", "\"1002\""},
		{"most_frequent('Order Completed', 'order_id', 9d)", "null"},
		{"most_frequent('Order Completed', 'items')", "null"},
		{"most_frequent('Product Added', 'currency')", "null"},
		{"most_frequent('Nothing', 'x')", "null"},
		{"unique('Order Completed', 'order_id')", "[\"1002\",\"o1\"]"},
		{"unique('Order Completed', 'currency')", "[\"EUR\",\"eur\"]"},
		{"length(unique('Order Completed', 'items'))", "3"},
		{"unique('Nothing', 'x')", "[]"},
		{"'o1' in unique('Order Completed', 'order_id')", "true"},
	};

	(void)state;
	take_profile(HEAD EVENTS "}");
	CHECK(lines);
}

/* A property of that name goes first. */
static void context_of_events(void **state)
{
	static const struct line lines[] = {
		{"first('page', 'context.channel.group')", "\"Direct\""},
		{"unique('page', 'context.bot.reasons')", "[\"list\",\"words\"]"},
		{"last('page', 'context.ip')", "\"mine\""},
		{"last('page', 'context.page.url')", "null"},
		{"last('page', 'channel.group')", "null"},
		{"max('page', 'context.geo.latitude')", "48.5"},
	};

	(void)state;
	take_profile("{\"type\":\"profile\",\"id\":\"c1\",\"as_of\":\"2024-03-10T00:00:00.000Z\",\"events\":["
		     "{\"type\":\"page\",\"time\":\"2024-02-20T00:00:00.000Z\",\"context\":{\"channel\":{\"group\":\"Direct\"},"
		     "\"bot\":{\"reasons\":[\"words\",\"list\"]},\"ip\":\"192.0.2.1\",\"geo\":{\"latitude\":48.5}}},"
		     "{\"type\":\"page\",\"time\":\"2024-02-21T00:00:00.000Z\",\"props\":{\"context\":{\"ip\":\"mine\"}},"
		     "\"context\":{\"ip\":\"192.0.2.2\"}},"
		     "{\"type\":\"page\",\"time\":\"2024-02-22T00:00:00.000Z\"}]}");
	CHECK(lines);
}

/* Ties go to the first by text, arrays are as many values as elements. */
static void frequent_values(void **state)
{
	static const struct line lines[] = {
		{"most_frequent('v', 'tags')", "\"ant\""},
		{"unique('v', 'tags')", "[\"ant\",\"bee\",\"cat\"]"},
		{"most_frequent('v', 'size')", "7.50"},
		{"first('v', 'empty')", "null"},
		{"most_frequent('v', 'empty')", "null"},
	};

	(void)state;
	take_profile("{\"type\":\"profile\",\"id\":\"c2\",\"events\":["
		     "{\"type\":\"track\",\"event\":\"v\",\"props\":{\"tags\":\"cat\",\"size\":3}},"
		     EVENT("2024-01-01T00:00:00.000Z", "v", "\"tags\":[\"bee\",\"ant\",null],\"size\":7.50,\"empty\":\"\"") ","
		     EVENT("2024-01-02T00:00:00.000Z", "v", "\"tags\":[\"ant\",\"bee\"],\"size\":7.50,\"empty\":\"\"") "]}");
	assert_string_equal(show("first('v', 'tags')"), "[\"bee\",\"ant\"]");
	CHECK(lines);
}

/* Law 9: whatever omitted events could change is unknown. */
static void properties_of_omitted_events(void **state)
{
	static const struct line lines[] = {
		{"last('v', 'n')", "2"},
		{"last('v', 'other')", "null"},
		{"first('v', 'n')", "null"},
		{"sum('v', 'n')", "null"},
		{"avg('v', 'n')", "null"},
		{"max('v', 'n')", "null"},
		{"unique('v', 'n')", "null"},
		{"most_frequent('v', 'n')", "null"},
		{"max('v', 'n', 1d)", "2"},
		{"first('v', 'n', 1d)", "2"},
		{"unique('v', 'n', 1d)", "[\"2\"]"},
	};

	(void)state;
	take_profile("{\"type\":\"profile\",\"id\":\"c2\",\"as_of\":\"2024-01-03T00:00:00.000Z\",\"events_omitted\":3,\"events\":["
		     EVENT("2024-01-02T00:00:00.000Z", "v", "\"n\":1") ","
		     EVENT("2024-01-02T12:00:00.000Z", "v", "\"n\":2") "]}");
	CHECK(lines);
	take_profile("{\"type\":\"profile\",\"id\":\"c3\"}");
	assert_string_equal(show("unique('v', 'n')"), "null");
	assert_string_equal(show("last('v', 'n')"), "null");
	assert_string_equal(show("avg('v', 'n', 1d)"), "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(property_functions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(context_of_events, set_up, tear_down),
		cmocka_unit_test_setup_teardown(frequent_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(properties_of_omitted_events, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
