/*
 * What is expected of a customer, each purchase worth the less the later it comes: money that comes in a year is worth
 * 1 / (1 + RATE) of what comes today.
 */
#ifndef CHURN_DISCOUNT_H
#define CHURN_DISCOUNT_H

#include "base/error.h"
#include "understand/churn/model.h"

/* A rate a year, as a user writes it: "10%" or "0.1"; above 0, at most 1.  0, or -1 with a usage error about --discount. */
int discount_read(const char *text, double *rate, struct error *err);

/* The same for so many DAYS (of 365.25 a year): (1 + rate)^(days / year) - 1. */
double discount_of(double rate, double days);

/*
 * Expected purchases of an active customer (x, t_x, T as in purchase_model.h) within DAYS, discounted at the end of each
 * of M's units: the sum of (E(k) - E(k-1)) / (1+d)^k.  Times P(alive) and the money of a purchase it is the lifetime value
 * (CLV) of that horizon.
 */
double discount_within(const struct model *m, double x, double t_x, double T, double days, double rate);

/*
 * The same for all time to come, discounted at each moment: of the Pareto/NBD DERT, the discounted expected residual
 * transactions of Fader, Hardie and Lee (2005), divided by P(alive).  By quadrature, for each model alike.
 */
double discount_residual(const struct model *m, double x, double t_x, double T, double rate);

#endif
