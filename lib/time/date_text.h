/*
 * Dates and times as people and programs write them, read into a civil time: what the export formats
 * of the world have in common, without a format said beforehand.
 */
#ifndef TIME_DATE_TEXT_H
#define TIME_DATE_TEXT_H

#include "time/moment.h"

/* How dates are written in a source. */
enum date_order {
	DATES_ISO,	/* only forms that can be read in one way */
	DATES_DMY,
	DATES_MDY,
	DATES_YMD,
	DATES_EXCEL,	/* day number since 1899-12-30, with a fraction */
};

/* How they are called, in that order; NULL at the end. */
extern const char *const date_order_names[];

/* That order, in any case; false: NAME is none. */
bool date_order_of(struct span name, enum date_order *out);

/*
 * Reads the usual export formats: RFC 3339 and ISO 8601 calendar dates (basic
 * and extended; "T" or blank; fraction; Z, +hh:mm, +hhmm, +hh, UTC, GMT),
 * "2024-03-01 09:30", "2024/3/1", "20240301", "20240301T093000Z",
 * "20240301093000", "1 Mar 2024", "01-MAR-24", "01MAR2024", "2024-Mar-01",
 * "Mar 1, 2024 9:30 AM", "March 1st, 2024 at 9 pm",
 * "Fri, 01 Mar 2024 09:30:00 GMT" (RFC 5322), "Fri Mar  1 09:30:00 2024"
 * (asctime), "Fri Mar 01 2024 09:30:00 GMT+0100 (CET)" (JavaScript),
 * "01/Mar/2024:09:30:00 +0100" (logs), "...+01:00[Europe/Berlin]" (RFC 9557),
 * Unix seconds (10 digits), milli- (13), micro- (16) and nanoseconds (19), with or
 * without a fraction and with offset 0; months and weekdays of other languages (see
 * date_names.h: "1. Mai 2024 um 9:30 Uhr", "5 de marzo de 2024"), Oracle's
 * "01-MAR-24 09.30.00.000 AM"; and with ORDER the numeric forms 1/3/2024,
 * 01.03.24 09:30, 3-1-2024 (two-digit years: 69..99 are 19xx), which
 * DATES_ISO and DATES_EXCEL refuse.
 *
 * Seconds 60 are taken as 59.999, 24:00 as 00:00 of the next day; decimals of
 * a second behind the third are cut off.  Weekdays are not compared with the
 * date.  Impossible dates (30 February) and zones of no known name (Berlin) or of
 * several (is CST Chicago or Shanghai?) are refused.  True and *OUT, or false.
 */
bool date_parse(struct span text, enum date_order order,
			struct civil *out);

/* A time of the day alone: "07:45:51", "7:45 PM", "07.45", "07:45+01:00".  Its date is 2000-01-01. */
bool date_parse_clock(struct span text, struct civil *out);

/* Puts CLOCK into *DAY; false where that has a time of the day itself. */
bool date_join_clock(struct civil *day, const struct civil *clock);

/*
 * Does TEXT look like how long something took rather than when it was: a number of at most seven
 * digits before the point, clocks ("00:03:12", "36:00"), numbers with units ("3 days", "2h 5min"), P3DT4H?
 */
bool date_is_duration(struct span text);

/*
 * Can TEXT be read as day-month-year, as month-day-year, or both ways?  Bits; 0
 * when it is no such numeric date.  A column's order is known when one bit is
 * left after "and" over its texts; 3/3/2024 has both.
 */
#define DATE_FITS_DMY 1
#define DATE_FITS_MDY 2
unsigned date_fits(struct span text);

#endif
