/*
 * Score residuals under Efron's ties, after Therneau and Grambsch, "Modeling Survival Data", 2000, chapter 7.  Row i takes
 * part in step l = 0 .. d - 1 of a time with its risk r, an event of that time with (1 - l/d) r.  With s = S0 - (l/d) D0 and
 * xbar the mean of that step, its residual is
 *
 *	event: x - mean over l of xbar	less	r sum over its times and steps of (x - xbar) / s
 *
 * so that sums over times of 1/s and xbar/s, once added up from the first to each time, serve all rows.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/linear.h"
#include "understand/survival/cox_sorted.h"

/* Sums over the times before each: of 1/s, and of xbar/s. */
struct sums_before {
	double *all;		/* TIME_COUNT + 1 */
	double *weighted;	/* TIME_COUNT + 1 rows of WIDTH */
};

static struct sums_before add_up(const struct cox_sorted *s, const struct cox_sums *sums)
{
	size_t width = s->width;
	struct sums_before b = {
		mem_zero(s->time_count + 1, sizeof(double)), mem_zero((s->time_count + 1) * width + 1, sizeof(double)),
	};

	for (size_t k = 0; k < s->time_count; k++) {
		b.all[k + 1] = b.all[k] + sums->moments[k].all;
		for (size_t j = 0; j < width; j++)
			b.weighted[(k + 1) * width + j] = b.weighted[k * width + j] + sums->weighted[k * width + j];
	}
	return b;
}

static void put_residual(const struct cox_sorted *s, const struct cox_sums *sums, const struct sums_before *b, size_t row,
			 double *out)
{
	size_t width = s->width, from = s->from[row], to = s->to[row];
	const double *x = s->x + row * width;
	double risk = sums->risk[row];
	/* A row of no time is at risk nowhere. */
	double all = to > from ? b->all[to] - b->all[from] : 0;

	for (size_t j = 0; j < width; j++) {
		double weighted = to > from ? b->weighted[to * width + j] - b->weighted[from * width + j] : 0;

		out[j] = -risk * (x[j] * all - weighted);
	}
	if (!s->event[row])
		return;
	for (size_t j = 0; j < width; j++) {
		size_t at = (to - 1) * width + j;

		/* Of its own time only the part 1 - l/d counts. */
		out[j] += x[j] - sums->mean[at] +
			  risk * (x[j] * sums->moments[to - 1].dead - (sums->weighted[at] - sums->weighted_dead[at]));
	}
}

static void keep_moments(const struct cox_sorted *s, struct cox_sums *sums)
{
	size_t cells = s->time_count * s->width + 1;

	sums->moments = mem_zero(s->time_count + 1, sizeof *sums->moments);
	sums->mean = mem_zero(cells, sizeof *sums->mean);
	sums->weighted = mem_zero(cells, sizeof *sums->weighted);
	sums->weighted_dead = mem_zero(cells, sizeof *sums->weighted_dead);
}

void cox_robust(const struct cox_sorted *s, const double *b, const double *variance, const uint32_t *clusters,
		uint32_t cluster_count, double *out)
{
	size_t width = s->width, groups = clusters ? cluster_count : s->count;
	struct cox_sums sums = cox_sums_new(s);
	double *residuals = mem_zero(groups * width + 1, sizeof *residuals);
	double *influences = mem_zero(groups * width + 1, sizeof *influences);
	double *one = mem_zero(width + 1, sizeof *one);
	struct sums_before before;

	keep_moments(s, &sums);
	cox_pass(s, b, NULL, false, &sums);
	before = add_up(s, &sums);
	for (size_t i = 0; i < s->count; i++) {
		double *group = residuals + (clusters ? clusters[s->row[i]] : i) * width;

		put_residual(s, &sums, &before, i, one);
		for (size_t j = 0; j < width; j++)
			group[j] += one[j];
	}
	linear_multiply(influences, residuals, variance, groups, width, width);
	linear_add_gram(out, influences, groups, width);
	cox_sums_free(&sums);
	mem_free(before.all);
	mem_free(before.weighted);
	mem_free(residuals);
	mem_free(influences);
	mem_free(one);
}
