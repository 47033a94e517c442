#include "support.h"

#include "base/hash.h"
#include "match/identifier.h"
#include "merge/persons.h"

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
			int c = identifier_compare_types(span_of(order[i]),
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
	assert_int_equal(identity_rules_limit(&rules, SPAN("shop_id=none"), &err), 0);
	assert_int_equal(identity_rules_limit(&rules, SPAN("email=3"), &err), 0);
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

static void test_limits_that_are_none(void **state)
{
	static const char *const bad[] = {
		"email", "email=", "=3", "email=0", "email=x", "email=-1",
		"email=4294967295", "email=3 per", "email=3 per 2m", "email=3 4",
	};
	struct identity_rules rules;

	(void)state;
	identity_rules_init(&rules);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct error err = ERROR_INIT;
		char want[120];

		snprintf(want, sizeof want, "--limit: '%s' is not TYPE=N, TYPE='N per 30d' or TYPE=none, like email=3", bad[i]);
		assert_int_equal(identity_rules_limit(&rules, span_of(bad[i]), &err), -1);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_error(&err, want);
	}
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

/* The identifiers of PERSON as "type=value;...", or the message. */
static void read_person(const char *text, struct buf *got, uint32_t *dropped)
{
	struct identity_rules rules;
	struct person_reader r = {0};
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;
	uint32_t count;
	size_t at = 0;

	identity_rules_init(&rules);
	buf_clear(got);
	if (person_identifiers(&r, &rules, span_of(text), &out, &count, dropped, &err)) {
		assert_int_equal(err.kind, ERROR_DATA);
		buf_text_put(got, err.message);
		count = 0;
	}
	for (; count; count--) {
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
	}
	buf_release(&out);
	person_reader_release(&r);
	identity_rules_release(&rules);
}

static void test_identifiers_of_a_person(void **state)
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
		{",\"ids\":{\"email\":true}", "identifier 'email' is not a text"},
		{",\"ids\":{\"\":\"x\"}", "'' cannot be an identifier type"},
		{",\"ids\":{\"a\\u0000b\":\"x\"}", "'a?b' cannot be an identifier type"},
	};
	struct buf got = BUF_INIT;
	uint32_t dropped;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		read_person(cases[i][0], &got, &dropped);
		assert_span(buf_view(&got), cases[i][1]);
	}
	read_person(cases[5][0], &got, &dropped);
	assert_int_equal(dropped, 1);
	buf_release(&got);
}

static void test_traits_of_a_person(void **state)
{
	(void)state;
	assert_span(person_traits(SPAN(",\"ids\":{\"a\":\"},\\\"\"},\"traits\":{\"b\":1}")),
		    "{\"b\":1}");
	assert_span(person_traits(SPAN(",\"traits\":{}")), "{}");
	assert_true(span_absent(person_traits(SPAN(",\"ids\":{}"))));
	assert_true(span_absent(person_traits(SPAN(""))));
}

/* A full table sends new persons with their events, and keeps the old. */
static void test_table_of_persons(void **state)
{
	struct persons p;
	struct person_key key = person_key(SPAN("one")), other = {1, 2};
	const uint32_t ids[] = {5, 9, 7};

	(void)state;
	persons_init(&p, 16 << 10);
	assert_int_equal(persons_find(&p, key), PERSON_NONE);
	assert_int_equal(persons_add(&p, key, SPAN("one"), ids, 3, 2), 0);
	assert_int_equal(persons_find(&p, key), 0);
	assert_int_equal(p.list[0].home, 5);
	assert_int_equal(p.list[0].other_count, 2);
	assert_int_equal(p.others[p.list[0].others], 9);
	assert_int_equal(p.list[0].blocked, 2);
	p.room = 0;
	assert_int_equal(persons_add(&p, other, SPAN("two"), ids, 1, 0), PERSON_INLINE);
	assert_int_equal(persons_find(&p, other), PERSON_NONE);
	assert_int_equal(persons_find(&p, key), 0);
	persons_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_by_priority),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_limits_that_are_none),
		cmocka_unit_test(test_too_many_types),
		cmocka_unit_test(test_identifiers_of_a_person),
		cmocka_unit_test(test_traits_of_a_person),
		cmocka_unit_test(test_table_of_persons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
