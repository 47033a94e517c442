/*
 * How good are predictions of something that happened or not?  Each function
 * takes N scores, or probabilities, and what came of each row.  Scores are
 * never NaN.  A measure that the rows cannot give is NAN, never a default.
 */
#ifndef STATS_QUALITY_H
#define STATS_QUALITY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The chance that a row that happened has a greater score than one that did
 * not, ties counting half: the area under the ROC curve, by average ranks (Mann
 * and Whitney 1947).  NAN when all rows or none happened.
 */
double quality_auc(const double *scores, const bool *happened, size_t n);

/* The mean of (p - happened)^2: 0 is perfect.  NAN for no rows. */
double quality_brier(const double *p, const bool *happened, size_t n);

/*
 * The mean of -ln of the chance given to what came.  One row that was called
 * impossible and happened makes it infinite, so p is kept within [1e-15,
 * 1 - 1e-15].  NAN for no rows.
 */
double quality_log_loss(const double *p, const bool *happened, size_t n);

/*
 * How many times as often it happened among the SHARE (0 < SHARE <= 1) of rows
 * with the greatest scores, floor(SHARE * n) of them, as among all; equal
 * scores rank by row number.  NAN when the share holds no row or none happened.
 */
double quality_lift(const double *scores, const bool *happened, size_t n,
		    double share);

#endif
