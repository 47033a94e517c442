#include "stats/logit.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"
#include "stats/sum.h"

/* Rows that are weighted and multiplied at a time: they stay in the cache. */
enum { BLOCK = 256, PASSES_MAX = 100, HALVINGS_MAX = 40 };

/* A fit under way; the intercept is the last of N parameters. */
struct fit {
	const struct logit_rows *rows;
	double penalty;		/* 1 / C */
	size_t n;
	double *theta, *next;
	double *gradient, *step;
	double *hessian;	/* N x N */
	double *block;		/* BLOCK rows of N */
};

double logit_chance(double odds)
{
	double e = exp(-fabs(odds));

	return (odds >= 0 ? 1 : e) / (1 + e);
}

double logit_of_chance(double p)
{
	p = fmin(fmax(p, 1e-9), 1 - 1e-9);
	return log(p / (1 - p));
}

double logit_odds(const struct logit *m, const double *x)
{
	double sum = m->intercept;

	for (size_t j = 0; j < m->width; j++)
		sum += m->coefficients[j] * x[j];
	return sum;
}

static double row_odds(const struct fit *f, const double *theta, size_t i)
{
	size_t width = f->rows->width;
	const double *x = f->rows->x + i * width;
	double sum = theta[width];

	for (size_t j = 0; j < width; j++)
		sum += theta[j] * x[j];
	return sum;
}

/* ln(1 + exp(z)), which never overflows. */
static double softplus(double z)
{
	return fmax(z, 0) + log1p(exp(-fabs(z)));
}

static double weight_of(const struct fit *f, size_t i)
{
	return f->rows->weights ? f->rows->weights[i] : 1;
}

static double objective(const struct fit *f, const double *theta)
{
	struct sum sum = SUM_ZERO;

	for (size_t i = 0; i < f->rows->count; i++) {
		double odds = row_odds(f, theta, i);

		sum_add(&sum, weight_of(f, i) * softplus(f->rows->y[i] ? -odds : odds));
	}
	for (size_t j = 0; j < f->rows->width; j++)
		sum_add(&sum, f->penalty / 2 * theta[j] * theta[j]);
	return sum_value(&sum);
}

/* Row I's part of the gradient; its weighted values into LINE, for the Hessian. */
static void take_row(struct fit *f, size_t i, double *line)
{
	size_t width = f->rows->width;
	const double *x = f->rows->x + i * width;
	double p = logit_chance(row_odds(f, f->theta, i)), weight = weight_of(f, i);
	double off = weight * (p - f->rows->y[i]), root = sqrt(weight * p * (1 - p));

	for (size_t j = 0; j < width; j++) {
		f->gradient[j] += off * x[j];
		line[j] = root * x[j];
	}
	f->gradient[width] += off;
	line[width] = root;
}

static void differentiate(struct fit *f)
{
	size_t n = f->n;

	memset(f->gradient, 0, n * sizeof *f->gradient);
	memset(f->hessian, 0, n * n * sizeof *f->hessian);
	for (size_t at = 0; at < f->rows->count; at += BLOCK) {
		size_t some = f->rows->count - at < BLOCK ? f->rows->count - at : BLOCK;

		for (size_t i = 0; i < some; i++)
			take_row(f, at + i, f->block + i * n);
		linear_add_gram(f->hessian, f->block, some, n);
	}
	for (size_t j = 0; j + 1 < n; j++) {
		f->gradient[j] += f->penalty * f->theta[j];
		f->hessian[j * n + j] += f->penalty;
	}
}

/* Where nearly all chances are 0 or 1 the curvature of the intercept vanishes. */
static void hold_up(struct fit *f)
{
	double *last = &f->hessian[f->n * f->n - 1];

	if (*last < 1e-10 * (double)f->rows->count)
		*last += 1e-10 * (double)f->rows->count;
}

/*
 * One step of Newton's.  1: the optimum is reached, 0: it goes on, -1: no step leads down.
 * *VALUE is the objective at theta, before and after.
 */
