#include "stats/stability.h"

#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "stats/kmeans.h"
#include "stats/random.h"

#define RESTARTS 3

struct halves {
	const struct points *p;
	const struct stability_asked *asked;
	size_t k;
	uint32_t *labels;	/* of all points */
	uint64_t *sizes;
	double *best;		/* by half and cluster */
};

/* Half of the points, drawn without putting back. */
static struct points draw_half(const struct points *p, uint64_t random)
{
	struct points half = *p;
	size_t *order = mem_alloc(p->count * sizeof *order);
	double *numbers;
	uint32_t *codes;

	half.count = (p->count + 1) / 2;
	numbers = mem_zero(half.count * p->width + 1, sizeof *numbers);
	codes = mem_zero(half.count * p->code_width + 1, sizeof *codes);
	for (size_t i = 0; i < p->count; i++)
		order[i] = i;
	for (size_t i = 0; i < half.count; i++) {
		size_t other = i + random_below(&random, p->count - i), drawn = order[other];

		order[other] = order[i];
		for (size_t f = 0; f < p->width; f++)
			numbers[i * p->width + f] = points_numbers(p, drawn)[f];
		for (size_t f = 0; f < p->code_width; f++)
			codes[i * p->code_width + f] = points_codes(p, drawn)[f];
	}
	mem_free(order);
	half.numbers = numbers;
	half.codes = codes;
	return half;
}

/* LABELS are those of the half's centres, SIZES their points among all. */
static void compare(const struct halves *h, const uint32_t *labels, const uint64_t *sizes,
		    size_t count, double *best)
{
	uint64_t *both = mem_zero(h->k * count, sizeof *both);

	for (size_t i = 0; i < h->p->count; i++)
		both[h->labels[i] * count + labels[i]]++;
	for (size_t a = 0; a < h->k; a++) {
		for (size_t b = 0; b < count; b++) {
			uint64_t common = both[a * count + b], either = h->sizes[a] + sizes[b] - common;
			double jaccard = either ? (double)common / (double)either : 0;

			best[a] = jaccard > best[a] ? jaccard : best[a];
		}
	}
	mem_free(both);
}

static void measure_half(void *context, size_t number)
{
	struct halves *h = context;
	struct points half = draw_half(h->p, random_part(h->asked->seed, number));
	uint32_t *labels = mem_zero(h->p->count, sizeof *labels);
	uint64_t *sizes = mem_zero(h->k, sizeof *sizes);
	struct kmeans_fit fit;

	kmeans_fit(&half, &(struct kmeans){.k = h->k, .restarts = RESTARTS,
		   .seed = h->asked->seed, .workers = 1}, &fit);
	kmeans_assign(h->p, &fit.centres, 1, labels, sizes);
	compare(h, labels, sizes, fit.centres.count, h->best + number * h->k);
	kmeans_release(&fit);
	mem_free(labels);
	mem_free(sizes);
	mem_free((void *)half.numbers);
	mem_free((void *)half.codes);
}

void stability_measure(const struct points *p, const struct centres *centres,
		       const struct stability_asked *asked, double *means)
{
	struct halves h = {
		.p = p, .asked = asked, .k = centres->count,
		.labels = mem_zero(p->count, sizeof(uint32_t)),
		.sizes = mem_zero(centres->count, sizeof(uint64_t)),
		.best = mem_zero(asked->halves * centres->count, sizeof(double)),
	};

	kmeans_assign(p, centres, asked->workers, h.labels, h.sizes);
	pool_each(asked->workers, asked->halves, measure_half, &h);
	memset(means, 0, h.k * sizeof *means);
	for (unsigned n = 0; n < asked->halves; n++)
		for (size_t j = 0; j < h.k; j++)
			means[j] += h.best[n * h.k + j] / asked->halves;
	mem_free(h.labels);
	mem_free(h.sizes);
	mem_free(h.best);
}
