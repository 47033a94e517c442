#include "understand/survival/cox.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"
#include "understand/survival/cox_sorted.h"
#include "understand/survival/curve.h"

#define STEPS_MAX 50
#define HALVINGS_MAX 30
#define DECREMENT_SMALL 1e-12	/* a step that gains less is the last */
#define STEP_FREE 3e-5		/* a coefficient that still moves by more, relatively, when nothing is gained, has no end */

/*
 * Sorting.
 */

/* Rows by stratum, then exit. */
static uint32_t *order_rows(const struct cox_data *d)
{
	size_t count = d->l->count;
	uint32_t *by_exit = lifetimes_order(d->l->exit, count), *order;
	size_t *starts;

	if (!d->strata)
		return by_exit;
	order = mem_alloc((count + 1) * sizeof *order);
	starts = mem_zero((size_t)d->stratum_count + 2, sizeof *starts);
	for (size_t i = 0; i < count; i++)
		starts[d->strata[i] + 1]++;
	for (uint32_t g = 0; g < d->stratum_count; g++)
		starts[g + 1] += starts[g];
	for (size_t i = 0; i < count; i++)
		order[starts[d->strata[by_exit[i]]]++] = by_exit[i];
	mem_free(starts);
	mem_free(by_exit);
	return order;
}

static uint32_t stratum_of(const struct cox_data *d, uint32_t row)
{
	return d->strata ? d->strata[row] : 0;
}

/* The times with events, and by row those up to its exit. */
static void find_times(struct cox *c, struct cox_sorted *s, const struct cox_data *d)
{
	size_t cap = 0;

	for (size_t i = 0; i < s->count; i++) {
		uint32_t row = s->row[i];
		double exit = d->l->exit[row];
		struct cox_time *last = c->time_count ? &c->times[c->time_count - 1] : NULL;

		if (d->l->event[row] && (!last || last->stratum != stratum_of(d, row) || last->time != exit)) {
			c->times = mem_room(c->times, c->time_count, &cap, sizeof *c->times);
			c->times[c->time_count++] = (struct cox_time){.time = exit, .stratum = stratum_of(d, row)};
		}
		if (d->l->event[row])
			c->times[c->time_count - 1].events++;
		s->event[i] = d->l->event[row];
	}
	s->times = c->times;
	s->time_count = c->time_count;
}

/* How many of the times from BASE to END are at or before TIME; their numbers rise with it. */
static uint32_t times_until(const struct cox *c, uint32_t base, uint32_t end, double time)
{
	while (base < end) {
		uint32_t middle = base + (end - base) / 2;

		if (c->times[middle].time <= time)
			base = middle + 1;
		else
			end = middle;
	}
	return base;
}

/* By row the times at which it is at risk. */
static void find_ranges(const struct cox *c, struct cox_sorted *s, const struct cox_data *d)
{
	uint32_t base = 0, end = 0;

	for (size_t i = 0; i < s->count; i++) {
		uint32_t row = s->row[i], stratum = stratum_of(d, row);

		if (!i || stratum != stratum_of(d, s->row[i - 1]))
			for (base = end; end < c->time_count && c->times[end].stratum == stratum;)
				end++;
		s->to[i] = times_until(c, base, end, d->l->exit[row]);
		s->from[i] = d->l->entry ? times_until(c, base, end, d->l->entry[row]) : base;
	}
}

/* Rows by falling FROM, by counting. */
static void order_leaving(struct cox_sorted *s)
{
	size_t *starts = mem_zero(s->time_count + 2, sizeof *starts);

	s->leaving = mem_alloc((s->count + 1) * sizeof *s->leaving);
	for (size_t i = 0; i < s->count; i++)
		starts[s->time_count - s->from[i] + 1]++;
	for (size_t k = 0; k <= s->time_count; k++)
		starts[k + 1] += starts[k];
	for (size_t i = 0; i < s->count; i++)
		s->leaving[starts[s->time_count - s->from[i]]++] = (uint32_t)i;
	mem_free(starts);
}