static int walk(struct fit *f, double *value)
{
	double gain = 0, length = 1, there = *value;

	differentiate(f);
	hold_up(f);
	memcpy(f->step, f->gradient, f->n * sizeof *f->step);
	if (linear_factor(f->hessian, f->n))
		return -1;
	linear_solve(f->hessian, f->n, f->step, 1);
	for (size_t j = 0; j < f->n; j++)
		gain += f->step[j] * f->gradient[j];
	for (int i = 0; i < HALVINGS_MAX; i++, length /= 2) {
		for (size_t j = 0; j < f->n; j++)
			f->next[j] = f->theta[j] - length * f->step[j];
		there = objective(f, f->next);
		if (there <= *value || gain < 1e-12 * (1 + fabs(*value)))
			break;
	}
	if (!isfinite(there) || !(there <= *value + 1e-9 * (1 + fabs(*value))))
		return -1;
	memcpy(f->theta, f->next, f->n * sizeof *f->theta);
	*value = there;
	return gain < 1e-12 * (1 + fabs(there));
}

static int check_rows(const struct logit_rows *rows, struct error *err)
{
	double positive = 0, all = 0;

	if (rows->width > LOGIT_WIDTH_MAX)
		return error_failed(err, "%zu columns are too many for a logistic regression: at most %d",
				    rows->width, LOGIT_WIDTH_MAX);
	for (size_t i = 0; i < rows->count; i++) {
		double weight = rows->weights ? rows->weights[i] : 1;

		all += weight;
		positive += rows->y[i] ? weight : 0;
	}
	if (!(positive > 0 && positive < all))
		return error_failed(err, "all rows are of one class: there is nothing to learn");
	return 0;
}

static void fit_init(struct fit *f, const struct logit_rows *rows, double c)
{
	size_t n = rows->width + 1;
	double *room = mem_zero(4 * n + n * n + BLOCK * n, sizeof *room);

	*f = (struct fit){.rows = rows, .penalty = 1 / c, .n = n, .theta = room, .next = room + n,
			  .gradient = room + 2 * n, .step = room + 3 * n, .hessian = room + 4 * n,
			  .block = room + 4 * n + n * n};
}

int logit_fit(struct logit *m, const struct logit_rows *rows, double c, struct error *err)
{
	struct fit f;
	double value;
	int done = 0;

	*m = (struct logit){.width = rows->width};
	if (check_rows(rows, err))
		return -1;
	fit_init(&f, rows, c);
	value = objective(&f, f.theta);
	while (!done && m->passes < PASSES_MAX) {
		done = walk(&f, &value);
		m->passes++;
	}
	if (done == 1) {
		m->coefficients = mem_zero(rows->width + 1, sizeof *m->coefficients);
		memcpy(m->coefficients, f.theta, rows->width * sizeof *m->coefficients);
		m->intercept = f.theta[rows->width];
	}
	mem_free(f.theta);
	return done == 1 ? 0 : error_failed(err, "the logistic regression found no optimum");
}

void logit_release(struct logit *m)
{
	mem_free(m->coefficients);
	*m = (struct logit){0};
}

void logit_scale(const double *x, size_t count, size_t width, double *means, double *deviations)
{
	for (size_t j = 0; j < width; j++) {
		struct sum sum = SUM_ZERO, squares = SUM_ZERO;

		for (size_t i = 0; i < count; i++)
			sum_add(&sum, x[i * width + j]);
		means[j] = count && isfinite(sum_value(&sum)) ? sum_value(&sum) / (double)count : 0;
		for (size_t i = 0; i < count; i++)
			sum_add(&squares, (x[i * width + j] - means[j]) * (x[i * width + j] - means[j]));
		deviations[j] = count ? sqrt(sum_value(&squares) / (double)count) : 0;
		if (!(deviations[j] > 1e-12 * fmax(1, fabs(means[j]))) || !isfinite(deviations[j]))
			deviations[j] = 1;
	}
}
