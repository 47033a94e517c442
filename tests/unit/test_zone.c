/* Zones: real ones at their corners, made ones for the forms of the rule. */
#include "support.h"

#include "base/buf.h"
#include "time/date_text.h"
#include "time/zone.h"
#include "time/zone_alias.h"

static int64_t moment_of(const char *text)
{
	struct civil c;

	assert_true(date_parse(span_of(text), DATES_ISO, &c));
	return moment_from_civil(&c);
}

/* The local time in ZONE at the UTC time TEXT is WANT, and back. */
static void check_local(const struct zone *z, const char *utc,
			const char *want)
{
	struct civil c;
	char got[MOMENT_TEXT + 1] = "";

	zone_civil(z, moment_of(utc), &c);
	moment_format(moment_from_civil(&c), got);
	got[19] = '\0';
	got[10] = ' ';
	if (strcmp(got, want))
		fail_msg("%s: %s is %s, not %s", zone_name(z), utc, got, want);
}

/* The local time LOCAL in Z is the UTC time WANT. */
static void check_moment(const struct zone *z, const char *local,
			 const char *want)
{
	struct civil c;
	char got[MOMENT_TEXT + 1] = "";

	assert_true(date_parse(span_of(local), DATES_ISO, &c));
	moment_format(zone_moment(z, &c), got);
	got[19] = '\0';
	got[10] = ' ';
	if (strcmp(got, want))
		fail_msg("%s: %s is at %s, not %s", zone_name(z), local, got,
			 want);
}

static struct zone *load(const char *name)
{
	struct error err = ERROR_INIT;
	struct zone *z = zone_load(name, &err);

	if (!z)
		fail_msg("%s: %s", name, err.message);
	assert_string_equal(zone_name(z), name);
	return z;
}

static void berlin(void **state)
{
	struct zone *z = load("Europe/Berlin");

	(void)state;
	check_local(z, "2024-01-01 00:00:00Z", "2024-01-01 01:00:00");
	check_local(z, "2024-03-31 00:59:59Z", "2024-03-31 01:59:59");
	check_local(z, "2024-03-31 01:00:00Z", "2024-03-31 03:00:00");
	check_local(z, "2024-10-27 00:59:59Z", "2024-10-27 02:59:59");
	check_local(z, "2024-10-27 01:00:00Z", "2024-10-27 02:00:00");
	check_local(z, "1890-01-01 00:00:00Z", "1890-01-01 00:53:28");
	check_moment(z, "2024-03-31 01:59:59", "2024-03-31 00:59:59");
	check_moment(z, "2024-03-31 02:00:00", "2024-03-31 01:00:00");
	check_moment(z, "2024-03-31 02:30:00", "2024-03-31 01:30:00");
	check_moment(z, "2024-03-31 03:00:00", "2024-03-31 01:00:00");
	check_moment(z, "2024-10-27 01:59:59", "2024-10-26 23:59:59");
	check_moment(z, "2024-10-27 02:00:00", "2024-10-27 00:00:00");
	check_moment(z, "2024-10-27 02:59:59", "2024-10-27 00:59:59");
	check_moment(z, "2024-10-27 03:00:00", "2024-10-27 02:00:00");
	check_moment(z, "2024-10-27 02:30:00+01:00", "2024-10-27 01:30:00");
	assert_int_equal(zone_offset(z, moment_of("2024-07-01")), 7200000);
	assert_int_equal(zone_day(z, moment_of("2024-06-30 22:00:00Z")),
			 moment_days(2024, 7, 1));
	assert_int_equal(zone_day(z, moment_of("2024-06-30 21:59:59Z")),
			 moment_days(2024, 6, 30));
	assert_int_equal(zone_day(z, moment_of("1969-12-31 22:59:59Z")), -1);
	zone_free(z);
}

static void new_york(void **state)
{
	struct zone *z = load("America/New_York");

	(void)state;
	check_local(z, "2024-03-10 06:59:59Z", "2024-03-10 01:59:59");
	check_local(z, "2024-03-10 07:00:00Z", "2024-03-10 03:00:00");
	check_local(z, "2024-11-03 05:59:59Z", "2024-11-03 01:59:59");
	check_local(z, "2024-11-03 06:00:00Z", "2024-11-03 01:00:00");
	check_moment(z, "2024-03-10 02:15:00", "2024-03-10 07:15:00");
	check_moment(z, "2024-11-03 01:15:00", "2024-11-03 05:15:00");
	check_moment(z, "2024-11-03 02:00:00", "2024-11-03 07:00:00");
	zone_free(z);
}