/* Columns in the order of the rows, less their mean, by their standard deviation; a constant one has scale 0. */
static void set_columns(struct cox *c, struct cox_sorted *s, const struct cox_data *d)
{
	size_t width = d->width;

	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < width; j++)
			c->means[j] += d->x[i * width + j] / (double)s->count;
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < width; j++) {
			double x = d->x[s->row[i] * width + j] - c->means[j];

			s->x[i * width + j] = x;
			s->scale[j] += x * x / (double)s->count;
		}
	for (size_t j = 0; j < width; j++) {
		s->scale[j] = sqrt(s->scale[j]);
		if (s->scale[j] <= 1e-12 * fabs(c->means[j]))
			s->scale[j] = 0;
	}
	for (size_t i = 0; i < s->count * width; i++)
		s->x[i] = s->scale[i % width] > 0 ? s->x[i] / s->scale[i % width] : 0;
}

static void sort(struct cox *c, const struct cox_data *d)
{
	struct cox_sorted *s = mem_zero(1, sizeof *s);
	size_t most = d->l->count + 1;

	c->sorted = s;
	s->count = d->l->count;
	s->width = d->width;
	s->x = mem_alloc(most * d->width * sizeof *s->x);
	s->scale = mem_zero(d->width + 1, sizeof *s->scale);
	s->event = mem_zero(most, 1);
	s->from = mem_alloc(most * sizeof *s->from);
	s->to = mem_alloc(most * sizeof *s->to);
	s->row = order_rows(d);
	find_times(c, s, d);
	find_ranges(c, s, d);
	if (d->l->entry)
		order_leaving(s);
	set_columns(c, s, d);
}

/*
 * What cannot be fitted.
 */

/*
 * The first column that the ones before it make up, by the pivots of Cholesky's factor of INFORMATION, of scaled
 * columns and so with like diagonal values; WIDTH: none.
 */
static size_t find_dependent(const double *information, size_t width)
{
	double *l = mem_zero(width * width + 1, sizeof *l);
	size_t found = width;

	for (size_t i = 0; i < width && found == width; i++) {
		double diagonal = information[i * width + i], pivot = diagonal;

		for (size_t j = 0; j < i; j++) {
			double sum = information[i * width + j];

			for (size_t k = 0; k < j; k++)
				sum -= l[i * width + k] * l[j * width + k];
			l[i * width + j] = sum / l[j * width + j];
			pivot -= l[i * width + j] * l[i * width + j];
		}
		if (!(pivot > 1e-9 * diagonal))
			found = i;
		else
			l[i * width + i] = sqrt(pivot);
	}
	mem_free(l);
	return found;
}

static int check_columns(const struct cox *c, const struct cox_data *d, const double *information, struct error *err)
{
	const struct cox_sorted *s = c->sorted;
	size_t found;

	for (size_t j = 0; j < d->width; j++) {
		if (s->scale[j] > 0 && information[j * d->width + j] > 1e-12 * (double)c->events)
			continue;
		return error_usage(err, "'%.*s' has one value in all rows that are compared: leave it out",
				   SPAN_ARG(d->names[j]));
	}
	found = find_dependent(information, d->width);
	if (found < d->width)
		return error_usage(err, "'%.*s' is made up by the columns named before it: leave one of them out",
				   SPAN_ARG(d->names[found]));
	return 0;
}

/* Has the column with the longest step no finite best value? */
static int refuse_separation(const struct cox_data *d, const double *b, const double *step, struct error *err)
{
	size_t worst = 0;

	for (size_t j = 1; j < d->width; j++)
		if (fabs(step[j]) > fabs(step[worst]))
			worst = j;
	return error_usage(err, "'%.*s' has no finite coefficient: the fit gets better without end towards %sinfinity, as when all events, or none, are on one side of it; leave it out, or merge its categories",
			   SPAN_ARG(d->names[worst]), b[worst] < 0 ? "-" : "");
}

