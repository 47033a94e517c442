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
bool date_parse(struct span text, enum date_order order,
			struct civil *out);

/*
 * Can TEXT be read as day-month-year, as month-day-year, or both ways?  Bits; 0
 * when it is no such numeric date.  A column's order is known when one bit is
 * left after "and" over its texts; 3/3/2024 has both.
 */
#define DATE_FITS_DMY 1
#define DATE_FITS_MDY 2
unsigned date_fits(struct span text);

#endif