/* Samoa went over the date line: 29 December 2011 was followed by the 31st. */
static void apia(void **state)
{
	struct zone *z = load("Pacific/Apia");

	(void)state;
	check_local(z, "2011-12-30 09:59:59Z", "2011-12-29 23:59:59");
	check_local(z, "2011-12-30 10:00:00Z", "2011-12-31 00:00:00");
	check_moment(z, "2011-12-29 23:59:59", "2011-12-30 09:59:59");
	check_moment(z, "2011-12-30 12:00:00", "2011-12-30 22:00:00");
	check_moment(z, "2011-12-31 00:00:00", "2011-12-30 10:00:00");
	zone_free(z);
}

static void odd_offsets(void **state)
{
	struct zone *z = load("Asia/Kathmandu");

	(void)state;
	check_local(z, "2024-01-01 00:00:00Z", "2024-01-01 05:45:00");
	check_moment(z, "2024-01-01 05:45:00", "2024-01-01 00:00:00");
	zone_free(z);
	z = load("Australia/Lord_Howe");	/* half an hour of summer time */
	check_local(z, "2024-01-01 00:00:00Z", "2024-01-01 11:00:00");
	check_local(z, "2024-07-01 00:00:00Z", "2024-07-01 10:30:00");
	zone_free(z);
	z = load("Europe/Dublin");	/* winter time is the exception */
	check_local(z, "2090-01-01 12:00:00Z", "2090-01-01 12:00:00");
	check_local(z, "2090-07-01 12:00:00Z", "2090-07-01 13:00:00");
	zone_free(z);
}

/* Beyond every table: the rule, near and after its 400 years. */
static void far_future(void **state)
{
	struct zone *z = load("Europe/Berlin");
	static const char *const winter_noons[] = {
		"2100-01-01", "2437-12-31", "2438-01-01", "2438-12-31",
		"2439-01-01", "2839-01-01", "9999-12-31",
	};

	(void)state;
	/* The last Sundays of March and October 2100: the 28th and the 31st. */
	check_local(z, "2100-03-28 00:59:59Z", "2100-03-28 01:59:59");
	check_local(z, "2100-03-28 01:00:00Z", "2100-03-28 03:00:00");
	check_local(z, "2100-10-31 00:59:59Z", "2100-10-31 02:59:59");
	check_local(z, "2100-10-31 01:00:00Z", "2100-10-31 02:00:00");
	check_moment(z, "2100-03-28 02:30:00", "2100-03-28 01:30:00");
	check_moment(z, "2100-10-31 02:30:00", "2100-10-31 00:30:00");
	check_local(z, "2500-07-01 12:00:00Z", "2500-07-01 14:00:00");
	check_local(z, "9000-07-01 12:00:00Z", "9000-07-01 14:00:00");
	for (size_t i = 0; i < COUNT_OF(winter_noons); i++) {
		struct civil c;
		int64_t day = moment_of(winter_noons[i]);

		assert_int_equal(zone_offset(z, day), 3600000);
		date_parse(span_of(winter_noons[i]), DATES_ISO, &c);
		assert_int_equal(zone_moment(z, &c), day - 3600000);
	}
	zone_free(z);
}

static void fixed(void **state)
{
	static const struct {
		const char *name;
		int minutes;
	} cases[] = {
		{"UTC", 0}, {"GMT", 0}, {"Z", 0}, {"+02:00", 120},
		{"-0530", -330}, {"+02", 120}, {"UTC+01", 60},
		{"GMT-03:30", -210}, {"Etc/GMT+5", -300},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct zone *z = load(cases[i].name);
		struct civil c = {.year = 1, .month = 1, .day = 1};

		assert_int_equal(zone_offset(z, 0), cases[i].minutes * 60000);
		assert_int_equal(zone_offset(z, INT64_MIN),
				 cases[i].minutes * 60000);
		assert_true(zone_moment(z, &c) >= MOMENT_MIN);
		c = (struct civil){9999, 12, 31, 23, 59, 59, 999, true, false, 0};
		assert_true(zone_moment(z, &c) <= MOMENT_MAX);
		zone_free(z);
	}
	zone_free(NULL);
}

