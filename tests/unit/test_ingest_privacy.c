/* What is hidden, in each of its forms. */
#include "base/mem.h"
#include "collect/ingest/finish.h"
#include "collect/privacy/privacy.h"
#include "collect/privacy/privacy_leaks.h"
#include "reference/address.h"
#include "tests/unit/support.h"

static void check_address(const char *text, unsigned bits, const char *want)
{
	struct buf out = BUF_INIT;
	bool known = address_blur(span_of(text), bits, &out);

	assert_int_equal(known, want != NULL);
	assert_string_equal(buf_text(&out), want ? want : "");
	buf_release(&out);
}

static void test_addresses(void **state)
{
	(void)state;
	check_address("192.0.2.77", 8, "192.0.2.0");
	check_address("192.0.2.77", 16, "192.0.0.0");
	check_address("192.0.2.77", 24, "192.0.0.0");
	check_address("203.113.9.255", 24, "203.0.0.0");
	check_address("192.0.2.77:8080", 8, "192.0.2.0");
	check_address("2001:db8:1:2:3:4:5:6", 8, "2001:db8:1:2::");
	check_address("2001:db8:1:2:3:4:5:6", 16, "2001:db8:1::");
	check_address("2001:db8:1:2:3:4:5:6", 24, "2001:db8::");
	check_address("[2001:db8::1]:443", 8, "2001:db8::");
	check_address("fe80::1%eth0", 8, "fe80::");
	check_address("::ffff:192.0.2.77", 8, "::ffff:192.0.2.0");
	check_address(" 192.0.2.77 ", 8, "192.0.2.0");
	check_address("192.0.2", 8, NULL);
	check_address("192.0.2.256", 8, NULL);
	check_address("unknown", 8, NULL);
	check_address("", 8, NULL);
	check_address("[2001:db8::1", 8, NULL);
	check_address("2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8", 8, NULL);
}

static void check_mask(const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	struct arena arena = ARENA_INIT;

	privacy_mask(span_of(text), &arena, &out);
	assert_string_equal(buf_text(&out), want);
	buf_release(&out);
	arena_release(&arena);
}

static void test_masks(void **state)
{
	(void)state;
	check_mask("Rosa.Unger@Example.com", "r***@example.com");
	check_mask("\xc3\xa9mile@example.com", "\xc3\xa9***@example.com");
	check_mask("+49 30 1234567", "***67");
	check_mask("030 1234567", "***");
	check_mask("Rosa", "***");
	check_mask("@", "***");
	check_mask("", "***");
}

static void add(struct privacy *p, enum privacy_action action, const char *field)
{
	assert_int_equal(privacy_add(p, action, field, NULL), 0);
}

static void check_url(const struct privacy *p, const char *text, const char *want)
{
	struct privacy_scratch s = {0};
	struct privacy_counts counts = {0};
	struct buf out = BUF_INIT;
	bool changed = privacy_url(p, &s, span_of(text), &out, &counts);

	assert_int_equal(changed, want != NULL);
	assert_string_equal(buf_text(&out), want ? want : "");
	buf_release(&out);
	privacy_scratch_release(&s);
}

static void test_urls(void **state)
{
	struct privacy p = {.address_bits = 8};

	(void)state;
	add(&p, PRIVACY_DROP, "token");
	add(&p, PRIVACY_MASK, "email");
	check_url(&p, "/a", NULL);
	check_url(&p, "/token=1", NULL);
	check_url(&p, "/a?b=1&c", NULL);
	check_url(&p, "/a?token=1", "/a");
	check_url(&p, "/a?token=1&b=2", "/a?b=2");
	check_url(&p, "/a?b=2;token=1", "/a?b=2");
	check_url(&p, "/a?token&token=2&b#token=3", "/a?b");
	check_url(&p, "/a?token=1#top", "/a#top");
	check_url(&p, "/a?b=1#token=2&c=3", "/a?b=1#c=3");
	check_url(&p, "/a?E-Mail=rosa%40example.com", "/a?E-Mail=r***@example.com");
	check_url(&p, "/a?my_email=x&em%61il=rosa%40example.com&emails=1",
		  "/a?my_email=***&em%61il=r***@example.com&emails=1");
	check_url(&p, "/a?the_mail=x", NULL);
	check_url(&p, "/a?email=", NULL);
	check_url(&p, "/a?email", NULL);
	check_url(&p, "/a?ip=192.0.2.7&zip=1", "/a?ip=192.0.2.0&zip=1");
	check_url(&p, "/a?email=%", "/a?email=***");
	check_url(&p, "?", NULL);
	check_url(&p, "????token=&&", "????&");
}

static void check_field(const char *field, const char *want)
{
	struct privacy p = {.count = 0};
	struct error err = ERROR_INIT;
	int bad = privacy_add(&p, PRIVACY_DROP, field, &err);

	assert_int_equal(bad, want ? -1 : 0);
	if (want)
		assert_error(&err, want);
}

