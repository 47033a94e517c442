/*
 * Customers who buy at each k-th tick of a clock: the ticks to come, N, are negative
 * binomial, for the clock's rate is gamma-distributed over what is known of the customer.
 * With n its shape and u = t / (scale + t), t being the time ahead,
 *	P(N) = G(n+N) / (G(n) N!) (1-u)^n u^N.
 * PHASE ticks, 0 to k-1, have passed since the last purchase.
 */
#ifndef CHURN_TICKS_H
#define CHURN_TICKS_H

struct ticks {
	double n;	/* > 0 */
	double u;	/* above 0, below 1 */
	unsigned k;
	unsigned phase;
};

/* The chance of at least one purchase. */
double ticks_p_some(const struct ticks *s);

/*
 * Expected purchases when each is the last with a chance that is beta-distributed (A, B);
 * A 0: none is.
 */
double ticks_expected(const struct ticks *s, double a, double b);

#endif
