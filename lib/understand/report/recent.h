/*
 * What customers ordered in each of the last FIGURES_PERIODS periods before the report's "now", and
 * until when each source has given records.
 */
#ifndef REPORT_RECENT_H
#define REPORT_RECENT_H

#include "base/map.h"
#include "record/orders.h"
#include "record/profile.h"
#include "understand/report/figures.h"
#include "understand/report/partial.h"
#include "understand/report/tally.h"

enum { RECENT_ORDERS, RECENT_CUSTOMERS, RECENT_NEW, RECENT_REFUNDS, RECENT_COUNTS };

#define RECENT_DAYS 4096	/* so far back gaps are known */
#define RECENT_WORDS (RECENT_DAYS / 64)

/* The days on which something happened, counted back from "now": bit 0 is the last day. */
struct recent_days {
	uint64_t bits[RECENT_WORDS];
	int64_t newest;	/* MOMENT_NONE: it never did */
};

struct recent_event {
	size_t source;	/* of `noted_sources` */
	int64_t time;
};

struct recent {
	uint64_t counts[FIGURES_PERIODS][RECENT_COUNTS];
	struct tally money[FIGURES_PERIODS];	/* net, by currency */
	int64_t first;				/* the first dated order; MOMENT_NONE */
	struct recent_days ordered, new_customers;
	struct map names;			/* sources, and beside them: */
	struct recent_days *sources;
	size_t source_cap;
	/* The profile at hand, until it counts: its sources in the bytes of the line, its events. */
	struct span *noted_sources;
	size_t noted_source_count, noted_source_cap;
	struct recent_event *noted;
	size_t noted_count, noted_cap;
};

void recent_init(struct recent *r);
void recent_release(struct recent *r);

/* Forgets what was noted; notes an event. */
void recent_begin(struct recent *r);
void recent_note(struct recent *r, struct span source_raw, int64_t time);

/* Counts what was noted, by "now".  SCRATCH is overwritten. */
void recent_count_sources(struct recent *r, int64_t as_of, struct buf *scratch);

/* Counts the settled ORDERS of one customer, in the order of time.  -1: a sum of money does not fit. */
int recent_count_orders(struct recent *r, const struct orders *orders, int64_t as_of, struct error *err);

/* -1: a sum of money does not fit. */
int recent_add(struct recent *r, const struct recent *other, struct error *err);

/* What was counted, written or added (partial.h). */
void recent_carry(struct recent *r, struct partial *p);

/* The figures, findings and freshness, with money of CURRENCY ("": unknown; absent: none was ever ordered). */
void recent_fill(struct recent *r, struct span currency, int64_t as_of, struct sheet *sheet);

/*
 * Is a gap of NOW days more than a rhythm leaves to chance, after ACTIVE days with records, between two of which
 * were LONGEST at most?  It has lasted 3 days at least, half as long again as any before, and so long that of TESTS
 * such rhythms looked at together one has such a gap in one of twenty pages: for gaps by chance alone (exponential) that
 * of `now` against the longest of n is n! G(c + 1) / G(n + 1 + c), with c = now / longest.
 */
bool recent_is_late(int active, int now, int longest, size_t tests);

/* The newest record of SOURCE, or MOMENT_NONE. */
int64_t recent_newest(const struct recent *r, struct span source);

#endif
