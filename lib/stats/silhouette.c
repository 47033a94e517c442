#include "stats/silhouette.h"

#include <math.h>

#include "base/mem.h"
#include "base/pool.h"
#include "stats/sum.h"

/* Points whose rows one job measures. */
#define ROWS 64

struct silhouettes {
	const struct points *p;
	const struct partition *partitions;
	size_t count;
	size_t *begin;		/* by partition: where its clusters begin among all */
	size_t clusters;	/* of all partitions */
	double *sizes;		/* by cluster of all partitions */
	double *values;		/* by point and partition */
};

/* TOTALS: the distances from a point to each cluster of the partition, added up. */
static double value_point(const double *totals, const double *sizes, size_t k, uint32_t own)
{
	double a, b = INFINITY;

	if (sizes[own] <= 1)
		return 0;
	a = totals[own] / (sizes[own] - 1);
	for (size_t j = 0; j < k; j++)
		if (j != own && sizes[j] > 0 && totals[j] / sizes[j] < b)
			b = totals[j] / sizes[j];
	if (isinf(b) || !(fmax(a, b) > 0))
		return 0;
	return (b - a) / fmax(a, b);
}

static void measure_point(struct silhouettes *s, size_t i, double *totals)
{
	for (size_t c = 0; c < s->clusters; c++)
		totals[c] = 0;
	for (size_t other = 0; other < s->p->count; other++) {
		double apart = sqrt(points_distance(s->p, i, other));

		for (size_t n = 0; n < s->count; n++)
			totals[s->begin[n] + s->partitions[n].labels[other]] += apart;
	}
	for (size_t n = 0; n < s->count; n++)
		s->values[i * s->count + n] =
			value_point(totals + s->begin[n], s->sizes + s->begin[n],
				    s->partitions[n].k, s->partitions[n].labels[i]);
}

static void measure_rows(void *context, size_t job)
{
	struct silhouettes *s = context;
	double *totals = mem_alloc(s->clusters * sizeof *totals);

	for (size_t i = job * ROWS; i < (job + 1) * ROWS && i < s->p->count; i++)
		measure_point(s, i, totals);
	mem_free(totals);
}

static void count_clusters(struct silhouettes *s)
{
	s->begin = mem_zero(s->count + 1, sizeof *s->begin);
	for (size_t n = 0; n < s->count; n++) {
		s->begin[n] = s->clusters;
		s->clusters += s->partitions[n].k;
	}
	s->sizes = mem_zero(s->clusters + 1, sizeof *s->sizes);
	for (size_t n = 0; n < s->count; n++)
		for (size_t i = 0; i < s->p->count; i++)
			s->sizes[s->begin[n] + s->partitions[n].labels[i]]++;
}

void silhouette_means(const struct points *p, const struct partition *partitions, size_t count,
		      unsigned workers, double *means)
{
	struct silhouettes s = {.p = p, .partitions = partitions, .count = count};

	count_clusters(&s);
	s.values = mem_zero(p->count * count + 1, sizeof *s.values);
	pool_each(workers, (p->count + ROWS - 1) / ROWS, measure_rows, &s);
	for (size_t n = 0; n < count; n++) {
		struct sum sum = SUM_ZERO;

		for (size_t i = 0; i < p->count; i++)
			sum_add(&sum, s.values[i * count + n]);
		means[n] = p->count ? sum_value(&sum) / (double)p->count : 0;
	}
	mem_free(s.begin);
	mem_free(s.sizes);
	mem_free(s.values);
}
