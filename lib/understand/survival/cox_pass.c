#include "understand/survival/cox_sorted.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"

#define BLOCK 512	/* rows of a product */

struct cox_sums cox_sums_new(const struct cox_sorted *s)
{
	return (struct cox_sums){
		.gradient = mem_zero(s->width + 1, sizeof(double)),
		.information = mem_zero(s->width * s->width + 1, sizeof(double)),
		.risk = mem_alloc((s->count + 1) * sizeof(double)),
	};
}

void cox_sums_free(struct cox_sums *sums)
{
	mem_free(sums->gradient);
	mem_free(sums->information);
	mem_free(sums->risk);
	mem_free(sums->moments);
	mem_free(sums->mean);
	mem_free(sums->weighted);
	mem_free(sums->weighted_dead);
	*sums = (struct cox_sums){0};
}

static void set_risks(const struct cox_sorted *s, const double *b, struct cox_sums *out)
{
	const double *x = s->x;

	out->shift = -INFINITY;
	for (size_t i = 0; i < s->count; i++, x += s->width) {
		double eta = 0;

		for (size_t j = 0; j < s->width; j++)
			eta += x[j] * b[j];
		out->risk[i] = eta;
		out->shift = fmax(out->shift, eta);
	}
	for (size_t i = 0; i < s->count; i++)
		out->risk[i] = exp(out->risk[i] - out->shift);
}

/* The sums over the risk set and over the events of one time. */
struct running {
	double s0, d0;
	double *s1, *d1;
	uint64_t count, dead;
};

static void add_row(const struct cox_sorted *s, const double *risk, size_t row, double sign, double *sum, double *sums)
{
	const double *x = s->x + row * s->width;
	double r = sign * risk[row];

	*sum += r;
	for (size_t j = 0; j < s->width; j++)
		sums[j] += r * x[j];
}

static void clear(struct running *r, size_t width)
{
	r->s0 = 0;
	r->count = 0;
	memset(r->s1, 0, width * sizeof *r->s1);
}

/* Efron's sums over l = 0 .. d - 1 at one time, with f = l/d and s = S0 - f D0. */
struct efron {
	double log;		/* ln s */
	double a, b;		/* 1/s, f/s */
	double c0, c1, c2;	/* 1/s^2, f/s^2, f^2/s^2 */
};

static struct efron sum_ties(const struct running *r)
{
	struct efron e = {0};

	for (uint64_t l = 0; l < r->dead; l++) {
		double f = (double)l / (double)r->dead;
		double s = r->s0 - f * r->d0, inverse = 1 / s;

		e.log += log(s);
		e.a += inverse;
		e.b += f * inverse;
		e.c0 += inverse * inverse;
		e.c1 += f * inverse * inverse;
		e.c2 += f * f * inverse * inverse;
	}
	return e;
}

/* What the means of the risk set take from gradient and information at one time. */
static void take_means(const struct running *r, const struct efron *e, double weight, size_t width, struct cox_sums *out)
{
	const double *s1 = r->s1, *d1 = r->d1;

	for (size_t i = 0; i < width; i++) {
		double by_s = e->c0 * s1[i] - e->c1 * d1[i], by_d = e->c1 * s1[i] - e->c2 * d1[i];
		double *row = out->information + i * width;

		out->gradient[i] -= weight * (e->a * s1[i] - e->b * d1[i]);
		for (size_t j = 0; j <= i; j++)
			row[j] -= weight * (by_s * s1[j] - by_d * d1[j]);
	}
}

static void keep_moments(const struct running *r, const struct efron *e, size_t time, size_t width, struct cox_sums *out)
{
	double d = (double)r->dead;

	out->moments[time] = (struct cox_moment){e->a, e->b};
	for (size_t j = 0; j < width; j++) {
		double s1 = r->s1[j], d1 = r->d1[j];

		out->mean[time * width + j] = (e->a * s1 - e->b * d1) / d;
		out->weighted[time * width + j] = e->c0 * s1 - e->c1 * d1;
		out->weighted_dead[time * width + j] = e->c0 * s1 - e->c1 * d1 - e->c1 * s1 + e->c2 * d1;
	}
}

/* Events of the time that is at hand. */
static void add_event(const struct cox_sorted *s, size_t row, double weight, struct running *r, const double *b,
		      struct cox_sums *out)
{
	const double *x = s->x + row * s->width;

