/*
 * Likelihood and predictions in forms that neither overflow nor cancel, for
 * any number of purchases.
 *
 * ln L = K(x) - (r+x) ln(alpha+T) + [x > 0] softplus(z)
 *   K(x) = ln G(r+x) - ln G(r) + r ln alpha + ln B(a, b+x) - ln B(a, b)
 *   z    = ln a - ln(b+x-1) + (r+x) [ln(alpha+T) - ln(alpha+t_x)]
 *
 * K and ln a - ln(b+x-1) depend on x alone, so rows sorted by x share them and
 * cost three logarithms and one exponential each.  The same z gives P(alive) = 1 / (1 + e^z).
 *
 * The published conditional expectation holds 2F1(r+x, b+x; a+b+x-1; u), whose
 * terms overflow for a few hundred purchases.  Euler's transformation leaves
 * 2F1(a+b-1-r, a-1; a+b+x-1; u): no parameter but the last grows with x, and 8
 * to 40 terms reach full precision.
 */
#include "understand/churn/bgnbd.h"

#include <math.h>

#include "stats/special.h"
#include "stats/sum.h"

/* What depends on x alone. */
struct shared {
	double x;
	double k;		/* K(x)... */
	double dr;		/* ...and its derivatives */
	double da;
	double db;
	double log_odds;	/* ln a - ln(b+x-1), for x > 0 */
};

static void share(const struct bgnbd *m, double x, struct shared *s)
{
	s->x = x;
	s->k = special_lgamma(m->r + x) - special_lgamma(m->r) +
	       m->r * log(m->alpha);
	s->dr = special_digamma(m->r + x) - special_digamma(m->r) +
		log(m->alpha);
	s->da = s->db = s->log_odds = 0;
	if (m->nbd)
		return;
	if (x > 0)
		s->log_odds = log(m->a) - log(m->b + x - 1);
	s->k += special_lbeta(m->a, m->b + x) - special_lbeta(m->a, m->b);
	s->da = special_digamma(m->a + m->b) - special_digamma(m->a + m->b + x);
	s->db = s->da + special_digamma(m->b + x) - special_digamma(m->b);
}

/* The log odds of having left by T, for x > 0. */
static double left_logit(const struct bgnbd *m, double x, double t_x, double T)
{
	return log(m->a) - log(m->b + x - 1) +
	       (m->r + x) * log((m->alpha + T) / (m->alpha + t_x));
}