static void unknown(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{"Europe/Berlim", "unknown time zone 'Europe/Berlim'; did you "
		 "mean 'Europe/Berlin'?"},
		{"europe/berlin", "unknown time zone 'europe/berlin'; did you "
		 "mean 'Europe/Berlin'?"},
		{"berlin", "unknown time zone 'berlin'; did you mean "
		 "'Europe/Berlin'?"},
		{"kathmandu", "unknown time zone 'kathmandu'; did you mean "
		 "'Asia/Kathmandu'?"},
		{"Qwxyzqwxyz/Vvvvvvv", "unknown time zone 'Qwxyzqwxyz/Vvvvvvv'; "
		 "names are like 'Europe/Berlin', 'UTC' or '+02:00'"},
		{"../../etc/passwd", NULL}, {"/etc/localtime", NULL},
		{"Europe", NULL}, {"zone.tab", NULL}, {"tzdata.zi", NULL},
		{"", NULL}, {"+25:00", NULL}, {"+2", NULL}, {"UTC+2x", NULL},
		{"a\nb", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error err = ERROR_INIT;

		assert_null(zone_load(cases[i].name, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_non_null(strstr(err.message, "unknown time zone"));
		if (cases[i].message)
			assert_error(&err, cases[i].message);
	}
}

static void put_header(struct buf *b, char version, int times, int types,
		       int chars)
{
	unsigned char header[44] = "TZif";

	header[4] = (unsigned char)version;
	header[35] = (unsigned char)times;
	header[39] = (unsigned char)types;
	header[43] = (unsigned char)chars;
	buf_put(b, header, sizeof header);
}

/* A version 2 file of one type, UTC, and a rule. */
static struct zone *of_rule(const char *rule, struct error *err)
{
	static const char type[] = "\0\0\0\0\0\0UTC";
	struct buf b = BUF_INIT;
	struct zone *z;

	put_header(&b, '2', 0, 1, 4);
	buf_put(&b, type, 10);
	put_header(&b, '2', 0, 1, 4);
	buf_put(&b, type, 10);
	buf_printf(&b, "\n%s\n", rule);
	z = zone_parse("Made/Up", buf_view(&b), err);
	buf_release(&b);
	return z;
}

static void check_rule(const char *rule, const char *utc, const char *local)
{
	struct error err = ERROR_INIT;
	struct zone *z = of_rule(rule, &err);

	if (!z)
		fail_msg("%s: %s", rule, err.message);
	check_local(z, utc, local);
	zone_free(z);
}

static void rule_forms(void **state)
{
	(void)state;
	/* Jn: day 60 is 1 March in every year; n: counts 29 February. */
	check_rule("AAA0BBB,J60/0,J300", "2024-02-29 23:59:59Z",
		   "2024-02-29 23:59:59");
	check_rule("AAA0BBB,J60/0,J300", "2024-03-01 00:00:00Z",
		   "2024-03-01 01:00:00");
	check_rule("AAA0BBB,J60/0,J300", "2023-03-01 00:00:00Z",
		   "2023-03-01 01:00:00");
	check_rule("AAA0BBB,59/0,299", "2024-02-29 00:00:00Z",
		   "2024-02-29 01:00:00");
	check_rule("AAA0BBB,59/0,299", "2023-03-01 00:00:00Z",
		   "2023-03-01 01:00:00");
	/* The default hour is 2 in each side's own time. */
	check_rule("AAA0BBB,M3.2.0,M11.1.0", "2024-03-10 01:59:59Z",
		   "2024-03-10 01:59:59");
	check_rule("AAA0BBB,M3.2.0,M11.1.0", "2024-11-03 00:59:59Z",
		   "2024-11-03 01:59:59");
	check_rule("AAA0BBB,M3.2.0,M11.1.0", "2024-11-03 01:00:00Z",
		   "2024-11-03 01:00:00");
	/* South of the equator; names in brackets; minutes; an own offset. */
	check_rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		   "2024-01-01 00:00:00Z", "2024-01-01 11:00:00");
	check_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31 00:59:59Z",
		   "2024-03-30 22:59:59");
	check_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31 01:00:00Z",
		   "2024-03-31 00:00:00");
	/* Daylight time all the year (RFC 8536, section 3.3.1). */
	check_rule("EST5EDT,0/0,J365/25", "2024-01-01 05:00:00Z",
		   "2024-01-01 01:00:00");
	check_rule("EST5EDT,0/0,J365/25", "2024-07-01 00:00:00Z",
		   "2024-06-30 20:00:00");
	check_rule("EST5EDT,0/0,J365/25", "2025-01-01 04:59:59Z",
		   "2025-01-01 00:59:59");
	/* No daylight time; no rule: the last offset stays. */
	check_rule("UTC0", "2500-01-01 00:00:00Z", "2500-01-01 00:00:00");
	check_rule("", "2500-01-01 00:00:00Z", "2500-01-01 00:00:00");
}

