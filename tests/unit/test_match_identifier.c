#include "support.h"

#include "base/hash.h"
#include "base/mem.h"
#include "unify/identity/identifier.h"
#include "unify/identity/known_identifiers.h"
#include "unify/index/fragments.h"

static uint32_t put(struct identifiers *t, const char *type, const char *value,
		    struct error *err)
{
	struct buf key = BUF_INIT;
	uint32_t number;

	buf_printf(&key, "%s%c%s", type, 0, value);
	number = identifiers_put(t, buf_view(&key), strlen(type),
				 hash_64(buf_view(&key)), err);
	buf_release(&key);
	return number;
}

static void test_types_by_priority(void **state)
{
	static const char *const order[] = {
		"user_id", "email", "phone", "device_id", "anonymous_id",
		"crm_id", "shop_id",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(order); i++) {
		for (size_t j = 0; j < COUNT_OF(order); j++) {
			int c = known_identifier_compare(span_of(order[i]),
							 span_of(order[j]));

			assert_int_equal((c > 0) - (c < 0),
					 (i > j) - (i < j));
		}
	}
}

static void test_table(void **state)
{
	struct identifiers t = IDENTIFIERS_INIT;
	struct identity_rules rules;
	struct error err = ERROR_INIT;
	uint32_t shop, one, two;

	(void)state;
	identity_rules_init(&rules);
	assert_int_equal(identity_rules_add(&rules, SPAN("limit shop_id = none"), &err), 0);
	assert_int_equal(identity_rules_add(&rules, SPAN("limit email=3"), &err), 0);
	shop = put(&t, "shop_id", "17", &err);
	one = put(&t, "email", "one@example.com", &err);
	two = put(&t, "email", "two@example.com", &err);
	put(&t, "user_id", "17", &err);
	put(&t, "phone", "+12025550143", &err);
	assert_int_equal(put(&t, "email", "one@example.com", &err), one);
	assert_int_equal(identifiers_count(&t), 5);
	identifiers_settle(&t, &rules);
	assert_span(identifier_value(&t, shop), "17");
	assert_int_equal(identifier_type_of(&t, shop)->limit, LIMIT_NONE);
	assert_int_equal(identifier_type_of(&t, one)->limit, 3);
	assert_int_equal(identifier_type_of(&t, one)->order, 1);
	assert_int_equal(identifier_type_of(&t, 3)->limit, 1);
	assert_int_equal(identifier_type_of(&t, 4)->limit, 5);
	assert_true(identifier_compare(&t, one, two) < 0);
	assert_true(identifier_compare(&t, shop, two) > 0);
	identifiers_release(&t);
	identity_rules_release(&rules);
}

static void test_too_many_types(void **state)
{
	struct identifiers t = IDENTIFIERS_INIT;
	struct error err = ERROR_INIT;
	char type[20];

	(void)state;
	for (int i = 0; i < IDENTIFIER_TYPES_MAX; i++) {
		snprintf(type, sizeof type, "t%d", i);
		assert_int_equal(put(&t, type, "x", &err), i);
	}
	assert_int_equal(put(&t, "one_more", "x", &err), IDENTIFIER_NONE);
	assert_int_equal(err.kind, ERROR_FAILED);
	assert_error(&err, "more than 1000 identifier types: 'ids' must be keyed by type, like {\"email\":...}");
	identifiers_release(&t);
}

/* Types of sources have a maximum of their own. */
static void test_types_of_sources_count_apart(void **state)
{
	struct identifiers t = IDENTIFIERS_INIT;
	struct error err = ERROR_INIT;
	char key[40];

	(void)state;
	for (int i = 0; i < IDENTIFIER_TYPES_MAX + 5; i++) {
		int owner = snprintf(key, sizeof key, "s%d.", i);

		snprintf(key + owner, sizeof key - (size_t)owner, "a_id");
		assert_int_equal(identifiers_put_own(&t, (struct span){key, strlen(key) + 1},
						     (size_t)owner, strlen(key),
						     hash_64((struct span){key, strlen(key) + 1}), &err), i);
	}
	assert_int_equal(t.own_types, IDENTIFIER_TYPES_MAX + 5);
	assert_span(identifier_type_base(&t, 3), "a_id");
	assert_span(identifier_type_name(&t, 3), "s3.a_id");
	identifiers_release(&t);
}

static uint32_t put_of(struct identifiers *t, const char *owner, const char *type, const char *value)
{
	struct buf key = BUF_INIT;
	size_t owner_len, type_len;
	uint32_t number;

	buf_printf(&key, "%s%s", owner, *owner ? "." : "");
	owner_len = key.len;
	buf_text_put(&key, type);
	type_len = key.len;
	buf_char(&key, '\0');
	buf_text_put(&key, value);
	number = identifiers_put_own(t, buf_view(&key), owner_len, type_len,
				     hash_64(buf_view(&key)), NULL);
	buf_release(&key);
	return number;
}

/* Those that TYPE=17 means, as their numbers in hexadecimal digits. */
static const char *meant(const struct identifiers *t, const char *type)
{
	static char text[20];
	uint32_t number;
	size_t at = 0, count = 0;

	while (identifiers_meant(t, span_of(type), SPAN("17"), &at, &number))
		text[count++] = "0123456789"[number];
	text[count] = 0;
	return text;
}

