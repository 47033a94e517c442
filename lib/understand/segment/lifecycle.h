/*
 * Where a customer stands in life, by his own buying rhythm.
 *
 * A gap is the number of days between two days on which he bought.  His rhythm is the gap that
 * nine of ten of his gaps do not exceed (the quantile at 90 %, type 7, rounded up), from
 * LIFECYCLE_OWN_GAPS gaps on; with fewer the same of all gaps of all customers.  By the days since he
 * bought last, in rhythms:
 *
 *	up to 1		active; new, who bought on one day only; reactivated, who came back after more than
 *			twice the rhythm that he had before
 *	up to 2		at risk
 *	up to 4		dormant
 *	beyond		lost
 */
#ifndef SEGMENT_LIFECYCLE_H
#define SEGMENT_LIFECYCLE_H

#include <stddef.h>
#include <stdint.h>

#define LIFECYCLE_OWN_GAPS 3

enum lifecycle_stage {
	LIFECYCLE_NEW, LIFECYCLE_ACTIVE, LIFECYCLE_AT_RISK, LIFECYCLE_DORMANT, LIFECYCLE_REACTIVATED,
	LIFECYCLE_LOST, LIFECYCLE_STAGES,
	LIFECYCLE_NONE,		/* has not bought by then */
	LIFECYCLE_UNKNOWN,	/* there is no rhythm to go by */
};

extern const char *const lifecycle_names[LIFECYCLE_STAGES];

/* The rhythm by the COUNT ascending buying DAYS; with too few the COMMON one (0: unknown). */
int64_t lifecycle_rhythm(const int64_t *days, size_t count, int64_t common);

/* The stage on the day ON: of COUNT ascending DAYS, those behind it do not count. */
enum lifecycle_stage lifecycle_stage(const int64_t *days, size_t count, int64_t on, int64_t common);

/* The quantile at 90 % of gaps, of which there are COUNTS[g] of G days, LIMIT of them, rounded up; 0: none. */
int64_t lifecycle_common(const uint64_t *counts, size_t limit);

#endif