static void bad_rules(void **state)
{
	static const char *const rules[] = {
		"AA0", "AAA", "<AAA0", "AAA25", "AAA0:60", "AAA0:00:60",
		"AAA0BB", "AAA0BBB", "AAA0BBB,M3.5.0", "AAA0BBB,M13.5.0,J1",
		"AAA0BBB,M3.6.0,J1", "AAA0BBB,M3.5.7,J1", "AAA0BBB,J0,J1",
		"AAA0BBB,J366,J1", "AAA0BBB,366,J1", "AAA0BBB,J1/168,J2",
		"AAA0BBB,J1,J2x", "AAA0BBB1x,J1,J2", "AAA0BBB,x,J2",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		struct error err = ERROR_INIT;
		struct zone *z = of_rule(rules[i], &err);

		if (z)
			fail_msg("'%s' was read", rules[i]);
		assert_error(&err, "the file of time zone 'Made/Up' is "
			     "damaged, or counts leap seconds; install the "
			     "package tzdata anew");
		assert_int_equal(err.kind, ERROR_FAILED);
	}
}

/* Version 1: 32-bit times, no rule. */
static void version_one(void **state)
{
	struct error err = ERROR_INIT;
	struct buf b = BUF_INIT;
	struct zone *z;

	(void)state;
	put_header(&b, 0, 2, 2, 4);
	buf_put(&b, "\xFF\xFF\xFF\xFF\0\0\x0E\x10", 8);	/* -1, 3600 */
	buf_put(&b, "\1\0", 2);
	buf_put(&b, "\0\0\0\0\0\0", 6);
	buf_put(&b, "\0\0\x0E\x10\1\0UTC\0", 10);
	z = zone_parse("Old", buf_view(&b), &err);
	assert_non_null(z);
	assert_int_equal(zone_offset(z, -1001), 0);
	assert_int_equal(zone_offset(z, -1000), 3600000);
	assert_int_equal(zone_offset(z, 3599999), 3600000);
	assert_int_equal(zone_offset(z, 3600000), 0);
	assert_int_equal(zone_offset(z, MOMENT_MAX), 0);
	zone_free(z);
	buf_release(&b);
}

static void refuse(struct buf *b, size_t len)
{
	struct error err = ERROR_INIT;
	/* An exact copy, so that a read past its end is seen. */
	char *copy = malloc(len + !len);
	struct zone *z;

	memcpy(copy, b->ptr, len);
	z = zone_parse("Cut", (struct span){copy, len}, &err);
	free(copy);
	assert_null(z);
	assert_int_equal(err.kind, ERROR_FAILED);
}

