/* Moments: arithmetic at the ends, the records' form, and how people write. */
#include "support.h"

#include "time/date_format.h"
#include "time/moment.h"
#include "time/date_text.h"

struct form {
	const char *text;
	enum date_order order;
	const char *want;	/* in UTC; NULL: refused */
};

static void check_forms(const struct form *forms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct form *f = &forms[i];
		char got[MOMENT_TEXT + 1] = "refused";
		struct civil c;

		if (date_parse(span_of(f->text), f->order, &c))
			moment_format(moment_from_civil(&c), got);
		if (strcmp(got, f->want ? f->want : "refused"))
			fail_msg("'%s' (order %d): %s, not %s", f->text,
				 (int)f->order, got,
				 f->want ? f->want : "refused");
	}
}

static void iso_forms(void **state)
{
	static const struct form forms[] = {
		{"2024-03-01", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"2024-3-1", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"2024/03/01", DATES_DMY, "2024-03-01T00:00:00.000Z"},
		{"2024.03.01 9:30", DATES_MDY, "2024-03-01T09:30:00.000Z"},
		{"2024-03-01 09:30", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"2010-12-01 08:26:00", DATES_ISO, "2010-12-01T08:26:00.000Z"},
		{"  2024-03-01T09:30:00Z ", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"2024-03-01t09:30:00z", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"2024-03-01T09:30:00.5Z", DATES_ISO, "2024-03-01T09:30:00.500Z"},
		{"2024-03-01T09:30:00,123456789Z", DATES_ISO,
		 "2024-03-01T09:30:00.123Z"},
		{"2024-03-01 09:30:00 UTC", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"2024-03-01T09:30:00+01:00", DATES_ISO,
		 "2024-03-01T08:30:00.000Z"},
		{"2024-03-01T09:30:00-0530", DATES_ISO,
		 "2024-03-01T15:00:00.000Z"},
		{"2024-03-01 09:30:00+02", DATES_ISO, "2024-03-01T07:30:00.000Z"},
		{"2024-03-01 00:30:00 +01:00", DATES_ISO,
		 "2024-02-29T23:30:00.000Z"},
		{"2024-03-01T09:30:00+01:00[Europe/Berlin]", DATES_ISO,
		 "2024-03-01T08:30:00.000Z"},
		{"2024-03-01T09", DATES_ISO, "2024-03-01T09:00:00.000Z"},
		{"20240301", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"20240301T093000Z", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"20240301T0930", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"20240301T093000.25+0100", DATES_ISO,
		 "2024-03-01T08:30:00.250Z"},
		{"20240301093000", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"20240301 09:30", DATES_DMY, "2024-03-01T09:30:00.000Z"},
		{"2024-03-01T24:00:00", DATES_ISO, "2024-03-02T00:00:00.000Z"},
		{"2016-12-31T23:59:60Z", DATES_ISO, "2016-12-31T23:59:59.999Z"},
		{"0001-01-01T00:00:00Z", DATES_ISO, "0001-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59.999Z", DATES_ISO,
		 "9999-12-31T23:59:59.999Z"},
		{"2024-02-29", DATES_ISO, "2024-02-29T00:00:00.000Z"},
		{"2000-02-29", DATES_ISO, "2000-02-29T00:00:00.000Z"},
	};

	(void)state;
	check_forms(forms, COUNT_OF(forms));
}

