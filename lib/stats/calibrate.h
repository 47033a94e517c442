/*
 * Scores made chances by what happened to others with such scores: Platt's sigmoid and
 * isotonic regression.
 *
 * Platt (1999, in the stable form of Lin, Lin and Weng 2007): p = 1 / (1 + exp(a s + b)), fitted to
 * the targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2).  Isotonic: the rising step function nearest to
 * the outcomes (pool adjacent violators, equal scores merged first), straight between the steps'
 * ends and level outside.  It needs about 1,000 rows; below them Platt is the one to take.
 *
 * Fit on scores of rows from which the scores' model did not learn, or nothing is calibrated.
 */
#ifndef STATS_CALIBRATE_H
#define STATS_CALIBRATE_H

#include <stddef.h>

#include "base/error.h"

enum calibration_kind {
	CALIBRATION_NONE,	/* the score is the chance */
	CALIBRATION_PLATT,	/* of log-odds or any other score */
	CALIBRATION_ISOTONIC,
};

extern const char *const calibration_names[3];

struct calibration {
	enum calibration_kind kind;
	double a, b;		/* Platt's */
	size_t count;		/* isotonic: corners, x ascending, y not descending */
	double *x, *y;		/* owned */
	double least;		/* no chance is nearer to 0 or 1 than that: 1 / (2 rows) */
};

#define CALIBRATION_INIT ((struct calibration){0})

/* Y: 0 or 1.  -1 with a failed error where one class is missing, and *C is none. */
int calibrate_platt(struct calibration *c, const double *scores, const unsigned char *y, size_t count,
		    struct error *err);
int calibrate_isotonic(struct calibration *c, const double *scores, const unsigned char *y, size_t count,
		       struct error *err);
void calibration_release(struct calibration *c);

/* The fitted function, and the same kept C->least away from 0 and 1. */
double calibration_value(const struct calibration *c, double score);
double calibrated(const struct calibration *c, double score);

#endif
