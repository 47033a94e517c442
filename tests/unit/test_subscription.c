/* What an event says of a subscription: its name, its money, its end. */
#include "support.h"

#include "understand/survival/subscription_event.h"

static void names(void **state)
{
	static const struct {
		const char *name;
		enum subscription_kind kind;
	} cases[] = {
		{"Subscription Started", SUBSCRIPTION_STARTED}, {"subscription_created", SUBSCRIPTION_STARTED},
		{"Started Subscription", SUBSCRIPTION_STARTED}, {"SubscriptionReactivated", SUBSCRIPTION_STARTED},
		{"trial-converted", SUBSCRIPTION_STARTED}, {"MEMBERSHIP RENEWED", SUBSCRIPTION_RENEWED},
		{"contract.upgraded", SUBSCRIPTION_CHANGED}, {"Subscription Paused", SUBSCRIPTION_PAUSED},
		{"subscription unpaused", SUBSCRIPTION_RESUMED}, {"Subscription Cancelled", SUBSCRIPTION_ENDED},
		{"subscription.canceled", SUBSCRIPTION_ENDED}, {"cancelled contract", SUBSCRIPTION_ENDED},
		{"Subscription Viewed", SUBSCRIPTION_NONE}, {"Subscription", SUBSCRIPTION_NONE}, {"Unsubscribed", SUBSCRIPTION_NONE},
		{"Newsletter Subscription Started", SUBSCRIPTION_NONE}, {"Order Cancelled", SUBSCRIPTION_NONE}, {"", SUBSCRIPTION_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (subscription_kind(span_of(cases[i].name)) != cases[i].kind)
			fail_msg("%s is %d", cases[i].name, subscription_kind(span_of(cases[i].name)));
}

static void odd_names(void **state)
{
	(void)state;
	assert_true(subscription_named_oddly(SPAN("customer.subscription.deleted")));
	assert_true(subscription_named_oddly(SPAN("canceled_subscription_notification")));
	assert_true(subscription_named_oddly(SPAN("subscription_cancellation_scheduled")));
	assert_false(subscription_named_oddly(SPAN("Subscription Viewed")));
	assert_false(subscription_named_oddly(SPAN("Subscription")));
	assert_false(subscription_named_oddly(SPAN("Order Cancelled")));
	assert_false(subscription_named_oddly(SPAN("")));
}

static struct value object(const char *text)
{
	struct value v;

	assert_int_equal(scan_whole(span_of(text), &v, NULL), 0);
	return v;
}

static void prices(void **state)
{
	static const struct {
		const char *props;
		enum subscription_price found;
		const char *mrr;
	} cases[] = {
		{"{\"mrr\":12.5,\"value\":99}", PRICE_KNOWN, "12.5"},
		{"{\"value\":\"120\",\"interval\":\"year\"}", PRICE_KNOWN, "10"},
		{"{\"price\":10,\"billing_period\":\"Yearly\"}", PRICE_KNOWN, "0.833333"},
		{"{\"amount\":30,\"interval\":\"month\",\"interval_count\":3}", PRICE_KNOWN, "10"},
		{"{\"revenue\":6,\"interval\":\"week\"}", PRICE_KNOWN, "26"},
		{"{\"total\":1,\"period\":\"day\"}", PRICE_KNOWN, "30.416667"},
		{"{\"value\":30}", PRICE_ASSUMED, "30"},
		{"{\"value\":30,\"interval\":\"3 months\"}", PRICE_KNOWN, "10"},
		{"{\"value\":30,\"billing_period\":\"6-month\",\"interval_count\":2}", PRICE_KNOWN, "2.5"},
		{"{\"value\":30,\"interval\":\"0 months\"}", PRICE_ODD, NULL},
		{"{\"value\":30,\"interval\":\"1.5 months\"}", PRICE_ODD, NULL},
		{"{\"value\":30,\"interval\":\"moon\"}", PRICE_ODD, NULL},
		{"{\"value\":30,\"interval\":\"month\",\"interval_count\":0}", PRICE_ODD, NULL},
		{"{\"plan\":\"gold\"}", PRICE_NONE, NULL}, {"{\"value\":null}", PRICE_NONE, NULL},
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct decimal mrr = DECIMAL_ZERO;

		assert_int_equal(subscription_price(object(cases[i].props), object(cases[i].props), &mrr), cases[i].found);
		buf_clear(&text);
		decimal_put(&text, mrr);
		if (cases[i].mrr)
			assert_string_equal(buf_text(&text), cases[i].mrr);
	}
	buf_release(&text);
}

static void ends(void **state)
{
	struct error err = ERROR_INIT;
	struct zone *zone = zone_load("UTC", &err);
	bool odd;

	(void)state;
	assert_true(subscription_end(object("{\"ends_at\":\"1970-01-02T00:00:01Z\"}"), zone, &odd) == 86401000 && !odd);
	assert_true(subscription_end(object("{\"end_date\":\"1970-01-02\"}"), zone, &odd) == 86400000 && !odd);
	assert_true(subscription_end(object("{\"ends_at\":\"soon\"}"), zone, &odd) == MOMENT_NONE && odd);
	assert_true(subscription_end(object("{}"), zone, &odd) == MOMENT_NONE && !odd);
	zone_free(zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(odd_names), cmocka_unit_test(prices), cmocka_unit_test(ends)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