static void named_forms(void **state)
{
	static const struct form forms[] = {
		{"1 Mar 2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"1. March 2024 09:30", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"1st March 2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"01-MAR-24", DATES_MDY, "2024-03-01T00:00:00.000Z"},
		{"01-mar-69", DATES_ISO, "1969-03-01T00:00:00.000Z"},
		{"01MAR2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"2024-Mar-01", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"2024 Mar 1", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"Mar 1, 2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"Mar 1, 2024 9:30 AM", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"Mar 1, 2024, 9:30:15 pm", DATES_ISO,
		 "2024-03-01T21:30:15.000Z"},
		{"March 1st, 2024 at 9 p.m.", DATES_ISO,
		 "2024-03-01T21:00:00.000Z"},
		{"March 1, 2024 12:05 AM", DATES_ISO, "2024-03-01T00:05:00.000Z"},
		{"March 1, 2024 12:05PM", DATES_ISO, "2024-03-01T12:05:00.000Z"},
		{"Sept 5, 2024", DATES_ISO, "2024-09-05T00:00:00.000Z"},
		{"Fri, 01 Mar 2024 09:30:00 GMT", DATES_ISO,
		 "2024-03-01T09:30:00.000Z"},
		{"Fri, 1 Mar 2024 09:30:00 +0100 (CET)", DATES_ISO,
		 "2024-03-01T08:30:00.000Z"},
		{"Friday, March 1, 2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"Fri Mar  1 09:30:00 2024", DATES_ISO,
		 "2024-03-01T09:30:00.000Z"},
		{"Fri Mar  1 09:30:00 UTC 2024", DATES_ISO,
		 "2024-03-01T09:30:00.000Z"},
		{"Fri Mar 01 2024 09:30:00 GMT+0100 (Central European "
		 "Standard Time)", DATES_ISO, "2024-03-01T08:30:00.000Z"},
		{"01/Mar/2024:09:30:00 +0100", DATES_ISO,
		 "2024-03-01T08:30:00.000Z"},
		{"01/Mar/2024:09:30:00 -0800", DATES_MDY,
		 "2024-03-01T17:30:00.000Z"},
	};

	(void)state;
	check_forms(forms, COUNT_OF(forms));
}

static void forms_of_languages(void **state)
{
	static const struct form forms[] = {
		{"1. M\xc3\xa4rz 2024", DATES_ISO, "2024-03-01T00:00:00.000Z"},
		{"Freitag, 1. M\xc3\x84RZ 2024 um 9:30 Uhr", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"5. Okt. 2024, 9.30 Uhr", DATES_ISO, "2024-10-05T09:30:00.000Z"},
		{"1er f\xc3\xa9vrier 2024 \xc3\xa0 09h30", DATES_ISO, "2024-02-01T09:30:00.000Z"},
		{"mercredi 14 ao\xc3\xbbt 2024", DATES_ISO, "2024-08-14T00:00:00.000Z"},
		{"12 d\xc3\xa9" "c. 2024 18:05", DATES_ISO, "2024-12-12T18:05:00.000Z"},
		{"5 de marzo de 2024", DATES_ISO, "2024-03-05T00:00:00.000Z"},
		{"5 ene 2024 9:30 p. m.", DATES_ISO, "2024-01-05T21:30:00.000Z"},
		{"5 de fevereiro de 2024", DATES_ISO, "2024-02-05T00:00:00.000Z"},
		{"17 gennaio 2024", DATES_ISO, "2024-01-17T00:00:00.000Z"},
		{"3 mei 2024", DATES_ISO, "2024-05-03T00:00:00.000Z"},
		{"7 pa\xc5\xba" "dziernika 2024", DATES_ISO, "2024-10-07T00:00:00.000Z"},
		{"2 maj 2024 kl. 18.05", DATES_ISO, "2024-05-02T18:05:00.000Z"},
		{"01-MAR-24 09.30.00.000000 AM", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"01-MAR-24 09.30.15.250 PM +02:00", DATES_ISO, "2024-03-01T19:30:15.250Z"},
		{"1/3/2024, 9:30:00\xe2\x80\xaf" "AM", DATES_MDY, "2024-01-03T09:30:00.000Z"},
		{"2024-03-01 09:30 CET", DATES_ISO, "2024-03-01T08:30:00.000Z"},
		{"2024-07-01 09:30:00 PDT", DATES_ISO, "2024-07-01T16:30:00.000Z"},
		{"Fri Mar  1 09:30:00 PST 2024", DATES_ISO, "2024-03-01T17:30:00.000Z"},
		{"1709285400123456", DATES_ISO, "2024-03-01T09:30:00.123Z"},
		{"1709285400123456789", DATES_ISO, "2024-03-01T09:30:00.123Z"},
		{"1709285400123.75", DATES_ISO, "2024-03-01T09:30:00.123Z"},
	};

	(void)state;
	check_forms(forms, COUNT_OF(forms));
}

