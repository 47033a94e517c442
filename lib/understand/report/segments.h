/*
 * What cdp-segment --sizes shows: how large segments are, and how many customers two
 * of them share; what became of them since an earlier run.  The report segments shows the same.
 */
#ifndef REPORT_SEGMENTS_H
#define REPORT_SEGMENTS_H

#include "understand/report/sheet.h"
#include "understand/segment/labelling.h"
#include "understand/segment/previous.h"

/* Adds the sections "segments" and "overlaps", and what labellers count.  PROFILES were labelled. */
void segments_fill(const struct labelling *l, uint64_t profiles, struct sheet *sheet);

/*
 * Segments in the byte order of their names, false behind the last; and how many customers two of them share,
 * false where that is not counted.
 */
struct segment_source {
	const void *of;
	bool (*count)(const void *of, size_t i, struct label_count *out);
	bool (*overlap)(const void *of, size_t a, size_t b, uint64_t *both);
};

/* Adds "overlaps" of each two, the largest first. */
void segments_overlaps_fill(const struct segment_source *from, struct sheet *sheet);

/* Adds "changes" and "migration": what became of segments since an earlier run, behind previous_gone. */
void segments_changes_fill(const struct previous *v, struct sheet *sheet);

#endif
