/*
 * Sums of doubles that carry what rounding lost (Neumaier, "Rundungsfehleranalyse
 * einiger Verfahren zur Summation endlicher Summen", 1974): the error does not
 * grow with the number of terms, and the result hardly depends on their order.
 * An infinity or a NaN among the terms is the result.
 */
#ifndef STATS_SUM_H
#define STATS_SUM_H

#include <math.h>

struct sum {
	double total;
	double lost;
};

#define SUM_ZERO ((struct sum){0, 0})

static inline void sum_add(struct sum *s, double x)
{
	double next = s->total + x;

	if (fabs(s->total) >= fabs(x))
		s->lost += (s->total - next) + x;
	else
		s->lost += (x - next) + s->total;
	s->total = next;
}

static inline double sum_value(const struct sum *s)
{
	return isfinite(s->total) ? s->total + s->lost : s->total;
}

#endif
