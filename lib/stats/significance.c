#include "stats/significance.h"

#include <math.h>

#include "stats/special.h"

/* ln of N over K; lbeta keeps its digits where N is large. */
static double log_choose(double n, double k)
{
	return -log(n + 1) - special_lbeta(n - k + 1, k + 1);
}

static double log_chance(double n, double a, double b, double both)
{
	return log_choose(a, both) + log_choose(n - a, b - both) - log_choose(n, b);
}

/* The sum of the chances of BOTH, BOTH + 1 ...: each from the one before, until they add nothing. */
static double sum_up(double n, double a, double b, double both)
{
	double term = 1, sum = 1;
	double last = a < b ? a : b;

	for (double k = both; k < last && term > sum * 1e-17; k++) {
		term *= (a - k) * (b - k) / ((k + 1) * (n - a - b + k + 1));
		sum += term;
	}
	return sum;
}

/* The same of BOTH, BOTH - 1 ... */
static double sum_down(double n, double a, double b, double both)
{
	double term = 1, sum = 1;
	double first = a + b > n ? a + b - n : 0;

	for (double k = both; k > first && term > sum * 1e-17; k--) {
		term *= k * (n - a - b + k) / ((a - k + 1) * (b - k + 1));
		sum += term;
	}
	return sum;
}

double significance_fisher(uint64_t n, uint64_t a, uint64_t b, uint64_t both)
{
	double all = (double)n, x = (double)a, y = (double)b, k = (double)both;
	double p;

	/* Below the mean the sum of the others is the shorter one. */
	if (k * all > x * y)
		p = exp(log_chance(all, x, y, k)) * sum_up(all, x, y, k);
	else if (k <= 0 || k <= x + y - all)
		p = 1;
	else
		p = 1 - exp(log_chance(all, x, y, k - 1)) * sum_down(all, x, y, k - 1);
	return p > 1 ? 1 : p < SIGNIFICANCE_LEAST ? 0 : p;
}

void significance_holm(double *p, size_t count, uint64_t tests)
{
	double most = 0;

	for (size_t i = 0; i < count; i++) {
		double adjusted = p[i] * (double)(tests - i);

		if (adjusted > most)
			most = adjusted;
		p[i] = most > 1 ? 1 : most;
	}
}

double significance_normal(double z)
{
	return erfc(fabs(z) / sqrt(2));
}

/*
 * For whole degrees of freedom the tail is a finite sum of positive terms (Abramowitz and Stegun 26.4.4, 26.4.5): the density-like
 * term h^k / Gamma(k + 1) e^-h at h = x/2 for k = 0, 1, 2 ... below df/2, or for k = 1/2, 3/2 ... beside erfc(sqrt(h)).
 */
double significance_chi_square(double x, size_t df)
{
	double half = x / 2, first = df % 2 ? 0.5 : 0, sum;

	if (isnan(x) || !df)
		return NAN;
	if (x <= 0)
		return 1;
	sum = df % 2 ? erfc(sqrt(half)) : 0;
	for (double k = first; k < (double)df / 2; k++)
		sum += exp(k * log(half) - half - special_lgamma(k + 1));
	return fmin(sum, 1);
}