/* A time of the day, and how long something took. */
static void clocks_and_durations(void **state)
{
	static const char *const clocks[] = {"07:45:51", "7:45 PM", "07.45", "23:59:59.5", "9 am", "07:45+01:00"};
	static const char *const none[] = {"", "7", "12.5", "25:00", "24:00", "2024-03-01", "07:45 x", "123:00", "am"};
	static const char *const durations[] = {"12", "12.5", "1814", "-3", "00:03:12", "36:00", "0 days 00:03:12",
						"3 days", "2h 5min", "P3DT4H", "7.000000001"};
	static const char *const others[] = {"", "x", "20240301", "1709285400", "2024-03-01", "days", "3 x",
					     "Paul", "1/3/2024", "P"};
	struct civil clock, day = {.year = 2024, .month = 3, .day = 1};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(clocks); i++)
		assert_true(date_parse_clock(span_of(clocks[i]), &clock));
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_false(date_parse_clock(span_of(none[i]), &clock));
	for (size_t i = 0; i < COUNT_OF(durations); i++)
		assert_true(date_is_duration(span_of(durations[i])));
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(date_is_duration(span_of(others[i])));
	assert_true(date_parse_clock(SPAN("7:45 PM"), &clock));
	assert_true(date_join_clock(&day, &clock));
	assert_int_equal(day.hour * 60 + day.minute, 19 * 60 + 45);
	assert_false(date_join_clock(&day, &clock));
}

static void numeric_forms(void **state)
{
	static const struct form forms[] = {
		{"1/3/2024", DATES_DMY, "2024-03-01T00:00:00.000Z"},
		{"1/3/2024", DATES_MDY, "2024-01-03T00:00:00.000Z"},
		{"12/1/2010 8:26", DATES_MDY, "2010-12-01T08:26:00.000Z"},
		{"01.03.24 09:30", DATES_DMY, "2024-03-01T09:30:00.000Z"},
		{"1. 3. 2024", DATES_DMY, "2024-03-01T00:00:00.000Z"},
		{"3-1-2024", DATES_MDY, "2024-03-01T00:00:00.000Z"},
		{"24/03/01", DATES_YMD, "2024-03-01T00:00:00.000Z"},
		{"24-3-1 9:30", DATES_YMD, "2024-03-01T09:30:00.000Z"},
		{"1/3/69", DATES_DMY, "1969-03-01T00:00:00.000Z"},
		{"1/3/68", DATES_DMY, "2068-03-01T00:00:00.000Z"},
		{"3/1/2024, 9:30:00 AM", DATES_MDY, "2024-03-01T09:30:00.000Z"},
		{"1709285400", DATES_ISO, "2024-03-01T09:30:00.000Z"},
		{"1709285400.25", DATES_ISO, "2024-03-01T09:30:00.250Z"},
		{"1709285400123", DATES_ISO, "2024-03-01T09:30:00.123Z"},
		{"45352", DATES_EXCEL, "2024-03-01T00:00:00.000Z"},
		{"45352.395833333336", DATES_EXCEL, "2024-03-01T09:30:00.000Z"},
		{"45352.99999999999", DATES_EXCEL, "2024-03-02T00:00:00.000Z"},
		{"61", DATES_EXCEL, "1900-03-01T00:00:00.000Z"},
		{"2958465", DATES_EXCEL, "9999-12-31T00:00:00.000Z"},
		{"2024-03-01", DATES_EXCEL, "2024-03-01T00:00:00.000Z"},
		{"2958466", DATES_EXCEL, NULL},
		{"45352.5x", DATES_EXCEL, NULL},
		{"1/3/2024", DATES_EXCEL, NULL},
	};

	(void)state;
	check_forms(forms, COUNT_OF(forms));
}

