/*
 * Digamma and trigamma by recurrence up to 8, then their asymptotic series
 * (Abramowitz and Stegun 6.3.5, 6.3.18, 6.4.6, 6.4.12): the first term left out
 * is below 2e-15 there.
 */
#include "stats/special.h"

#include <math.h>

double special_lgamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/*
 * What Stirling's formula leaves of ln Gamma, for x >= 8 (Abramowitz and Stegun
 * 6.1.41): ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + correction(x).
 */
static double correction(double x)
{
	double y = 1 / (x * x);

	return (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 -
		y * (1.0 / 1680 - y * (1.0 / 1188 - y * (691.0 / 360360 -
		y / 156)))))) / x;
}

double special_lbeta(double a, double b)
{
	double small = fmin(a, b), large = fmax(a, b), sum = a + b;

	if (large < 8)
		return special_lgamma(a) + special_lgamma(b) -
		       special_lgamma(sum);
	/* The great terms of large and of sum, subtracted on paper. */
	return special_lgamma(small) + correction(large) - correction(sum) +
	       small - small * log(sum) -
	       (large - 0.5) * log1p(small / large);
}

double special_digamma(double x)
{
	double shift = 0, y;

	for (; x < 8; x++)
		shift += 1 / x;
	y = 1 / (x * x);
	return log(x) - 0.5 / x - shift -
	       y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 -
	       y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760 -
	       y / 12))))));
}

double special_trigamma(double x)
{
	double shift = 0, y;

	for (; x < 8; x++)
		shift += 1 / (x * x);
	y = 1 / (x * x);
	return shift + 1 / x + y / 2 +
	       y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 -
	       y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730 -
	       y * 7.0 / 6))))));
}
