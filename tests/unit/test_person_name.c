/* Names as people write them: titles, degrees, generations, parts and other letters. */
#include "tests/unit/support.h"
#include "text/latin.h"
#include "unify/identity/female_form.h"
#include "unify/identity/person_name.h"

static void test_parts_of_a_whole_name(void **state)
{
	static const struct {
		const char *whole, *first, *last;
		unsigned generation;
	} cases[] = {
		{"jan novak", "jan", "novak", GENERATION_NONE},
		{"Herr Dr. Jan Novak", "Jan", "Novak", GENERATION_NONE},
		{"Dipl.-Ing. Anna Maria Weil", "Anna Maria", "Weil", GENERATION_NONE},
		{"Novak, Jan", "Jan", "Novak", GENERATION_NONE},
		{"Novak, Dr. Jan", "Jan", "Novak", GENERATION_NONE},
		{"Jan Novak, Ph.D.", "Jan", "Novak", GENERATION_NONE},
		{"Jan Novak, MD", "Jan", "Novak", GENERATION_NONE},
		{"Novak, Jan, RN", "Jan", "Novak", GENERATION_NONE},
		{"Rahman, Md", "Md", "Rahman", GENERATION_NONE},
		{"Karl Weber Jr.", "Karl", "Weber", GENERATION_JUNIOR},
		{"Weber, Karl, sr", "Karl", "Weber", GENERATION_SENIOR},
		{"Weber, Jr., Karl", "Karl", "Weber", GENERATION_JUNIOR},
		{"Weber, Jr. Karl", "Karl", "Weber", GENERATION_JUNIOR},
		{"Weber, III, Dr. Karl", "Karl", "Weber", GENERATION_THIRD},
		{"Ortiz, Sr. Juan", "Juan", "Ortiz", GENERATION_NONE},
		{"Ortiz, Sr., Juan", "Juan", "Ortiz", GENERATION_SENIOR},
		{"Weber, Jr.", "", "Weber", GENERATION_JUNIOR},
		{"Mr & Mrs Smith", "", "Smith", GENERATION_NONE},
		{"Mr. and Mrs. John Smith", "John", "Smith", GENERATION_NONE},
		{"Herr und Frau Dr. Weil", "", "Weil", GENERATION_NONE},
		{"Sr. y Sra. Ortiz", "", "Ortiz", GENERATION_NONE},
		{"Mr E Smith", "E", "Smith", GENERATION_NONE},
		{"Anna & Bert Weil", "Anna & Bert", "Weil", GENERATION_NONE},
		{"Sr. Juan Ortiz III", "Juan", "Ortiz", GENERATION_THIRD},
		{"Frau Weber", "", "Weber", GENERATION_NONE},
		{"Ming Sen", "Ming", "Sen", GENERATION_NONE},
		{"Frau", "", "Frau", GENERATION_NONE},
		{" , ", "", "", GENERATION_NONE},
		{"", "", "", GENERATION_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct person_name n = person_name_cut(span_of(cases[i].whole));

		assert_span(n.first, cases[i].first);
		assert_span(n.last, cases[i].last);
		assert_int_equal(n.generation, cases[i].generation);
	}
}

static void test_parts_of_their_own(void **state)
{
	unsigned char generation = 0;

	(void)state;
	assert_span(person_name_strip(SPAN("Dr. Eva"), false, &generation), "Eva");
	assert_span(person_name_strip(SPAN("Mrs"), false, &generation), "");
	assert_span(person_name_strip(SPAN("Frau"), true, &generation), "Frau");
	assert_span(person_name_strip(SPAN("Sig"), false, &generation), "Sig");
	assert_int_equal(generation, GENERATION_NONE);
	assert_span(person_name_strip(SPAN("Weber sen."), true, &generation), "Weber");
	assert_int_equal(generation, GENERATION_SENIOR);
	assert_span(person_name_suffix(GENERATION_JUNIOR), "jr");
	assert_span(person_name_suffix(GENERATION_NONE), "");
}

static void test_female_forms(void **state)
{
	(void)state;
	assert_true(female_form_parts(SPAN("jan"), SPAN("jana")));
	assert_true(female_form_parts(SPAN("martine"), SPAN("martin")));
	assert_true(female_form_parts(SPAN("michael"), SPAN("michaela")));
	assert_true(female_form_parts(SPAN("josef"), SPAN("josefine")));
	assert_true(female_form_parts(SPAN("mario"), SPAN("maria")));
	assert_true(female_form_parts(SPAN("francisca"), SPAN("francisco")));
	assert_true(female_form_parts(SPAN("juana"), SPAN("juan")));
	assert_false(female_form_parts(SPAN("mario"), SPAN("mario")));
	assert_false(female_form_parts(SPAN("mario"), SPAN("marco")));
	assert_false(female_form_parts(SPAN("leo"), SPAN("lea")));
	assert_false(female_form_parts(SPAN(""), SPAN("")));
	assert_false(female_form_parts(SPAN("jan"), SPAN("jan")));
	assert_false(female_form_parts(SPAN("jan"), SPAN("janos")));
	assert_false(female_form_parts(SPAN("ann"), SPAN("anna")));
	assert_false(female_form_parts(SPAN("christin"), SPAN("christina")));
	assert_false(female_form_parts(SPAN("julia"), SPAN("juliane")));
	assert_false(female_form_parts(SPAN("j"), SPAN("ja")));
}

static void test_other_letters(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_span(latin_letters(SPAN("anna"), &a), "anna");
	assert_span(latin_letters(SPAN("юлия щукина"), &a), "yuliya shchukina");
	assert_span(latin_letters(SPAN("ελενη"), &a), "eleni");
	assert_span(latin_letters(SPAN("søren łukasz \xff"), &a), "soren lukasz \xff");
	assert_span(latin_letters(SPAN("щщщщщщ"), &a), "shchshchshchshchshchshch");
	assert_span(latin_letters(SPAN("әсел нұрлан"), &a), "asel nurlan");
	assert_true(latin_can_be_read(SPAN("zoë")));
	assert_true(latin_can_be_read(SPAN("d’andre")));
	assert_true(latin_can_be_read(SPAN("aiҷan")));
	assert_true(latin_can_be_read(SPAN("12 -")));
	assert_false(latin_can_be_read(SPAN("美咲")));
	assert_false(latin_can_be_read(SPAN("юлия")));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_of_a_whole_name),
		cmocka_unit_test(test_parts_of_their_own),
		cmocka_unit_test(test_female_forms),
		cmocka_unit_test(test_other_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