/* Every cut of a file, and bytes that must not be what they are. */
static void damaged(void **state)
{
	static const char data[] =
		"\0\0\0\0\0\0\0\1" "\0\0\0\0\0\0\0\2" "\1\0"
		"\0\0\0\0\0\0" "\0\0\x0E\x10\1\0UTC\0";
	struct buf b = BUF_INIT;
	struct error err = ERROR_INIT;
	struct zone *z;
	size_t v2;

	(void)state;
	put_header(&b, '2', 0, 1, 0);
	buf_put(&b, "\0\0\0\0\0\0", 6);
	v2 = b.len;
	put_header(&b, '2', 2, 2, 4);
	buf_put(&b, data, sizeof data - 1);
	buf_lit(&b, "\nUTC0\n");
	z = zone_parse("Whole", buf_view(&b), &err);
	assert_non_null(z);
	assert_int_equal(zone_offset(z, 1000), 3600000);
	zone_free(z);
	for (size_t len = 0; len < b.len; len++)
		refuse(&b, len);
	b.ptr[v2 + 44 + 16] = 2;	/* a type that is not there */
	refuse(&b, b.len);
	b.ptr[v2 + 44 + 16] = 1;
	b.ptr[v2 + 44 + 7] = 3;	/* times go back */
	refuse(&b, b.len);
	b.ptr[v2 + 44 + 7] = 1;
	b.ptr[v2 + 44 + 1] = 1;	/* a time beyond the calendar */
	refuse(&b, b.len);
	b.ptr[v2 + 44 + 1] = 0;
	b.ptr[v2 + 44 + 18] = 1;	/* an offset of centuries */
	refuse(&b, b.len);
	b.ptr[v2 + 44 + 18] = 0;
	b.ptr[v2 + 31] = 1;	/* a leap second */
	refuse(&b, b.len);
	b.ptr[v2 + 31] = 0;
	b.ptr[v2 + 32] = 1;	/* sixteen million transitions */
	refuse(&b, b.len);
	b.ptr[v2 + 32] = 0;
	b.ptr[v2 + 39] = 0;	/* no type */
	refuse(&b, b.len);
	b.ptr[v2 + 39] = 2;
	z = zone_parse("Whole", buf_view(&b), &err);
	assert_non_null(z);
	zone_free(z);
	buf_release(&b);
}

static enum zone_hour hour_of(const struct zone *z, const char *local)
{
	struct civil c;

	assert_true(date_parse(span_of(local), DATES_ISO, &c));
	return zone_hour(z, &c);
}

static void odd_hours(void **state)
{
	struct error err = ERROR_INIT;
	struct zone *z = zone_load("Europe/Berlin", &err), *utc = zone_load("UTC", &err), *apia = zone_load("Pacific/Apia", &err);

	(void)state;
	assert_int_equal(hour_of(z, "2024-03-31 01:59:59"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2024-03-31 02:30"), ZONE_HOUR_SKIPPED);
	assert_int_equal(hour_of(z, "2024-03-31 03:00"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2024-10-27 01:59:59"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2024-10-27 02:00"), ZONE_HOUR_TWICE);
	assert_int_equal(hour_of(z, "2024-10-27 02:59:59"), ZONE_HOUR_TWICE);
	assert_int_equal(hour_of(z, "2024-10-27 03:00"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2024-10-27 02:30+01:00"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2400-10-29 02:30"), ZONE_HOUR_TWICE);
	assert_int_equal(hour_of(z, "2024-10-27"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(utc, "2024-10-27 02:30"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(z, "2024-10-26 24:00"), ZONE_HOUR_PLAIN);
	assert_int_equal(hour_of(apia, "2011-12-30 12:00"), ZONE_HOUR_SKIPPED);
	assert_int_equal(hour_of(apia, "2011-12-31 12:00"), ZONE_HOUR_PLAIN);
	zone_free(z);
	zone_free(utc);
	zone_free(apia);
}

static void other_names(void **state)
{
	struct error err = ERROR_INIT;
	struct zone *z;

	(void)state;
	for (size_t i = 0; zone_alias_row(i); i++) {
		z = zone_load(zone_alias_row(i), &err);
		if (!z)
			fail_msg("%s: %s", zone_alias_row(i), err.message);
		zone_free(z);
	}
	assert_string_equal(zone_alias(SPAN("(GMT-05:00) Eastern Time (US & Canada)")), "America/New_York");
	assert_string_equal(zone_alias(SPAN("Berlin")), "Europe/Berlin");
	assert_null(zone_alias(SPAN("berlin")));
	assert_null(zone_alias(SPAN("Standard Time")));
	assert_null(zone_alias(SPAN("(GMT")));
	z = zone_load("W. Europe Standard Time", &err);
	check_moment(z, "2024-07-01 12:00", "2024-07-01 10:00:00");
	zone_free(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(berlin),
		cmocka_unit_test(new_york),
		cmocka_unit_test(apia),
		cmocka_unit_test(odd_offsets),
		cmocka_unit_test(far_future),
		cmocka_unit_test(fixed),
		cmocka_unit_test(unknown),
		cmocka_unit_test(rule_forms),
		cmocka_unit_test(bad_rules),
		cmocka_unit_test(version_one),
		cmocka_unit_test(damaged),
		cmocka_unit_test(odd_hours),
		cmocka_unit_test(other_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
