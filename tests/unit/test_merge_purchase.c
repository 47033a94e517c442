#include "support.h"

#include "unify/index/purchase.h"

/* An event with these name and props; ERR says why not. */
static int parse(const char *name, const char *props, struct purchase *p,
		 struct error *err)
{
	struct buf line = BUF_INIT, scratch = BUF_INIT;
	struct event e;
	int status;

	buf_printf(&line, "{\"type\":\"track\",\"event\":\"%s\",\"props\":%s}",
		   name, props);
	assert_int_equal(event_parse(&e, buf_view(&line), err), 0);
	status = purchase_parse(&e, p, &scratch, err);
	buf_release(&line);
	buf_release(&scratch);
	return status;
}

static struct purchase parsed(const char *name, const char *props)
{
	struct purchase p;
	struct error err = ERROR_INIT;

	assert_int_equal(parse(name, props, &p, &err), 0);
	return p;
}

/* The value of `orders` that these (name, props) pairs make, all undated. */
static void assert_orders(const char *const *pairs, const char *want)
{
	struct purchases s = {0};
	struct buf out = BUF_INIT;
	uint32_t event = 0;

	purchases_clear(&s);
	for (; *pairs; pairs += 2) {
		struct purchase p = parsed(pairs[0], pairs[1]);

		assert_int_equal(purchases_add(&s, &p, 0, MOMENT_NONE, event++, DECIMAL_ZERO, NULL), 0);
	}
	assert_int_equal(purchases_settle(&s, NULL), 0);
	purchases_put(&s, &out);
	assert_span(buf_view(&out), want);
	buf_release(&out);
	purchases_release(&s);
}

static void test_other_events_are_no_purchases(void **state)
{
	(void)state;
	assert_int_equal(parsed("Product Viewed", "{\"revenue\":\"x\"}").kind,
			 ORDER_NONE);
	assert_int_equal(parsed("Order Completed!", "{}").kind, ORDER_NONE);
	assert_int_equal(parsed("Order Completed", "null").kind, ORDER_COMPLETED);
	assert_int_equal(parsed("Order Cancelled", "{}").kind, ORDER_REFUNDED);
}

static void test_refunds_subtract_whatever_the_sign(void **state)
{
	static const char *const pairs[] = {
		"Order Completed", "{\"order_id\":\"A\",\"revenue\":10}",
		"Order Refunded", "{\"order_id\":\"A\",\"revenue\":2.50}",
		"Order Cancelled", "{\"order_id\":\"B\",\"revenue\":\"-0.25\"}",
		NULL,
	};

	(void)state;
	assert_orders(pairs, "{\"count\":1,\"refunds\":2,\"revenue\":7.25,\"refunded\":2.75}");
}

static void test_orders_are_counted_by_id(void **state)
{
	static const char *const pairs[] = {
		"Order Completed", "{\"order_id\":\"7\",\"revenue\":1}",
		"Order Completed", "{\"order_id\":7,\"revenue\":1}",
		"Order Completed", "{\"order_\\u0069d\":\"7\",\"revenue\":1}",
		"Order Completed", "{\"order_id\":\"\",\"revenue\":1}",
		"Order Completed", "{\"order_id\":null,\"revenue\":1}",
		"Order Completed", "{\"order_id\":[7],\"revenue\":\"\"}",
		NULL,
	};

	(void)state;
	assert_orders(pairs, "{\"count\":4,\"refunds\":0,\"revenue\":5,\"refunded\":0}");
}

static void test_currencies_never_add_up(void **state)
{
	static const char *const one[] = {
		"Order Completed", "{\"revenue\":1,\"currency\":\"eur\"}",
		"Order Completed", "{\"revenue\":2,\"currency\":\" EUR \"}",
		"Order Completed", "{\"currency\":\"USD\"}",
		NULL,
	};
	static const char *const two[] = {
		"Order Completed", "{\"revenue\":1,\"currency\":\"EUR\"}",
		"Order Completed", "{\"revenue\":2,\"currency\":\"unknown\"}",
		"Order Refunded", "{\"revenue\":3}",
		NULL,
	};

	(void)state;
	assert_orders(one, "{\"count\":3,\"refunds\":0,\"revenue\":3,\"refunded\":0,"
		      "\"currency\":\"EUR\"}");
	assert_orders(two, "{\"count\":2,\"refunds\":1,\"revenue\":null,\"refunded\":null,"
		      "\"by_currency\":{\"unknown\":{\"revenue\":-1,\"refunded\":3},"
		      "\"EUR\":{\"revenue\":1,\"refunded\":0}}}");
}

