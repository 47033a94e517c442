/*
 * Do groups last alike?  At each time with events a group expects d n_g / n of the d events, its share of those at risk; what it
 * has more or less than that, summed up, is tested by its hypergeometric variance
 * d (n_g / n)(1 - n_g / n)(n - d)/(n - 1).  Peto and Peto's test weights each time by S(t-), and so the early ones more.
 */
#ifndef SURVIVAL_LOGRANK_H
#define SURVIVAL_LOGRANK_H

#include "understand/survival/cases.h"

struct logrank {
	double *observed, *expected;	/* by group, unweighted; owned */
	double chi_square;
	double peto_chi_square;		/* NAN, both: there is nothing to compare */
	size_t df;
};

/* The groups of C.by, within the strata of C.strata.  Owned: logrank_release. */
void logrank_make(struct logrank *r, const struct cases *c);
void logrank_release(struct logrank *r);

#endif