static void test_fields(void **state)
{
	struct privacy p = {.count = 0};
	struct error err = ERROR_INIT;

	(void)state;
	check_field("email", NULL);
	check_field("context.page.url", NULL);
	check_field("id", "--drop: 'id' is what a record is known by: map another column to it, or none");
	check_field("consent.newsletter", "--drop: 'consent.newsletter' is what a record is known by: map another column to it, or none");
	check_field("prop.email", "--drop: 'prop.email' is no field: write a name, or ids.X, traits.X, props.X, context.X");
	check_field("", "--drop: '' is no field: a name is missing");
	check_field("props.", "--drop: 'props.' is no field: a name is missing");
	add(&p, PRIVACY_MASK, "email");
	assert_int_equal(privacy_add(&p, PRIVACY_DROP, "email", &err), -1);
	assert_error(&err, "--drop: 'email' is named twice: which one?");
	for (int i = 1; i < PRIVACY_RULES_MAX; i++) {
		char *name = mem_alloc(16);

		snprintf(name, 16, "f%d", i);
		add(&p, PRIVACY_DROP, name);
	}
	assert_int_equal(privacy_add(&p, PRIVACY_DROP, "more", &err), -1);
	for (int i = 1; i < PRIVACY_RULES_MAX; i++)
		mem_free((char *)p.rules[i].path.ptr);
}

/* A record with SECRET in random places never shows it when its field is dropped. */
static void test_what_stays_in_sight(void **state)
{
	static const char *const emails[] = {
		"ana@example.com", "write to ana.b@mail.example.org.", "/u/ana%40example.com/x", "<ana@example.com>",
		"mailto:ana@b\xc3\xbc" "cher.example",
	};
	static const char *const no_emails[] = {
		"a***@example.com", "@ana", "lodash@4.17.21", "ana@localhost", "ana @ example.com", "", "@", "5@x.1",
	};
	static const char *const phones[] = {"+12025550143", "call +44 20 7946 0018, please", "tel:+1-202-555-0143"};
	static const char *const no_phones[] = {
		"2025550143", "+1 202", "2024-03-01T09:30:00+02:00", "+00 1234567890", "a+12025550143", "+1234567890123456", "",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(emails); i++)
		assert_true(privacy_holds_email(span_of(emails[i])));
	for (size_t i = 0; i < COUNT_OF(no_emails); i++)
		assert_false(privacy_holds_email(span_of(no_emails[i])));
	for (size_t i = 0; i < COUNT_OF(phones); i++)
		assert_true(privacy_holds_phone(span_of(phones[i])));
	for (size_t i = 0; i < COUNT_OF(no_phones); i++)
		assert_false(privacy_holds_phone(span_of(no_phones[i])));
}

static void test_nothing_is_left(void **state)
{
	struct privacy p = {.count = 0};
	struct finish_steps steps = {.privacy = &p};
	struct finisher *g;
	struct finish_counts counts = FINISH_COUNTS_INIT;
	static const char *const keys[] = {"email", "work_email", "a", "b\\u0022", "emai\\u006c"};
	static const char *const values[] = {
		"\"x\"", "[{\"email\":\"SECRET\"},\"/a?email=SECRET&x=1\"]", "{}", "[]", "null", "12.50",
		"\"/?a=1#email=SECRET\"", "{\"email\":[\"SECRET\"],\"c\":true}",
	};
	uint64_t seed = 3;

	(void)state;
	add(&p, PRIVACY_DROP, "email");
	g = finisher_new(&steps);
	for (int i = 0; i < 3000; i++) {
		static const char *const sections[] = {"ids", "traits", "props", "context"};
		struct buf b = BUF_INIT;
		struct error err = ERROR_INIT;
		struct event e;

		buf_lit(&b, "{\"type\":\"track\",\"id\":\"1\",\"source\":\"s\"");
		for (int s = 0; s < 4; s++) {
			if (!support_below(&seed, 3))
				continue;
			buf_printf(&b, ",\"%s\":{", sections[s]);
			for (size_t k = 0; k < COUNT_OF(keys); k++) {
				const char *value = values[support_below(&seed, COUNT_OF(values))];

				if (!support_below(&seed, 2))
					continue;
				buf_printf(&b, "%s\"%s\":%s", b.ptr[b.len - 1] == '{' ? "" : ",",
					   keys[k], k < 2 || k == 4 ? "\"SECRET\"" : value);
			}
			buf_char(&b, '}');
		}
		buf_lit(&b, "}\n");
		assert_int_equal(finisher_run(g, &b, 0, &counts, &err), 0);
		assert_int_equal(event_parse(&e, span_sub(buf_view(&b), 0, b.len - 1), &err), 0);
		assert_int_equal(span_find(buf_view(&b), SPAN("SECRET")), b.len);
		buf_release(&b);
	}
	assert_true(counts.hidden.values[0] > 3000);
	finisher_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_what_stays_in_sight),
		cmocka_unit_test(test_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