/*
 * Newton.
 */

/* What one step wants, from SUMS: its inverse information stays in INVERSE.  The gain that is expected, or -1. */
static double find_step(const struct cox_sums *sums, size_t width, double *inverse, double *step)
{
	double gain = 0;

	memcpy(inverse, sums->information, width * width * sizeof *inverse);
	memcpy(step, sums->gradient, width * sizeof *step);
	if (linear_factor(inverse, width))
		return -1;
	linear_solve(inverse, width, step, 1);
	for (size_t j = 0; j < width; j++)
		gain += step[j] * sums->gradient[j];
	return gain;
}

static bool still_moves(const double *b, const double *step, size_t width)
{
	for (size_t j = 0; j < width; j++)
		if (fabs(step[j]) > STEP_FREE * fabs(b[j]) && fabs(step[j]) > 1e-4)
			return true;
	return false;
}

/* B goes along STEP, or half of it, until the likelihood does not fall. */
static void take_step(const struct cox_sorted *s, double *b, double *step, struct cox_sums *sums)
{
	double before = sums->log_likelihood;

	for (int halvings = 0; halvings < HALVINGS_MAX; halvings++) {
		for (size_t j = 0; j < s->width; j++)
			b[j] += step[j];
		cox_pass(s, b, NULL, false, sums);
		if (sums->log_likelihood >= before - 1e-9 * fabs(before))
			return;
		for (size_t j = 0; j < s->width; j++) {
			b[j] -= step[j];
			step[j] /= 2;
		}
	}
}

/* From B = 0 to the best.  INVERSE: the factor of the information there. */
static int climb(struct cox *c, const struct cox_data *d, double *b, struct cox_sums *sums, double *inverse,
		 struct error *err)
{
	const struct cox_sorted *s = c->sorted;
	double *step = mem_alloc((s->width + 1) * sizeof *step);
	bool done = false;
	int bad = 0;

	for (c->steps = 0; c->steps < STEPS_MAX && !done && !bad; c->steps++) {
		double gain = find_step(sums, s->width, inverse, step);
		double before = sums->log_likelihood;

		if (gain < 0) {
			bad = refuse_separation(d, b, b, err);
			break;
		}
		take_step(s, b, step, sums);
		done = gain < DECREMENT_SMALL * (1 + fabs(before));
		if (gain < 1e-6 * (1 + fabs(before)) && still_moves(b, step, s->width) && c->steps > 5)
			bad = refuse_separation(d, b, step, err);
	}
	if (!bad && !done)
		bad = refuse_separation(d, b, step, err);
	if (!bad && find_step(sums, s->width, inverse, step) < 0)
		bad = refuse_separation(d, b, b, err);
	mem_free(step);
	return bad;
}

/* The scaled coefficients and variances as those of the columns. */
static void unscale(struct cox *c, const double *b, const double *inverse)
{
	const double *scale = c->sorted->scale;
	size_t width = c->width;

	memcpy(c->variance, inverse, width * width * sizeof *c->variance);
	linear_invert(c->variance, width);
	for (size_t i = 0; i < width; i++) {
		c->coef[i] = b[i] / scale[i];
		for (size_t j = 0; j < width; j++)
			c->variance[i * width + j] /= scale[i] * scale[j];
	}
}

static void unscale_robust(struct cox *c)
{
	const double *scale = c->sorted->scale;

	for (size_t i = 0; i < c->width; i++)
		for (size_t j = 0; j < c->width; j++)
			c->robust[i * c->width + j] /= scale[i] * scale[j];
}

/* b' V^-1 b; NAN: V has no inverse, as of fewer clusters than columns. */
static double wald(const struct cox *c)
{
	size_t width = c->width;
	double *factor = mem_alloc((width * width + 1) * sizeof *factor), *solved = mem_alloc((width + 1) * sizeof *solved);
	double sum = NAN;

	memcpy(factor, c->robust ? c->robust : c->variance, width * width * sizeof *factor);
	memcpy(solved, c->coef, width * sizeof *solved);
	if (!linear_factor(factor, width)) {
		linear_solve(factor, width, solved, 1);
		sum = 0;
		for (size_t j = 0; j < width; j++)
			sum += c->coef[j] * solved[j];
	}
	mem_free(factor);
	mem_free(solved);
	return sum;
}

