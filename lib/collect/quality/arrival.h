/*
 * Events that come late, or from the future.
 *
 * An event's time is judged against the time at which it came in: the record's own
 * `received_at` (of its context, props or traits) where it has one, else --as-of.
 * Later than that by more than one limit it is from the future (a client's clock that
 * is wrong); earlier by more than the other it is late.  Such a record is marked
 * or rejected; its time is never moved.  A record without a time is neither.
 */
#ifndef QUALITY_ARRIVAL_H
#define QUALITY_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/event.h"

#define ARRIVAL_ANY (-1)	/* a limit that is none */

struct arrival {
	int64_t now;		/* for records that do not say when they came */
	int64_t max_lateness;	/* ms, or ARRIVAL_ANY */
	int64_t max_future;
	bool reject;		/* instead of marking */
};

enum arrival_kind {
	ARRIVAL_FINE,
	ARRIVAL_LATE,
	ARRIVAL_FUTURE,
};

/* SCRATCH is overwritten. */
enum arrival_kind arrival_judge(const struct arrival *a, const struct event *e,
				struct buf *scratch);

/* The member of the context that marks a record: "late" or "future". */
const char *arrival_mark(enum arrival_kind kind);

/* Why a record of KIND is rejected; returns -1. */
int arrival_refuse(const struct arrival *a, enum arrival_kind kind,
		   const struct event *e, struct error *err);

#endif
