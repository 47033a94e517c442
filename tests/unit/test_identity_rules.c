#include "support.h"

#include "time/moment.h"
#include "unify/identity/identity_rules.h"

static void assert_rules(const struct identity_rules *r, const char *want)
{
	struct buf text = BUF_INIT;

	identity_rules_put(r, &text);
	assert_string_equal(buf_text(&text), want);
	buf_release(&text);
}

#define HEAD "# What makes a customer: see IDENTITY RULES in cdp-identity(7).\n"

static void test_the_default(void **state)
{
	struct identity_rules r;

	(void)state;
	identity_rules_init(&r);
	assert_rules(&r, HEAD
		"priority = user_id, email, phone, device_id, anonymous_id\n"
		"shared = user_id, device_id, anonymous_id, network_user_id, previous_id\n"
		"limit user_id = 1\n"
		"limit others = 5 or one person\n"
		"generic user_id = 1000000 records, 5 people\n"
		"generic phone = 10 records, 4 people\n"
		"generic device_id = 20 records, 5 people\n"
		"generic anonymous_id = 20 records, 5 people\n"
		"generic others = 10 records, 3 people\n"
		"household = on\n");
	identity_rules_release(&r);
}

static const char changed[] =
	"# all there is\n"
	"priority=loyalty_id , user_id\n"
	"\n"
	"shared = a_id,'b c_id' , device_id\n"
	"limit email = none  # any\n"
	"limit phone = 3 per 30d\r\n"
	"limit user_id = 2 per 6mo\n"
	"limit others = 7 per 1y\n"
	"limit 'a b' = 4 per 12h\n"
	"limit device_id = 1 per 1381mo\n"
	"generic email = none\n"
	"generic 'a b' = 3 records, 2 people\n"
	"household = off\n"
	"block email = Info@Example.com\n"
	"block email ~ \"^(info|sales)@\"\n"
	"block user_id = \"a \\\"b\\\" \\\\ # c\"\n"
	"allow user_id ~ ^te\\d+$\n"
	"allow user_id = 'test'\n";

static const char canonical[] = HEAD
	"priority = loyalty_id, user_id\n"
	"shared = user_id, device_id, anonymous_id, network_user_id, previous_id, a_id, \"b c_id\"\n"
	"limit user_id = 2 per 6mo\n"
	"limit email = none\n"
	"limit phone = 3 per 30d\n"
	"limit \"a b\" = 4 per 12h\n"
	"limit device_id = 1 per 1381mo\n"
	"limit others = 7 per 1y\n"
	"generic user_id = 1000000 records, 5 people\n"
	"generic phone = 10 records, 4 people\n"
	"generic device_id = 20 records, 5 people\n"
	"generic anonymous_id = 20 records, 5 people\n"
	"generic email = none\n"
	"generic \"a b\" = 3 records, 2 people\n"
	"generic others = 10 records, 3 people\n"
	"household = off\n"
	"block email = info@example.com\n"
	"block user_id = \"a \\\"b\\\" \\\\ # c\"\n"
	"allow user_id = test\n"
	"block email ~ ^(info|sales)@\n"
	"allow user_id ~ ^te\\d+$\n";

static void test_read_and_print(void **state)
{
	static const char *const texts[] = {changed, canonical};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct identity_rules r;
		struct error err = ERROR_INIT;

		identity_rules_init(&r);
		assert_int_equal(identity_rules_parse(&r, span_of(texts[i]), "f", &err), 0);
		assert_rules(&r, canonical);
		assert_int_equal(identity_rules_limit_of(&r, SPAN("phone")).window, 30 * DAY_MS);
		assert_true(identity_rules_compare(&r, SPAN("loyalty_id"), SPAN("user_id")) < 0);
		assert_true(identity_rules_compare(&r, SPAN("user_id"), SPAN("email")) < 0);
		assert_true(identity_rules_compare(&r, SPAN("phone"), SPAN("email")) > 0);
		assert_true(blocked_is(&r.blocked, SPAN("email"), SPAN("SALES@example.com")));
		assert_false(blocked_is(&r.blocked, SPAN("phone"), SPAN("+12025550143")));
		assert_false(blocked_is(&r.blocked, SPAN("user_id"), SPAN("test")));
		identity_rules_release(&r);
	}
}

