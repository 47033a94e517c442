/* The list of who is to stay forgotten: written, read, asked. */
#include "record/suppression.h"
#include "tests/unit/scratch.h"

#define KEY SPAN("0123456789abcdef0123456789abcdef")

static struct suppressor *hand;

static void put(struct buf *list, const char *type, const char *value)
{
	suppressor_put_entry(hand, span_of(type), span_of(value), list);
}

static bool has(const struct suppression *s, const char *type, const char *value)
{
	return suppression_has(s, hand, span_of(type), span_of(value));
}

static bool has_ids(const struct suppression *s, const char *source, const char *ids)
{
	struct value v;

	assert_int_equal(scan_whole(span_of(ids), &v, NULL), 0);
	return suppression_has_ids(s, hand, span_of(source), v);
}

/* What openssl says: printf email:jane@example.com | openssl dgst -sha256 -hmac KEY */
static void entry_is_an_hmac_of_type_and_value(void **state)
{
	struct buf list = BUF_INIT;

	(void)state;
	suppressor_put_header(hand, &list);
	assert_span(buf_view(&list), "# cdp-suppression 1 check=c26d924c42ec67eab55a6149a8692ec8\n");
	buf_clear(&list);
	put(&list, "Email", " Jane <JANE@Example.com> ");
	assert_span(buf_view(&list), "ed3dee27bfad9a21a4d2144f4dea565f625256a03eedc0765cf0f88829ad2d69\n");
	buf_release(&list);
}

static void listed_in_every_spelling(void **state)
{
	struct buf list = BUF_INIT;
	struct suppression s = SUPPRESSION_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	suppressor_put_header(hand, &list);
	put(&list, "email", "jane@example.com");
	buf_lit(&list, "\n# two lists in a row\n");
	suppressor_put_header(hand, &list);
	put(&list, "phone", "+12025550143");
	list.len--;
	buf_lit(&list, "  # ticket 12\r\n");
	put(&list, "shop.customer_id", "C17");
	put(&list, "email", "jane@example.com");
	list.len--;
	assert_int_equal(suppression_load(&s, scratch_put("list", buf_view(&list)), hand, &err), 0);
	assert_int_equal(s.count, 4);

	assert_true(has(&s, "email", "JANE@example.COM"));
	assert_true(has(&s, "EMAIL", " jane@example.com "));
	assert_true(has(&s, "phone", "+1 (202) 555-0143"));
	assert_true(has(&s, "shop.customer_id", " C17"));
	assert_false(has(&s, "shop.customer_id", "c17"));
	assert_false(has(&s, "customer_id", "C17"));
	assert_false(has(&s, "email", "maryjane@example.com"));
	assert_false(has(&s, "user_id", "jane@example.com"));
	assert_false(has(&s, "email", ""));

	assert_true(has_ids(&s, "shop", "{\"a\":null,\"customer_id\":\"C17\"}"));
	assert_false(has_ids(&s, "till", "{\"customer_id\":\"C17\"}"));
	assert_true(has_ids(&s, "till", "{\"e\\u006dail\":\"J\\u0061ne@example.com\"}"));
	assert_true(has_ids(&s, "x", "{\"phone\":12025550143}"));
	assert_true(has_ids(&s, "", "{\"user_id\":[\"1\"],\"email\":[\"new@example.com\",\"jane@example.com\"]}"));
	assert_false(has_ids(&s, "", "{}"));
	assert_false(suppression_has_ids(&s, hand, SPAN("shop"), VALUE_ABSENT));
	suppression_release(&s);
	buf_release(&list);
}

