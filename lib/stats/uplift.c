#include "stats/uplift.h"

#include <stdlib.h>

#include "base/mem.h"

struct ranked {
	double uplift;
	size_t row;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *p = a, *q = b;

	if (p->uplift != q->uplift)
		return p->uplift < q->uplift ? 1 : -1;
	return (p->row > q->row) - (p->row < q->row);
}

/* Of the treated [1] and the others [0]: how many, and how many with the outcome. */
struct tally {
	double n[2], y[2];
};

static double qini_of(const struct tally *t)
{
	return t->y[1] - (t->n[0] > 0 ? t->y[0] * t->n[1] / t->n[0] : 0);
}

static double effect_of(const struct tally *t)
{
	return t->n[0] > 0 && t->n[1] > 0 ? t->y[1] / t->n[1] - t->y[0] / t->n[0] : 0;
}

void uplift_measure(const struct uplift_rows *rows, struct uplift_curves *out, double *qini, double *gain)
{
	size_t n = rows->count;
	struct ranked *list = mem_zero(n + 1, sizeof *list);
	struct tally t = {0};

	*out = (struct uplift_curves){0};
	for (size_t i = 0; i < n; i++)
		list[i] = (struct ranked){rows->uplift[i], i};
	qsort(list, n, sizeof *list, compare_ranked);
	for (size_t k = 0; k <= n; k++) {
		double q = qini_of(&t), g = effect_of(&t) * (double)k;

		if (k)
			out->qini_area += (out->qini_end + q) / 2 / (double)n;
		if (k)
			out->gain_area += (out->gain_end + g) / 2 / (double)n;
		out->qini_end = q;
		out->gain_end = g;
		if (qini)
			qini[k] = q;
		if (gain)
			gain[k] = g;
		if (k < n) {
			t.n[rows->treated[list[k].row]]++;
			t.y[rows->treated[list[k].row]] += rows->y[list[k].row];
		}
	}
	out->treated = (uint64_t)t.n[1];
	out->controls = (uint64_t)t.n[0];
	out->effect = effect_of(&t);
	mem_free(list);
}
