#include "support.h"

#include <string.h>

#include "record/order.h"
#include "record/order_words.h"

/* An event of this name and these props; the buffers are kept until the next call. */
static struct order read_event(const char *name, const char *props, int want)
{
	static struct buf line = BUF_INIT, scratch = BUF_INIT;
	struct error err = ERROR_INIT;
	struct order order;
	struct event e;

	buf_clear(&line);
	buf_printf(&line, "{\"type\":\"track\",\"event\":\"%s\",\"props\":%s}", name, props);
	assert_int_equal(event_parse(&e, buf_view(&line), &err), 0);
	assert_int_equal(order_read(&e, &order, &scratch, &err), want);
	return order;
}

/* What NAME with PROPS says: "order 12.5 of total", "refund -3 of revenue", "none". */
static void assert_reads(const char *name, const char *props, const char *want)
{
	static const char *const kinds[] = {"none", "order", "refund"};
	struct order o = read_event(name, props, 0);
	struct buf got = BUF_INIT;

	buf_text_put(&got, kinds[o.kind]);
	if (o.kind != ORDER_NONE && o.money_known) {
		buf_char(&got, ' ');
		decimal_put(&got, o.money);
		buf_printf(&got, " of %s", order_money_name(o.from));
	}
	if (o.kind != ORDER_NONE && o.refunded.digits) {
		buf_lit(&got, " less ");
		decimal_put(&got, o.refunded);
	}
	assert_span(buf_view(&got), want);
	buf_release(&got);
}

