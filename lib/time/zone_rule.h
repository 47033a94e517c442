/*
 * The POSIX rule behind the last transition of a TZif file, such as
 * "CET-1CEST,M3.5.0,M10.5.0/3" or "<+03>-3" (POSIX.1 TZ, with the longer hours
 * of RFC 8536 section 3.3.1).  For lib/base/zone*.c only.
 */
#ifndef TIME_ZONE_RULE_H
#define TIME_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* A day of the year and a local time of that day. */
struct zone_day_rule {
	char form;	/* 'M' month.week.weekday, 'J' 1..365, 'n' 0..365 */
	int month, week, day;
	int seconds;	/* local, from -167 to 167 hours */
};

/* Offsets are seconds east of UTC. */
struct zone_rule {
	int standard;
	int daylight;
	bool has_daylight;
	struct zone_day_rule begin;	/* of daylight time, in standard time */
	struct zone_day_rule end;	/* in daylight time */
};

bool zone_rule_parse(struct span text, struct zone_rule *out);

/* The two transitions of YEAR, as seconds since 1970 UTC; has_daylight only. */
void zone_rule_year(const struct zone_rule *r, int year, int64_t *begin,
		    int64_t *end);

#endif
