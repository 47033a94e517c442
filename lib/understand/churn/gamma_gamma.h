/*
 * The Gamma-Gamma model of spend per purchase (Fader, Hardie and Lee 2005;
 * Fader and Hardie 2013): a customer's purchases are worth gamma(p, nu) each,
 * and nu follows gamma(q, gamma) over the customers.  It takes how much and how
 * often to be independent: the correlation of x and mean spend over repeaters
 * is reported for that, and past GAMMA_GAMMA_CORRELATION_MAX it is not.
 *
 * Only customers with x > 0 repeat purchases of mean spend z > 0 take part.
 */
#ifndef CHURN_GAMMA_GAMMA_H
#define CHURN_GAMMA_GAMMA_H

#include <stddef.h>

#include "base/error.h"

#define GAMMA_GAMMA_CORRELATION_MAX 0.3

struct gamma_gamma {
	double p;
	double q;
	double gamma;	/* in the currency's unit */
};

struct spend_row {
	double x;	/* repeat purchases, > 0 */
	double z;	/* their mean spend, > 0 */
};

/* The log-likelihood of ROWS, best sorted by x; GRADIENT, when not
 * NULL, gets its derivatives by p, q and gamma. */
double gamma_gamma_log_likelihood(const struct gamma_gamma *m,
				  const struct spend_row *rows, size_t count,
				  double gradient[3]);

struct gamma_gamma_fit {
	struct gamma_gamma model;
	double standard_errors[3];
	double log_likelihood;
	double gradient_norm;
	double correlation;	/* Pearson, of x and z; NAN when one is constant */
};

/*
 * 0; -1 with a failed error: fewer than two rows, no optimum, or q <= 1, where
 * the mean over the population is infinite.
 */
int gamma_gamma_fit(const struct spend_row *rows, size_t count,
		    struct gamma_gamma_fit *fit, struct error *err);

/* Expected spend of one purchase; X 0: the mean over the population. */
double gamma_gamma_expected(const struct gamma_gamma *m, double x, double z);

#endif
