/*
 * What cdp-segment --sizes shows: how large segments are, and how many customers two
 * of them share.
 */
#ifndef REPORT_SEGMENTS_H
#define REPORT_SEGMENTS_H

#include "understand/report/sheet.h"
#include "understand/segment/labelling.h"
#include "understand/segment/previous.h"

/* Adds the sections "segments" and "overlaps", and what labellers count.  PROFILES were labelled. */
void segments_fill(const struct labelling *l, uint64_t profiles, struct sheet *sheet);

/* Adds "changes" and "migration": what became of segments since an earlier run. */
void segments_changes_fill(const struct previous *v, const struct rules *r, struct sheet *sheet);

#endif
