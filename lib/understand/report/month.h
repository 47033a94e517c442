/*
 * Calendar months as numbers, in the zone of a report.
 */
#ifndef REPORT_MONTH_H
#define REPORT_MONTH_H

#include "time/zone.h"

/* Months since year 0 of MOMENT in ZONE: 2024-03 is 2024 * 12 + 2. */
int month_of(const struct zone *zone, int64_t moment);

/*
 * The first month that has not passed by AS_OF: its own, or on its last day, which ends
 * it, the next.
 */
int month_open(const struct zone *zone, int64_t as_of);

/* "2024-03" of such a number. */
#define MONTH_TEXT 8
void month_text(int month, char out[MONTH_TEXT]);

#endif
