/*
 * Exact quintiles, or the median, of a number of values that need not fit into memory.
 *
 * Values are integers (money in millionths).  The thresholds are the quantiles
 * at 20, 40, 60 and 80 % by linear interpolation between order statistics (type
 * 7 of Hyndman and Fan 1996, the default of R and NumPy).  Between two values
 * they lie on fifths, or halves, so everything is kept times ten and nothing is rounded.
 */
#ifndef STATS_RANKING_H
#define STATS_RANKING_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/error.h"
#include "io/spill.h"

#define QUINTILES 4
#define RANKING_TIMES 10	/* thresholds are kept times that */

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

/*
 * The CLASSES - 1 thresholds (of 2 or 5 classes), times ten; all 0 without values.  Ends the
 * adding.
 */
int ranking_thresholds(struct ranking *r, unsigned classes, __int128 *thresholds,
		       struct error *err);

/*
 * As NTILE of SQL cuts them: classes of sizes that differ by at most one, the first being the
 * larger ones.  Each threshold is the greatest value of its class, times ten.
 */
int ranking_ntiles(struct ranking *r, unsigned classes, __int128 *thresholds,
		   struct error *err);

/* Calls VISIT with each value, ascending.  Ends the adding; 0, or -1 with *ERR. */
int ranking_walk(struct ranking *r, void (*visit)(void *context, __int128 value), void *context,
		 struct error *err);

/* How many of COUNT thresholds lie below VALUE, and how many do not lie above it. */
size_t ranking_below(const __int128 *thresholds, size_t count, __int128 value);
size_t ranking_through(const __int128 *thresholds, size_t count, __int128 value);

/* A threshold (times ten) of values in units of 10^-SCALE, for people. */
struct decimal ranking_decimal(__int128 threshold, int scale);

#endif
