/* Endings of files' names. */
#include "io/ending.h"
#include "tests/unit/support.h"

static void endings(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{"a.csv", ".csv"}, {"a.csv.gz", ".csv"}, {"a.csv.zst", ".csv"}, {"b.d/a", ""},
		{"b.d/a.CSV", ".CSV"}, {"report", ""}, {".hidden", ""}, {"x/.hidden", ""},
		{"report.2026", ""}, {"a.", ""}, {"", ""}, {".gz", ""}, {"a.gz", ""}, {"/", ""},
		{"a.b c", ""}, {"a.tar.gz", ".tar"}, {"a.json5", ".json5"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct span got = path_ending(span_of(rows[i].path));

		if (!span_equal(got, span_of(rows[i].want)))
			fail_msg("%s: '%.*s'", rows[i].path, SPAN_ARG(got));
	}
	assert_non_null(ending_not_records(SPAN(".Csv")));
	assert_null(ending_not_records(SPAN(".ndjson")));
	assert_null(ending_not_records(SPAN("")));
	assert_non_null(ending_not_written(SPAN(".xlsx")));
	assert_non_null(ending_not_written(SPAN(".bz2")));
	assert_null(ending_not_written(SPAN(".csv")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
