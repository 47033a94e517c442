/*
 * Which of several versions of one record counts: those that have its source and its id.
 *
 * The one with the higher `version` (record/version.h).  Between equal ones an order's
 * life: what is paid back or cancelled was paid before, and what is paid back never gets
 * less.  Then the later time, which tells where a record is what somebody was said to be at
 * that time (identify, group, alias), and nothing where it is the time of an event that
 * may have been corrected; then the greater bytes, which tell nothing at all.  The
 * order of coming decides nothing.
 */
#ifndef INDEX_VERSIONS_H
#define INDEX_VERSIONS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "unify/index/stored.h"

struct version_of_record {
	const struct stored *stored;
	struct span fragment;
	int64_t time;		/* MOMENT_NONE */
};

struct version_order {
	int order;		/* > 0: the first counts rather than the second */
	bool told;		/* the data say so; where not, ORDER is arbitrary, but the same
				   in every run */
	bool differs;		/* in more than the version itself */
};

/* Scratch, reused. */
struct versions {
	struct buf texts[2];
	struct buf whole[2];
};

void versions_release(struct versions *v);

struct version_order versions_compare(struct versions *v, const struct version_of_record *a,
				      const struct version_of_record *b);

#endif
