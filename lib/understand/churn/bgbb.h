/*
 * The BG/BB model of repeat purchases where there are occasions to buy: a campaign, a
 * month, a year's appeal (Fader, Hardie and Shang, "Customer-Base Analysis in a
 * Discrete-Time Noncontractual Setting", Marketing Science 29, 2010).
 *
 * While active a customer buys at each occasion with a chance of his own; before each he
 * leaves for good with another of his own; over all customers the former chances follow a
 * beta distribution (alpha, beta), the latter another (gamma, delta).
 *
 * x, t_x and T are those of a discrete purchase_model.h: the occasions with a purchase, the
 * last of them, and the occasions there were.
 *
 * Without drop-out the model is the beta-binomial (BB) of alpha and beta alone.
 */
#ifndef CHURN_BGBB_H
#define CHURN_BGBB_H

#include <stdbool.h>
#include <stddef.h>

#include "understand/churn/dropout.h"
#include "understand/churn/purchase_model.h"

struct bgbb {
	double alpha, beta;
	double gamma, delta;	/* unused when bb */
	bool bb;		/* no drop-out was seen */
};

/* The log-likelihood of ROWS; GRADIENT gets its derivatives by the four parameters (of a BB: the last two 0). */
double bgbb_log_likelihood(const struct bgbb *m, const struct purchase_row *rows, size_t count, double gradient[4]);

/* The chance that the customer has not left by T. */
double bgbb_p_alive(const struct bgbb *m, double x, double t_x, double T);

/* Of the next T occasions, which lie straight between whole ones: the chance of no purchase, and those expected if active. */
double bgbb_p_none(const struct bgbb *m, double x, double t_x, double T, double t);
double bgbb_expected_if_alive(const struct bgbb *m, double x, double T, double t);

struct bgbb_fit {
	struct bgbb model;	/* as in `optimum` */
	struct dropout_optimum optimum;
};

/* Fits DATA by maximum likelihood.  0; -1 with a failed error: dropout_find. */
int bgbb_fit(const struct purchase_data *data, struct bgbb_fit *fit, struct error *err);

/* A row of purchase_models; its fitted struct is a struct bgbb_fit. */
extern const struct purchase_model bgbb_purchase_model;

#endif