static double logistic(double z)
{
	return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

double bgnbd_log_likelihood(const struct bgnbd *m, const struct bgnbd_row *rows,
			    size_t count, double gradient[4])
{
	struct sum total = SUM_ZERO, dr = SUM_ZERO, dalpha = SUM_ZERO;
	struct sum da = SUM_ZERO, db = SUM_ZERO;
	struct shared s = {.x = -1};

	for (size_t i = 0; i < count; i++) {
		const struct bgnbd_row *row = &rows[i];
		double n = m->r + row->x;
		double log_T = log(m->alpha + row->T);
		double ll, left = 0, gap = 0;

		if (row->x != s.x)
			share(m, row->x, &s);
		ll = s.k - n * log_T;
		if (row->x > 0 && !m->nbd) {
			double z, e;

			gap = log_T - log(m->alpha + row->t_x);
			z = s.log_odds + n * gap;
			e = exp(-fabs(z));
			ll += fmax(z, 0) + log1p(e);	/* softplus(z) */
			left = (z >= 0 ? 1 : e) / (1 + e);
		}
		sum_add(&total, row->weight * ll);
		if (!gradient)
			continue;
		sum_add(&dr, row->weight * (s.dr - log_T + left * gap));
		sum_add(&dalpha, row->weight *
			(m->r / m->alpha - n / (m->alpha + row->T) +
			 left * n * (1 / (m->alpha + row->T) -
				     1 / (m->alpha + row->t_x))));
		if (m->nbd)
			continue;
		sum_add(&da, row->weight * (s.da + left / m->a));
		sum_add(&db, row->weight *
			(s.db - (left > 0 ? left / (m->b + row->x - 1) : 0)));
	}
	if (gradient) {
		gradient[0] = sum_value(&dr);
		gradient[1] = sum_value(&dalpha);
		gradient[2] = sum_value(&da);
		gradient[3] = sum_value(&db);
	}
	return sum_value(&total);
}

double bgnbd_p_alive(const struct bgnbd *m, double x, double t_x, double T)
{
	if (m->nbd || x == 0)
		return 1;
	return logistic(-left_logit(m, x, t_x, T));
}

double bgnbd_p_none(const struct bgnbd *m, double x, double t_x, double T,
		    double t)
{
	/* 1 - ((alpha+T)/(alpha+T+t))^(r+x), without cancellation. */
	double buys = -expm1(-(m->r + x) * log1p(t / (m->alpha + T)));

	return 1 - bgnbd_p_alive(m, x, t_x, T) * buys;
}

/*
 * The expected purchases of a customer who is alive,
 *	c/q * [1 - (1-u)^q 2F1(p, q; c; u)],  q = a-1, p = a+b-1-r, c = a+b+x-1,
 * with c multiplied into the series and 1/q into both parts, so that it stays
 * finite where q passes 0 (a = 1) and where c does (a + b = 1, x = 0):
 *	(c * 2F1 - c) / q = p u * sum of (p+1)_n (q+1)_n / ((c+1)_n (2)_n) u^n.
 * For a large a the sum is beyond doubles and (1-u)^q below them: a power of
 * two that the two share is carried beside the sum.
 */
static double expected_purchases(const struct bgnbd *m, double x, double u)
{
	const unsigned terms = 200000;	/* of the order 40 unless t >> alpha+T */
	double q = m->a - 1;
	double p = m->a + m->b - 1 - m->r;
	double c = m->a + m->b + x - 1;
	double log_rest = log1p(-u);
	double power = q == 0 ? log_rest : expm1(q * log_rest) / q;
	double term = p * u;
	double series = 0;
	double carried = 0;	/* its logarithm */

	for (unsigned n = 0; n < terms; n++) {
		series += term;
		if (fabs(term) <= 1e-17 * fabs(series))
			break;
		if (fabs(series) > 0x1p500) {
			series *= 0x1p-500;
			term *= 0x1p-500;
			carried += 500 * 0.69314718055994531;
		}
		term *= (p + 1 + n) * (q + 1 + n) / ((c + 1 + n) * (2.0 + n)) * u;
	}
	return -c * power - exp(q * log_rest + carried) * series;
}

/*
 * Past this a the drop-out chances are one point, a/(a+b+x), to four digits
 * (fits with a large b and a small a are NBDs), and a sum of 1/(1-u) * a terms
 * would be needed to find out better.
 */
#define ONE_POINT 1e4

/* At rate L and drop-out p a customer buys (1 - e^(-Lpt)) / p times: its mean. */
static double expected_at_one_point(const struct bgnbd *m, double x, double T,
				    double t)
{
	double p = m->a / (m->a + m->b + x);

	return -expm1(-(m->r + x) * log1p(p * t / (m->alpha + T))) / p;
}

double bgnbd_expected_if_alive(const struct bgnbd *m, double x, double T,
			       double t)
{
	if (m->nbd)
		return (m->r + x) / (m->alpha + T) * t;
	if (m->a > ONE_POINT)
		return expected_at_one_point(m, x, T, t);
	return expected_purchases(m, x, t / (m->alpha + T + t));
}

double bgnbd_expected(const struct bgnbd *m, double x, double t_x, double T,
		      double t)
{
	return bgnbd_p_alive(m, x, t_x, T) *
	       bgnbd_expected_if_alive(m, x, T, t);
}

double bgnbd_expected_new(const struct bgnbd *m, double t)
{
	return bgnbd_expected(m, 0, 0, 0, t);
}
