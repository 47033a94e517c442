#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void quantile_sort(double *values, size_t count)
{
	if (count)
		qsort(values, count, sizeof *values, compare);
}

double quantile_of(const double *sorted, size_t count, double p)
{
	double position, rest;
	size_t below;

	if (!count)
		return NAN;
	position = (double)(count - 1) * p;
	below = (size_t)position;
	rest = position - (double)below;
	if (rest == 0 || below + 1 >= count)
		return sorted[below];
	return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}
