/*
 * Special functions of positive arguments, in doubles, safe for threads (libm's
 * lgamma writes a global).
 */
#ifndef STATS_SPECIAL_H
#define STATS_SPECIAL_H

/* ln Gamma(x), x > 0. */
double special_lgamma(double x);

/*
 * ln B(a, b) = ln Gamma(a) + ln Gamma(b) - ln Gamma(a + b), a and b > 0; without
 * the cancellation of three great terms where one argument is large.
 */
double special_lbeta(double a, double b);

/* The derivatives of ln Gamma: psi(x) and psi'(x), x > 0. */
double special_digamma(double x);
double special_trigamma(double x);

#endif
