#include "understand/survival/aft.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"

#define STEPS_MAX 100
#define HALVINGS_MAX 40
#define GAIN_SMALL 1e-13
#define BLOCK 512
#define PANELS 20000	/* of an integral by Simpson's rule */

const char *const aft_form_names[] = {"weibull", "log-normal", "log-logistic", NULL};

/*
 * The forms: ln f and ln S of w at Z, with their first and second derivatives.
 */

struct value {
	double log, first, second;
};

static double soft_plus(double z)
{
	return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

/* phi(z) / (1 - Phi(z)): by erfc, and far out by Laplace's continued fraction. */
static double normal_hazard(double z)
{
	double fraction = 0;

	if (z < 10)
		return sqrt(2 / M_PI) * exp(-z * z / 2) / erfc(z / M_SQRT2);
	for (int k = 60; k > 0; k--)
		fraction = k / (z + fraction);
	return z + fraction;
}

static double log_normal_survival(double z)
{
	if (z < 10)
		return log(erfc(z / M_SQRT2) / 2);
	return -z * z / 2 - log(2 * M_PI) / 2 - log(normal_hazard(z));
}

static struct value log_density(enum aft_form form, double z)
{
	double e = exp(z), p;

	if (form == AFT_WEIBULL)
		return (struct value){z - e, 1 - e, -e};
	if (form == AFT_LOG_NORMAL)
		return (struct value){-z * z / 2 - log(2 * M_PI) / 2, -z, -1};
	p = 1 / (1 + exp(-z));
	return (struct value){z - 2 * soft_plus(z), 1 - 2 * p, -2 * p * (1 - p)};
}

static struct value log_survival(enum aft_form form, double z)
{
	double e = exp(z), p;

	if (form == AFT_WEIBULL)
		return (struct value){-e, -e, -e};
	if (form == AFT_LOG_NORMAL) {
		double hazard = normal_hazard(z);

		return (struct value){log_normal_survival(z), -hazard, -hazard * (hazard - z)};
	}
	p = 1 / (1 + exp(-z));
	return (struct value){-soft_plus(z), -p, -p * (1 - p)};
}

/*
 * The likelihood in theta = (gamma of the scaled columns, gamma of the constant, alpha): z = alpha y - x'gamma, with y = ln t less
 * its mean.  A row's derivatives by theta are those by z times v = (-x, -1, y).
 */
struct problem {
	enum aft_form form;
	const struct lifetimes *l;
	const double *x;	/* of the caller */
	size_t width, size;	/* size = width + 2 */
	double *mean, *scale;	/* of the columns */
	double center;		/* of ln t */
};

struct at {
	double value;
	double *gradient, *information;
};

/* What products of rows are summed up in. */
struct products {
	double *rows, *gram;
	size_t filled, size;
};

static void flush(struct products *p)
{
	linear_add_gram(p->gram, p->rows, p->filled, p->size);
	p->filled = 0;
}

static void add_product(struct products *p, const double *v, double weight)
{
	double root = sqrt(weight);

	if (!(weight > 0))
		return;
	for (size_t j = 0; j < p->size; j++)
		p->rows[p->filled * p->size + j] = root * v[j];
	if (++p->filled == BLOCK)
		flush(p);
}

static struct products products_new(size_t size)
{
	return (struct products){mem_alloc((BLOCK * size + 1) * sizeof(double)), mem_zero(size * size + 1, sizeof(double)), 0, size};
}

static void products_free(struct products *p)
{
	mem_free(p->rows);
	mem_free(p->gram);
}

/* V and the part of z that does not hang on the time. */
static double set_row(const struct problem *p, size_t row, const double *theta, double *v)
{
	double z = -theta[p->width];

	for (size_t j = 0; j < p->width; j++) {
		v[j] = -(p->x[row * p->width + j] - p->mean[j]) / p->scale[j];
		z += v[j] * theta[j];
	}
	v[p->width] = -1;
	return z;
}

static void add_gradient(const struct problem *p, const double *v, double factor, double *gradient)
{
	for (size_t j = 0; j < p->size; j++)
		gradient[j] += factor * v[j];
}

static void add_row(const struct problem *p, size_t row, const double *theta, double *v, struct at *out,
		    struct products *plus, struct products *minus)
{
	double alpha = theta[p->width + 1], rest = set_row(p, row, theta, v);
	double y = log(p->l->exit[row]) - p->center;
	bool event = p->l->event[row];
	struct value value = event ? log_density(p->form, alpha * y + rest) : log_survival(p->form, alpha * y + rest);

	v[p->width + 1] = y;
	out->value += value.log + (event ? log(alpha) - y - p->center : 0);
	add_gradient(p, v, value.first, out->gradient);
	add_product(plus, v, -value.second);
	if (!p->l->entry || !(p->l->entry[row] > 0))
		return;
	v[p->width + 1] = y = log(p->l->entry[row]) - p->center;
	value = log_survival(p->form, alpha * y + rest);
	out->value -= value.log;
	add_gradient(p, v, -value.first, out->gradient);
	add_product(minus, v, -value.second);
}

static void evaluate(const struct problem *p, const double *theta, uint64_t events, struct at *out)
{
	double *v = mem_alloc((p->size + 1) * sizeof *v), alpha = theta[p->width + 1];
	struct products plus = products_new(p->size), minus = products_new(p->size);
	size_t last = p->size - 1;

	out->value = 0;
	memset(out->gradient, 0, p->size * sizeof *out->gradient);
	for (size_t row = 0; row < p->l->count; row++)
		add_row(p, row, theta, v, out, &plus, &minus);
	flush(&plus);
	flush(&minus);
	for (size_t i = 0; i < p->size * p->size; i++)
		out->information[i] = plus.gram[i] - minus.gram[i];
	out->gradient[last] += (double)events / alpha;
	out->information[last * p->size + last] += (double)events / (alpha * alpha);
	products_free(&plus);
	products_free(&minus);
	mem_free(v);
}

/*
 * Newton.
 */

static int find_step(const struct problem *p, const struct at *at, double *factor, double *step, double *gain)
{
	memcpy(factor, at->information, p->size * p->size * sizeof *factor);
	memcpy(step, at->gradient, p->size * sizeof *step);
	if (linear_factor(factor, p->size))
		return -1;
	linear_solve(factor, p->size, step, 1);
	*gain = 0;
	for (size_t j = 0; j < p->size; j++)
		*gain += step[j] * at->gradient[j];
	return 0;
}

/* Where late entries bend the likelihood the wrong way: uphill, by the diagonal alone. */
static void find_slope(const struct problem *p, const struct at *at, double *step, double *gain)
{
	*gain = 0;
	for (size_t j = 0; j < p->size; j++) {
		step[j] = at->gradient[j] / fmax(fabs(at->information[j * p->size + j]), 1);
		*gain += step[j] * at->gradient[j];
	}
}

/* THETA goes along STEP, or half of it, until the value does not fall; false: nowhere. */
static bool take_step(const struct problem *p, double *theta, double *step, uint64_t events, struct at *at)
{
	double before = at->value;

	for (int halvings = 0; halvings < HALVINGS_MAX; halvings++) {
		for (size_t j = 0; j < p->size; j++)
			theta[j] += step[j];
		if (theta[p->width + 1] > 0) {
			evaluate(p, theta, events, at);
			if (at->value >= before - 1e-11 * fabs(before))
				return true;
		}
		for (size_t j = 0; j < p->size; j++) {
			theta[j] -= step[j];
			step[j] /= 2;
		}
	}
	evaluate(p, theta, events, at);
	return false;
}

/* Something still moves although nothing is gained: by THETA's relative size. */
static size_t find_moving(const struct problem *p, const double *theta, const double *step)
{
	for (size_t j = 0; j < p->size; j++)
		if (fabs(step[j]) > 3e-5 * fabs(theta[j]) && fabs(step[j]) > 1e-4)
			return j;
	return SIZE_MAX;
}

static int refuse_column(const struct problem *p, size_t column, const struct span *names, struct error *err)
{
	if (column < p->width)
		return error_usage(err, "'%.*s' has no finite coefficient: the fit gets better without end, as when all events, or none, are on one side of it; leave it out, or merge its categories",
				   SPAN_ARG(names[column]));
	return error_usage(err, "the %s distribution has no best fit to these lifetimes: too few events, or all at one time",
			   aft_form_names[p->form]);
}

static int climb(const struct problem *p, double *theta, uint64_t events, struct at *at, double *factor, unsigned *steps,
		 const struct span *names, struct error *err)
{
	double *step = mem_alloc((p->size + 1) * sizeof *step), gain = 0;
	bool done = false;
	int bad = 0;

	evaluate(p, theta, events, at);
	for (*steps = 0; *steps < STEPS_MAX && !done && !bad; ++*steps) {
		size_t moving;

		if (find_step(p, at, factor, step, &gain))
			find_slope(p, at, step, &gain);
		done = gain < GAIN_SMALL * (1 + fabs(at->value));
		if (!take_step(p, theta, step, events, at))
			done = true;
		moving = gain < 1e-6 * (1 + fabs(at->value)) && *steps > 10 ? find_moving(p, theta, step) : SIZE_MAX;
		if (moving != SIZE_MAX)
			bad = refuse_column(p, moving, names, err);
	}
	if (!bad && (!done || gain > 1e-6 * (1 + fabs(at->value)) || !isfinite(at->value) ||
		     find_step(p, at, factor, step, &gain)))
		bad = refuse_column(p, p->width, names, err);
	mem_free(step);
	return bad;
}

/*
 * Beginning and end.
 */

static void set_columns(struct problem *p)
{
	size_t n = p->l->count;

	for (size_t i = 0; i < n * p->width; i++)
		p->mean[i % p->width] += p->x[i] / (double)n;
	for (size_t i = 0; i < n * p->width; i++) {
		double x = p->x[i] - p->mean[i % p->width];

		p->scale[i % p->width] += x * x / (double)n;
	}
	for (size_t j = 0; j < p->width; j++)
		p->scale[j] = sqrt(p->scale[j]);
	for (size_t i = 0; i < n; i++)
		p->center += log(p->l->exit[i]) / (double)n;
}

static int check_problem(const struct problem *p, uint64_t events, const struct span *names, struct error *err)
{
	double first = NAN;
	bool differ = false;

	if (!events)
		return error_usage(err, "none of the %zu rows has an event: no distribution can be fitted", p->l->count);
	for (size_t i = 0; i < p->l->count; i++) {
		if (p->l->event[i])
			first = isnan(first) ? p->l->exit[i] : first;
		differ |= p->l->exit[i] != p->l->exit[0];
	}
	if (!differ)
		return refuse_column(p, p->width, names, err);
	for (size_t j = 0; j < p->width; j++)
		if (p->scale[j] <= 1e-12 * fabs(p->mean[j]) || p->scale[j] <= 0)
			return error_usage(err, "'%.*s' has one value in all rows: leave it out", SPAN_ARG(names[j]));
	return 0;
}

/* A spread as of exponential lifetimes, and as many events a time as there were. */
static void set_start(const struct problem *p, uint64_t events, double *theta)
{
	double time = 0, spread = 0;

	for (size_t i = 0; i < p->l->count; i++) {
		double y = log(p->l->exit[i]) - p->center;

		time += p->l->exit[i];
		spread += y * y / (double)p->l->count;
	}
	theta[p->width + 1] = spread > 0 ? fmin(1 / sqrt(spread), 10) : 1;
	theta[p->width] = (log(time / (double)events) - p->center) * theta[p->width + 1];
}

/* (gamma, gamma0, alpha) to (b, constant, ln sigma), with the variances by J V J'. */
static void transform(const struct problem *p, const double *theta, double *factor, struct aft *out)
{
	size_t n = p->size, w = p->width;
	double alpha = theta[w + 1];
	double *j = mem_zero(n * n + 1, sizeof *j), *product = mem_zero(n * n + 1, sizeof *product);
	double *back = mem_zero(n * n + 1, sizeof *back);

	linear_invert(factor, n);
	out->coef[w] = theta[w] / alpha + p->center;
	for (size_t i = 0; i < w; i++) {
		out->coef[i] = theta[i] / alpha / p->scale[i];
		out->coef[w] -= out->coef[i] * p->mean[i];
		j[i * n + i] = 1 / alpha / p->scale[i];
		j[i * n + w + 1] = -out->coef[i] / alpha;
		j[w * n + i] = -p->mean[i] / alpha / p->scale[i];
		j[w * n + w + 1] += p->mean[i] * out->coef[i] / alpha;
	}
	out->coef[w + 1] = -log(alpha);
	j[w * n + w] = 1 / alpha;
	j[w * n + w + 1] -= theta[w] / alpha / alpha;
	j[(w + 1) * n + w + 1] = -1 / alpha;
	linear_multiply(product, j, factor, n, n, n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			back[k * n + i] = j[i * n + k];
	linear_multiply(out->variance, product, back, n, n, n);
	mem_free(j);
	mem_free(product);
	mem_free(back);
}

/* Fits P; the means of the columns stay with OUT. */
static int fit(struct problem *p, const struct span *names, struct aft *out, struct error *err)
{
	size_t size = p->size;
	double *theta = mem_zero(size + 1, sizeof *theta), *factor = mem_zero(size * size + 1, sizeof *factor);
	struct at at = {0, mem_zero(size + 1, sizeof(double)), mem_zero(size * size + 1, sizeof(double))};
	int bad;

	p->mean = mem_zero(p->width + 1, sizeof *p->mean);
	p->scale = mem_zero(p->width + 1, sizeof *p->scale);
	set_columns(p);
	bad = check_problem(p, out->events, names, err);
	if (!bad) {
		set_start(p, out->events, theta);
		bad = climb(p, theta, out->events, &at, factor, &out->steps, names, err);
	}
	if (!bad) {
		transform(p, theta, factor, out);
		out->log_likelihood = at.value;
	}
	out->means = p->mean;
	mem_free(p->scale);
	mem_free(theta);
	mem_free(factor);
	mem_free(at.gradient);
	mem_free(at.information);
	return bad;
}

static void begin(struct aft *a, enum aft_form form, const struct lifetimes *l, size_t width)
{
	*a = (struct aft){.form = form, .rows = l->count, .width = width};
	for (size_t i = 0; i < l->count; i++)
		a->events += l->event[i];
	a->coef = mem_zero(width + 3, sizeof *a->coef);
	a->variance = mem_zero((width + 2) * (width + 2) + 1, sizeof *a->variance);
}

int aft_fit(struct aft *a, enum aft_form form, const struct lifetimes *l, const double *x, size_t width,
	    const struct span *names, struct error *err)
{
	struct problem p = {.form = form, .l = l, .x = x, .width = width, .size = width + 2};
	struct problem empty = {.form = form, .l = l, .size = 2};
	struct aft null;
	int bad;

	begin(a, form, l, width);
	if (fit(&p, names, a, err))
		return -1;
	a->null_log_likelihood = a->log_likelihood;
	if (!width)
		return 0;
	begin(&null, form, l, 0);
	bad = fit(&empty, names, &null, err);
	a->null_log_likelihood = null.log_likelihood;
	aft_release(&null);
	return bad;
}

void aft_release(struct aft *a)
{
	mem_free(a->coef);
	mem_free(a->variance);
	mem_free(a->means);
	*a = (struct aft){0};
}

/*
 * What follows for the mean customer.
 */

static double location(const struct aft *a)
{
	double sum = a->coef[a->width];

	for (size_t j = 0; j < a->width; j++)
		sum += a->coef[j] * a->means[j];
	return sum;
}

static double sigma(const struct aft *a)
{
	return exp(a->coef[a->width + 1]);
}

double aft_survival(const struct aft *a, double time)
{
	if (time <= 0)
		return 1;
	return exp(log_survival(a->form, (log(time) - location(a)) / sigma(a)).log);
}

/* By halving: S falls in ln t. */
double aft_quantile(const struct aft *a, double share)
{
	double low = -800, high = 800;

	for (int i = 0; i < 200; i++) {
		double z = (low + high) / 2;

		if (log_survival(a->form, z).log > log(share))
			low = z;
		else
			high = z;
	}
	return exp(location(a) + sigma(a) * low);
}

/*
 * Where z is so great that nothing comes behind: S times the growth of t is below 1e-18 of what it is at the beginning.  Or, as
 * log-logistic lifetimes have long tails, where S is exp(-z) to the last digit.
 */
static double far_end(const struct aft *a, double from)
{
	double s = sigma(a), end = from + 1, here = log_survival(a->form, from).log + s * from;

	if (a->form == AFT_LOG_LOGISTIC)
		return from + 45;
	while (log_survival(a->form, end).log + s * end > here - 42 && end < from + 1e6)
		end += 1 + (end - from) * 0.05;
	return end;
}

/* The integral of S from TIME on, by Simpson's rule in z = (ln t - location)/sigma, where dt = sigma t dz. */
double aft_remaining(const struct aft *a, double time)
{
	double s = sigma(a), at = location(a), from = time > 0 ? (log(time) - at) / s : -60 / s;
	double end, step, sum = 0, base = time > 0 ? log_survival(a->form, from).log : 0;

	if (a->form == AFT_LOG_LOGISTIC && s >= 1)
		return NAN;
	if (base < -700)
		return NAN;
	end = far_end(a, from > 0 ? from : 0);
	step = (end - from) / PANELS;
	for (int i = 0; i <= PANELS; i++) {
		double z = from + step * i;
		double weight = i == 0 || i == PANELS ? 1 : i % 2 ? 4 : 2;

		sum += weight * exp(log_survival(a->form, z).log - base + at + s * z);
	}
	sum *= step / 3 * s;
	if (a->form == AFT_LOG_LOGISTIC)
		sum += s / (1 - s) * exp(at - base - (1 - s) * end);
	return sum;
}
