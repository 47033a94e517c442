/*
 * The best rows of many: a row is kept with its rank, and only as many as are asked for.  Which they are does not depend
 * on the order of arrival: rows of one rank stand in the order of their bytes.
 */
#ifndef REPORT_BEST_H
#define REPORT_BEST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

struct best_row {
	uint64_t rank[2];	/* the larger comes first */
	struct span bytes;	/* of pack.h */
};

struct best {
	size_t most;		/* so many are kept */
	struct best_row *rows;
	size_t count, cap;
	struct arena texts;
	uint64_t offered;	/* all that were asked about by best_wants */
	uint64_t least;		/* of a full list: the last one's first rank */
};

/* Counts a row whose first rank is FIRST, and says whether it may be among the best: then make and put it. */
bool best_wants(struct best *b, uint64_t first);

/* ROW's bytes are copied. */
void best_put(struct best *b, const struct best_row *row);
/* Adds OTHER's. */
void best_merge(struct best *b, const struct best *other);
/* Puts the best first and leaves out what is not asked for. */
void best_settle(struct best *b);
void best_release(struct best *b);

#endif
