/*
 * The integral that the Pareto/NBD rests on, relative to its integrand at 0:
 *	J = integral over y from 0 to LENGTH of (1+y/A)^-p (1+y/B)^-q,
 * with A, B > 0, p, q >= 0 and p + q > 1.  The published forms hold 2F1, which overflows or
 * cancels for many purchases; this does neither, for the integrand is positive and smooth.
 */
#ifndef CHURN_PARETO_INTEGRAL_H
#define CHURN_PARETO_INTEGRAL_H

struct pareto_integral {
	double log_value;	/* ln J; -INFINITY where LENGTH is 0 */
	/* Means over the integrand, for derivatives under the sum; 0 where LENGTH is 0. */
	double log_a;		/* of ln(A+y) */
	double log_b;		/* of ln(B+y) */
	double per_a;		/* of 1/(A+y) */
	double per_b;		/* of 1/(B+y) */
};

void pareto_integrate(double a, double p, double b, double q, double length,
		      struct pareto_integral *out);

#endif
