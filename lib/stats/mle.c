#include "stats/mle.h"

#include <math.h>
#include <string.h>

#include "stats/lbfgs.h"

#define N MLE_PARAMETERS_MAX
/* Per unit of log-likelihood: Newton ends far below it at a true peak. */
#define GRADIENT_MAX 1e-6
/* In log-parameters: a Hessian from so near gives standard errors to four digits. */
#define NEAR 1e-4

struct climb {
	const struct mle *m;
	double centre[N];	/* log start */
};

/* A wall's slope: steep enough to stop a likelihood of any sample. */
static double wall(double u, double centre, double *slope)
{
	double beyond = fabs(u - centre) - MLE_WALL;

	*slope = 0;
	if (beyond <= 0)
		return 0;
	*slope = 2e4 * beyond * (u < centre ? -1 : 1);
	return 1e4 * beyond * beyond;
}

/* Minus the log-likelihood by log-parameters, walls included. */
static double cost(void *context, const double *u, double *gradient, size_t n)
{
	const struct climb *c = context;
	double theta[N] = {0};
	double total;

	for (size_t i = 0; i < n; i++)
		theta[i] = exp(u[i]);
	total = -c->m->log_likelihood(c->m->context, theta, gradient);
	for (size_t i = 0; i < n; i++) {
		double slope;

		total += wall(u[i], c->centre[i], &slope);
		gradient[i] = -gradient[i] * theta[i] + slope;
	}
	return total;
}

/* H by central differences of the gradient, made symmetric. */
static void hessian(struct climb *c, const double *u, double h[N][N])
{
	const double step = 1e-4;
	size_t n = c->m->count;
	double at[N], up[N], down[N];

	memcpy(at, u, n * sizeof *at);
	for (size_t i = 0; i < n; i++) {
		at[i] = u[i] + step;
		cost(c, at, up, n);
		at[i] = u[i] - step;
		cost(c, at, down, n);
		at[i] = u[i];
		for (size_t k = 0; k < n; k++)
			h[i][k] = (up[k] - down[k]) / (2 * step);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			h[i][k] = h[k][i] = (h[i][k] + h[k][i]) / 2;
}

/* The lower triangle of Cholesky's L in place; false: not positive definite. */
static bool cholesky(double h[N][N], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k <= i; k++) {
			double rest = h[i][k];

			for (size_t j = 0; j < k; j++)
				rest -= h[i][j] * h[k][j];
			if (k < i)
				h[i][k] = rest / h[k][k];
			else if (!(rest > 1e-12 * fabs(h[i][i])))
				return false;
			else
				h[i][i] = sqrt(rest);
		}
	}
	return true;
}

/* Solves L L' x = b in place. */
static void solve_system(double l[N][N], double *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			b[i] -= l[i][k] * b[k];
		b[i] /= l[i][i];
	}
	for (size_t i = n; i-- > 0;) {
		for (size_t k = i + 1; k < n; k++)
			b[i] -= l[k][i] * b[k];
		b[i] /= l[i][i];
	}
}

static double norm(const double *v, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += v[i] * v[i];
	return sqrt(total);
}

static double distance(const double *a, const double *b, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += (a[i] - b[i]) * (a[i] - b[i]);
	return sqrt(total);
}

/* One Newton step from U by the factor L, kept only when it shortens the gradient. */
static bool step_down(struct climb *c, double *u, double *gradient, double l[N][N])
{
	size_t n = c->m->count;
	double step[N], next[N], then[N];

	memcpy(step, gradient, n * sizeof *step);
	solve_system(l, step, n);
	for (size_t i = 0; i < n; i++)
		next[i] = u[i] - step[i];
	cost(c, next, then, n);
	if (!(norm(then, n) < norm(gradient, n)))
		return false;
	memcpy(u, next, n * sizeof *u);
	memcpy(gradient, then, n * sizeof *gradient);
	return norm(step, n) >= 1e-12;
}

/*
 * Newton steps from U.  A Hessian costs 2n gradients, and near the peak it hardly changes: it
 * serves until its steps no longer help, and is taken anew where they led away from it.  The
 * last one's factor stays in L.  False: U is on no peak, or the steps never settled on one.
 */
static bool polish_optimum(struct climb *c, double *u, double l[N][N])
{
	size_t n = c->m->count;
	double gradient[N], at[N];

	cost(c, u, gradient, n);
	for (int round = 0; round < 8; round++) {
		memcpy(at, u, n * sizeof *at);
		hessian(c, u, l);
		if (!cholesky(l, n))
			return false;
		for (int steps = 0; steps < 3 && step_down(c, u, gradient, l);)
			steps++;
		if (distance(at, u, n) < NEAR)
			return true;
	}
	return false;
}

static bool at_wall(const struct climb *c, const double *u)
{
	for (size_t i = 0; i < c->m->count; i++)
		if (fabs(u[i] - c->centre[i]) > MLE_WALL - 0.1)
			return true;
	return false;
}

static void finish_fit(struct climb *c, const double *u, double l[N][N],
		       struct mle_fit *fit)
{
	size_t n = c->m->count;
	double gradient[N];

	for (size_t i = 0; i < n; i++) {
		fit->theta[i] = exp(u[i]);
		fit->standard_errors[i] = NAN;
	}
	fit->log_likelihood = -cost(c, u, gradient, n);
	fit->gradient_norm = norm(gradient, n);
	if (at_wall(c, u))	/* what the wall adds is not the data's */
		fit->log_likelihood = c->m->log_likelihood(c->m->context, fit->theta, gradient);
	fit->peaked &= fit->gradient_norm <=
		       GRADIENT_MAX * (1 + fabs(fit->log_likelihood));
	for (size_t i = 0; fit->peaked && i < n; i++) {
		double unit[N] = {0};

		unit[i] = 1;
		solve_system(l, unit, n);
		fit->standard_errors[i] = fit->theta[i] * sqrt(unit[i]);
	}
}

static int begin_fit(struct climb *c, double *u, struct mle_fit *fit, struct error *err)
{
	double gradient[N];

	*fit = (struct mle_fit){0};
	for (size_t i = 0; i < c->m->count; i++)
		c->centre[i] = u[i] = log(c->m->start[i]);
	if (!isfinite(cost(c, u, gradient, c->m->count)))
		return error_failed(err, "the likelihood has no value at the start: the data hold impossible numbers");
	return 0;
}

int mle_fit(const struct mle *m, struct mle_fit *fit, struct error *err)
{
	struct climb c = {.m = m};
	double u[N], l[N][N];
	struct lbfgs problem = {.count = m->count, .cost = cost, .context = &c};

	if (begin_fit(&c, u, fit, err))
		return -1;
	lbfgs_descend(&problem, u);
	fit->peaked = polish_optimum(&c, u, l) && !at_wall(&c, u);
	finish_fit(&c, u, l, fit);
	if (!isfinite(fit->log_likelihood))
		return error_failed(err, "the fit did not converge: its likelihood is not finite");
	return 0;
}

int mle_fit_near(const struct mle *m, struct mle_fit *fit, struct error *err)
{
	struct climb c = {.m = m};
	double u[N], l[N][N];

	if (begin_fit(&c, u, fit, err))
		return -1;
	fit->peaked = polish_optimum(&c, u, l) && !at_wall(&c, u);
	if (fit->peaked)
		finish_fit(&c, u, l, fit);
	return fit->peaked && isfinite(fit->log_likelihood) ? 0 : mle_fit(m, fit, err);
}
