/* What of a web log is a page that somebody saw, and what else it is. */
#include "support.h"

#include "journey/request.h"

static struct request read_line(const char *line, struct buf *scratch)
{
	struct request r;
	struct event e;
	struct error err;

	assert_int_equal(event_parse(&e, span_of(line), &err), 0);
	request_read(&e, &r, scratch);
	return r;
}

static void kinds(void **state)
{
	static const struct {
		const char *props;
		enum request_kind kind;
	} cases[] = {
		{"", REQUEST_VIEW},
		{"\"status\":200,\"method\":\"GET\"", REQUEST_VIEW},
		{"\"status\":304", REQUEST_VIEW},
		{"\"status\":\"200\"", REQUEST_VIEW},
		{"\"status\":301", REQUEST_REDIRECT},
		{"\"status\":404,\"error\":true", REQUEST_FAILED},
		{"\"status\":503,\"asset\":true", REQUEST_FAILED},
		{"\"request\":\"HELP\"", REQUEST_FAILED},
		{"\"status\":200,\"asset\":true", REQUEST_ASSET},
		{"\"asset\":false", REQUEST_VIEW},
		{"\"method\":\"POST\",\"status\":200", REQUEST_ACT},
		{"\"method\":\"POST\",\"status\":302", REQUEST_REDIRECT},
		{"\"method\":\"HEAD\",\"status\":200", REQUEST_OTHER},
	};
	struct buf scratch = BUF_INIT;
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(line, sizeof line, "{\"type\":\"page\",\"props\":{%s}}", cases[i].props);
		assert_int_equal(read_line(line, &scratch).kind, cases[i].kind);
	}
	assert_int_equal(read_line("{\"type\":\"track\",\"event\":\"Order Completed\"}", &scratch).kind, REQUEST_NONE);
	buf_release(&scratch);
}

static void acts_stand_on_a_page(void **state)
{
	struct buf scratch = BUF_INIT;
	struct request r = read_line("{\"type\":\"track\",\"event\":\"Order Completed\",\"context\":{\"page\":{\"url\":\"https://example.com/thanks\"}}}",
				     &scratch);

	(void)state;
	assert_int_equal(r.kind, REQUEST_ACT);
	assert_true(r.bought);
	assert_span(r.url, "https://example.com/thanks");
	buf_release(&scratch);
}

static void texts_are_read_whole(void **state)
{
	struct buf scratch = BUF_INIT;
	struct request r = read_line(
		"{\"type\":\"page\",\"props\":{\"bytes\":1234,\"duration\":0.25,\"host\":\"shop.example.com\",\"gclid\":\"x\",\"yclid\":\"\"},"
		"\"context\":{\"page\":{\"path\":\"/a\\u00e4\",\"referrer\":\"http:\\/\\/example.org/\"},\"ip\":\"192.0.2.1\","
		"\"user_agent\":\"A \\\"b\\\"\",\"campaign\":{\"source\":\"news\",\"medium\":\"\",\"name\":\"may\"},\"bot\":{\"reasons\":[\"list\"]}}}",
		&scratch);

	(void)state;
	assert_int_equal(r.bytes, 1234);
	assert_true(r.timed);
	assert_int_equal(r.duration_us, 250000);
	assert_span(r.host, "shop.example.com");
	assert_span(r.click_id, "gclid");
	assert_span(r.path, "/aä");
	assert_span(r.referrer, "http://example.org/");
	assert_span(r.agent, "A \"b\"");
	assert_span(r.source, "news");
	assert_true(span_absent(r.medium));
	assert_span(r.campaign, "may");
	assert_int_equal(r.bot.kind, VALUE_OBJECT);
	buf_release(&scratch);
}

/* What no log can mean is as good as not there. */
static void nonsense_is_unknown(void **state)
{
	struct buf scratch = BUF_INIT;
	struct request r = read_line(
		"{\"type\":\"page\",\"props\":{\"status\":-4,\"bytes\":1.5,\"duration\":-1,\"host\":{}},\"context\":{\"page\":3,\"browser\":\"x\"}}",
		&scratch);

	(void)state;
	assert_int_equal(r.kind, REQUEST_VIEW);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.bytes, 0);
	assert_false(r.timed);
	assert_true(span_absent(r.host) && span_absent(r.url));
	assert_int_equal(r.browser.kind, VALUE_NONE);
	buf_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(acts_stand_on_a_page),
		cmocka_unit_test(texts_are_read_whole),
		cmocka_unit_test(nonsense_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
