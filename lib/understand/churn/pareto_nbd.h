/*
 * The Pareto/NBD model of repeat purchases (Schmittlein, Morrison and Colombo, Management
 * Science 1987): while active a customer buys at random times with a rate of his own, and
 * he leaves at a random time, with another rate of his own; over all customers the first
 * follow a gamma distribution (r, alpha), the second another (s, beta).
 *
 * x, t_x and T are those of purchase_model.h.  alpha, beta and all times share one unit,
 * which is the caller's.  Without drop-out (s -> 0, beta -> infinity) it is the NBD.
 */
#ifndef CHURN_PARETO_NBD_H
#define CHURN_PARETO_NBD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "understand/churn/dropout.h"
#include "understand/churn/purchase_model.h"

struct pareto_nbd {
	double r;
	double alpha;
	double s;	/* unused when nbd */
	double beta;
	bool nbd;
};

/* As bgnbd_log_likelihood, the GRADIENT by r, alpha, s, beta. */
double pareto_nbd_log_likelihood(const struct pareto_nbd *m, const struct purchase_row *rows,
				 size_t count, double gradient[4]);

struct pareto_nbd_fit {
	struct pareto_nbd model;	/* as in `optimum` */
	struct dropout_optimum optimum;
};

/* Fits DATA by maximum likelihood.  0; -1 with a failed error: dropout_find. */
int pareto_nbd_fit(const struct purchase_data *data, struct pareto_nbd_fit *fit,
		   struct error *err);

/* Predictions, as those of bgnbd.h. */
double pareto_nbd_p_alive(const struct pareto_nbd *m, double x, double t_x, double T);
double pareto_nbd_expected_if_alive(const struct pareto_nbd *m, double x, double T, double t);
double pareto_nbd_p_none(const struct pareto_nbd *m, double x, double t_x, double T, double t);
double pareto_nbd_expected_new(const struct pareto_nbd *m, double t);

/* Its fitted struct is a struct pareto_nbd_fit. */
extern const struct purchase_model pareto_nbd_purchase_model;

#endif
