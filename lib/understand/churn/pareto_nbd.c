/*
 * ln L = ln G(r+x) - ln G(r) + r ln alpha - (r+x) ln(alpha+T) + s [ln beta - ln(beta+T)]
 *        + softplus(z)
 *   z  = ln s - ln(beta+t_x) + ln J + (r+x) [ln(alpha+T) - ln(alpha+t_x)]
 *        + s [ln(beta+T) - ln(beta+t_x)]
 * J is the integral over when, from t_x to T, the customer left (pareto_integral.h), and
 * P(alive) = 1 / (1 + e^z).  The derivatives are taken under the integral.
 */
#include "understand/churn/pareto_nbd.h"

#include <math.h>

#include "stats/special.h"
#include "stats/sum.h"
#include "understand/churn/pareto_integral.h"

/* What depends on x alone. */
struct shared {
	double x;
	double k;
	double dr;
};

static void compute_shared(const struct pareto_nbd *m, double x, struct shared *s)
{
	s->x = x;
	s->k = special_lgamma(m->r + x) - special_lgamma(m->r) + m->r * log(m->alpha);
	s->dr = special_digamma(m->r + x) - special_digamma(m->r) + log(m->alpha);
}

/* z, the log odds of having left by T, and the integral in it. */
static double left_logit(const struct pareto_nbd *m, double x, double t_x, double T,
			 struct pareto_integral *j)
{
	pareto_integrate(m->alpha + t_x, m->r + x, m->beta + t_x, m->s + 1, T - t_x, j);
	return log(m->s) - log(m->beta + t_x) + j->log_value +
	       (m->r + x) * log((m->alpha + T) / (m->alpha + t_x)) +
	       m->s * log((m->beta + T) / (m->beta + t_x));
}

static double row_likelihood(const struct pareto_nbd *m, const struct shared *s,
			     const struct purchase_row *row, double *gradient)
{
	double n = m->r + row->x, log_a = log(m->alpha + row->T), log_b, z, e, left = 0;
	double ll = s->k - n * log_a;
	struct pareto_integral j = {0};

	gradient[0] = s->dr - log_a;
	gradient[1] = m->r / m->alpha - n / (m->alpha + row->T);
	gradient[2] = gradient[3] = 0;
	if (m->nbd)
		return ll;
	log_b = log(m->beta + row->T);
	ll += m->s * (log(m->beta) - log_b);
	gradient[2] = log(m->beta) - log_b;
	gradient[3] = m->s / m->beta - m->s / (m->beta + row->T);
	z = left_logit(m, row->x, row->t_x, row->T, &j);
	if (!(z > -INFINITY))
		return ll;
	e = exp(-fabs(z));
	left = (z >= 0 ? 1 : e) / (1 + e);
	gradient[0] += left * (log_a - j.log_a);
	gradient[1] += left * n * (1 / (m->alpha + row->T) - j.per_a);
	gradient[2] += left * (log_b - j.log_b + 1 / m->s);
	gradient[3] += left * (m->s / (m->beta + row->T) - (m->s + 1) * j.per_b);
	return ll + fmax(z, 0) + log(1 + e);
}

double pareto_nbd_log_likelihood(const struct pareto_nbd *m, const struct purchase_row *rows,
				 size_t count, double gradient[4])
{
	struct sum total = SUM_ZERO, sums[4] = {SUM_ZERO};
	struct shared s = {.x = -1};
	double by[4];

	for (size_t i = 0; i < count; i++) {
		if (rows[i].x != s.x)
			compute_shared(m, rows[i].x, &s);
		sum_add(&total, rows[i].weight * row_likelihood(m, &s, &rows[i], by));
		for (size_t k = 0; gradient && k < 4; k++)
			sum_add(&sums[k], rows[i].weight * by[k]);
	}
	for (size_t k = 0; gradient && k < 4; k++)
		gradient[k] = sum_value(&sums[k]);
	return sum_value(&total);
}

double pareto_nbd_p_alive(const struct pareto_nbd *m, double x, double t_x, double T)
{
	struct pareto_integral j;
	double z, e;

	if (m->nbd)
		return 1;
	z = left_logit(m, x, t_x, T, &j);
	e = exp(-fabs(z));
	return (z >= 0 ? e : 1) / (1 + e);
}

/*
 * (r+x) (beta+T) / (alpha+T) * (1 - (1 + t/(beta+T))^(1-s)) / (s-1), which is a logarithm
 * at s = 1.
 */
double pareto_nbd_expected_if_alive(const struct pareto_nbd *m, double x, double T, double t)
{
	double rate = (m->r + x) / (m->alpha + T), w;

	if (m->nbd)
		return rate * t;
	w = log1p(t / (m->beta + T));
	return rate * (m->beta + T) * (m->s == 1 ? w : expm1((1 - m->s) * w) / (1 - m->s));
}

double pareto_nbd_expected_new(const struct pareto_nbd *m, double t)
{
	return pareto_nbd_expected_if_alive(m, 0, 0, t);
}

/* The first purchase of an active customer comes at y, and he has not left before. */
double pareto_nbd_p_none(const struct pareto_nbd *m, double x, double t_x, double T, double t)
{
	struct pareto_integral j;

	if (m->nbd)
		return exp(-(m->r + x) * log1p(t / (m->alpha + T)));
	pareto_integrate(m->alpha + T, m->r + x + 1, m->beta + T, m->s, t, &j);
	return fmax(0, 1 - pareto_nbd_p_alive(m, x, t_x, T) * (m->r + x) / (m->alpha + T) *
			   exp(j.log_value));
}

