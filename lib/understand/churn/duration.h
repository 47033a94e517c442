/*
 * A horizon in whole days: "90d", "13w", "6mo", "1y".  A month is a twelfth
 * of 365.25 days, rounded to days: a 30-day month would add 5 days a year.
 */
#ifndef CHURN_DURATION_H
#define CHURN_DURATION_H

#include <stdint.h>

#include "base/error.h"

#define HORIZON_DAYS_MAX 36500

/* 0 with *DAYS of 1 to HORIZON_DAYS_MAX, or -1 with a usage error. */
int horizon_days(const char *text, uint32_t *days, struct error *err);

#endif
