/*
 * What changed between two runs: the customers of both, matched, and the sections of the report compare.
 *
 * A unit is a customer of the earlier run, or one of this run that no earlier one went on in.  Those between which
 * ids merged or split are one case: it has customers before, or now, or both.  All money is that of the order
 * summaries, exact; what cases brought and lost adds up to the difference of the two runs.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "base/map.h"
#include "io/key_map.h"
#include "understand/report/count.h"
#include "understand/report/tally.h"
#include "understand/segment/previous.h"

enum compare_band { BAND_HIGH, BAND_MEDIUM, BAND_LOW, BAND_NONE, BAND_ABSENT, BAND_COUNT };

enum { COMPARE_BEFORE, COMPARE_NOW, COMPARE_RUNS };

struct compare_unit {
	struct span id, label;		/* of this run, where it has one: the smallest id */
	uint32_t customers[COMPARE_RUNS];
	signed char band;		/* of the earlier run */
};

/* Money of one customer in one currency. */
struct compare_money {
	struct decimal net, refunded;
	uint32_t unit, currency;	/* the latter an entry of `currencies` */
	unsigned char run;
};

/* Of one run. */
struct compare_totals {
	int64_t as_of;
	uint64_t customers, buyers, orders, refunds;
	struct tally at_risk;		/* by currency: money; counts[0] customers */
	bool scored;
};

struct compare_report {
	const char *path;		/* of the earlier run */
	struct previous *segments;
	struct key_map *units_of;	/* id -> unit, of the earlier run */
	struct compare_unit *units;
	uint32_t *sets;			/* of units: disjoint.h */
	size_t unit_count, unit_cap, set_cap;
	struct compare_money *money;
	size_t money_count, money_cap;
	struct map currencies;
	struct compare_totals totals[COMPARE_RUNS];
	uint64_t bands[BAND_COUNT][BAND_COUNT];	/* from, to: customers of this run, and who is gone */
	uint64_t limit;			/* of movers in each currency */
	struct arena texts;
};

extern const char *const compare_bands[];

/* Adds the sections, once all is read.  -1 with *ERR: a sum does not fit. */
int compare_fill(struct compare_report *r, struct sheet *sheet, struct error *err);

#endif