static void status_decides(void **state)
{
	static const char *const cases[][2] = {
		{"{\"revenue\":5,\"status\":\"paid\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"status\":\"gold\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"status\":\"\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"status\":null}", "order 5 of revenue"},
		{"{\"revenue\":5,\"status\":\"Pending payment\"}", "none"},
		{"{\"revenue\":5,\"status\":\"wc-on-hold\"}", "none"},
		{"{\"revenue\":5,\"payment_status\":\"failed\"}", "none"},
		{"{\"revenue\":5,\"status\":\"complete\",\"payment_status\":\"DECLINED\"}", "none"},
		{"{\"revenue\":5,\"financial_status\":\"partially_refunded\",\"refunded\":2}", "order 5 of revenue less 2"},
		{"{\"revenue\":5,\"amount_refunded\":\"2.50\"}", "order 5 of revenue less 2.5"},
		{"{\"revenue\":5,\"type\":\"Sale\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"type\":\"Refund\"}", "refund -5 of revenue"},
		{"{\"revenue\":-5,\"transaction_type\":\"R\\u00fcckerstattung\"}", "refund -5 of revenue"},
		{"{\"revenue\":5,\"type\":\"Payout\"}", "none"},
		{"{\"revenue\":5,\"type\":\"wholesale\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"test\":true}", "none"},
		{"{\"revenue\":5,\"test\":\"false\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"captured\":false}", "none"},
		{"{\"revenue\":5,\"paid\":5}", "order 5 of revenue"},
		{"{\"revenue\":5,\"paid\":\"0\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"is_paid\":\"0\"}", "none"},
		{"{\"revenue\":5,\"completed\":\"No\"}", "none"},
		{"{\"revenue\":5,\"completed\":\"2024-03-01\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"is_test\":1}", "none"},
		{"{\"revenue\":5,\"refunded\":\"1\"}", "order 5 of revenue less 1"},
		{"{\"revenue\":5,\"is_refunded\":\"0\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"is_deleted\":\"f\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"is_deleted\":\"N\"}", "order 5 of revenue"},
		{"{\"revenue\":5,\"is_paid\":\"n\"}", "none"},
		{"{\"revenue\":5,\"refund_amount\":\"1.50\"}", "order 5 of revenue less 1.5"},
		{"{\"revenue\":5,\"sta\\u0074us\":\"failed\"}", "none"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_reads("Order Completed", cases[i][0], cases[i][1]);
	assert_reads("Order Refunded", "{\"revenue\":5,\"status\":\"refunded\"}", "refund -5 of revenue");
	assert_reads("Order Refunded", "{\"revenue\":5,\"status\":\"pending\"}", "refund -5 of revenue");
	assert_reads("Order Refunded", "{\"revenue\":5,\"status\":\"failed\"}", "none");
	assert_reads("Page Viewed", "{\"revenue\":5,\"status\":\"refunded\"}", "none");
}

static void all_is_paid_back_of_what_was_undone(void **state)
{
	static const char *const cases[] = {
		"{\"revenue\":5,\"status\":\"Refunded\"}", "{\"revenue\":5,\"order_status\":\"Cancelled - out of stock\"}",
		"{\"revenue\":5,\"status\":\"paid\",\"cancelled_at\":\"2024-03-02T10:00:00Z\"}",
		"{\"revenue\":5,\"refunded\":true}", "{\"revenue\":5,\"is_refunded\":1}", "{\"voided\":\"Yes\"}",
		"{\"cancelled\":\"1\"}", "{\"revenue\":5,\"status\":\"Storniert\"}",
		"{\"is_deleted\":\"t\"}", "{\"deleted\":\"Y\"}", "{\"deleted_at\":1704103200}",
		"{\"revenue\":5,\"status\":\"ANNUL\u00c9E\"}", "{\"revenue\":5,\"status\":\"\u041e\u0442\u043c\u0435\u043d\u0451\u043d\"}",
	};
	static const char *const never[] = {
		"{\"cancelled_at\":\"0000-00-00 00:00:00\"}", "{\"deleted_at\":\"1970-01-01T00:00:00Z\"}",
		"{\"deleted_at\":\"9999-12-31\"}", "{\"deleted_at\":0}", "{\"deleted_at\":null}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(read_event("Order Completed", cases[i], 0).status, ORDER_STATUS_UNDONE);
	for (size_t i = 0; i < COUNT_OF(never); i++)
		assert_int_equal(read_event("Order Completed", never[i], 0).status, ORDER_STATUS_ABSENT);
	assert_int_equal(read_event("Order Completed", "{\"status\":\"Completed - refund sent\"}", 0).status,
			 ORDER_STATUS_UNKNOWN);
}

static void money_is_looked_for_in_one_order(void **state)
{
	static const char *const cases[][2] = {
		{"{\"revenue\":1,\"total\":2}", "order 1 of revenue"},
		{"{\"subtotal\":1,\"value\":2,\"total\":3}", "order 3 of total"},
		{"{\"total\":null,\"grand_total\":\"4.10\"}", "order 4.1 of grand_total"},
		{"{\"total\":\"three\",\"amount\":4}", "order 4 of amount"},
		{"{\"revenue\":\"\",\"value\":9}", "order 9 of value"},
		{"{\"price\":2.50,\"quantity\":3}", "order 7.5 of price * quantity"},
		{"{\"price\":2.50}", "order 2.5 of price * quantity"},
		{"{\"quantity\":3,\"subtotal\":8}", "order 8 of subtotal"},
		{"{\"products\":[{\"price\":2,\"quantity\":3},{\"price\":\"0.50\"}]}",
		 "order 6.5 of price * quantity of products"},
		{"{\"products\":[{\"price\":2},{\"sku\":\"x\"}],\"subtotal\":8}", "order 8 of subtotal"},
		{"{\"products\":[]}", "order"},
		{"{\"refund_amount\":3,\"discount\":1}", "order less 3"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_reads("Order Completed", cases[i][0], cases[i][1]);
	assert_reads("Order Refunded", "{\"total\":9,\"refund_amount\":3}", "refund -3 of refund_amount");
	assert_true(read_event("purchase", "{\"total\":9}", 0).whole);
	assert_false(read_event("purchase", "{\"value\":9}", 0).whole);
}

static void binary_numbers_are_rounded(void **state)
{
	(void)state;
	assert_reads("purchase", "{\"revenue\":29.990000000000002}", "order 29.99 of revenue");
	assert_reads("purchase", "{\"revenue\":-7.105427357601002e-15}", "order 0 of revenue");
	assert_reads("purchase", "{\"revenue\":\"8.399999999999999\"}", "order 8.4 of revenue");
	assert_reads("purchase", "{\"price\":0.3333333,\"quantity\":3}", "order 0.999999 of price * quantity");
	assert_true(read_event("purchase", "{\"revenue\":8.399999999999999}", 0).rounded);
	assert_false(read_event("purchase", "{\"revenue\":8.4000000000}", 0).rounded);
	read_event("purchase", "{\"revenue\":\"12,x\"}", -1);
	read_event("purchase", "{\"revenue\":\"10%\"}", -1);
}

/* No key is lost by what tells others from them at first sight. */
static void keys_of_a_status_are_found(void **state)
{
	static const char *const keys[] = {
		"paid", "test", "type", "status", "voided", "is_paid", "is_test", "captured", "canceled", "refunded",
		"cancelled", "completed", "is_voided", "voided_at", "canceled_at", "is_canceled", "is_captured",
		"is_refunded", "order_state", "cancelled_at", "is_cancelled", "is_completed", "order_status",
		"payment_state", "payment_status", "financial_status", "transaction_type", "deleted", "is_deleted",
		"deleted_at", "sdc_deleted_at", "fivetran_deleted", "ab_cdc_deleted_at",
	};
	static const char *const others[] = {"", "p", "revenue", "order_id", "currency", "pain", "statue", "xstatus"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		assert_true(order_status_is_key(span_of(keys[i])));
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(order_status_is_key(span_of(others[i])));
}

static void assert_words(const struct order_word *words, size_t count,
			 enum order_status (*read)(struct span))
{
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(read(span_of(words[i].word)), words[i].status);
		if (i && strcmp(words[i - 1].word, words[i].word) >= 0)
			fail_msg("'%s' stands before '%s'", words[i - 1].word, words[i].word);
	}
}

static void words_are_in_order_and_found(void **state)
{
	(void)state;
	assert_words(order_status_words, order_status_word_count, order_status_of);
	assert_words(order_type_words, order_type_word_count, order_status_of_type);
	assert_int_equal(order_status_of(SPAN(" PARTIALLY-Refunded ")), ORDER_STATUS_PARTLY);
	assert_int_equal(order_status_of(SPAN("Bezahlt")), ORDER_STATUS_DONE);
	assert_int_equal(order_status_of(SPAN("closed")), ORDER_STATUS_UNKNOWN);
	assert_int_equal(order_status_of(SPAN("  ")), ORDER_STATUS_ABSENT);
	assert_int_equal(order_status_of(SPAN("a very long text that no shop would ever take for the status of anything")),
			 ORDER_STATUS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_decides),
		cmocka_unit_test(all_is_paid_back_of_what_was_undone),
		cmocka_unit_test(money_is_looked_for_in_one_order),
		cmocka_unit_test(binary_numbers_are_rounded),
		cmocka_unit_test(keys_of_a_status_are_found),
		cmocka_unit_test(words_are_in_order_and_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
