/*
 * Dates and periods in words, for the page and for findings: "30 June 2026", "Jun 2026".
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "time/zone.h"

/* "30 June 2026", the day of MOMENT in ZONE; NULL: UTC. */
void words_put_day(struct buf *out, int64_t moment, const struct zone *zone);

/* The same with the minute and, in another zone than UTC, its offset: "30 June 2026, 15:33 +02:00". */
void words_put_time(struct buf *out, int64_t moment, const struct zone *zone);

/* "3 June 2026 to 30 June 2026"; with the minutes where FROM to UNTIL are no whole days of ZONE. */
void words_put_range(struct buf *out, int64_t from, int64_t until, const struct zone *zone);

/* TEXT as "2026-06" or "2026-06-08": "Jun 2026", "8 Jun 2026".  Anything else: false, nothing put. */
bool words_put_period(struct buf *out, struct span text);

#endif