static void test_what_people_mean(void **state)
{
	struct identifiers t = IDENTIFIERS_INIT;
	struct identity_rules rules;

	(void)state;
	put_of(&t, "", "email", "17");			/* 0 */
	put_of(&t, "a", "customer_id", "17");		/* 1 */
	put_of(&t, "b", "customer_id", "18");		/* 2 */
	put_of(&t, "b", "customer_id", "17");		/* 3 */
	put_of(&t, "crm", "shop_id", "17");		/* 4: turns out to be */
	put_of(&t, "", "shop_id", "17");		/* 5 */
	t.resolved = mem_alloc(5 * sizeof *t.resolved);
	for (uint32_t i = 0; i < 5; i++)
		t.resolved[i] = i == 4 ? 5 : i;
	t.resolved_count = 5;
	assert_string_equal(meant(&t, "email"), "0");
	assert_string_equal(meant(&t, "customer_id"), "31");
	assert_string_equal(meant(&t, "b.customer_id"), "3");
	assert_string_equal(meant(&t, "shop_id"), "5");
	assert_string_equal(meant(&t, "crm.shop_id"), "5");
	assert_string_equal(meant(&t, "c.customer_id"), "");
	identity_rules_init(&rules);
	identity_rules_set_limit(&rules, SPAN("customer_id"), (struct type_limit){2, 0, false});
	identifiers_settle(&t, &rules);
	assert_int_equal(identifier_type_of(&t, 1)->limit, 2);
	assert_int_equal(identifier_type_of(&t, 3)->limit, 2);
	assert_int_equal(identifier_type_of(&t, 1)->group, identifier_type_of(&t, 3)->group);
	assert_true(identifier_compare(&t, 1, 3) < 0);
	assert_int_equal(identifiers_shown(&t), 5);
	identity_rules_release(&rules);
	identifiers_release(&t);
}

/* The identifiers of PERSON in source "shop" as "type=value;...", or the message. */
static void read_fragment(const char *text, struct buf *got, uint32_t *dropped)
{
	struct identity_rules rules;
	struct fragment_reader r = {0};
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;
	struct fragment_counts counts;
	bool own = false;
	size_t at = 0;

	identity_rules_init(&rules);
	identity_rules_add_shared(&rules, SPAN("tax_id"));
	blocked_add(&rules.blocked, false, SPAN("crm_id"), SPAN("13"));
	blocked_add(&rules.blocked, false, SPAN("shop.crm_id"), SPAN("14"));
	blocked_add(&rules.blocked, false, SPAN("web.crm_id"), SPAN("15"));
	blocked_add(&rules.blocked, true, SPAN("crm_id"), SPAN("test"));
	buf_clear(got);
	if (fragment_identifiers(&r, &rules, SPAN("shop"), span_of(text), &out, &counts, &err)) {
		assert_int_equal(err.kind, ERROR_DATA);
		buf_text_put(got, err.message);
		counts.usable = counts.own = 0;
	}
	*dropped = counts.blocked;
	for (uint32_t i = 0; i < counts.usable; i++) {
		struct identifier_head head;
		struct span key;

		memcpy(&head, out.ptr + at, sizeof head);
		key = (struct span){out.ptr + at + sizeof head, head.len};
		assert_true(head.hash == hash_64(key));
		buf_span(got, span_sub(key, 0, head.type_len));
		buf_char(got, '=');
		buf_span(got, span_sub(key, head.type_len + 1, key.len));
		buf_char(got, ';');
		at += sizeof head + head.len;
		own = own || head.owner_len;
		assert_int_equal(head.owner_len, span_starts(key, SPAN("shop.")) ? 5 : 0);
	}
	assert_true(counts.own || !own);
	buf_release(&out);
	fragment_reader_release(&r);
	identity_rules_release(&rules);
}

static void test_identifiers_of_a_fragment(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{",\"traits\":{\"email\":\"x\"}", ""},
		{",\"ids\":{}", ""},
		{",\"ids\":{\"shop_id\":7,\"email\":\"a@example.com\",\"user_id\":\"u\"},\"traits\":{}",
		 "user_id=u;email=a@example.com;shop_id=7;"},
		{",\"ids\":{\"email\":\"b@example.com\",\"email\":\"a@example.com\",\"email\":\"b@example.com\"}",
		 "email=a@example.com;email=b@example.com;"},
		{",\"ids\":{\"em\\u0061il\":\"\\u00e9va@example.com\",\"phone\":null,\"user_id\":\"NULL\"}",
		 "email=\xc3\xa9va@example.com;"},
		{",\"ids\":{\"crm_id\":\"7\",\"tax_id\":\"8\",\"web_order_id\":\"9\",\"ssn\":\"10\"}",
		 "shop.crm_id=7;ssn=10;tax_id=8;web_order_id=9;"},
		{",\"ids\":{\"crm_id\":\"13\",\"email\":\"a@example.com\"}", "email=a@example.com;"},
		{",\"ids\":{\"crm_id\":\"14\",\"email\":\"a@example.com\"}", "email=a@example.com;"},
		{",\"ids\":{\"crm_id\":\"15\"}", "shop.crm_id=15;"},
		{",\"ids\":{\"crm_id\":\"test\"}", "shop.crm_id=test;"},
		{",\"ids\":{\"crm_id\":\"7\"},\"traits\":{\"city\":\"Ulm\"}",
		 "shop.crm_id=7;"},
		{",\"ids\":{\"email\":true}", "identifier 'email' is not a text"},
		{",\"ids\":{\"\":\"x\"}", "'' cannot be an identifier type"},
		{",\"ids\":{\"a\\u0000b\":\"x\"}", "'a?b' cannot be an identifier type"},
	};
	struct buf got = BUF_INIT;
	uint32_t dropped;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		read_fragment(cases[i][0], &got, &dropped);
		assert_span(buf_view(&got), cases[i][1]);
	}
	read_fragment(cases[5][0], &got, &dropped);
	assert_int_equal(dropped, 1);
	buf_release(&got);
}

