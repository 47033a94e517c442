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

#endif
