/*
 * The BG/NBD model of repeat purchases (Fader, Hardie and Lee, Marketing
 * Science 2005): while active a customer buys at random times with a rate of
 * his own; after each purchase he leaves for good with a chance of his own;
 * over all customers the rates follow a gamma distribution (r, alpha) and the
 * chances a beta distribution (a, b).
 *
 * Two variations, alone or together:
 *
 * The modified BG/NBD (Batislam, Denizel and Filiztekin 2007): he may leave after the
 * first purchase as well, so P(alive) of whoever bought once is below 1.
 *
 * The BG/CNBD-k (Platzer and Reutterer, Marketing Science 2016): he buys at each k-th
 * tick of a random clock, so that his gaps are the more even the greater k is.  The rates
 * are the clock's.
 *
 * x, t_x and T are those of purchase_model.h.  alpha and all times share one
 * unit, which is the caller's.
 *
 * Without drop-out the model is the negative binomial, the NBD (or CNBD-k): r and alpha
 * alone, everybody active.  dropout.h says when a fit is that.
 *
 * P(alive) of the BG/NBD is 1 for every customer who bought once, however long ago, so it
 * ranks customers backwards.  The chance of churn is bgnbd_p_none.
 */
#ifndef CHURN_BGNBD_H
#define CHURN_BGNBD_H

#include <stdbool.h>
#include <stddef.h>

#include "understand/churn/purchase_model.h"

#define BGNBD_TICKS_MAX 12

struct bgnbd {
	double r;
	double alpha;
	double a;	/* unused when nbd */
	double b;
	bool nbd;	/* no drop-out was seen */
	bool modified;
	unsigned k;	/* ticks to a purchase, to BGNBD_TICKS_MAX; 0 is 1 */
};

/*
 * The log-likelihood of ROWS, which are best sorted by x; GRADIENT, when not
 * NULL, gets its derivatives by r, alpha, a, b (a and b: 0 for an NBD).
 * Neumaier sums.  Without bgnbd_log_of_ticks.
 */
double bgnbd_log_likelihood(const struct bgnbd *m, const struct purchase_row *rows,
			    size_t count, double gradient[4]);

/*
 * What the log-likelihood of DATA has beside, so that those of different k compare:
 * (k-1) log_gaps - repeats ln (k-1)!.
 */
double bgnbd_log_of_ticks(unsigned k, const struct purchase_data *data);

/* All drop-out chances are one (a + b beyond 1e5), or some are 1 (b below 1e-2). */
bool bgnbd_is_odd(const struct bgnbd *m);

/* Predictions for a history (x, t_x, T). */

/* The chance that the customer has not left yet at T. */
double bgnbd_p_alive(const struct bgnbd *m, double x, double t_x, double T);

/* Expected purchases in (T, T + t]. */
double bgnbd_expected(const struct bgnbd *m, double x, double t_x, double T,
		      double t);

/* The same for a customer known to be active at T. */
double bgnbd_expected_if_alive(const struct bgnbd *m, double x, double t_x, double T,
			       double t);

/* The chance of no purchase in (T, T + t]: what "churn within t" means. */
double bgnbd_p_none(const struct bgnbd *m, double x, double t_x, double T,
		    double t);

/* Expected repeat purchases of a new customer by time t. */
double bgnbd_expected_new(const struct bgnbd *m, double t);

#endif
