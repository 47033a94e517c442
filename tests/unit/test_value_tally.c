/* What is counted of a column's values: mapping/tally.h. */
#include "support.h"

#include "collect/mapping/tally.h"

static void nothing_is_made_before_the_first_value(void **state)
{
	struct tally **tallies = tallies_new(2);

	(void)state;
	assert_null(tallies[0]);
	tally_note(&tallies[1], TALLY_KEPT, SPAN("a\tb"));
	tally_note(&tallies[1], TALLY_KEPT, SPAN("later"));
	assert_null(tallies[0]);
	assert_int_equal(tallies[1]->counts[TALLY_KEPT], 2);
	assert_string_equal(tallies[1]->samples[TALLY_KEPT], "'a?b'");
	assert_null(tallies[1]->samples[TALLY_CUT]);
	tallies_clear(tallies, 2);
	assert_null(tallies[1]);
	tallies_free(tallies, 2);
	tallies_free(NULL, 2);
}

static void a_sum_keeps_its_own_samples(void **state)
{
	struct tally *sum = NULL, *part = NULL, *later = NULL;

	(void)state;
	tally_add(&sum, NULL);
	assert_null(sum);
	tally_note(&part, TALLY_NAMES, SPAN("Null"));
	tally_note_differing(&part, 3);
	tally_note(&later, TALLY_NAMES, SPAN("None"));
	tally_note(&later, TALLY_WHOLE, SPAN("17.0"));
	tally_note_differing(&later, 5);
	tally_note_differing(&later, 6);
	tally_add(&sum, part);
	tally_add(&sum, later);
	assert_int_equal(sum->counts[TALLY_NAMES], 2);
	assert_string_equal(sum->samples[TALLY_NAMES], "'Null'");
	assert_string_equal(sum->samples[TALLY_WHOLE], "'17.0'");
	assert_int_equal(sum->counts[TALLY_DIFFERS], 3);
	assert_int_equal(sum->winner, 3);
	assert_int_equal(later->winner, 5);
	tallies_clear(&sum, 1);
	tallies_clear(&part, 1);
	tallies_clear(&later, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_made_before_the_first_value),
		cmocka_unit_test(a_sum_keeps_its_own_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
