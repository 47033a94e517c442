/* Dates and times by a format that the user declares: strptime without a locale. */
#ifndef TIME_DATE_FORMAT_H
#define TIME_DATE_FORMAT_H

#include "base/error.h"
#include "time/moment.h"

/*
 * By a strptime-like FORMAT: %Y %m %d %e %y %H %I %M %S %f (fraction) %p %b %B
 * %h (English month) %a %A %z %Z (each an offset, Z, UTC or GMT) %s (Unix
 * seconds) %j (day of the year) %T %R %F %D %%; a blank matches any run of
 * blanks, and none.  What date_check_format refuses never matches.
 */
bool date_parse_format(struct span text, struct span format,
			 struct civil *out);

/*
 * 0, or -1 with a usage error: an unknown %X, a format that gives no whole
 * date, %I without %p.
 */
int date_check_format(struct span format, struct error *err);

#endif