static void test_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{"limt email = 3", "f:1:1: unknown rule 'limt'; did you mean 'limit'?"},
		{"\nforget email", "f:2:1: unknown rule 'forget': priority, limit, shared, generic, household, "
				   "block, allow, survive and trait are rules"},
		{"limit email 3", "f:1:13: '=' instead of '3'"},
		{"limit email =", "f:1:14: a number or none is missing"},
		{"limit email = 0", "f:1:15: a number from 1 instead of '0'"},
		{"limit email = some", "f:1:15: a number from 1 instead of 'some'"},
		{"limit email = 3 for 30d", "f:1:17: 'per' instead of 'for'"},
		{"limit email = 3 per 30", "f:1:21: a time like 30d, 2w, 6mo, 1y or 12h instead of '30'"},
		{"limit email = 3 per 5m", "f:1:21: a time like 30d, 2w, 6mo, 1y or 12h instead of '5m'"},
		/* Counted in ms it would be more than there is. */
		{"limit email = 3 per 1000000y", "f:1:21: a time like 30d, 2w, 6mo, 1y or 12h instead of '1000000y'"},
		{"limit email = 3 per 5d x", "f:1:24: the end of the line instead of 'x'"},
		{"limit = 3", "f:1:7: a type instead of '='"},
		{"priority = a b", "f:1:14: ',' instead of 'b'"},
		{"priority =", "f:1:11: a type is missing"},
		{"shared customer_id", "f:1:8: '=' instead of 'customer_id'"},
		{"shared = a_id b_id", "f:1:15: ',' instead of 'b_id'"},
		{"generic email = 10", "f:1:19: 'records' is missing"},
		{"generic email = 10 records 3", "f:1:28: ',' instead of '3'"},
		{"generic email = 10 records, 3 users", "f:1:31: 'people' instead of 'users'"},
		{"household = maybe", "f:1:13: on or off instead of 'maybe'"},
		{"block email", "f:1:12: '=' and a value, or '~' and a pattern, is missing"},
		{"block email =", "f:1:14: a value is missing"},
		{"block email ~ (a", "f:1:15: bad pattern '(a': missing closing parenthesis (at its byte 2)"},
		{"block email = \"a", "f:1:15: this text does not end on its line"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct identity_rules r;
		struct error err = ERROR_INIT;
		struct buf text = BUF_INIT;

		identity_rules_init(&r);
		assert_int_equal(identity_rules_parse(&r, span_of(cases[i][0]), "f", &err), -1);
		assert_int_equal(err.kind, ERROR_USAGE);
		error_format(&err, &text);
		assert_string_equal(buf_text(&text), cases[i][1]);
		buf_release(&text);
		identity_rules_release(&r);
	}
}

/* A rule of its own is a line of a file, and its place is the option and the column. */
static void test_single_rules(void **state)
{
	static const char *const cases[][2] = {
		{"", "--rule: a rule is missing, like 'limit email = 3'"},
		{" # a comment", "--rule: a rule is missing, like 'limit email = 3'"},
		{"limt email = 3", "--rule: column 1: unknown rule 'limt'; did you mean 'limit'?"},
		{"limit email", "--rule: column 12: '=' is missing"},
		{"limit email = -1", "--rule: column 15: a number from 1 instead of '-1'"},
		{"limit email = 4294967295", "--rule: column 15: a number from 1 instead of '4294967295'"},
		{"limit email = 3 4", "--rule: column 17: 'per' instead of '4'"},
		{"limit email = 3\nlimit phone = 3", "--rule: column 15: a number from 1 instead of '3?limit'"},
		{"block someone", "--rule: column 14: '=' and a value, or '~' and a pattern, is missing"},
		{"trait a = 1", "--rule: 'trait' is no rule of identity"},
	};
	struct identity_rules r;

	(void)state;
	identity_rules_init(&r);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = ERROR_INIT;
		struct buf text = BUF_INIT;

		assert_int_equal(identity_rules_add(&r, span_of(cases[i][0]), &err), -1);
		assert_int_equal(err.kind, ERROR_USAGE);
		error_format(&err, &text);
		assert_string_equal(buf_text(&text), cases[i][1]);
		buf_release(&text);
	}
	identity_rules_release(&r);
}

static void test_orders(void **state)
{
	struct identity_rules r;
	struct error err = ERROR_INIT;

	(void)state;
	identity_rules_init(&r);
	assert_int_equal(identity_rules_limit_of(&r, SPAN("shop_order_id")).limit, LIMIT_NONE);
	assert_int_equal(identity_rules_generic_of(&r, SPAN("order_id")).records, LIMIT_NONE);
	assert_int_equal(identity_rules_limit_of(&r, SPAN("shop_id")).limit, 5);
	assert_int_equal(identity_rules_add(&r, SPAN("limit shop_order_id=3"), &err), 0);
	assert_int_equal(identity_rules_limit_of(&r, SPAN("shop_order_id")).limit, 3);
	identity_rules_release(&r);
}

static void test_shared_types(void **state)
{
	static const char *const shared[] = {
		"email", "phone", "user_id", "device_id", "anonymous_id", "previous_id", "network_user_id",
		"ssn", "tax_number", "order_id", "web_order_id", "id", "loyalty_id", "a_id", "b_id", "b c_id",
	};
	static const char *const own[] = {"customer_id", "_id", "c_id", "user_ids_id"};
	struct identity_rules r;
	struct error err = ERROR_INIT;

	(void)state;
	identity_rules_init(&r);
	assert_int_equal(identity_rules_parse(&r, SPAN("shared = a_id, b_id\nshared = \"b c_id\""), "f", &err), 0);
	assert_int_equal(identity_rules_add(&r, SPAN("shared = loyalty_id"), &err), 0);
	for (size_t i = 0; i < COUNT_OF(shared); i++)
		assert_true(identity_rules_is_shared(&r, span_of(shared[i])));
	for (size_t i = 0; i < COUNT_OF(own); i++)
		assert_false(identity_rules_is_shared(&r, span_of(own[i])));
	assert_int_equal(identity_rules_add(&r, SPAN("shared = others"), &err), 0);
	assert_true(identity_rules_is_shared(&r, SPAN("customer_id")));
	identity_rules_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_default),
		cmocka_unit_test(test_read_and_print),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_single_rules),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_shared_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
