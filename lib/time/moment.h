/*
 * Time: a moment is a number of milliseconds since 1970-01-01T00:00:00Z,
 * without leap seconds, in the proleptic Gregorian calendar, for the years
 * 0001 to 9999.  Calendar arithmetic is our own (days from civil: Howard
 * Hinnant's algorithm), so that no locale, TZ variable or 32-bit type of libc
 * takes part.
 */
#ifndef TIME_MOMENT_H
#define TIME_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

#define MOMENT_NONE INT64_MIN
#define MOMENT_MIN (-62135596800000)	/* 0001-01-01T00:00:00.000Z */
#define MOMENT_MAX 253402300799999	/* 9999-12-31T23:59:59.999Z */
#define DAY_MS INT64_C(86400000)	/* 25 days of it do not fit an int */

/* The length of moment_format's text. */
#define MOMENT_TEXT 24

struct civil {
	int year;		/* 1 .. 9999 */
	int month;		/* 1 .. 12 */
	int day;		/* 1 .. 31 */
	int hour, minute, second, millisecond;
	bool has_time;		/* false: only a date was written */
	bool has_offset;
	int offset_minutes;	/* east of UTC; only with has_offset */
};

/* Days since 1970-01-01, and back.  Months out of 1..12 are carried. */
int64_t moment_days(int year, int month, int day);
void moment_civil_date(int64_t days, int *year, int *month, int *day);
int moment_month_length(int year, int month);

/*
 * CIVIL taken as UTC (its offset, when it has one, subtracted).  The civil time
 * in UTC, with offset 0.  Here and in moment_format what lies before MOMENT_MIN
 * or behind MOMENT_MAX is taken as that end; MOMENT_NONE is the caller's to ask
 * for.
 */
int64_t moment_from_civil(const struct civil *c);
void moment_to_civil(int64_t moment, struct civil *out);

int moment_weekday(int64_t days);	/* 1 Monday .. 7 Sunday (ISO 8601) */

/* Our own records' form, "2024-03-01T09:30:00.000Z", exactly: fast. */
bool moment_parse_record(struct span text, int64_t *out);

/* That form into OUT, which holds MOMENT_TEXT bytes; no NUL. */
void moment_format(int64_t moment, char out[MOMENT_TEXT]);
void moment_put(struct buf *b, int64_t moment);
void moment_put_date(struct buf *b, int64_t moment);	/* "2024-03-01" */

/* How dates are written in a source. */
enum date_order {
	DATES_ISO,	/* only forms that can be read in one way */
	DATES_DMY,
	DATES_MDY,
	DATES_YMD,
	DATES_EXCEL,	/* day number since 1899-12-30, with a fraction */
};

/* How they are called, in that order; NULL at the end. */
extern const char *const moment_order_names[];

/* That order, in any case; false: NAME is none. */
bool moment_order_of(struct span name, enum date_order *out);

/*
 * Reads the usual export formats: RFC 3339 and ISO 8601 calendar dates (basic
 * and extended; "T" or blank; fraction; Z, +hh:mm, +hhmm, +hh, UTC, GMT),
 * "2024-03-01 09:30", "2024/3/1", "20240301", "20240301T093000Z",
 * "20240301093000", "1 Mar 2024", "01-MAR-24", "01MAR2024", "2024-Mar-01",
 * "Mar 1, 2024 9:30 AM", "March 1st, 2024 at 9 pm",
 * "Fri, 01 Mar 2024 09:30:00 GMT" (RFC 5322), "Fri Mar  1 09:30:00 2024"
 * (asctime), "Fri Mar 01 2024 09:30:00 GMT+0100 (CET)" (JavaScript),
 * "01/Mar/2024:09:30:00 +0100" (logs), "...+01:00[Europe/Berlin]" (RFC 9557),
 * Unix seconds (10 digits, with or without a fraction) and milliseconds (13
 * digits), both with offset 0; and with ORDER the numeric forms 1/3/2024,
 * 01.03.24 09:30, 3-1-2024 (two-digit years: 69..99 are 19xx), which
 * DATES_ISO and DATES_EXCEL refuse.
 *
 * Seconds 60 are taken as 59.999, 24:00 as 00:00 of the next day; decimals of
 * a second behind the third are cut off.  Weekdays are not compared with the
 * date.  Impossible dates (30 February) and named zones other than UTC and
 * GMT (is CST Chicago or Shanghai?) are refused.  True and *OUT, or false.
 */
bool moment_parse_civil(struct span text, enum date_order order,
			struct civil *out);

/*
 * By a strptime-like FORMAT: %Y %m %d %e %y %H %I %M %S %f (fraction) %p %b %B
 * %h (English month) %a %A %z %Z (each an offset, Z, UTC or GMT) %s (Unix
 * seconds) %j (day of the year) %T %R %F %D %%; a blank matches any run of
 * blanks, and none.  What moment_check_format refuses never matches.
 */
bool moment_parse_format(struct span text, struct span format,
			 struct civil *out);

/*
 * 0, or -1 with a usage error: an unknown %X, a format that gives no whole
 * date, %I without %p.
 */
int moment_check_format(struct span format, struct error *err);

/*
 * Can TEXT be read as day-month-year, as month-day-year, or both ways?  Bits; 0
 * when it is no such numeric date.  A column's order is known when one bit is
 * left after "and" over its texts; 3/3/2024 has both.
 */
#define DATE_FITS_DMY 1
#define DATE_FITS_MDY 2
unsigned moment_fits(struct span text);

#endif
