/*
 * Moments: what is written reads back, for every day of the calendar and for
 * random moments in every form that tells milliseconds.
 */
#include "tests/unit/support.h"

#include "time/date_text.h"
#include "time/moment.h"

#define ROUNDS 200000

/* Between the ends of the calendar. */
static int64_t random_moment(uint64_t *seed)
{
	uint64_t range = (uint64_t)MOMENT_MAX - (uint64_t)MOMENT_MIN + 1;

	return (int64_t)(support_random(seed) % range) + MOMENT_MIN;
}

/* Counting days by the lengths of months meets the formulas on every day. */
static void every_day(void **state)
{
	int64_t days = MOMENT_MIN / DAY_MS;
	int weekday = 1;	/* 0001-01-01 was a Monday */

	(void)state;
	for (int y = 1; y <= 9999; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= moment_month_length(y, m); d++) {
				int gy, gm, gd;

				moment_civil_date(days, &gy, &gm, &gd);
				if (moment_days(y, m, d) != days || gy != y ||
				    gm != m || gd != d)
					fail_msg("%d-%d-%d", y, m, d);
				assert_true(moment_weekday(days) == weekday);
				weekday = weekday % 7 + 1;
				days++;
			}
	assert_int_equal(days, MOMENT_MAX / DAY_MS + 1);
}

static void record_round_trip(int64_t moment)
{
	char text[MOMENT_TEXT];
	struct civil c;
	int64_t back;

	moment_format(moment, text);
	if (!moment_parse_record((struct span){text, MOMENT_TEXT}, &back) ||
	    back != moment)
		fail_msg("%lld: %.*s", (long long)moment, MOMENT_TEXT, text);
	if (!date_parse((struct span){text, MOMENT_TEXT}, DATES_ISO,
				&c) || moment_from_civil(&c) != moment)
		fail_msg("civil %lld: %.*s", (long long)moment, MOMENT_TEXT,
			 text);
	moment_to_civil(moment, &c);
	assert_true(moment_from_civil(&c) == moment);
}

static void records(void **state)
{
	static const int64_t ends[] = {
		MOMENT_MIN, MOMENT_MIN + 1, -1, 0, 1, -DAY_MS, DAY_MS,
		MOMENT_MAX - 1, MOMENT_MAX, 951782400000 /* 2000-02-29 */,
		-2203891200001 /* 1900-02-28, no leap day */,
	};
	uint64_t seed = support_seed(1);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		record_round_trip(ends[i]);
	for (int i = 0; i < ROUNDS; i++)
		record_round_trip(random_moment(&seed));
}

static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
};

/* Writes C in the way numbered FORM, with an offset; ORDER reads it. */
static enum date_order write_form(char *out, size_t size, size_t form,
				  const struct civil *c)
{
	int o = c->offset_minutes, o_abs = o < 0 ? -o : o;
	char offset[16];
	int h12 = c->hour % 12 ? c->hour % 12 : 12;

	snprintf(offset, sizeof offset, form % 2 ? "%c%02d:%02d" : "%c%02d%02d",
		 o < 0 ? '-' : '+', o_abs / 60, o_abs % 60);
	switch (form % 6) {
	case 0:
		snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03d%s",
			 c->year, c->month, c->day, c->hour, c->minute,
			 c->second, c->millisecond, offset);
		return DATES_ISO;
	case 1:
		snprintf(out, size, "%d/%d/%04d %d:%02d:%02d.%03d %s %s",
			 c->month, c->day, c->year, h12, c->minute, c->second,
			 c->millisecond, c->hour < 12 ? "AM" : "pm", offset);
		return DATES_MDY;
	case 2:
		snprintf(out, size, "%d.%02d.%04d, %d:%02d:%02d,%03d %s",
			 c->day, c->month, c->year, c->hour, c->minute,
			 c->second, c->millisecond, offset);
		return DATES_DMY;
	case 3:
		snprintf(out, size, "%02d/%.3s/%04d:%02d:%02d:%02d.%03d %s",
			 c->day, months[c->month - 1], c->year, c->hour,
			 c->minute, c->second, c->millisecond, offset);
		return DATES_ISO;
	case 4:
		snprintf(out, size, "%04d%02d%02dT%02d%02d%02d.%03d%s",
			 c->year, c->month, c->day, c->hour, c->minute,
			 c->second, c->millisecond, offset);
		return DATES_YMD;
	default:
		snprintf(out, size, "%s %d, %04d at %d:%02d:%02d.%03d %s "
			 "GMT%s", months[c->month - 1], c->day, c->year, h12,
			 c->minute, c->second, c->millisecond,
			 c->hour < 12 ? "a.m." : "p.m.", offset);
		return DATES_ISO;
	}
}

static void forms(void **state)
{
	uint64_t seed = support_seed(2);

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		int64_t moment = random_moment(&seed) / 2;
		int offset = (int)support_below(&seed, 2 * 1439 + 1) - 1439;
		enum date_order order;
		struct civil c, got;
		char text[120];

		/* The local time there, with its offset. */
		moment_to_civil(moment + offset * 60000, &c);
		c.offset_minutes = offset;
		order = write_form(text, sizeof text, i, &c);
		if (!date_parse(span_of(text), order, &got) ||
		    moment_from_civil(&got) != moment ||
		    !got.has_time || !got.has_offset)
			fail_msg("'%s' (order %d) was written for %lld", text,
				 (int)order, (long long)moment);
	}
}

/* Any bytes: no crash, and what is read is a date that exists. */
static void hostile(void **state)
{
	static const char alphabet[] =
		"0123456789012345678901234567890123456789-/.:, TZ+apmAPMJanFebuG()[]%x";
	uint64_t seed = support_seed(3);
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		size_t len = support_below(&seed, 30);
		char *text = malloc(len + 1);
		struct civil c;

		for (size_t k = 0; k < len; k++)
			text[k] = alphabet[support_below(&seed,
							 sizeof alphabet - 1)];
		date_fits((struct span){text, len});
		for (int order = DATES_ISO; order <= DATES_EXCEL; order++) {
			int64_t m;

			if (!date_parse((struct span){text, len},
						(enum date_order)order, &c))
				continue;
			read++;
			m = moment_from_civil(&c);
			assert_true(m >= MOMENT_MIN && m <= MOMENT_MAX);
			assert_in_range(c.day, 1,
					moment_month_length(c.year, c.month));
		}
		free(text);
	}
	assert_true(read > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day),
		cmocka_unit_test(records),
		cmocka_unit_test(forms),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
