/* Survivorship: rules and their texts, what is valid, what values mean. */
#include "support.h"

#include "unify/golden/golden_value.h"
#include "unify/golden/survival.h"
#include "unify/index/validity.h"

static struct value value_of(const char *json)
{
	struct scan s;
	struct value v;

	scan_start(&s, span_of(json));
	assert_int_equal(scan_value(&s, &v, NULL), 0);
	return v;
}

/* RULE is "TRAITS = RULE", as behind `survive` in a file of rules. */
static int add_rule(struct survival *s, struct span rule, struct error *err)
{
	size_t at = span_find_byte(rule, '=');

	return survival_set(s, span_trim(span_sub(rule, 0, at)), span_sub(rule, at + 1, rule.len), err);
}

static void test_rules_of_traits(void **state)
{
	struct survival s = SURVIVAL_INIT;
	struct error err = ERROR_INIT;
	size_t place, rule;

	(void)state;
	assert_int_equal(add_rule(&s, SPAN("city=Longest"), &err), 0);
	assert_int_equal(add_rule(&s, SPAN("city = source_priority( crm, 'a shop' )"), &err), 0);
	assert_int_equal(add_rule(&s, SPAN("a\"b+c=best_record(x)"), &err), 0);
	survival_settle(&s);
	survival_settle(&s);
	rule = survival_of(&s, SPAN("city"), &place);
	assert_string_equal(s.rules[rule].how->name, "source_priority");
	assert_int_equal(s.rules[rule].source_count, 2);
	assert_span(s.rules[rule].sources[1], "a shop");
	rule = survival_of(&s, SPAN("c"), &place);
	assert_int_equal(place, 1);
	assert_int_equal(survival_of(&s, SPAN("a\\\"b"), &place), rule);
	assert_int_equal(place, 0);
	rule = survival_of(&s, SPAN("postcode"), &place);
	assert_string_equal(s.rules[rule].how->name, "best_record");
	assert_int_not_equal(survival_of(&s, SPAN("city"), &place), rule);
	assert_string_equal(s.rules[survival_of(&s, SPAN("other"), &place)].how->name, "most_recent");
	survival_release(&s);
}

static void test_one_rule_for_the_rest(void **state)
{
	struct survival s = SURVIVAL_INIT;
	struct error err = ERROR_INIT;
	size_t place;

	(void)state;
	assert_int_equal(add_rule(&s, SPAN("*=union"), &err), 0);
	survival_settle(&s);
	assert_string_equal(s.rules[survival_of(&s, SPAN("other"), &place)].how->name, "union");
	assert_string_equal(s.rules[survival_of(&s, SPAN("city"), &place)].how->name, "best_record");
	survival_release(&s);
}

static void test_too_many_traits(void **state)
{
	struct survival s = SURVIVAL_INIT;
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i <= SURVIVAL_UNIT_MAX; i++)
		buf_printf(&text, "%st%d", i ? "+" : "", i);
	buf_lit(&text, "=best_record");
	assert_int_equal(add_rule(&s, buf_view(&text), &err), -1);
	assert_string_equal(err.message, "more than 32 traits in one unit");
	buf_release(&text);
	survival_release(&s);
}

static void test_what_is_invalid(void **state)
{
	static const struct {
		const char *key, *value;
		bool invalid;
	} cases[] = {
		{"city", "\"N/A\"", true}, {"city", "\" unknown \"", true}, {"city", "\"Unknowns\"", false},
		{"city", "\"none\"", true}, {"tier", "\"none\"", false}, {"city", "\"---\"", true},
		{"city", "\"-x\"", false}, {"city", "\"?\"", true}, {"city", "\"\\u006e/a\"", true},
		{"last_name", "\"Null\"", false}, {"note", "\"Null\"", true}, {"note", "\"0\"", false},
		{"note", "0", false}, {"note", "\"test\"", false}, {"note", "\"na\"", false},
		{"email", "\"a@b.example\"", false}, {"email", "\"a@b\"", true}, {"email", "\"@b.example\"", true},
		{"email", "\"a@b@c.example\"", true}, {"email", "\"a b@c.example\"", true}, {"email", "\"a@b.\"", true},
		{"email", "\"x@x.com\"", true}, {"phone", "\"111\"", true}, {"phone", "\"+44 20 7946 0123\"", false},
		{"birth_date", "\"1900-01-01T00:00:00.000Z\"", true}, {"birthday", "\"1900-01-02\"", false},
		{"other", "\"1900-01-01\"", false}, {"city", "true", false}, {"city", "[\"n/a\"]", false},
	};
	struct blocked b = BLOCKED_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (validity_invalid(&b, span_of(cases[i].key), value_of(cases[i].value)) != cases[i].invalid)
			fail_msg("%s: %s", cases[i].key, cases[i].value);
	}
	assert_false(validity_invalid(NULL, SPAN("email"), value_of("\"x@x.com\"")));
	assert_true(validity_invalid(NULL, SPAN("email"), value_of("\"x\"")));
	blocked_release(&b);
}