	add_row(s, out->risk, row, 1, &r->d0, r->d1);
	r->dead++;
	for (size_t j = 0; j < s->width; j++) {
		out->log_likelihood += x[j] * b[j];
		out->gradient[j] += weight * x[j];
	}
}

/* Backwards over the times: likelihood, gradient, and the means' part of the information. */
static void pass_times(const struct cox_sorted *s, const double *b, const double *weight, bool set_hazard,
		       struct cox_sums *out, double *by_all, double *by_dead)
{
	size_t width = s->width, at = s->count, gone = 0;
	struct running r = {.s1 = mem_zero(width + 1, sizeof(double)), .d1 = mem_zero(width + 1, sizeof(double))};

	for (size_t k = s->time_count; k-- > 0;) {
		double w = weight ? weight[k] : 1;
		struct efron e;

		if (k + 1 < s->time_count && s->times[k + 1].stratum != s->times[k].stratum)
			clear(&r, width);
		r.d0 = 0;
		r.dead = 0;
		memset(r.d1, 0, width * sizeof *r.d1);
		for (; at > 0 && s->to[at - 1] >= k + 1; at--) {
			if (s->to[at - 1] > k + 1 || s->from[at - 1] > k)
				continue;	/* at risk at no time */
			add_row(s, out->risk, at - 1, 1, &r.s0, r.s1);
			r.count++;
			if (s->event[at - 1])
				add_event(s, at - 1, w, &r, b, out);
		}
		for (; s->leaving && gone < s->count && s->from[s->leaving[gone]] > k; gone++) {
			uint32_t row = s->leaving[gone];

			/* Rows of later strata went with the clearing. */
			if (s->from[row] != k + 1 || s->to[row] <= k + 1 || s->times[k + 1].stratum != s->times[k].stratum)
				continue;
			add_row(s, out->risk, row, -1, &r.s0, r.s1);
			r.count--;
		}
		e = sum_ties(&r);
		out->log_likelihood -= e.log + (double)r.dead * out->shift;
		take_means(&r, &e, w, width, out);
		by_all[k] = w * e.a;
		by_dead[k] = w * e.b;
		if (out->moments)
			keep_moments(&r, &e, k, width, out);
		if (set_hazard) {
			s->times[k].hazard = e.a * exp(-out->shift);
			s->times[k].at_risk = r.count;
		}
	}
	mem_free(r.s1);
	mem_free(r.d1);
}

/* The rows' part of the information: x x' times risk and hazard. */
static void add_products(const struct cox_sorted *s, const double *by_all, const double *by_dead, struct cox_sums *out)
{
	size_t width = s->width, filled = 0;
	double *rows = mem_alloc((BLOCK * width + 1) * sizeof *rows);
	double *gram = mem_zero(width * width + 1, sizeof *gram);

	for (size_t i = 0; i < s->count; i++) {
		const double *x = s->x + i * width;
		double hazard = by_all[s->to[i]] - by_all[s->from[i]], w;

		if (s->event[i])
			hazard -= by_dead[s->to[i] - 1];
		if (!(hazard > 0))
			continue;
		w = sqrt(hazard * out->risk[i]);
		for (size_t j = 0; j < width; j++)
			rows[filled * width + j] = w * x[j];
		if (++filled == BLOCK) {
			linear_add_gram(gram, rows, filled, width);
			filled = 0;
		}
	}
	linear_add_gram(gram, rows, filled, width);
	for (size_t i = 0; i < width; i++)
		for (size_t j = 0; j <= i; j++) {
			out->information[i * width + j] += gram[i * width + j];
			out->information[j * width + i] = out->information[i * width + j];
		}
	mem_free(rows);
	mem_free(gram);
}

void cox_pass(const struct cox_sorted *s, const double *b, const double *weight, bool set_hazard, struct cox_sums *out)
{
	double *by_all = mem_zero(s->time_count + 1, sizeof *by_all);
	double *by_dead = mem_zero(s->time_count + 1, sizeof *by_dead);
	double sum = 0;

	out->log_likelihood = 0;
	memset(out->gradient, 0, s->width * sizeof *out->gradient);
	memset(out->information, 0, s->width * s->width * sizeof *out->information);
	set_risks(s, b, out);
	pass_times(s, b, weight, set_hazard, out, by_all, by_dead);
	for (size_t k = 0; k <= s->time_count; k++) {
		double here = by_all[k];

		by_all[k] = sum;	/* of the times before */
		sum += here;
	}
	add_products(s, by_all, by_dead, out);
	mem_free(by_all);
	mem_free(by_dead);
}
