/*
 * One pair of records in full: what was compared, how it agreed, and what each
 * agreement weighs.  For explaining; matching itself works on patterns.
 */
#ifndef LINKAGE_COMPARISON_H
#define LINKAGE_COMPARISON_H

#include "unify/linkage/weights.h"

/* Of one column; the last may be of none: what two of one home (home.h) have as well. */
struct comparison {
	struct span column;
	struct span a, b;	/* as they were compared; absent: missing */
	const char *level;
	double m, u;		/* 0 where no level was compared */
	double weight;		/* log2(m / u), within its limits */
	double frequency;	/* added because the value is rare, or taken */
};

struct comparisons {
	struct comparison list[COLUMNS_MAX + 1];	/* of columns that either has */
	size_t count;
	double prior;
	double score;		/* the prior and all weights, in bits */
	double evidence;	/* without the prior */
};

/* Does K say anything of the pair? */
bool comparison_counts(const struct comparison *k);

/* Of records A and B.  Spans are borrowed from C. */
void comparisons_make(struct comparisons *out, const struct columns *c,
		      const struct weights *w, uint32_t a, uint32_t b);

/* 1 / (1 + 2^-SCORE). */
double comparisons_probability(double score);

/* The same for people, never rounded to 1: "0.9925", "0.999981". */
void comparisons_put_probability(double score, struct buf *out);

#endif