/* Fitting. */

static double full_likelihood(const void *context, const struct purchase_data *data,
			      const double *theta, double *gradient)
{
	const struct pareto_nbd m = {theta[0], theta[1], theta[2], theta[3], false};

	(void)context;
	return pareto_nbd_log_likelihood(&m, data->rows, data->count, gradient);
}

static double nbd_likelihood(const void *context, const struct purchase_data *data,
			     const double *theta, double *gradient)
{
	const struct pareto_nbd m = {.r = theta[0], .alpha = theta[1], .nbd = true};
	double all[4], ll = pareto_nbd_log_likelihood(&m, data->rows, data->count, all);

	(void)context;
	gradient[0] = all[0];
	gradient[1] = all[1];
	return ll;
}

/* Less than one in 100,000 leaves while the shop is observed. */
static bool nobody_leaves(const double *theta, double longest)
{
	return -expm1(-theta[2] * log1p(longest / theta[3])) < 1e-5;
}

static bool is_one_rate(double s)
{
	return s > 1e4;
}

static bool is_ridge(const double *theta)
{
	return is_one_rate(theta[2]) || theta[2] < 1e-2;
}

static void start(size_t number, const double *nbd, double longest, double *theta)
{
	const double starts[][4] = {
		{1, longest / 5, 1, longest / 5},
		{nbd[0], nbd[1], 0.5, longest},
		{0.5, longest / 10, 2, longest * 4},
	};

	for (size_t i = 0; i < 4; i++)
		theta[i] = starts[number][i];
}

static void take_model(struct pareto_nbd_fit *fit)
{
	const struct dropout_optimum *o = &fit->optimum;

	fit->model = (struct pareto_nbd){o->theta[0], o->theta[1], o->theta[2], o->theta[3], o->nbd};
}

int pareto_nbd_fit(const struct purchase_data *data, struct pareto_nbd_fit *fit,
		   struct error *err)
{
	const struct dropout_search s = {full_likelihood, nbd_likelihood, NULL, nobody_leaves,
					 is_ridge, 3, start};

	*fit = (struct pareto_nbd_fit){0};
	if (dropout_find(&s, data, &fit->optimum, err))
		return -1;
	take_model(fit);
	return 0;
}

/* The parts of a purchase model. */

static const char *const parameter_names[] = {"r", "alpha", "s", "beta"};

static int fit_rounded(void *fitted, const struct purchase_data *data, struct error *err)
{
	struct pareto_nbd_fit *fit = fitted;

	if (pareto_nbd_fit(data, fit, err))
		return -1;
	dropout_round(&fit->optimum);
	take_model(fit);
	return 0;
}

static const struct pareto_nbd *model_of(const void *fitted)
{
	return &((const struct pareto_nbd_fit *)fitted)->model;
}

static double log_likelihood_of(const void *fitted, const struct purchase_data *data)
{
	return pareto_nbd_log_likelihood(model_of(fitted), data->rows, data->count, NULL);
}

static double p_alive_of(const void *fitted, double x, double t_x, double T)
{
	return pareto_nbd_p_alive(model_of(fitted), x, t_x, T);
}

static double p_none_of(const void *fitted, double x, double t_x, double T, double t)
{
	return pareto_nbd_p_none(model_of(fitted), x, t_x, T, t);
}

static double expected_of(const void *fitted, double x, double t_x, double T, double t)
{
	(void)t_x;
	return pareto_nbd_expected_if_alive(model_of(fitted), x, T, t);
}

/* Everybody leaves at one rate, or at any: s has no bound, or next to nothing. */
static bool is_odd(const void *fitted)
{
	const struct pareto_nbd *m = model_of(fitted);

	return !m->nbd && (is_one_rate(m->s) || m->s < 1e-2);
}

static void save_members(const void *fitted, struct node *root)
{
	const struct pareto_nbd_fit *fit = fitted;

	dropout_save(&fit->optimum, parameter_names, root);
}

static int load_members(void *fitted, const struct node *root, struct error *err)
{
	struct pareto_nbd_fit *fit = fitted;

	if (dropout_load(&fit->optimum, parameter_names, root, err))
		return -1;
	take_model(fit);
	return 0;
}

static void describe_fit(const void *fitted, const char *unit, struct buf *sentence,
			 struct buf *warnings)
{
	const struct pareto_nbd_fit *fit = fitted;

	dropout_describe(&fit->optimum, "Pareto/NBD", "NBD", parameter_names, unit, sentence,
			 warnings);
	if (is_odd(fitted))
		buf_printf(warnings, "the rate of leaving has collapsed (s = %.3g): do not lean on p_alive; no risk is named\n",
			   fit->model.s);
}

const struct purchase_model pareto_nbd_purchase_model = {
	.option = "pareto-nbd",
	.name = "pareto_nbd",
	.fitted_size = sizeof(struct pareto_nbd_fit),
	.fit = fit_rounded,
	.log_likelihood = log_likelihood_of,
	.p_alive = p_alive_of,
	.p_none = p_none_of,
	.expected = expected_of,
	.is_odd = is_odd,
	.save = save_members,
	.load = load_members,
	.describe = describe_fit,
};
