/*
 * Likelihood and predictions in forms that neither overflow nor cancel, for
 * any number of purchases.  m is 1 for the modified model, else 0; n = r + kx.
 *
 * ln L = K(x) - n ln(alpha+T) + ln S + [x+m > 0] softplus(z)
 *   K(x) = ln G(n) - ln G(r) + r ln alpha + ln B(a, b+x+m) - ln B(a, b)
 *   S    = sum over j < k of (n)_j / j! ((T-t_x) / (alpha+T))^j, 1 for k = 1
 *   z    = ln a - ln(b+x+m-1) + n [ln(alpha+T) - ln(alpha+t_x)] - ln S
 *
 * S weighs the ticks j that the clock may have made since the last purchase.  K,
 * ln a - ln(b+x+m-1) and (n)_j / j! depend on x alone, so rows sorted by x share them and
 * cost three logarithms and one exponential each.  The same z gives P(alive) = 1 / (1 + e^z).
 *
 * The published conditional expectation holds 2F1(r+x, b+x; a+b+x-1; u), whose
 * terms overflow for a few hundred purchases.  Euler's transformation leaves
 * 2F1(a+b+m-1-r, a-1; a+b+m+x-1; u): no parameter but the last grows with x, and 8
 * to 40 terms reach full precision.  For k > 1 it is summed (ticks.h).
 */
#include "understand/churn/bgnbd.h"

#include <math.h>

#include "stats/special.h"
#include "stats/sum.h"
#include "understand/churn/ticks.h"

static unsigned ticks_of(const struct bgnbd *m)
{
	return m->k > 1 ? m->k : 1;
}

/* b + x + m: the beta of a customer who stayed after each chance to leave. */
static double stayed(const struct bgnbd *m, double x)
{
	return m->b + x + (m->modified ? 1 : 0);
}

static bool may_have_left(const struct bgnbd *m, double x)
{
	return !m->nbd && (x > 0 || m->modified);
}

/* What depends on x alone. */
struct shared {
	double x;
	double n;
	double k;		/* K(x)... */
	double dr;		/* ...and its derivatives */
	double da;
	double db;
	double log_odds;	/* ln a - ln(b+x+m-1), where one may have left */
	bool leaves;
	double tick[BGNBD_TICKS_MAX];	/* (n)_j / j!... */
	double dtick[BGNBD_TICKS_MAX];	/* ...and the derivatives of its logarithm by n */
};

static void compute_ticks(const struct bgnbd *m, struct shared *s)
{
	s->tick[0] = 1;
	s->dtick[0] = 0;
	for (unsigned j = 1; j < ticks_of(m); j++) {
		s->tick[j] = s->tick[j - 1] * (s->n + j - 1) / j;
		s->dtick[j] = s->dtick[j - 1] + 1 / (s->n + j - 1);
	}
}

static void compute_shared(const struct bgnbd *m, double x, struct shared *s)
{
	s->x = x;
	s->n = m->r + ticks_of(m) * x;
	s->k = special_lgamma(s->n) - special_lgamma(m->r) + m->r * log(m->alpha);
	s->dr = special_digamma(s->n) - special_digamma(m->r) + log(m->alpha);
	s->da = s->db = s->log_odds = 0;
	s->leaves = may_have_left(m, x);
	compute_ticks(m, s);
	if (m->nbd)
		return;
	if (s->leaves)
		s->log_odds = log(m->a) - log(stayed(m, x) - 1);
	s->k += special_lbeta(m->a, stayed(m, x)) - special_lbeta(m->a, m->b);
	s->da = special_digamma(m->a + m->b) - special_digamma(m->a + stayed(m, x));
	s->db = s->da + special_digamma(stayed(m, x)) - special_digamma(m->b);
}

/* ln S and its derivatives: what the ticks since the last purchase say. */
struct waiting {
	double log_s;
	double dn;
	double dalpha;
	double weight[BGNBD_TICKS_MAX];	/* of each number of ticks; they add up to 1 */
};

