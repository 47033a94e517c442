/*
 * The BG/NBD model of repeat purchases (Fader, Hardie and Lee, Marketing
 * Science 2005): while active a customer buys at random times with a rate of
 * his own; after each purchase he leaves for good with a chance of his own;
 * over all customers the rates follow a gamma distribution (r, alpha) and the
 * chances a beta distribution (a, b).
 *
 * x, t_x and T are those of purchase_model.h.  alpha and all times share one
 * unit, which is the caller's.
 *
 * Where nobody seems to leave (a/(a+b) -> 0, as in UCI's Online Retail) the
 * optimum lies on the boundary and a, b are arbitrary.  Then the model is the
 * negative binomial, the NBD: r and alpha alone, everybody active.
 *
 * P(alive) is 1 for every customer who bought once, however long ago, so it
 * ranks customers backwards.  The chance of churn is bgnbd_p_none.
 */
#ifndef CHURN_BGNBD_H
#define CHURN_BGNBD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "understand/churn/purchase_model.h"

struct bgnbd {
	double r;
	double alpha;
	double a;	/* unused when nbd */
	double b;
	bool nbd;	/* no drop-out was seen */
};

/*
 * The log-likelihood of ROWS, which are best sorted by x; GRADIENT, when not
 * NULL, gets its derivatives by r, alpha, a, b (a and b: 0 for an NBD).
 * Neumaier sums.
 */
double bgnbd_log_likelihood(const struct bgnbd *m, const struct purchase_row *rows,
			    size_t count, double gradient[4]);

struct bgnbd_fit {
	struct bgnbd model;
	double standard_errors[4];	/* NAN where the optimum has none */
	double log_likelihood;
	struct bgnbd nbd;		/* the NBD's optimum, for comparison */
	double nbd_log_likelihood;
	double gradient_norm;		/* by log-parameters, at the optimum */
	bool homogeneous;		/* all share one drop-out chance: a + b beyond 1e5 */
	bool all_or_none;		/* customers leave at once or never: a + b below 1e-2 */
};

/*
 * Fits ROWS (sorted by x) by maximum likelihood.  0; -1 with a failed error when there is
 * nothing to learn from (no repeat purchase at all) or no optimum was reached.
 */
int bgnbd_fit(const struct purchase_row *rows, size_t count, struct bgnbd_fit *fit,
	      struct error *err);

/* Predictions for a history (x, t_x, T). */

/* The chance that the customer has not left yet at T. */
double bgnbd_p_alive(const struct bgnbd *m, double x, double t_x, double T);

/* Expected purchases in (T, T + t]. */
double bgnbd_expected(const struct bgnbd *m, double x, double t_x, double T,
		      double t);

/* The same for a customer known to be active at T. */
double bgnbd_expected_if_alive(const struct bgnbd *m, double x, double T,
			       double t);

/* The chance of no purchase in (T, T + t]: what "churn within t" means. */
double bgnbd_p_none(const struct bgnbd *m, double x, double t_x, double T,
		    double t);

/* Expected repeat purchases of a new customer by time t. */
double bgnbd_expected_new(const struct bgnbd *m, double t);

/* The row of purchase_models; its fitted struct is a struct bgnbd_fit. */
extern const struct purchase_model bgnbd_purchase_model;

#endif
