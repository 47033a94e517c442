/* The golden record: traits and consents. */
#include "support.h"

#include "time/moment.h"
#include "unify/golden/consents.h"
#include "unify/golden/traits.h"

static void test_first_offer_stays(void **state)
{
	struct traits t = TRAITS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	traits_offer(&t, SPAN("{\"city\":\"Wien\",\"age\":30.0}"));
	traits_offer(&t, SPAN("{ \"age\" : 29, \"name\":\"Ida\", \"city\":\"Graz\"}"));
	traits_put(&t, &out);
	assert_span(buf_view(&out), "{\"age\":30.0,\"city\":\"Wien\",\"name\":\"Ida\"}");
	traits_clear(&t);
	buf_clear(&out);
	traits_put(&t, &out);
	assert_span(buf_view(&out), "{}");
	buf_release(&out);
	traits_release(&t);
}

static void test_empty_values_say_nothing(void **state)
{
	struct traits t = TRAITS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	traits_offer(&t, SPAN("{\"a\":null,\"b\":\"\",\"c\":\" \",\"d\":[],\"e\":{ },\"f\":[ ]}"));
	traits_offer(&t, SPAN("{\"a\":1,\"b\":false,\"c\":\"x\",\"d\":[0],\"e\":{\"k\":1}}"));
	traits_put(&t, &out);
	assert_span(buf_view(&out), "{\"a\":1,\"b\":false,\"c\":\"x\",\"d\":[0],\"e\":{\"k\":1}}");
	buf_release(&out);
	traits_release(&t);
}

static void test_escaped_keys_are_the_same_keys(void **state)
{
	struct traits t = TRAITS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	traits_offer(&t, SPAN("{\"c\\u0061f\\u00e9\":1,\"q\\u0022\":2}"));
	traits_offer(&t, SPAN("{\"caf\xc3\xa9\":3,\"q\\\"\":4}"));
	traits_put(&t, &out);
	assert_span(buf_view(&out), "{\"caf\xc3\xa9\":1,\"q\\\"\":2}");
	buf_release(&out);
	traits_release(&t);
}

/* Beyond a few traits a table takes over. */
static void test_many_traits(void **state)
{
	struct traits t = TRAITS_INIT;
	struct buf objects[3] = {BUF_INIT, BUF_INIT, BUF_INIT};
	struct buf out = BUF_INIT;

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct buf *object = &objects[round];

		buf_char(object, '{');
		for (int i = 0; i < 100; i++) {
			int k = round == 1 ? 99 - i : i;

			buf_printf(object, "%s\"k%d\":%d", i ? "," : "", k, k * (round + 1));
		}
		buf_char(object, '}');
		traits_offer(&t, buf_view(object));
	}
	assert_int_equal(t.count, 100);
	traits_put(&t, &out);
	assert_true(span_starts(buf_view(&out), SPAN("{\"k0\":0,\"k1\":1,\"k10\":10,")));
	assert_true(span_ends(buf_view(&out), SPAN("\"k99\":99}")));
	buf_release(&out);
	for (int round = 0; round < 3; round++)
		buf_release(&objects[round]);
	traits_release(&t);
}

static void test_a_source_may_change_its_mind(void **state)
{
	struct consents c = CONSENTS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	consents_add(&c, SPAN("{\"email\":\"granted\",\"sms\":null}"), 0, 5);
	consents_add(&c, SPAN("{\"email\":\"denied\"}"), 0, 9);
	consents_add(&c, SPAN("{\"email\":\"granted\"}"), 0, 7);
	consents_put(&c, &out);
	assert_span(buf_view(&out), "{\"email\":\"denied\"}");
	buf_release(&out);
	consents_release(&c);
}

static void test_sources_that_differ_conflict(void **state)
{
	struct consents c = CONSENTS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	consents_add(&c, SPAN("{\"sms\":\"granted\",\"email\":\"granted\"}"), 0, 5);
	consents_add(&c, SPAN("{\"email\":\"denied\",\"sms\":\"granted\"}"), 1, 9);
	/* The same moment, two answers. */
	consents_add(&c, SPAN("{\"post\":\"granted\"}"), 1, 9);
	consents_add(&c, SPAN("{\"post\":\"denied\"}"), 1, 9);
	consents_put(&c, &out);
	assert_span(buf_view(&out), "{\"email\":\"conflict\",\"post\":\"conflict\",\"sms\":\"granted\"}");
	consents_clear(&c);
	buf_clear(&out);
	consents_put(&c, &out);
	assert_span(buf_view(&out), "{}");
	buf_release(&out);
	consents_release(&c);
}

/* Undated statements: a denial is not outdone, a grant outdoes nothing. */
static void test_undated_consent(void **state)
{
	struct consents c = CONSENTS_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	consents_add(&c, SPAN("{\"a\":\"denied\",\"b\":\"granted\",\"c\":\"granted\",\"d\":\"denied\"}"), 0, MOMENT_NONE);
	consents_add(&c, SPAN("{\"a\":\"granted\",\"b\":\"denied\",\"d\":\"denied\"}"), 0, 5);
	consents_add(&c, SPAN("{\"c\":\"denied\",\"e\":\"denied\"}"), 0, MOMENT_NONE);
	consents_add(&c, SPAN("{\"e\":\"granted\"}"), 1, MOMENT_NONE);
	consents_add(&c, SPAN("{\"a\":\"granted\"}"), 1, 9);
	consents_put(&c, &out);
	assert_span(buf_view(&out), "{\"a\":\"conflict\",\"b\":\"denied\",\"c\":\"conflict\",\"d\":\"denied\","
		    "\"e\":\"conflict\"}");
	buf_release(&out);
	consents_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_offer_stays),
		cmocka_unit_test(test_empty_values_say_nothing),
		cmocka_unit_test(test_escaped_keys_are_the_same_keys),
		cmocka_unit_test(test_many_traits),
		cmocka_unit_test(test_a_source_may_change_its_mind),
		cmocka_unit_test(test_sources_that_differ_conflict),
		cmocka_unit_test(test_undated_consent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