static void test_users_lists_go_first(void **state)
{
	struct blocked b = BLOCKED_INIT;

	(void)state;
	blocked_add(&b, false, SPAN("points"), SPAN("0"));
	blocked_add(&b, true, SPAN("city"), SPAN("Unknown"));
	assert_true(validity_invalid(&b, SPAN("points"), value_of("0")));
	assert_true(validity_invalid(&b, SPAN("points"), value_of("\"0\"")));
	assert_false(validity_invalid(&b, SPAN("points"), value_of("1")));
	assert_false(validity_invalid(&b, SPAN("city"), value_of("\"unknown\"")));
	assert_int_equal(blocked_listed(&b, SPAN("city"), SPAN("Graz")), -1);
	blocked_release(&b);
}

static bool same_meaning(const char *a, const char *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	golden_value_meaning(value_of(a), &x);
	golden_value_meaning(value_of(b), &y);
	same = span_equal(buf_view(&x), buf_view(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

static void test_equal_values(void **state)
{
	(void)state;
	assert_true(same_meaning("5", "5.0"));
	assert_true(same_meaning("1e2", "100"));
	assert_true(same_meaning("1e400", "1e400"));
	assert_false(same_meaning("5", "\"5\""));
	assert_false(same_meaning("\"05\"", "\"5\""));
	assert_true(same_meaning("\"a\\u0062\"", "\"ab\""));
	assert_true(same_meaning("\"2024-01-01T01:00:00+01:00\"", "\"2024-01-01T00:00:00.000Z\""));
	assert_false(same_meaning("\"2024-01-01 00:00\"", "\"2024-01-01T00:00:00.000Z\""));
	assert_false(same_meaning("true", "\"true\""));
}

static const struct survivorship_rule *rule_named(const char *name)
{
	size_t i = 0;

	while (survivorship_rules[i] && strcmp(survivorship_rules[i]->name, name))
		i++;
	assert_non_null(survivorship_rules[i]);
	return survivorship_rules[i];
}

/* < 0: the rule NAME prefers A. */
static int order(const char *name, const char *a, const char *b)
{
	const struct survivorship_rule *rule = rule_named(name);
	struct golden_value x = {.count = 1, .value = value_of(a)}, y = {.count = 1, .value = value_of(b)};
	struct buf p = BUF_INIT, q = BUF_INIT;
	int result;

	golden_value_meaning(x.value, &p);
	golden_value_meaning(y.value, &q);
	x.meaning = buf_view(&p);
	y.meaning = buf_view(&q);
	result = rule->compare(&x, &y);
	assert_int_equal((result > 0) - (result < 0), (rule->compare(&y, &x) < 0) - (rule->compare(&y, &x) > 0));
	buf_release(&p);
	buf_release(&q);
	return result;
}

static void test_order_is_typed(void **state)
{
	(void)state;
	assert_true(order("min", "9", "10") < 0);
	assert_true(order("max", "9", "10") > 0);
	assert_true(order("min", "\"9\"", "10") < 0);
	assert_int_equal(order("min", "\"010\"", "10"), 0);
	assert_true(order("max", "9007199254740993", "9007199254740992") < 0);
	assert_true(order("min", "\"2024-03-01\"", "\"2024-03-01T00:00:00+01:00\"") > 0);
	/* Numbers go before times, times before texts, either way. */
	assert_true(order("min", "99", "\"2024-03-01\"") < 0);
	assert_true(order("max", "99", "\"2024-03-01\"") < 0);
	assert_true(order("max", "\"2024-03-01\"", "\"zebra\"") < 0);
	assert_true(order("max", "\"zebra\"", "\"ant\"") < 0);
	assert_true(order("longest", "\"\xc3\xa4\xc3\xb6\xc3\xbc\"", "\"abcd\"") > 0);
	assert_int_equal(order("longest", "\"\xc3\xa4\"", "\"a\""), 0);
	assert_true(order("any_true", "\"YES\"", "false") < 0);
	assert_true(order("any_true", "0", "\"maybe\"") < 0);
	assert_true(order("any_true", "1.0", "[true]") < 0);
	assert_null(rule_named("most_recent")->compare);
}

/* TEXT, of a manual page, has NAME as an item that begins with HELP. */
static bool is_described(struct span text, const char *name, const char *help)
{
	struct buf item = BUF_INIT;
	size_t at;

	buf_printf(&item, "\n.It Cm %s", name);
	at = span_find(text, buf_view(&item));
	buf_release(&item);
	if (at == text.len)
		return false;
	text = span_sub(text, at + 1, text.len);
	span_cut(&text, '\n');
	return span_starts(text, span_of(help));
}

static void test_the_manual_has_each_rule(void **state)
{
	static const char *const pages[] = {"man/cdp-merge.1", "man/cdp-identity.7"};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		char bytes[1 << 17];
		FILE *in = fopen(pages[i], "r");

		assert_non_null(in);
		buf_put(&text, bytes, fread(bytes, 1, sizeof bytes, in));
		fclose(in);
	}
	for (size_t i = 0; survivorship_rules[i]; i++)
		if (!is_described(buf_view(&text), survivorship_rules[i]->name, survivorship_rules[i]->help))
			fail_msg("no manual page describes '%s' as '%s'", survivorship_rules[i]->name,
				 survivorship_rules[i]->help);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_of_traits),
		cmocka_unit_test(test_one_rule_for_the_rest),
		cmocka_unit_test(test_too_many_traits),
		cmocka_unit_test(test_what_is_invalid),
		cmocka_unit_test(test_users_lists_go_first),
		cmocka_unit_test(test_equal_values),
		cmocka_unit_test(test_order_is_typed),
		cmocka_unit_test(test_the_manual_has_each_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
