/* Traits whose meaning nobody knows: what their values look like says how they are compared. */
#include <stdio.h>

#include "tests/unit/support.h"
#include "unify/linkage/other_traits.h"


/* How a trait is compared with COUNT values in a sample of RECORDS: the numbers 0 to DISTINCT - 1, of WIDTH
 * digits, between BEFORE and BEHIND. */
static const char *compared(const char *before, int width, const char *behind, size_t distinct,
			    size_t count, size_t records)
{
	struct other_traits o = OTHER_TRAITS_INIT;
	enum column_kind kind = COLUMN_TEXT;
	bool exact = false;
	const char *why;

	for (size_t i = 0; i < 2 * count; i++) {
		char text[80];
		int len = snprintf(text, sizeof text, "%s%0*d%s", before, width, (int)(i % count % distinct), behind);

		if (i < count)
			other_traits_see(&o, SPAN("trait"));
		else
			other_traits_add(&o, SPAN("trait"), (struct span){text, (size_t)len}, records);
	}
	assert_int_equal(o.count, 1);
	why = other_trait_kind(&o.list[0], records, &kind, &exact);
	other_traits_release(&o);
	if (why)
		return why;
	return exact ? "number" : kind == COLUMN_CODE ? "code" : "text";
}

static void test_what_values_look_like(void **state)
{
	(void)state;
	assert_string_equal(compared("town of many words ", 1, "", 26, 100, 100), "text");
	assert_string_equal(compared("AB1", 5, "", 100, 100, 100), "code");
	assert_string_equal(compared("7", 5, "", 100, 100, 100), "code");
	assert_string_equal(compared("", 1, "", 100, 100, 100), "number");
	assert_string_equal(compared("1234", 1, ".5", 100, 100, 100), "number");
}

static void test_what_says_little_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(compared("plan ", 1, "", 19, 100, 100), "few values");
	assert_string_equal(compared("plan number ", 1, "", 20, 100, 100), "text");
	assert_string_equal(compared("2024-03-", 2, "", 31, 100, 100), "times");
	assert_string_equal(compared("2024-03-01T09:30:", 2, "Z", 60, 100, 100), "times");
	assert_string_equal(compared("a note that goes on and on and on, and says it ", 1, "", 100, 100, 100),
			    "long texts");
}

static void test_one_record_in_fifty_has_it(void **state)
{
	(void)state;
	assert_string_equal(compared("person ", 1, "", 20, 20, 1000), "text");
	assert_string_equal(compared("person ", 1, "", 20, 20, 1001), "in few records");
}

/* A source with a name for each value: what records say counts, wherever it comes. */
static void test_names_of_hardly_any_take_no_place(void **state)
{
	struct other_traits o = OTHER_TRAITS_INIT;
	char name[20];

	(void)state;
	for (int i = 0; i < 2 * 300; i++) {
		struct span rare = {name, (size_t)snprintf(name, sizeof name, "trait%d", i % 300)};

		if (i < 300) {
			other_traits_see(&o, rare);
			other_traits_see(&o, SPAN("often"));
		} else {
			other_traits_add(&o, rare, SPAN("value"), 300);
			other_traits_add(&o, SPAN("often"), SPAN("value"), 300);
		}
	}
	assert_int_equal(o.count, 301);
	assert_int_equal(o.list[0].filled, 0);
	assert_int_equal(o.list[1].filled, 300);
	assert_true(o.list[1].same == 300.0 * 299);
	other_traits_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_values_look_like),
		cmocka_unit_test(test_what_says_little_is_left_out),
		cmocka_unit_test(test_one_record_in_fifty_has_it),
		cmocka_unit_test(test_names_of_hardly_any_take_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
