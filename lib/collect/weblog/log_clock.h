/*
 * The times of a log made the text of a record.  They come in runs of the same
 * second and the same day, so the last one read is remembered: a time of the
 * same day costs no calendar.
 */
#ifndef WEBLOG_LOG_CLOCK_H
#define WEBLOG_LOG_CLOCK_H

#include "time/moment.h"
#include "collect/weblog/log_format.h"

struct log_clock {
	char text[26];			/* "17/May/2015:10:05:03 +0000"; [0] 0: none */
	char moment[MOMENT_TEXT];	/* what it is */
	int64_t midnight;		/* of its day and zone */
};

/*
 * TEXT, written in FORM, as "2015-05-17T10:05:03.000Z" in OUT; without the Z where
 * TEXT has no zone, for the zone of the run to decide.  Absent: it is no time.
 */
struct span log_clock_read(struct log_clock *c, struct span text,
			   const struct log_item *item, char out[MOMENT_TEXT]);

#endif
