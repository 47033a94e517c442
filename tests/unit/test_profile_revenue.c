/* revenue() of a window is the same whether the orders were settled or not. */
#include <stdlib.h>

#include "tests/unit/profile_case.h"

#define ROUNDS 4000
#define EVENTS_MAX 7

static uint64_t state = 7;

static unsigned below(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static bool one_in(unsigned n)
{
	return below(n) == 0;
}

/* One that is unusual in one customer of RARE. */
static void put_event(struct buf *out, unsigned number, unsigned rare)
{
	static const char *const statuses[] = {"paid", "cancelled", "refunded", "pending"};
	bool refund = one_in(rare);

	buf_printf(out, "{\"type\":\"track\",\"id\":\"%u\",\"time\":\"2024-0%u-%02uT0%u:00:00.000Z\",\"source\":\"%s\",\"event\":\"%s\",\"props\":{",
		   number, 1 + number, 1 + below(28), below(3), one_in(rare) ? "web" : "shop",
		   refund ? "Order Refunded" : "Order Completed");
	buf_printf(out, "\"order_id\":\"%u\"", below(3));
	if (!one_in(rare))
		buf_printf(out, ",\"%s\":%s%u", one_in(rare) ? "total" : "revenue", one_in(rare) ? "-" : "", below(50));
	if (one_in(rare))
		buf_printf(out, ",\"refunded\":%u", below(50));
	if (one_in(rare))
		buf_printf(out, ",\"status\":\"%s\"", statuses[below(4)]);
	if (!one_in(rare))
		buf_printf(out, ",\"currency\":\"%s\"", one_in(rare) ? "USD" : "EUR");
	buf_lit(out, "}}");
}

static void put_profile(struct buf *out)
{
	unsigned count = 1 + below(EVENTS_MAX), rare = 2 + below(40);

	buf_clear(out);
	buf_lit(out, "{\"type\":\"profile\",\"id\":\"c\",\"as_of\":\"2024-08-31T00:00:00.000Z\",\"events\":[");
	for (unsigned i = 0; i < count; i++) {
		if (i)
			buf_char(out, ',');
		put_event(out, i, rare);
	}
	buf_lit(out, "]}");
}

static void settled_or_not(void **unused)
{
	static const char *const windows[] = {"revenue(30d)", "revenue(90d)", "revenue(400d)"};
	struct buf line = BUF_INIT;
	unsigned plain = 0;

	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		const char *window = windows[round % COUNT_OF(windows)];
		char fresh[200];

		put_profile(&line);
		take_profile(buf_text(&line));
		snprintf(fresh, sizeof fresh, "%s", show(window));
		/* Behind a function that settles, the window goes by settled orders. */
		take_profile(buf_text(&line));
		show("orders(400d)");
		if (strcmp(fresh, show(window)))
			fail_msg("%s is %s, settled %s: %s", window, fresh, show(window), buf_text(&line));
		plain += strcmp(fresh, "null") != 0;
	}
	assert_true(plain > ROUNDS / 3);
	buf_release(&line);
}

static void in_a_currency(void **unused)
{
	static const struct line lines[] = {
		{"revenue_in('EUR')", "106.50"},
		{"revenue_in('eur')", "106.50"},
		{"revenue_in('USD')", "0"},
		{"revenue_in('EUR', 90d)", "56.5"},
		{"revenue_in('USD', 90d)", "0"},
	};
	static const struct line mixed[] = {
		{"revenue_in('EUR')", "5.5"}, {"revenue_in('usd')", "7"}, {"revenue_in('GBP')", "0"},
	};
	static const struct line unnamed[] = {
		{"revenue_in('EUR')", "5.5"}, {"revenue_in('GBP')", "null"},
	};
	static const struct line none[] = {{"revenue_in('EUR')", "null"}};

	(void)unused;
	take_profile(HEAD EVENTS "}");
	CHECK(lines);
	take_profile("{\"type\":\"profile\",\"id\":\"c\",\"orders\":{\"count\":2,\"revenue\":null,\"by_currency\":{\"EUR\":{\"revenue\":5.5,\"refunded\":0},\"USD\":{\"revenue\":7}}}}");
	CHECK(mixed);
	take_profile("{\"type\":\"profile\",\"id\":\"c\",\"orders\":{\"count\":2,\"revenue\":null,\"by_currency\":{\"EUR\":{\"revenue\":5.5},\"unknown\":{\"revenue\":7}}}}");
	CHECK(unnamed);
	take_profile("{\"type\":\"profile\",\"id\":\"c\",\"orders\":{\"count\":2,\"revenue\":7}}");
	CHECK(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(settled_or_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_a_currency, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
