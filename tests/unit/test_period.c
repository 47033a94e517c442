/* Periods of the calendar: what a text names, and where it lies. */
#include "tests/unit/support.h"

#include "expr/period.h"

static const char *show(const char *text, const char *now_text, const char *zone_name)
{
	static struct buf out;
	struct zone *zone = zone_load(zone_name, NULL);
	struct period p;
	int64_t now, begin, end;
	const char *wrong = period_parse(span_of(text), &p);

	buf_clear(&out);
	assert_non_null(zone);
	assert_true(moment_parse_record(span_of(now_text), &now));
	if (wrong) {
		buf_text_put(&out, wrong);
	} else {
		period_place(&p, now, zone, &begin, &end);
		moment_put(&out, begin + 1);
		buf_char(&out, ' ');
		moment_put(&out, end);
	}
	zone_free(zone);
	return buf_text(&out);
}

#define NO_WINDOW "is no window: write 90d, 2025-03, 2025-01-01..2025-03-31, 60d..30d or last_month"

static const struct line {
	const char *text;
	const char *now;
	const char *zone;
	const char *want;
} lines[] = {
	{"2025-03", "2026-01-01T00:00:00.000Z", "UTC", "2025-03-01T00:00:00.000Z 2025-03-31T23:59:59.999Z"},
	/* Summer time begins in it. */
	{"2025-03", "2026-01-01T00:00:00.000Z", "Europe/Berlin", "2025-02-28T23:00:00.000Z 2025-03-31T21:59:59.999Z"},
	{"2024-02", "2026-01-01T00:00:00.000Z", "UTC", "2024-02-01T00:00:00.000Z 2024-02-29T23:59:59.999Z"},
	{"2025-12", "2026-01-01T00:00:00.000Z", "UTC", "2025-12-01T00:00:00.000Z 2025-12-31T23:59:59.999Z"},
	{"2025-03-15", "2026-01-01T00:00:00.000Z", "UTC", "2025-03-15T00:00:00.000Z 2025-03-15T23:59:59.999Z"},
	{"2025-Q4", "2026-01-01T00:00:00.000Z", "UTC", "2025-10-01T00:00:00.000Z 2025-12-31T23:59:59.999Z"},
	{"2025q1", "2026-01-01T00:00:00.000Z", "UTC", "2025-01-01T00:00:00.000Z 2025-03-31T23:59:59.999Z"},
	{"2025", "2026-06-01T00:00:00.000Z", "UTC", "2025-01-01T00:00:00.000Z 2025-12-31T23:59:59.999Z"},
	{" 2025-01 .. 2025-03-15 ", "2026-01-01T00:00:00.000Z", "UTC", "2025-01-01T00:00:00.000Z 2025-03-15T23:59:59.999Z"},
	{"2025-03..", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-01T00:00:00.000Z 2025-03-10T08:00:00.000Z"},
	{"..2025-03", "2026-01-01T00:00:00.000Z", "UTC", "0001-01-01T00:00:00.000Z 2025-03-31T23:59:59.999Z"},
	/* What is later than now counts nowhere. */
	{"2025-03", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-01T00:00:00.000Z 2025-03-10T08:00:00.000Z"},
	{"60d..30d", "2025-03-10T08:00:00.000Z", "UTC", "2025-01-09T08:00:00.001Z 2025-02-08T08:00:00.000Z"},
	{"30d..60d", "2025-03-10T08:00:00.000Z", "UTC", "2025-01-09T08:00:00.001Z 2025-02-08T08:00:00.000Z"},
	{"2025-01..1mo", "2025-03-31T08:00:00.000Z", "UTC", "2025-01-01T00:00:00.000Z 2025-02-28T08:00:00.000Z"},
	{"..30d", "2025-03-10T08:00:00.000Z", "UTC", "0001-01-01T00:00:00.000Z 2025-02-08T08:00:00.000Z"},
	{"9000y..30d", "2025-03-10T08:00:00.000Z", "UTC", "0001-01-01T00:00:00.000Z 2025-02-08T08:00:00.000Z"},
	{"1y6mo", "2025-03-10T08:00:00.000Z", "UTC", "2023-09-10T08:00:00.001Z 2025-03-10T08:00:00.000Z"},
	{"last_month", "2025-03-31T23:59:59.999Z", "UTC", "2025-02-01T00:00:00.000Z 2025-02-28T23:59:59.999Z"},
	/* In Berlin it is April. */
	{"Last_Month", "2025-03-31T23:59:59.999Z", "Europe/Berlin", "2025-02-28T23:00:00.000Z 2025-03-31T21:59:59.999Z"},
	{"this_month", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-01T00:00:00.000Z 2025-03-10T08:00:00.000Z"},
	{"last_quarter", "2025-01-10T08:00:00.000Z", "UTC", "2024-10-01T00:00:00.000Z 2024-12-31T23:59:59.999Z"},
	{"this_quarter", "2025-06-10T08:00:00.000Z", "UTC", "2025-04-01T00:00:00.000Z 2025-06-10T08:00:00.000Z"},
	{"last_year", "2025-06-10T08:00:00.000Z", "UTC", "2024-01-01T00:00:00.000Z 2024-12-31T23:59:59.999Z"},
	{"this_year", "2025-06-10T08:00:00.000Z", "UTC", "2025-01-01T00:00:00.000Z 2025-06-10T08:00:00.000Z"},
	/* A Monday. */
	{"this_week", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-10T00:00:00.000Z 2025-03-10T08:00:00.000Z"},
	{"last_week", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-03T00:00:00.000Z 2025-03-09T23:59:59.999Z"},
	{"today", "2025-03-10T08:00:00.000Z", "UTC", "2025-03-10T00:00:00.000Z 2025-03-10T08:00:00.000Z"},
	{"yesterday", "2025-03-01T08:00:00.000Z", "UTC", "2025-02-28T00:00:00.000Z 2025-02-28T23:59:59.999Z"},
	{"9999-12", "2025-03-01T08:00:00.000Z", "UTC", "9999-12-01T00:00:00.000Z 2025-03-01T08:00:00.000Z"},
	{"2025-13", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-00", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-02-29", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-3", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-03-1", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-Q5", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"0000-01", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"2025-03..x", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"5..3d", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"3d 4d..", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"next_month", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"", "2025-03-01T08:00:00.000Z", "UTC", NO_WINDOW},
	{"..", "2025-03-01T08:00:00.000Z", "UTC", "has no end: leave the window out for all time"},
	{"2025-03..2025-02", "2025-03-01T08:00:00.000Z", "UTC", "ends before it begins"},
	{"30d..30d", "2025-03-01T08:00:00.000Z", "UTC", "ends where it begins: a day is 31d..30d"},
};

static void periods(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		const char *got = show(lines[i].text, lines[i].now, lines[i].zone);

		if (strcmp(got, lines[i].want)) {
			print_error("%s at %s\n  gives  %s\n  wanted %s\n", lines[i].text, lines[i].now, got, lines[i].want);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* How much of a text is a window that needs no quotes. */
static void literals(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{"2025-03)", 7}, {"2025-03-15, 4", 10}, {"last_month where a", 10}, {"60d..30d)", 8},
		{"..30d)", 5}, {"2025..2026", 10}, {"2025-Q1", 7}, {"today", 5},
		{"2025", 0}, {"90d", 0}, {"2025-13", 0}, {"2025 - 03", 0}, {"last_order", 0}, {"", 0}, {"'2025-03'", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(period_literal(span_of(cases[i].text)), cases[i].len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods),
		cmocka_unit_test(literals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
