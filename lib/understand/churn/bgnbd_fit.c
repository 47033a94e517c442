/* Fitting the BG/NBD, and telling when the data want the NBD instead. */
#include <math.h>

#include "stats/mle.h"
#include "understand/churn/bgnbd.h"

struct data {
	const struct bgnbd_row *rows;
	size_t count;
};

static double full(void *context, const double *theta, double *gradient)
{
	const struct data *d = context;
	const struct bgnbd m = {theta[0], theta[1], theta[2], theta[3], false};

	return bgnbd_log_likelihood(&m, d->rows, d->count, gradient);
}

static double without_dropout(void *context, const double *theta,
			      double *gradient)
{
	const struct data *d = context;
	const struct bgnbd m = {.r = theta[0], .alpha = theta[1], .nbd = true};
	double all[4];
	double ll = bgnbd_log_likelihood(&m, d->rows, d->count, all);

	gradient[0] = all[0];
	gradient[1] = all[1];
	return ll;
}

static double longest(const struct data *d)
{
	double T = 0;

	for (size_t i = 0; i < d->count; i++)
		T = fmax(T, d->rows[i].T);
	return T;
}

static int fit_nbd(struct data *d, struct bgnbd_fit *fit, struct mle_fit *got,
		   struct error *err)
{
	const double start[] = {1, longest(d) / 10};
	const struct mle m = {2, start, without_dropout, d};

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
static bool on_boundary(const struct mle_fit *best, double nbd_log_likelihood)
{
	double a = best->theta[2], b = best->theta[3];

	return best->log_likelihood - nbd_log_likelihood < 0.5 ||
	       a / (a + b) < 1e-5 || b > 1e4;
}

/*
 * The best of the starts that converge; false when none does.  An inner
 * maximum ends the search, and so do two starts that both end on the boundary.
 */
static bool fit_full(struct data *d, const struct bgnbd_fit *nbd,
		     struct mle_fit *best)
{
	const double T = longest(d);
	const double starts[][4] = {
		{1, T / 10, 1, 1},
		{nbd->nbd.r, nbd->nbd.alpha, 0.5, 2.5},
		{0.25, T / 5, 0.2, 5},
	};
	unsigned edges = 0;
	bool any = false;

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		const struct mle m = {4, starts[i], full, d};
		struct mle_fit got;

		if (mle_fit(&m, &got, NULL) || !isfinite(got.log_likelihood))
			continue;
		if (!any || got.log_likelihood > best->log_likelihood)
			*best = got;
		any = true;
		edges += on_boundary(&got, nbd->nbd_log_likelihood);
		if (best->peaked || edges == 2)
			break;
	}
	return any;
}

static void take(const struct mle_fit *got, size_t count, struct bgnbd_fit *fit)
{
	fit->log_likelihood = got->log_likelihood;
	fit->gradient_norm = got->gradient_norm;
	for (size_t i = 0; i < 4; i++)
		fit->standard_errors[i] =
			i < count ? got->standard_errors[i] : NAN;
}

int bgnbd_fit(const struct bgnbd_row *rows, size_t count, struct bgnbd_fit *fit,
	      struct error *err)
{
	struct data d = {rows, count};
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
	    on_boundary(&best, fit->nbd_log_likelihood)) {
		fit->model = fit->nbd;
		take(&nbd, 2, fit);
		return 0;
	}
	fit->model = (struct bgnbd){best.theta[0], best.theta[1], best.theta[2],
				    best.theta[3], false};
	take(&best, 4, fit);
	fit->homogeneous = best.theta[2] + best.theta[3] > 1e5;
	fit->all_or_none = best.theta[2] + best.theta[3] < 1e-2;
	return 0;
}
