/*
 * Calendar months as numbers, in the zone of a report.
 */
#ifndef REPORT_MONTH_H
#define REPORT_MONTH_H

#include "time/zone.h"

/* Months since year 0 of MOMENT in ZONE: 2024-03 is 2024 * 12 + 2. */
int month_of(const struct zone *zone, int64_t moment);

/* "2024-03" of such a number. */
#define MONTH_TEXT 8
void month_text(int month, char out[MONTH_TEXT]);

#endif
