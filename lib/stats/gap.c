#include "stats/gap.h"

#include <math.h>

#include "base/mem.h"
#include "base/pool.h"
#include "stats/kmeans.h"
#include "stats/random.h"

#define RESTARTS 3
#define SWEEPS 60

struct references {
	const struct points *p;
	const struct gap_asked *asked;
	double *low;		/* of the box, by principal axis */
	double *high;
	double *logs;		/* by reference and k: ln W* */
};

/* ln W(k) for k = 1 to k_max; where nothing is left of W, a trillionth of W(1). */
static void measure_logs(const struct points *p, const struct gap_asked *asked, double *logs)
{
	for (size_t k = 1; k <= asked->k_max; k++) {
		struct kmeans_fit fit;

		kmeans_fit(p, &(struct kmeans){.k = k, .restarts = RESTARTS, .seed = asked->seed,
			   .workers = 1}, &fit);
		logs[k - 1] = log(fmax(fit.inertia, 1e-300));
		if (k > 1)
			logs[k - 1] = fmax(logs[k - 1], logs[0] - log(1e12));
		kmeans_release(&fit);
	}
}

static void put_covariance(const struct points *p, double *mean, double *c)
{
	size_t w = p->width;

	for (size_t i = 0; i < p->count; i++)
		for (size_t f = 0; f < w; f++)
			mean[f] += points_numbers(p, i)[f] / (double)p->count;
	for (size_t i = 0; i < p->count; i++)
		for (size_t a = 0; a < w; a++)
			for (size_t b = 0; b < w; b++)
				c[a * w + b] += (points_numbers(p, i)[a] - mean[a]) *
						(points_numbers(p, i)[b] - mean[b]);
}

/* One rotation of Jacobi's: makes c[a][b] zero, and turns the axes V with it. */
static void rotate(double *c, double *v, size_t w, size_t a, size_t b)
{
	double theta = (c[b * w + b] - c[a * w + a]) / (2 * c[a * w + b]);
	double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
	double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;

	for (size_t i = 0; i < w; i++) {
		double x = c[i * w + a], y = c[i * w + b];

		c[i * w + a] = cosine * x - sine * y;
		c[i * w + b] = sine * x + cosine * y;
	}
	for (size_t i = 0; i < w; i++) {
		double x = c[a * w + i], y = c[b * w + i], p = v[i * w + a], q = v[i * w + b];

		c[a * w + i] = cosine * x - sine * y;
		c[b * w + i] = sine * x + cosine * y;
		v[i * w + a] = cosine * p - sine * q;
		v[i * w + b] = sine * p + cosine * q;
	}
}

/* The principal axes of symmetric C as the columns of V (Jacobi's method). */
static void find_axes(double *c, double *v, size_t w)
{
	for (size_t i = 0; i < w; i++)
		v[i * w + i] = 1;
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		bool turned = false;

		for (size_t a = 0; a < w; a++) {
			for (size_t b = a + 1; b < w; b++) {
				if (fabs(c[a * w + b]) <= 1e-14 * sqrt(fabs(c[a * w + a] * c[b * w + b])))
					continue;
				rotate(c, v, w, a, b);
				turned = true;
			}
		}
		if (!turned)
			return;
	}
}

/* Distances do not depend on the axes they are measured along, so references stay on these. */
static void find_box(struct references *r)
{
	const struct points *p = r->p;
	size_t w = p->width;
	double *mean = mem_zero(w + 1, sizeof *mean);
	double *c = mem_zero(w * w + 1, sizeof *c), *v = mem_zero(w * w + 1, sizeof *v);

	put_covariance(p, mean, c);
	find_axes(c, v, w);
	for (size_t a = 0; a < w; a++) {
		r->low[a] = INFINITY;
		r->high[a] = -INFINITY;
		for (size_t i = 0; i < p->count; i++) {
			double at = 0;

			for (size_t f = 0; f < w; f++)
				at += (points_numbers(p, i)[f] - mean[f]) * v[f * w + a];
			r->low[a] = fmin(r->low[a], at);
			r->high[a] = fmax(r->high[a], at);
		}
	}
	mem_free(mean);
	mem_free(c);
	mem_free(v);
}

static void measure_reference(void *context, size_t number)
{
	struct references *r = context;
	struct points drawn = *r->p;
	uint64_t random = random_part(r->asked->seed, number);
	double *numbers = mem_zero(drawn.count * drawn.width + 1, sizeof *numbers);
	uint32_t *codes = mem_zero(drawn.count * drawn.code_width + 1, sizeof *codes);

	for (size_t i = 0; i < drawn.count; i++) {
		for (size_t f = 0; f < drawn.width; f++)
			numbers[i * drawn.width + f] =
				r->low[f] + random_unit(&random) * (r->high[f] - r->low[f]);
		for (size_t f = 0; f < drawn.code_width; f++)
			codes[i * drawn.code_width + f] =
				points_codes(r->p, random_below(&random, drawn.count))[f];
	}
	drawn.numbers = numbers;
	drawn.codes = codes;
	measure_logs(&drawn, r->asked, r->logs + number * r->asked->k_max);
	mem_free(numbers);
	mem_free(codes);
}

/* Of k: the mean and the deviation of its logarithms over all references. */
static struct gap sum_up(const struct references *r, size_t k, double log_own)
{
	unsigned count = r->asked->references;
	double mean = 0, square = 0;

	for (unsigned n = 0; n < count; n++)
		mean += r->logs[n * r->asked->k_max + k - 1] / count;
	for (unsigned n = 0; n < count; n++) {
		double apart = r->logs[n * r->asked->k_max + k - 1] - mean;

		square += apart * apart / count;
	}
	return (struct gap){mean - log_own, sqrt(square) * sqrt(1 + 1.0 / count)};
}

void gap_measure(const struct points *p, const struct gap_asked *asked, struct gap *curve)
{
	struct references r = {
		.p = p, .asked = asked,
		.low = mem_zero(p->width + 1, sizeof(double)),
		.high = mem_zero(p->width + 1, sizeof(double)),
		.logs = mem_zero(asked->references * asked->k_max, sizeof(double)),
	};
	double *own = mem_zero(asked->k_max, sizeof *own);

	find_box(&r);
	pool_each(asked->workers, asked->references, measure_reference, &r);
	measure_logs(p, asked, own);
	for (size_t k = 1; k <= asked->k_max; k++)
		curve[k - 1] = sum_up(&r, k, own[k - 1]);
	mem_free(own);
	mem_free(r.low);
	mem_free(r.high);
	mem_free(r.logs);
}

static bool is_better(const struct gap *curve, size_t k)
{
	return curve[k - 1].gap - curve[k - 1].error > curve[0].gap;
}

bool gap_has_clusters(const struct gap *curve, size_t k_max)
{
	for (size_t k = 2; k <= k_max; k++)
		if (is_better(curve, k))
			return true;
	return false;
}

size_t gap_choose(const struct gap *curve, size_t k_max)
{
	if (!gap_has_clusters(curve, k_max))
		return 1;
	for (size_t k = 2; k < k_max; k++)
		if (is_better(curve, k) && curve[k - 1].gap >= curve[k].gap - curve[k].error)
			return k;
	return k_max;
}