static void refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "-", "abc", "2024", "2024-03", "2024-13-01",
		"2024-00-10", "2024-02-30", "2023-02-29", "1900-02-29",
		"2024-04-31", "2024-03-00", "0000-01-01", "2024-03-01T",
		"2024-03-01 9", "2024-03-01 25:00", "2024-03-01 24:01",
		"2024-03-01 09:60", "2024-03-01 09:30:61", "2024-03-01 9:3",
		"2024-03-01T09:30:00.Z", "2024-03-01T09:30:00+24:00",
		"2024-03-01T09:30:00+1", "2024-03-01 09:30 CST",
		"2024-03-01 09:30 IST", "2024-03-01 13:30 PM", "1 mardi 2024",
		"2024-03-01 09.3", "5 de de marzo 2024", "9709285400123456789",
		"2024-03-01 0:30 AM", "2024-03-01 09:30 Berlin",
		"2024-03-01 09:30 (CET)", "2024-03-01x", "2024-03/01",
		"20240230", "2024030", "202403011", "20240301093",
		"1/3/2024", "01.03.2024", "1 3 2024", "1 Marx 2024",
		"Mar 2024", "March 32, 2024", "Mar 1", "1 Mar", "1 Mar 202",
		"1 Mar 20245", "Xyz, 1 Mar 2024", "17092854001",
		"1709285400x", "0001-01-01T00:00:00+01:00",
		"9999-12-31T23:59:59-01:00", "9999-12-31T24:00:00",
		"2024-03-01T09:30:00Z[Europe/Berlin", "12:30",
		"2024-03-01 09:30:00 +01:00 x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct civil c;

		if (date_parse(span_of(texts[i]), DATES_ISO, &c))
			fail_msg("'%s' was read", texts[i]);
	}
	static const struct form ordered[] = {
		{"13/13/2024", DATES_DMY, NULL}, {"12/25/2024", DATES_DMY, NULL},
		{"25/12/2024", DATES_MDY, NULL}, {"1/3-2024", DATES_DMY, NULL},
		{"1/3/202", DATES_DMY, NULL}, {"1/3/20245", DATES_DMY, NULL},
		{"1/3", DATES_DMY, NULL}, {"1/3/", DATES_DMY, NULL},
		{"001/3/2024", DATES_DMY, NULL}, {"30/2/24", DATES_DMY, NULL},
		{"24/03/011", DATES_YMD, NULL}, {"1 3 2024", DATES_DMY, NULL},
	};
	check_forms(ordered, COUNT_OF(ordered));
}

/* What was written, not only which moment it is. */
static void civil_parts(void **state)
{
	struct civil c;

	(void)state;
	assert_true(date_parse(SPAN("2024-03-01"), DATES_ISO, &c));
	assert_false(c.has_time);
	assert_false(c.has_offset);
	assert_true(date_parse(SPAN("2024-03-01 00:00"), DATES_ISO,
				       &c));
	assert_true(c.has_time);
	assert_false(c.has_offset);
	assert_true(date_parse(SPAN("2024-03-01T00:00-03:30"),
				       DATES_ISO, &c));
	assert_true(c.has_offset);
	assert_int_equal(c.offset_minutes, -210);
	assert_true(date_parse(SPAN("1709285400"), DATES_ISO, &c));
	assert_true(c.has_time && c.has_offset);
	assert_true(date_parse(SPAN("45352"), DATES_EXCEL, &c));
	assert_false(c.has_time || c.has_offset);
	assert_true(date_parse(SPAN("45352.5"), DATES_EXCEL, &c));
	assert_true(c.has_time && !c.has_offset);
	assert_int_equal(c.hour, 12);
}

static void fits(void **state)
{
	(void)state;
	assert_int_equal(date_fits(SPAN("1/3/2024")),
			 DATE_FITS_DMY | DATE_FITS_MDY);
	assert_int_equal(date_fits(SPAN("25/12/2024")), DATE_FITS_DMY);
	assert_int_equal(date_fits(SPAN("12/25/2024 9:30 PM")),
			 DATE_FITS_MDY);
	assert_int_equal(date_fits(SPAN("3.3.24")),
			 DATE_FITS_DMY | DATE_FITS_MDY);
	assert_int_equal(date_fits(SPAN("31.02.2024")), 0);
	assert_int_equal(date_fits(SPAN("2024-03-01")), 0);
	assert_int_equal(date_fits(SPAN("1 Mar 2024")), 0);
	assert_int_equal(date_fits(SPAN("17")), 0);
	assert_int_equal(date_fits(SPAN("")), 0);
}

