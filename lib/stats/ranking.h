/*
 * Exact quintiles of a number of values that need not fit into memory.
 *
 * Values are integers (money in millionths).  The thresholds are the quantiles
 * at 20, 40, 60 and 80 % by linear interpolation between order statistics (type
 * 7 of Hyndman and Fan 1996, the default of R and NumPy).  Between two values
 * they lie on fifths, so everything is kept times five and nothing is rounded.
 *
 * A value's score is 1 plus the number of thresholds below it.  So equal
 * values have equal scores, groups may differ in size, and a threshold itself
 * belongs to the lower score.  (The R package rfm adds 1 to each threshold, which
 * misplaces amounts with decimals.)
 */
#ifndef STATS_RANKING_H
#define STATS_RANKING_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/error.h"
#include "io/spill.h"

#define QUINTILES 4

struct ranking_run {
	uint64_t offset;	/* in the spill, of sorted values */
	uint64_t count;
};

struct ranking {
	__int128 *values;
	size_t count;
	size_t cap;
	size_t limit;		/* values kept in memory */
	const char *scratch;	/* directory for the spill; borrowed */
	struct spill *spill;
	struct ranking_run *runs;
	size_t run_count;
	size_t run_cap;
	uint64_t total;
};

/* Keeps to MEMORY bytes (at least 64 KiB), then spills into SCRATCH. */
void ranking_init(struct ranking *r, uint64_t memory, const char *scratch);
void ranking_release(struct ranking *r);

int ranking_add(struct ranking *r, __int128 value, struct error *err);

/* The thresholds times five; none (all 0) without values.  Ends the adding. */
int ranking_thresholds(struct ranking *r, __int128 thresholds[QUINTILES],
		       struct error *err);

/* 1 to 5. */
int ranking_score(const __int128 thresholds[QUINTILES], __int128 value);

/* A threshold (times five) of values in units of 10^-SCALE, for people. */
struct decimal ranking_decimal(__int128 threshold, int scale);

#endif
