/*
 * What cdp-segment --sizes shows: how large segments are, and how many customers two
 * of them share.
 */
#ifndef REPORT_SEGMENTS_H
#define REPORT_SEGMENTS_H

#include "understand/report/sheet.h"
#include "understand/segment/labelling.h"

/* Adds the sections "segments" and "overlaps".  PROFILES were labelled. */
void segments_fill(const struct labelling *l, uint64_t profiles, struct sheet *sheet);

#endif