static void wait_since(const struct bgnbd *m, const struct shared *s, double t_x, double T,
		       struct waiting *w)
{
	double q = (T - t_x) / (m->alpha + T), power = 1, sum = 0;

	w->dn = w->dalpha = 0;
	for (unsigned j = 0; j < ticks_of(m); j++, power *= q) {
		w->weight[j] = s->tick[j] * power;
		sum += w->weight[j];
	}
	for (unsigned j = 0; j < ticks_of(m); j++) {
		w->weight[j] /= sum;
		w->dn += w->weight[j] * s->dtick[j];
		w->dalpha -= w->weight[j] * j / (m->alpha + T);
	}
	w->log_s = log(sum);
}

static double logistic(double z)
{
	return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

/* One row's log-likelihood; the derivatives by r, alpha, a and b in GRADIENT. */
static double row_likelihood(const struct bgnbd *m, const struct shared *s,
			     const struct purchase_row *row, double *gradient)
{
	double log_T = log(m->alpha + row->T), to_T = 1 / (m->alpha + row->T);
	double ll = s->k - s->n * log_T, left = 0, gap = 0;
	struct waiting w = {0};

	if (m->k > 1)
		wait_since(m, s, row->t_x, row->T, &w);
	ll += w.log_s;
	if (s->leaves) {
		double z, e;

		gap = log_T - log(m->alpha + row->t_x);
		z = s->log_odds + s->n * gap - w.log_s;
		e = exp(-fabs(z));
		ll += fmax(z, 0) + log(1 + e);	/* softplus(z) */
		left = (z >= 0 ? 1 : e) / (1 + e);
	}
	if (!gradient)
		return ll;
	gradient[0] = s->dr - log_T + left * gap + (1 - left) * w.dn;
	gradient[1] = m->r / m->alpha - s->n * to_T + (1 - left) * w.dalpha;
	if (left > 0)
		gradient[1] += left * s->n * (to_T - 1 / (m->alpha + row->t_x));
	gradient[2] = m->nbd ? 0 : s->da + left / m->a;
	gradient[3] = m->nbd ? 0 : s->db - (left > 0 ? left / (stayed(m, row->x) - 1) : 0);
	return ll;
}

double bgnbd_log_likelihood(const struct bgnbd *m, const struct purchase_row *rows,
			    size_t count, double gradient[4])
{
	struct sum total = SUM_ZERO, sums[4] = {SUM_ZERO};
	struct shared s = {.x = -1};
	double by[4];

	for (size_t i = 0; i < count; i++) {
		const struct purchase_row *row = &rows[i];

		if (row->x != s.x)
			compute_shared(m, row->x, &s);
		sum_add(&total, row->weight * row_likelihood(m, &s, row, gradient ? by : NULL));
		for (size_t k = 0; gradient && k < 4; k++)
			sum_add(&sums[k], row->weight * by[k]);
	}
	for (size_t k = 0; gradient && k < 4; k++)
		gradient[k] = sum_value(&sums[k]);
	return sum_value(&total);
}

double bgnbd_log_of_ticks(unsigned k, const struct purchase_data *data)
{
	struct sum repeats = SUM_ZERO;

	if (k < 2)
		return 0;
	for (size_t i = 0; i < data->count; i++)
		sum_add(&repeats, data->rows[i].weight * data->rows[i].x);
	return (k - 1) * data->log_gaps - sum_value(&repeats) * special_lgamma(k);
}

bool bgnbd_is_odd(const struct bgnbd *m)
{
	return !m->nbd && (m->a + m->b > 1e5 || m->b < 1e-2);
}

/* Predictions. */

/* The log odds of having left by T, for whom may_have_left; W of wait_since. */
static double left_logit(const struct bgnbd *m, double x, double t_x, double T, double log_s)
{
	return log(m->a) - log(stayed(m, x) - 1) - log_s +
	       (m->r + ticks_of(m) * x) * log((m->alpha + T) / (m->alpha + t_x));
}

static void wait_of(const struct bgnbd *m, double x, double t_x, double T, struct waiting *w)
{
	struct shared s = {.n = m->r + ticks_of(m) * x};

	compute_ticks(m, &s);
	wait_since(m, &s, t_x, T, w);
}

double bgnbd_p_alive(const struct bgnbd *m, double x, double t_x, double T)
{
	struct waiting w = {0};

	if (!may_have_left(m, x))
		return 1;
	if (m->k > 1)
		wait_of(m, x, t_x, T, &w);
	return logistic(-left_logit(m, x, t_x, T, w.log_s));
}

/* The mean over the ticks since the last purchase of the chance to buy, or of the purchases. */
static double over_ticks(const struct bgnbd *m, double x, double t_x, double T, double t,
			 bool chance)
{
	struct waiting w;
	double total = 0;

	wait_of(m, x, t_x, T, &w);
	for (unsigned j = 0; j < m->k; j++) {
		const struct ticks s = {m->r + m->k * x + j, t / (m->alpha + T + t), m->k, j};

		if (w.weight[j] > 0)
			total += w.weight[j] * (chance ? ticks_p_some(&s) :
						ticks_expected(&s, m->nbd ? 0 : m->a, stayed(m, x)));
	}
	return total;
}

double bgnbd_p_none(const struct bgnbd *m, double x, double t_x, double T,
		    double t)
{
	/* 1 - ((alpha+T)/(alpha+T+t))^(r+x), without cancellation. */
	double buys = m->k > 1 ? over_ticks(m, x, t_x, T, t, true) :
		      -expm1(-(m->r + x) * log1p(t / (m->alpha + T)));

	return 1 - bgnbd_p_alive(m, x, t_x, T) * buys;
}

/*
 * The expected purchases of a customer who is alive,
 *	c/q * [1 - (1-u)^q 2F1(p, q; c; u)],  q = a-1, p = a+b+m-1-r, c = a+b+m+x-1,
 * with c multiplied into the series and 1/q into both parts, so that it stays
 * finite where q passes 0 (a = 1) and where c does (a + b = 1, x = m = 0):
 *	(c * 2F1 - c) / q = p u * sum of (p+1)_n (q+1)_n / ((c+1)_n (2)_n) u^n.
 * For a large a the sum is beyond doubles and (1-u)^q below them: a power of
 * two that the two share is carried beside the sum.
 */
static double expected_purchases(const struct bgnbd *m, double x, double u)
{
	const unsigned terms = 200000;	/* of the order 40 unless t >> alpha+T */
	double q = m->a - 1;
	double p = m->a + stayed(m, 0) - 1 - m->r;
	double c = m->a + stayed(m, x) - 1;
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
 * Past this a the drop-out chances are one point, a/(a+b+m+x), to four digits
 * (fits with a large b and a small a are NBDs), and a sum of 1/(1-u) * a terms
 * would be needed to find out better.
 */
#define ONE_POINT 1e4

/* At rate L and drop-out p a customer buys (1 - e^(-Lpt)) / p times: its mean. */
static double expected_at_one_point(const struct bgnbd *m, double x, double T,
				    double t)
{
	double p = m->a / (m->a + stayed(m, x));

	return -expm1(-(m->r + x) * log1p(p * t / (m->alpha + T))) / p;
}

double bgnbd_expected_if_alive(const struct bgnbd *m, double x, double t_x, double T,
			       double t)
{
	if (m->k > 1)
		return over_ticks(m, x, t_x, T, t, false);
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
	       bgnbd_expected_if_alive(m, x, t_x, T, t);
}

double bgnbd_expected_new(const struct bgnbd *m, double t)
{
	return bgnbd_expected(m, 0, 0, 0, t);
}
