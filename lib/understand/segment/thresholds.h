/*
 * RFM thresholds as a file, so that labelling needs no look at all customers: made by
 * --save-thresholds, or written by hand.
 *
 *	recency = 30 90 180 365		days
 *	frequency = 1 2 4 8
 *	monetary = 29.9 50 77.7 200 EUR
 *
 * Each is the greatest value of a class, ascending, one to four of them, or "alike" for one class.
 * Monetary may be "unknown" or left out.  `set bins = rfm` has the meaning of RFM_PACKAGE.
 */
#ifndef SEGMENT_THRESHOLDS_H
#define SEGMENT_THRESHOLDS_H

#include "understand/segment/rfm.h"

/* Appends S, which is not of ranks, as such a file. */
void thresholds_put(const struct rfm_scoring *s, struct buf *out);

/* 0, or -1 with a usage error with its place (or a failed one for I/O). */
int thresholds_load(struct rfm_scoring *s, const char *path, struct error *err);
int thresholds_parse(struct rfm_scoring *s, struct span text, const char *name, struct error *err);

#endif