static void test_money_is_exact(void **state)
{
	static const char *const pairs[] = {
		"Order Completed", "{\"revenue\":99999999999999999999999999.999999}",
		"Order Completed", "{\"revenue\":0.000001}",
		"Order Completed", "{\"revenue\":1.50000000}",
		NULL,
	};

	(void)state;
	assert_orders(pairs, "{\"count\":3,\"refunds\":0,"
		      "\"revenue\":100000000000000000000000001.5,\"refunded\":0}");
}

static void test_sums_that_do_not_fit_are_refused(void **state)
{
	struct purchase p = parsed("Order Completed",
				   "{\"revenue\":99999999999999999999999999999999999999}");
	struct monies m = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(monies_add(&m, &p, &err), 0);
	assert_int_equal(monies_add(&m, &p, &err), -1);
	assert_error(&err, "a sum of money has more than 38 digits");
	monies_release(&m);
}

static void test_what_money_cannot_be(void **state)
{
	static const char *const cases[][2] = {
		{"{\"revenue\":\"abc\"}", "revenue 'abc' is not an amount like 1234.50"},
		{"{\"revenue\":true}", "revenue 'true' is not an amount like 1234.50"},
		{"{\"revenue\":\"10%\"}", "revenue '10%' is not an amount like 1234.50"},
		{"{\"revenue\":1,\"currency\":\"\\u0007\"}", "currency '\\u0007' is not a code like EUR"},
		{"{\"revenue\":1,\"currency\":978}", "currency '978' is not a code like EUR"},
		{"{\"revenue\":1,\"currency\":\"US dollars\"}", "currency 'US dollars' is not a code like EUR"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct purchase p;
		struct error err = ERROR_INIT;

		assert_int_equal(parse("Order Completed", cases[i][0], &p, &err), -1);
		assert_int_equal(err.kind, ERROR_DATA);
		assert_error(&err, cases[i][1]);
	}
}

static void test_first_and_last_order(void **state)
{
	struct purchases s = {0};
	struct purchase order = parsed("Order Completed", "{}");
	struct purchase refund = parsed("Order Refunded", "{}");
	struct buf out = BUF_INIT;

	(void)state;
	purchases_clear(&s);
	purchases_add(&s, &order, 0, 2 * DAY_MS, 0, DECIMAL_ZERO, NULL);
	purchases_add(&s, &order, 0, MOMENT_NONE, 1, DECIMAL_ZERO, NULL);
	purchases_add(&s, &order, 0, DAY_MS, 2, DECIMAL_ZERO, NULL);
	purchases_add(&s, &refund, 0, 9 * DAY_MS, 3, DECIMAL_ZERO, NULL);
	assert_int_equal(purchases_settle(&s, NULL), 0);
	purchases_put(&s, &out);
	assert_span(buf_view(&out), "{\"count\":3,\"refunds\":1,\"revenue\":0,\"refunded\":0,"
		    "\"first\":\"1970-01-02T00:00:00.000Z\",\"last\":\"1970-01-03T00:00:00.000Z\"}");
	buf_release(&out);
	purchases_release(&s);
}

static void test_texts_of_money(void **state)
{
	struct monies m = {0};
	struct purchase p = parsed("Order Completed", "{\"revenue\":2.5}");
	struct buf out = BUF_INIT;

	(void)state;
	monies_put_text(&m, &out);
	assert_span(buf_view(&out), "0");
	monies_add(&m, &p, NULL);
	buf_clear(&out);
	monies_put_text(&m, &out);
	assert_span(buf_view(&out), "2.5");
	p = parsed("Order Completed", "{\"revenue\":1,\"currency\":\"EUR\"}");
	monies_add(&m, &p, NULL);
	buf_clear(&out);
	monies_put_text(&m, &out);
	assert_span(buf_view(&out), "2.5 of unknown currency, 1 EUR");
	buf_clear(&out);
	monies_put_json(&m, &out);
	assert_span(buf_view(&out), "{\"unknown\":2.5,\"EUR\":1}");
	buf_release(&out);
	monies_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_events_are_no_purchases),
		cmocka_unit_test(test_refunds_subtract_whatever_the_sign),
		cmocka_unit_test(test_orders_are_counted_by_id),
		cmocka_unit_test(test_currencies_never_add_up),
		cmocka_unit_test(test_money_is_exact),
		cmocka_unit_test(test_sums_that_do_not_fit_are_refused),
		cmocka_unit_test(test_what_money_cannot_be),
		cmocka_unit_test(test_first_and_last_order),
		cmocka_unit_test(test_texts_of_money),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