static void browsers_of_somebody_else_and_records(void **state)
{
	struct buf list = BUF_INIT;
	struct suppression s = SUPPRESSION_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	suppressor_put_header(hand, &list);
	put(&list, "anonymous_id", "c1");
	put(&list, "email", "jane@example.com");
	suppressor_put_record(hand, hash_128(SPAN("\"crm\"\"7\"")), &list);
	assert_int_equal(suppression_load(&s, scratch_put("list", buf_view(&list)), hand, &err), 0);
	assert_true(has_ids(&s, "web", "{\"anonymous_id\":\"c1\"}"));
	assert_true(has_ids(&s, "web", "{\"anonymous_id\":\"c1\",\"phone\":\"+12025550143\"}"));
	assert_true(has_ids(&s, "web", "{\"anonymous_id\":\"c1\",\"user_id\":\"u\",\"email\":\"jane@example.com\"}"));
	assert_false(has_ids(&s, "web", "{\"anonymous_id\":\"c1\",\"user_id\":\"u\"}"));
	assert_true(suppression_has_record(&s, hand, SPAN("\"crm\""), SPAN("\"7\"")));
	assert_false(suppression_has_record(&s, hand, SPAN("\"crm\""), SPAN("\"8\"")));
	assert_false(suppression_has_record(&s, hand, SPAN_NONE, SPAN("\"7\"")));
	suppression_release(&s);
	buf_release(&list);
}

static void shared_values_are_no_entries_and_add_up(void **state)
{
	struct suppression_share one = {.people = 1, .records = 2, .household = true}, more = {.people = 3, .listed = true};
	const struct suppression_share *found;
	struct buf list = BUF_INIT;
	struct suppression s = SUPPRESSION_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	suppressor_put_header(hand, &list);
	suppressor_put_share(hand, SPAN("phone"), SPAN("+12025550143"), &one, &list);
	suppressor_put_share(hand, SPAN("phone"), SPAN("+1 202 555-0143"), &more, &list);
	suppressor_put_share(hand, SPAN("email"), SPAN("office@example.com"), &more, &list);
	assert_int_equal(suppression_load(&s, scratch_put("list", buf_view(&list)), hand, &err), 0);
	assert_int_equal(s.count, 0);
	assert_int_equal(s.share_count, 2);
	assert_false(has(&s, "phone", "+12025550143"));
	found = suppression_share_of(&s, suppressor_entry(hand, SPAN("phone"), SPAN("+12025550143")));
	assert_non_null(found);
	assert_int_equal(found->people, 4);
	assert_int_equal(found->records, 2);
	assert_true(found->household && found->listed);
	assert_null(suppression_share_of(&s, suppressor_entry(hand, SPAN("phone"), SPAN("+12025550144"))));
	suppression_release(&s);
	buf_release(&list);
}

static void refuse(const char *text, const char *message)
{
	struct suppression s = SUPPRESSION_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(suppression_load(&s, scratch_put("list", span_of(text)), hand, &err), -1);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_error(&err, message);
	assert_string_equal(err.file, scratch_path("list"));
	suppression_release(&s);
}

static void other_files_are_refused(void **state)
{
	struct suppression s = SUPPRESSION_INIT;
	struct error err = ERROR_INIT;
	struct buf list = BUF_INIT;

	(void)state;
	refuse("", "an empty file is no suppression list: it would suppress nobody");
	refuse("email=jane@example.com\n", "no suppression list: its first line would begin with '# cdp-suppression '");
	refuse("# cdp-suppression 2 key=1\n", "a suppression list of another version: this program reads version 1");
	refuse("# cdp-suppression 1 check=00000000000000000000000000000000\n",
	       "the suppression list was made with another key: give the key file with which it was written");
	suppressor_put_header(hand, &list);
	buf_lit(&list, "00ff # too short\n");
	refuse(buf_text(&list), "no entry of a suppression list: that is 64 hexadecimal digits");
	assert_int_equal(suppression_load(&s, "/nonexistent", hand, &err), -1);
	assert_int_equal(err.kind, ERROR_FAILED);
	buf_release(&list);
}

static int setup(void **state)
{
	hand = suppressor_new(KEY);
	return scratch_setup(state);
}

static int teardown(void **state)
{
	suppressor_free(hand);
	return scratch_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_is_an_hmac_of_type_and_value),
		cmocka_unit_test(listed_in_every_spelling),
		cmocka_unit_test(browsers_of_somebody_else_and_records),
		cmocka_unit_test(shared_values_are_no_entries_and_add_up),
		cmocka_unit_test(other_files_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