static void add_robust(struct cox *c, const struct cox_data *d, const double *b, double *inverse)
{
	double *variance = mem_alloc((c->width * c->width + 1) * sizeof *variance);

	memcpy(variance, inverse, c->width * c->width * sizeof *variance);
	linear_invert(variance, c->width);
	c->robust = mem_zero(c->width * c->width + 1, sizeof *c->robust);
	cox_robust(c->sorted, b, variance, d->clusters, d->cluster_count, c->robust);
	unscale_robust(c);
	mem_free(variance);
}

static int fit_sorted(struct cox *c, const struct cox_data *d, struct cox_sums *sums, struct error *err)
{
	size_t width = d->width;
	double *b = mem_zero(width + 1, sizeof *b), *inverse = mem_zero(width * width + 1, sizeof *inverse);
	double *step = mem_zero(width + 1, sizeof *step);
	int bad;

	cox_pass(c->sorted, b, NULL, false, sums);
	c->null_log_likelihood = sums->log_likelihood;
	bad = check_columns(c, d, sums->information, err);
	if (!bad) {
		c->score_test = find_step(sums, width, inverse, step);
		bad = climb(c, d, b, sums, inverse, err);
	}
	if (!bad) {
		cox_pass(c->sorted, b, NULL, true, sums);
		c->log_likelihood = sums->log_likelihood;
		unscale(c, b, inverse);
		cox_concordance(c->sorted, b, d->strata, &c->concordance, &c->concordance_se);
		if (d->robust || d->clusters)
			add_robust(c, d, b, inverse);
		c->wald_test = wald(c);
	}
	mem_free(b);
	mem_free(inverse);
	mem_free(step);
	return bad;
}

int cox_fit(struct cox *c, const struct cox_data *data, struct error *err)
{
	struct cox_sums sums;
	int bad;

	*c = (struct cox){.rows = data->l->count, .width = data->width};
	for (size_t i = 0; i < data->l->count; i++)
		c->events += data->l->event[i];
	if (!c->events)
		return error_usage(err, "none of the %zu rows has an event: what it depends on cannot be found", c->rows);
	c->coef = mem_zero(c->width + 1, sizeof *c->coef);
	c->means = mem_zero(c->width + 1, sizeof *c->means);
	c->variance = mem_zero(c->width * c->width + 1, sizeof *c->variance);
	sort(c, data);
	sums = cox_sums_new(c->sorted);
	bad = fit_sorted(c, data, &sums, err);
	cox_sums_free(&sums);
	return bad;
}

void cox_release(struct cox *c)
{
	struct cox_sorted *s = c->sorted;

	if (s) {
		mem_free(s->x);
		mem_free(s->scale);
		mem_free(s->event);
		mem_free(s->row);
		mem_free(s->from);
		mem_free(s->to);
		mem_free(s->leaving);
	}
	mem_free(s);
	mem_free(c->coef);
	mem_free(c->variance);
	mem_free(c->robust);
	mem_free(c->means);
	mem_free(c->times);
	*c = (struct cox){0};
}

double cox_baseline_factor(const struct cox *c)
{
	double shift = 0;

	for (size_t j = 0; j < c->width; j++)
		shift += c->coef[j] * c->means[j];
	return exp(-shift);
}

double cox_baseline(const struct cox *c, uint32_t stratum, double time)
{
	double sum = 0;

	for (size_t k = 0; k < c->time_count; k++)
		if (c->times[k].stratum == stratum && c->times[k].time <= time)
			sum += c->times[k].hazard;
	return sum * cox_baseline_factor(c);
}
