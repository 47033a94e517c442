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

#include "stats/mle.h"
#include "stats/special.h"
#include "stats/sum.h"
#include "understand/churn/model_numbers.h"

/* What depends on x alone. */
struct shared {
	double x;
	double k;		/* K(x)... */
	double dr;		/* ...and its derivatives */
	double da;
	double db;
	double log_odds;	/* ln a - ln(b+x-1), for x > 0 */
};

static void compute_shared(const struct bgnbd *m, double x, struct shared *s)
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

double bgnbd_log_likelihood(const struct bgnbd *m, const struct purchase_row *rows,
			    size_t count, double gradient[4])
{
	struct sum total = SUM_ZERO, dr = SUM_ZERO, dalpha = SUM_ZERO;
	struct sum da = SUM_ZERO, db = SUM_ZERO;
	struct shared s = {.x = -1};

	for (size_t i = 0; i < count; i++) {
		const struct purchase_row *row = &rows[i];
		double n = m->r + row->x;
		double log_T = log(m->alpha + row->T);
		double ll, left = 0, gap = 0;

		if (row->x != s.x)
			compute_shared(m, row->x, &s);
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

/* Fitting, and finding out when the data want the NBD instead. */

struct likelihood_data {
	const struct purchase_row *rows;
	size_t count;
};

static double full_likelihood(void *context, const double *theta, double *gradient)
{
	const struct likelihood_data *d = context;
	const struct bgnbd m = {theta[0], theta[1], theta[2], theta[3], false};

	return bgnbd_log_likelihood(&m, d->rows, d->count, gradient);
}

static double nbd_likelihood(void *context, const double *theta,
			      double *gradient)
{
	const struct likelihood_data *d = context;
	const struct bgnbd m = {.r = theta[0], .alpha = theta[1], .nbd = true};
	double all[4];
	double ll = bgnbd_log_likelihood(&m, d->rows, d->count, all);

	gradient[0] = all[0];
	gradient[1] = all[1];
	return ll;
}

static double longest_time(const struct likelihood_data *d)
{
	double T = 0;

	for (size_t i = 0; i < d->count; i++)
		T = fmax(T, d->rows[i].T);
	return T;
}

static int fit_nbd(struct likelihood_data *d, struct bgnbd_fit *fit, struct mle_fit *got,
		   struct error *err)
{
	const double start[] = {1, longest_time(d) / 10};
	const struct mle m = {2, start, nbd_likelihood, d};

	if (mle_fit(&m, got, err))
		return -1;
	fit->nbd = (struct bgnbd){.r = got->theta[0], .alpha = got->theta[1],
				  .nbd = true};
	fit->nbd_log_likelihood = got->log_likelihood;
	return 0;
}

/*
 * Two more parameters that gain less than half a point of log-likelihood, a
 * mean drop-out of nothing, or one that only customers beyond any x reach: the
 * optimum is the NBD's, and what a and b say is an accident of the optimiser.
 */
static bool is_on_boundary(const struct mle_fit *best, double nbd_log_likelihood)
{
	double a = best->theta[2], b = best->theta[3];

	return best->log_likelihood - nbd_log_likelihood < 0.5 ||
	       a / (a + b) < 1e-5 || b > 1e4;
}

/*
 * The best of the starts that converge; false when none does.  An inner
 * maximum ends the search, and so do two starts that both end on the boundary.
 */
static bool fit_full(struct likelihood_data *d, const struct bgnbd_fit *nbd,
		     struct mle_fit *best)
{
	const double T = longest_time(d);
	const double starts[][4] = {
		{1, T / 10, 1, 1},
		{nbd->nbd.r, nbd->nbd.alpha, 0.5, 2.5},
		{0.25, T / 5, 0.2, 5},
	};
	unsigned edges = 0;
	bool any = false;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		const struct mle m = {4, starts[i], full_likelihood, d};
		struct mle_fit got;

		if (mle_fit(&m, &got, NULL) || !isfinite(got.log_likelihood))
			continue;
		if (!any || got.log_likelihood > best->log_likelihood)
			*best = got;
		any = true;
		edges += is_on_boundary(&got, nbd->nbd_log_likelihood);
		if (best->peaked || edges == 2)
			break;
	}
	return any;
}

static void take_optimum(const struct mle_fit *got, size_t count, struct bgnbd_fit *fit)
{
	fit->log_likelihood = got->log_likelihood;
	fit->gradient_norm = got->gradient_norm;
	for (size_t i = 0; i < 4; i++)
		fit->standard_errors[i] =
			i < count ? got->standard_errors[i] : NAN;
}

int bgnbd_fit(const struct purchase_row *rows, size_t count, struct bgnbd_fit *fit,
	      struct error *err)
{
	struct likelihood_data d = {rows, count};
	struct mle_fit nbd, best = {0};
	double repeats = 0;

	*fit = (struct bgnbd_fit){0};
	for (size_t i = 0; i < count; i++)
		repeats += rows[i].weight * rows[i].x;
	if (repeats == 0)
		return error_failed(err, "no customer has bought on two days: there is no repeat purchase to learn from");
	if (fit_nbd(&d, fit, &nbd, err))
		return -1;
	if (!fit_full(&d, fit, &best) ||
	    is_on_boundary(&best, fit->nbd_log_likelihood)) {
		fit->model = fit->nbd;
		take_optimum(&nbd, 2, fit);
		return 0;
	}
	fit->model = (struct bgnbd){best.theta[0], best.theta[1], best.theta[2],
				    best.theta[3], false};
	take_optimum(&best, 4, fit);
	fit->homogeneous = best.theta[2] + best.theta[3] > 1e5;
	fit->all_or_none = best.theta[2] + best.theta[3] < 1e-2;
	return 0;
}

/* The parts of a purchase model. */

static void round_parameters(struct bgnbd *m)
{
	model_round_number(&m->r);
	model_round_number(&m->alpha);
	if (m->nbd)
		return;
	model_round_number(&m->a);
	model_round_number(&m->b);
}

static int fit_rounded(void *fitted, const struct purchase_row *rows,
		       size_t count, struct error *err)
{
	struct bgnbd_fit *fit = fitted;

	if (bgnbd_fit(rows, count, fit, err))
		return -1;
	round_parameters(&fit->model);
	round_parameters(&fit->nbd);
	return 0;
}

static const struct bgnbd *model_of(const void *fitted)
{
	return &((const struct bgnbd_fit *)fitted)->model;
}

static double log_likelihood_of(const void *fitted,
				const struct purchase_row *rows, size_t count)
{
	return bgnbd_log_likelihood(model_of(fitted), rows, count, NULL);
}

static double p_alive_of(const void *fitted, double x, double t_x, double T)
{
	return bgnbd_p_alive(model_of(fitted), x, t_x, T);
}

static double p_none_of(const void *fitted, double x, double t_x, double T,
			double t)
{
	return bgnbd_p_none(model_of(fitted), x, t_x, T, t);
}

static double expected_of(const void *fitted, double x, double T, double t)
{
	return bgnbd_expected_if_alive(model_of(fitted), x, T, t);
}

static const char *const file_names[] = {"bgnbd", "nbd", NULL};
static const char *const parameter_names[] = {"r", "alpha", "a", "b"};

static size_t parameter_count(const struct bgnbd *m)
{
	return m->nbd ? 2 : 4;
}

static const char *name_of(const void *fitted)
{
	return file_names[model_of(fitted)->nbd ? 1 : 0];
}

static void save_members(const void *fitted, struct node *root)
{
	const struct bgnbd_fit *fit = fitted;
	const struct bgnbd *m = &fit->model;
	const double parameters[] = {m->r, m->alpha, m->a, m->b};
	const double nbd[] = {fit->nbd.r, fit->nbd.alpha};
	struct node *other;

	model_add_numbers(root, "parameters", parameter_names, parameters,
			  parameter_count(m));
	model_add_numbers(root, "standard_errors", parameter_names,
			  fit->standard_errors, parameter_count(m));
	model_add_number(root, "log_likelihood", fit->log_likelihood);
	other = node_add_object(root, "without_dropout");
	model_add_numbers(other, "parameters", parameter_names, nbd, 2);
	model_add_number(other, "log_likelihood", fit->nbd_log_likelihood);
}

static int load_members(void *fitted, const char *name, const struct node *root,
			struct error *err)
{
	struct bgnbd *m = &((struct bgnbd_fit *)fitted)->model;
	double numbers[4] = {0};

	m->nbd = name == file_names[1];
	if (model_need_numbers(node_get(root, "parameters"), parameter_names,
			       numbers, parameter_count(m), err))
		return -1;
	m->r = numbers[0];
	m->alpha = numbers[1];
	m->a = numbers[2];
	m->b = numbers[3];
	return 0;
}

static void describe_fit(const void *fitted, const char *unit,
			 struct buf *sentence, struct buf *warnings)
{
	const struct bgnbd_fit *fit = fitted;
	const struct bgnbd *m = &fit->model;

	if (m->nbd) {
		buf_printf(sentence, "NBD by %ss: r %.6g, alpha %.6g", unit,
			   m->r, m->alpha);
		buf_lit(warnings, "no drop-out was seen: nobody seems to leave for good, p_alive is 1 for everyone\n");
	} else {
		buf_printf(sentence, "BG/NBD by %ss: r %.6g, alpha %.6g, a %.6g, b %.6g",
			   unit, m->r, m->alpha, m->a, m->b);
	}
	if (fit->homogeneous || fit->all_or_none)
		buf_printf(warnings, "the drop-out chance has collapsed to one point (a + b = %.3g): do not lean on p_alive\n",
			   m->a + m->b);
}

const struct purchase_model bgnbd_purchase_model = {
	.names = file_names,
	.fitted_size = sizeof(struct bgnbd_fit),
	.fit = fit_rounded,
	.log_likelihood = log_likelihood_of,
	.p_alive = p_alive_of,
	.p_none = p_none_of,
	.expected = expected_of,
	.name = name_of,
	.save = save_members,
	.load = load_members,
	.describe = describe_fit,
};
