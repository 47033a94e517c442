/*
 * Is it chance?  Fisher's exact test of a table of two by two, and Holm's correction for many
 * tests (Holm, 1979).  And the tails of the normal and the chi-squared distribution.
 */
#ifndef STATS_SIGNIFICANCE_H
#define STATS_SIGNIFICANCE_H

#include <stddef.h>
#include <stdint.h>

/* Smaller chances are 0: doubles lose their digits below. */
#define SIGNIFICANCE_LEAST 1e-300

/*
 * Of N things A have one mark and B another: the chance that at least BOTH have the two when the
 * marks have nothing to do with each other (hypergeometric, one-sided).  BOTH <= A, B <= N.
 * Relative error below 1e-6 up to 10^9 things.
 */
double significance_fisher(uint64_t n, uint64_t a, uint64_t b, uint64_t both);

/*
 * P[0] <= P[1] <= ... are the smallest COUNT of TESTS chances: each becomes the chance that it, or a smaller
 * one, is found in so many tests of nothing.  R's p.adjust(p, "holm", n = TESTS).
 */
void significance_holm(double *p, size_t count, uint64_t tests);

/* The chance that a chi-squared variable of DF degrees of freedom (>= 1) is above X; of a NAN, NAN. */
double significance_chi_square(double x, size_t df);

/* The chance that a standard normal variable is further from 0 than Z. */
double significance_normal(double z);

#endif