static void test_traits_of_a_fragment(void **state)
{
	(void)state;
	assert_span(fragment_traits(SPAN(",\"ids\":{\"a\":\"},\\\"\"},\"traits\":{\"b\":1}")),
		    "{\"b\":1}");
	assert_span(fragment_traits(SPAN(",\"traits\":{}")), "{}");
	assert_true(span_absent(fragment_traits(SPAN(",\"ids\":{}"))));
	assert_true(span_absent(fragment_traits(SPAN(""))));
}

/* A full table sends new persons with their events, and keeps the old. */
static void test_table_of_fragments(void **state)
{
	struct fragments p;
	struct fragment_key key = fragment_key(SPAN("one")), other = {1, 2};
	const uint32_t ids[] = {5, 9, 7};

	(void)state;
	fragments_init(&p, 16 << 10);
	assert_int_equal(fragments_find(&p, key), FRAGMENT_NONE);
	assert_int_equal(fragments_add(&p, key, SPAN("one"), ids, 3, 2, NULL), 0);
	assert_int_equal(fragments_find(&p, key), 0);
	assert_int_equal(p.list[0].home, 5);
	assert_int_equal(p.list[0].other_count, 2);
	assert_int_equal(p.others[p.list[0].others], 9);
	assert_int_equal(p.list[0].blocked, 2);
	p.room = 0;
	assert_int_equal(fragments_add(&p, other, SPAN("two"), ids, 1, 0, NULL), FRAGMENT_INLINE);
	assert_int_equal(fragments_find(&p, other), FRAGMENT_NONE);
	assert_int_equal(fragments_find(&p, key), 0);
	fragments_release(&p);
}

/* Numbers have 32 bits: one identifier, copy or incidence too many is refused. */
static void test_too_many_identifiers(void **state)
{
	struct identifiers t = IDENTIFIERS_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	t.limit = 2;
	assert_int_equal(put(&t, "email", "one@example.com", &err), 0);
	assert_int_equal(put(&t, "email", "two@example.com", &err), 1);
	assert_int_equal(put(&t, "email", "one@example.com", &err), 0);
	assert_int_equal(put(&t, "email", "three@example.com", &err), IDENTIFIER_NONE);
	assert_string_equal(err.message, "more than 2 identifiers: merge fewer events at a time");
	identifiers_release(&t);
	t = IDENTIFIERS_INIT;
	t.limit = 1;
	assert_int_equal(put(&t, "email", "one@example.com", &err), 0);
	err = ERROR_INIT;
	assert_int_equal(identifiers_copy(&t, 0, &err), IDENTIFIER_NONE);
	assert_string_equal(err.message, "more than 1 identifiers: merge fewer events at a time");
	identifiers_release(&t);
}

static void test_too_many_incidences(void **state)
{
	struct fragments p;
	struct error err = ERROR_INIT;
	const uint32_t ids[] = {5, 9, 7};

	(void)state;
	fragments_init(&p, 16 << 10);
	p.most = 5;
	assert_int_equal(fragments_add(&p, fragment_key(SPAN("one")), SPAN("one"), ids, 3, 0, &err), 0);
	assert_int_equal(fragments_check(&p, 1, &err), 0);
	assert_int_equal(fragments_check(&p, 2, &err), -1);
	err = ERROR_INIT;
	assert_int_equal(fragments_add(&p, fragment_key(SPAN("two")), SPAN("two"), ids, 3, 0, &err), FRAGMENT_NONE);
	assert_string_equal(err.message, "more than 5 identifiers of distinct ids and traits: merge fewer events at a time");
	assert_int_equal(p.count, 1);
	fragments_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_by_priority),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_too_many_types),
		cmocka_unit_test(test_types_of_sources_count_apart),
		cmocka_unit_test(test_what_people_mean),
		cmocka_unit_test(test_identifiers_of_a_fragment),
		cmocka_unit_test(test_traits_of_a_fragment),
		cmocka_unit_test(test_table_of_fragments),
		cmocka_unit_test(test_too_many_identifiers),
		cmocka_unit_test(test_too_many_incidences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
