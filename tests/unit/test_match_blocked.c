#include "support.h"

#include "unify/identity/blocked.h"

static bool is_blocked(const char *type, const char *value)
{
	struct blocked b = BLOCKED_INIT;

	return blocked_is(&b, span_of(type), span_of(value));
}

static void test_placeholders_of_any_type(void **state)
{
	static const char *const values[] = {
		"", "  ", "0", "000", "-", "0-0", "-1", "null", "NULL", " Null ",
		"(null)", "nil", "none", "N/A", "na", "NaN", "undefined",
		"Unknown", "anonymous", "test", "void", "not-specified",
		"user_null", "999999", "00000000-0000-0000-0000-000000000000",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_true(is_blocked("user_id", values[i]));
}

static void test_real_values_pass(void **state)
{
	static const char *const values[] = {
		"1", "99999", "9999990", "17850", "nullius", "tester", "10", "-2", "noneto",
		"a value that is far longer than any that the lists of placeholders hold",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_false(is_blocked("user_id", values[i]));
	assert_false(is_blocked("user_id", "x@x.com"));
}

static void test_emails(void **state)
{
	(void)state;
	assert_true(is_blocked("email", "Test@Test.com"));
	assert_true(is_blocked("email", "noemail@noemail.com"));
	assert_false(is_blocked("email", "tina@test.com"));
	/* One word on both sides, and what everybody writes where everybody has mail. */
	assert_true(is_blocked("email", "keine@keine.de"));
	assert_true(is_blocked("email", "asdf@asdf.com"));
	assert_true(is_blocked("email", "test@gmail.com"));
	assert_false(is_blocked("email", "smith@smith.com"));
	assert_false(is_blocked("email", "no@smith.com"));
	assert_false(is_blocked("email", "kunde7@kunde.de"));
	assert_false(is_blocked("email", "tester@gmail.com"));
}

static void test_phones(void **state)
{
	static const char *const bad[] = {
		"123456", "+1 555 555 5555", "5555555555", "1111111",
		"+11234567890", "1234567890", "0123456789", "no phone",
		"1234567890123456",
	};
	static const char *const good[] = {
		"+1 202 555 0143", "+442079460018", "5550143", "123456789012345",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_true(is_blocked("phone", bad[i]));
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_false(is_blocked("phone", good[i]));
	/* A rule for phones alone. */
	assert_false(is_blocked("shop_id", "123456"));
}

static void test_own_lists(void **state)
{
	struct blocked b = BLOCKED_INIT;

	(void)state;
	blocked_add(&b, false, SPAN("email"), SPAN("Till@Example.com"));
	blocked_add(&b, true, SPAN("user_id"), SPAN("test"));
	blocked_add(&b, false, SPAN("user_id"), SPAN("a=b"));
	assert_true(blocked_is(&b, SPAN("email"), SPAN("till@example.com ")));
	assert_false(blocked_is(&b, SPAN("phone"), SPAN("+12025550143")));
	assert_false(blocked_is(&b, SPAN("user_id"), SPAN("TEST")));
	assert_true(blocked_is(&b, SPAN("shop_id"), SPAN("test")));
	assert_true(blocked_is(&b, SPAN("user_id"), SPAN("a=b")));
	blocked_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placeholders_of_any_type),
		cmocka_unit_test(test_real_values_pass),
		cmocka_unit_test(test_emails),
		cmocka_unit_test(test_phones),
		cmocka_unit_test(test_own_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