static void by_format(void **state)
{
	static const struct {
		const char *format, *text, *want;
	} cases[] = {
		{"%Y-%m-%d", "2024-03-01", "2024-03-01T00:00:00.000Z"},
		{"%d%m%Y", "01032024", "2024-03-01T00:00:00.000Z"},
		{"%d.%m.%y %H:%M", "1.3.24 9:30", "2024-03-01T09:30:00.000Z"},
		{"%m/%d/%Y %I:%M %p", "3/1/2024 9:30 PM",
		 "2024-03-01T21:30:00.000Z"},
		{"%p %I:%M %F", "am 12:30 2024-03-01",
		 "2024-03-01T00:30:00.000Z"},
		{"%d/%b/%Y:%T %z", "01/Mar/2024:09:30:00 +0100",
		 "2024-03-01T08:30:00.000Z"},
		{"%a, %e %B %Y", "Fri,   1 March 2024",
		 "2024-03-01T00:00:00.000Z"},
		{"%A %d %h %Y %R %Z", "Friday 01 Mar 2024 09:30 UTC",
		 "2024-03-01T09:30:00.000Z"},
		{"%Y-%j", "2024-060", "2024-02-29T00:00:00.000Z"},
		{"%Y-%j", "2023-366", NULL},
		{"%Y-%j", "2023-000", NULL},
		{"%D", "03/01/24", "2024-03-01T00:00:00.000Z"},
		{"%s", "1709285400", "2024-03-01T09:30:00.000Z"},
		{"%s", "-1", "1969-12-31T23:59:59.000Z"},
		{"%s", "999999999999", NULL},
		{"%s", "x", NULL},
		{"%s.%f", "1709285400.5", "2024-03-01T09:30:00.500Z"},
		{"%Y%m%dT%H%M%S.%f", "20240301T093000.123999",
		 "2024-03-01T09:30:00.123Z"},
		{"100%% %F", "100% 2024-03-01", "2024-03-01T00:00:00.000Z"},
		{"%F", "2024-02-30", NULL},
		{"%F", "2024-03-01x", NULL},
		{"%F x", "2024-03-01", NULL},
		{"%F %H", "2024-03-01 ", NULL},
		{"%m/%d/%Y %I:%M %p", "3/1/2024 19:30 PM", NULL},
		{"%m/%d/%Y %I:%M %p", "3/1/2024 9:30 XM", NULL},
		{"%d %b %Y", "1 Foo 2024", NULL},
		{"%a %F", "Foo 2024-03-01", NULL},
		{"%y-%m-%d", "4-3-1", NULL},
		{"%Y %Q", "2024 1", NULL},
		{"%Y %", "2024 ", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char got[MOMENT_TEXT + 1] = "refused";
		struct civil c;

		if (date_parse_format(span_of(cases[i].text),
					span_of(cases[i].format), &c))
			moment_format(moment_from_civil(&c), got);
		if (strcmp(got, cases[i].want ? cases[i].want : "refused"))
			fail_msg("'%s' by '%s': %s", cases[i].text,
				 cases[i].format, got);
	}
}

static void formats_checked(void **state)
{
	static const struct {
		const char *format, *message;
	} cases[] = {
		{"%Y-%m-%d %H:%M:%S", NULL},
		{"%s", NULL},
		{"%y%j", NULL},
		{"%d %B %Y %I %p", NULL},
		{"%Y-%m-%Q", "unknown '%Q' in date format '%Y-%m-%Q'; known "
		 "are %Y %m %d %e %y %H %I %M %S %f %p %b %B %a %A %z %Z %s "
		 "%j %T %R %F %D"},
		{"%Y-%", "date format '%Y-%' ends with a single '%'; write "
		 "'%%' for a percent sign"},
		{"%d.%m.", "date format '%d.%m.' gives no whole date; it needs "
		 "year, month and day, or %s"},
		{"%Y", "date format '%Y' gives no whole date; it needs year, "
		 "month and day, or %s"},
		{"%F %I:%M", "date format '%F %I:%M': %I (hour 1 to 12) and %p "
		 "(AM or PM) go together"},
		{"%F %H:%M %p", "date format '%F %H:%M %p': %I (hour 1 to 12) "
		 "and %p (AM or PM) go together"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = ERROR_INIT;
		int status = date_check_format(span_of(cases[i].format),
						 &err);

		assert_int_equal(status, cases[i].message ? -1 : 0);
		if (!cases[i].message)
			continue;
		assert_error(&err, cases[i].message);
		assert_int_equal(err.kind, ERROR_USAGE);
	}
}

static void record_form(void **state)
{
	static const char *const bad[] = {
		"2024-03-01T09:30:00.00Z", "2024-03-01T09:30:00.0000Z",
		"2024-03-01 09:30:00.000Z", "2024-03-01T09:30:00.000z",
		"2024-02-30T09:30:00.000Z", "2024-13-01T09:30:00.000Z",
		"2024-00-01T09:30:00.000Z", "2024-03-00T09:30:00.000Z",
		"0000-03-01T09:30:00.000Z", "2024-03-01T24:00:00.000Z",
		"2024-03-01T09:60:00.000Z", "2024-03-01T09:30:60.000Z",
		"2024-03-01T09:30:00,000Z", "2024-03-01T09-30:00.000Z",
		"2024-03-01T09:30-00.000Z", "2024/03-01T09:30:00.000Z",
		"2024-03/01T09:30:00.000Z", "2O24-03-01T09:30:00.000Z",
		"2024-03-01T09:30:00.0/0Z", "2024-03-01T0::30:00.000Z",
	};
	int64_t m = 17;

	(void)state;
	assert_true(moment_parse_record(SPAN("2024-03-01T09:30:00.000Z"), &m));
	assert_int_equal(m, 1709285400000);
	assert_true(moment_parse_record(SPAN("0001-01-01T00:00:00.000Z"), &m));
	assert_int_equal(m, MOMENT_MIN);
	assert_true(moment_parse_record(SPAN("9999-12-31T23:59:59.999Z"), &m));
	assert_int_equal(m, MOMENT_MAX);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (moment_parse_record(span_of(bad[i]), &m))
			fail_msg("'%s' was read", bad[i]);
}

static void written(void **state)
{
	struct buf b = BUF_INIT;
	struct buf small;

	(void)state;
	moment_put(&b, -1);
	buf_char(&b, ' ');
	moment_put_date(&b, -1);
	buf_char(&b, ' ');
	moment_put(&b, INT64_MAX);	/* the nearest end */
	buf_char(&b, ' ');
	moment_put_date(&b, MOMENT_NONE);
	assert_string_equal(buf_text(&b),
			    "1969-12-31T23:59:59.999Z 1969-12-31 "
			    "9999-12-31T23:59:59.999Z 0001-01-01");
	buf_release(&b);
	buf_init(&small, 9);
	moment_put(&small, 0);
	moment_put_date(&small, 0);
	assert_true(small.full && small.len == 0);
	buf_release(&small);
}

static void calendar(void **state)
{
	int y, m, d;

	(void)state;
	assert_int_equal(moment_days(1970, 1, 1), 0);
	assert_int_equal(moment_days(2000, 2, 29), 11016);
	assert_int_equal(moment_days(1, 1, 1), MOMENT_MIN / DAY_MS);
	assert_int_equal(moment_days(2023, 13, 1), moment_days(2024, 1, 1));
	assert_int_equal(moment_days(2024, 0, 1), moment_days(2023, 12, 1));
	assert_int_equal(moment_days(2024, -11, 1), moment_days(2023, 1, 1));
	assert_int_equal(moment_days(2024, -12, 1), moment_days(2022, 12, 1));
	assert_int_equal(moment_days(2024, 27, 1), moment_days(2026, 3, 1));
	moment_civil_date(-1, &y, &m, &d);
	assert_true(y == 1969 && m == 12 && d == 31);
	assert_int_equal(moment_weekday(0), 4);
	assert_int_equal(moment_weekday(-4), 7);
	assert_int_equal(moment_weekday(moment_days(2024, 3, 1)), 5);
	assert_int_equal(moment_weekday(moment_days(1, 1, 1)), 1);
	assert_int_equal(moment_month_length(1900, 2), 28);
	assert_int_equal(moment_month_length(2000, 2), 29);
	assert_int_equal(moment_month_length(2023, 12), 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_forms),
		cmocka_unit_test(named_forms),
		cmocka_unit_test(forms_of_languages),
		cmocka_unit_test(clocks_and_durations),
		cmocka_unit_test(numeric_forms),
		cmocka_unit_test(refused),
		cmocka_unit_test(civil_parts),
		cmocka_unit_test(fits),
		cmocka_unit_test(by_format),
		cmocka_unit_test(formats_checked),
		cmocka_unit_test(record_form),
		cmocka_unit_test(written),
		cmocka_unit_test(calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
