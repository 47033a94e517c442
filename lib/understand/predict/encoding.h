/*
 * Columns of a table as the numbers that a model is fitted to.
 *
 * A raw row has a double for each column: a number, the code of a level for a category, NAN for what is missing.
 * Encoded,
 *
 *	a number	is (value - mean) / deviation of the rows it was learned from; what is missing is 0, the
 *			mean, and where the learned rows had such cells a further column of 0 and 1 says so
 *	a category	is a column of 0 and 1 for each level (all of them: the penalty treats them alike); "missing"
 *			is a level where the learned rows had it.  A level that they had not is 0 in all.
 *
 * Trees, which ask for no scale, take numbers as they are and NAN as missing.
 */
#ifndef PREDICT_ENCODING_H
#define PREDICT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

#define ENCODING_BINS 10

enum encoding_kind {
	ENCODING_NUMBER,
	ENCODING_CATEGORY,
};

struct encoding_column {
	struct span name;	/* in the encoding's arena */
	enum encoding_kind kind;
	struct span *levels;	/* ENCODING_CATEGORY */
	size_t level_count;
	/* Learned. */
	bool missing;		/* rows had it */
	double mean, deviation;
	size_t first, width;	/* its encoded columns */
	/*
	 * How its values lie, for drift: the shares of bins between `edges` (numbers; a value that equals an edge
	 * lies below it) or of levels; then of what is missing, then of unknown levels.
	 */
	double edges[ENCODING_BINS];
	size_t edge_count;
	double *shares;		/* encoding_share_count of them */
};

struct encoding {
	struct encoding_column *columns;
	size_t count;
	size_t width;		/* of an encoded row */
	struct arena texts;
};

void encoding_init(struct encoding *e, size_t columns);
void encoding_release(struct encoding *e);

/* Sets column I; the texts are copied.  LEVELS is NULL for a number. */
void encoding_set(struct encoding *e, size_t i, struct span name, const struct span *levels, size_t level_count);

/* Learns scales, what is missing and shares from COUNT raw rows. */
void encoding_learn(struct encoding *e, const double *raw, size_t count);

/* First and width of the columns, where everything else is set: after a file was read. */
void encoding_place(struct encoding *e);

/* COUNT encoded rows into OUT; SCALED: for a logit, else for trees. */
void encoding_fill(const struct encoding *e, const double *raw, size_t count, bool scaled, double *out);

/* The level of a column with this text, or NAN. */
double encoding_level(const struct encoding_column *c, struct span text);

/* A code that no level has. */
#define ENCODING_UNKNOWN (-1.0)

/* How many of COUNT raw rows miss column I, where no learned row did. */
size_t encoding_new_missing(const struct encoding *e, size_t i, const double *raw, size_t count);

size_t encoding_share_count(const struct encoding_column *c);

/*
 * The population stability index of column I: sum of (q - p) ln(q / p) over the shares p of what was learned from
 * and q of COUNT raw rows; shares are taken to be at least 1e-4.  Below 0.1 is calm, above 0.25 another population.
 */
double encoding_drift(const struct encoding *e, size_t i, const double *raw, size_t count);

#define ENCODING_DRIFT_WARN 0.25

/*
 * The same between two populations, counted a row at a time: COUNTS are encoding_count_size numbers, zero at the start;
 * those of several workers add up in any order.
 */
size_t encoding_count_size(const struct encoding *e);
void encoding_count(const struct encoding *e, const double *raw, uint64_t *counts);
double encoding_drift_between(const struct encoding *e, size_t i, const uint64_t *then, const uint64_t *now);

#endif
