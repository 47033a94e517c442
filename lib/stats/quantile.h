/*
 * Quantiles by linear interpolation between order statistics: type 7 of Hyndman
 * and Fan (1996), the default of R and NumPy.
 */
#ifndef STATS_QUANTILE_H
#define STATS_QUANTILE_H

#include <stddef.h>

/* Sorts ascending, as quantile_of wants it; there must be no NaN. */
void quantile_sort(double *values, size_t count);

/*
 * The P-quantile (0 <= P <= 1) of COUNT sorted values: the value at position
 * (COUNT - 1) * P, counted from 0.  NAN without values.
 */
double quantile_of(const double *sorted, size_t count, double p);

#endif
