/*
 * ln L = ln G(px+q) - ln G(px) - ln G(q) + q ln gamma + (px-1) ln z + px ln x
 *        - (px+q) ln(gamma + xz)
 *
 * The gamma functions depend on x alone: rows sorted by x share them.
 */
#include "understand/churn/gamma_gamma.h"

#include <math.h>

#include "stats/mle.h"
#include "stats/special.h"
#include "stats/sum.h"

struct shared {
	double x;
	double k;
	double dp;
	double dq;
};

static void share(const struct gamma_gamma *m, double x, struct shared *s)
{
	double both = special_digamma(m->p * x + m->q);

	s->x = x;
	s->k = special_lgamma(m->p * x + m->q) - special_lgamma(m->p * x) -
	       special_lgamma(m->q) + m->q * log(m->gamma) +
	       m->p * x * log(x);
	s->dp = x * (both - special_digamma(m->p * x) + log(x));
	s->dq = both - special_digamma(m->q) + log(m->gamma);
}

double gamma_gamma_log_likelihood(const struct gamma_gamma *m,
				  const struct spend_row *rows, size_t count,
				  double gradient[3])
{
	struct sum total = SUM_ZERO, dp = SUM_ZERO, dq = SUM_ZERO;
	struct sum dgamma = SUM_ZERO;
	struct shared s = {.x = -1};

	for (size_t i = 0; i < count; i++) {
		double x = rows[i].x, log_z = log(rows[i].z);
		double all = m->gamma + x * rows[i].z;
		double log_all = log(all), n;

		if (x != s.x)
			share(m, x, &s);
		n = m->p * x + m->q;
		sum_add(&total, s.k + (m->p * x - 1) * log_z - n * log_all);
		if (!gradient)
			continue;
		sum_add(&dp, s.dp + x * (log_z - log_all));
		sum_add(&dq, s.dq - log_all);
		sum_add(&dgamma, m->q / m->gamma - n / all);
	}
	if (gradient) {
		gradient[0] = sum_value(&dp);
		gradient[1] = sum_value(&dq);
		gradient[2] = sum_value(&dgamma);
	}
	return sum_value(&total);
}

/* A spend that is all but the same from purchase to purchase: a ridge, whose top is nowhere. */
#define SHAPE_MOST 1e5

struct data {
	const struct spend_row *rows;
	size_t count;
};

static double likelihood(void *context, const double *theta, double *gradient)
{
	const struct data *d = context;
	const struct gamma_gamma m = {theta[0], theta[1], theta[2]};

	return gamma_gamma_log_likelihood(&m, d->rows, d->count, gradient);
}

static double mean(const struct data *d, bool of_x)
{
	struct sum total = SUM_ZERO;

	for (size_t i = 0; i < d->count; i++)
		sum_add(&total, of_x ? d->rows[i].x : d->rows[i].z);
	return sum_value(&total) / (double)d->count;
}

static double correlation(const struct data *d)
{
	double mean_x = mean(d, true), mean_z = mean(d, false);
	struct sum xx = SUM_ZERO, zz = SUM_ZERO, xz = SUM_ZERO;

	for (size_t i = 0; i < d->count; i++) {
		double x = d->rows[i].x - mean_x, z = d->rows[i].z - mean_z;

		sum_add(&xx, x * x);
		sum_add(&zz, z * z);
		sum_add(&xz, x * z);
	}
	if (sum_value(&xx) == 0 || sum_value(&zz) == 0)
		return NAN;
	return sum_value(&xz) / sqrt(sum_value(&xx) * sum_value(&zz));
}

int gamma_gamma_fit(const struct spend_row *rows, size_t count,
		    struct gamma_gamma_fit *fit, struct error *err)
{
	struct data d = {rows, count};
	double start[3] = {2, 3, 0};
	struct mle m = {3, start, likelihood, &d};
	struct mle_fit got;

	*fit = (struct gamma_gamma_fit){0};
	if (count < 2)
		return error_failed(err, "fewer than two customers with paid repeat purchases: there is no spread of spend to learn from");
	start[2] = mean(&d, false);
	if (mle_fit(&m, &got, err))
		return -1;
	if (!got.peaked || got.theta[0] > SHAPE_MOST)
		return error_failed(err, "the Gamma-Gamma model has no inner optimum on %zu customers: their spend varies too little or too much", count);
	if (got.theta[1] <= 1)
		return error_failed(err, "the Gamma-Gamma model has q = %.6g, not above 1, so the mean spend is infinite: some amounts are extreme; cap them and try again", got.theta[1]);
	fit->model = (struct gamma_gamma){got.theta[0], got.theta[1],
					  got.theta[2]};
	for (size_t i = 0; i < 3; i++)
		fit->standard_errors[i] = got.standard_errors[i];
	fit->log_likelihood = got.log_likelihood;
	fit->gradient_norm = got.gradient_norm;
	fit->correlation = correlation(&d);
	return 0;
}

double gamma_gamma_expected(const struct gamma_gamma *m, double x, double z)
{
	return m->p * (m->gamma + x * z) / (m->p * x + m->q - 1);
}
