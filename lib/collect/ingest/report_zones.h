/*
 * A column of zones ("timezone") beside times that are whole: the zone of when it was, or of where somebody
 * lives?  Nobody knows, so such times stay in UTC, and that is reported.  Beside a column of days and one of times
 * of the day it is the zone of these (collect/mapping/when.h).
 */
#ifndef INGEST_REPORT_ZONES_H
#define INGEST_REPORT_ZONES_H

#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"

void report_zones(const struct source *s, const struct ingest_calls *calls);

#endif
