/*
 * Customers drawn as the purchase models have them: rates from a gamma distribution, drop-out
 * after purchases (beta) or in time (gamma), gaps at random or of K ticks.
 */
#ifndef TEST_BUYERS_H
#define TEST_BUYERS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/random.h"
#include "understand/churn/purchase_model.h"

struct buyers {
	double theta[4];	/* r, alpha; a, b, or s, beta */
	bool by_time;		/* Pareto/NBD */
	bool modified;
	unsigned k;
	double shortest;	/* T is uniform between */
	double longest;
	double grid;		/* > 0: purchases fall on its next point, each once */
};

static inline double buyers_exponential(uint64_t *state)
{
	return -log1p(-random_unit(state));
}

static inline double buyers_normal(uint64_t *state)
{
	double radius = sqrt(2 * buyers_exponential(state));

	return radius * cos(6.283185307179586 * random_unit(state));
}

/* Marsaglia and Tsang 2000; of scale 1. */
static inline double buyers_gamma(uint64_t *state, double shape)
{
	double boost = shape < 1 ? exp(-buyers_exponential(state) / shape) : 1;
	double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double z = buyers_normal(state), v = 1 + c * z;

		v = v * v * v;
		if (v > 0 && -buyers_exponential(state) < z * z / 2 + d - d * v + d * log(v))
			return boost * d * v;
	}
}

static inline double buyers_beta(uint64_t *state, double a, double b)
{
	double x = buyers_gamma(state, a), y = buyers_gamma(state, b);

	return x / (x + y);
}

/* One customer; what the gaps add to the sum of their logarithms in *LOG_GAPS. */
static inline struct purchase_row buyers_draw(const struct buyers *b, uint64_t *state, double *log_gaps)
{
	double rate = buyers_gamma(state, b->theta[0]) / b->theta[1], end = INFINITY, leave = 0;
	struct purchase_row row = {0, 0, b->shortest + (b->longest - b->shortest) * random_unit(state), 1};

	if (b->by_time)
		end = buyers_exponential(state) * b->theta[3] / buyers_gamma(state, b->theta[2]);
	else
		leave = buyers_beta(state, b->theta[2], b->theta[3]);
	if (b->grid > 0)
		row.T = b->grid * floor(row.T / b->grid);
	if (b->modified && random_unit(state) < leave)
		return row;
	for (double t = 0;;) {
		double at;

		for (unsigned i = 0; i < b->k; i++)
			t += buyers_exponential(state) / rate;
		at = b->grid > 0 ? b->grid * ceil(t / b->grid) : t;
		if (t > end || at > row.T)
			return row;
		if (at > row.t_x) {
			*log_gaps += log(at - row.t_x);
			row.t_x = at;
			row.x++;
		}
		if (random_unit(state) < leave)
			return row;
	}
}

static inline int buyers_compare(const void *a, const void *b)
{
	const struct purchase_row *p = a, *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->t_x != q->t_x)
		return p->t_x < q->t_x ? -1 : 1;
	return (p->T > q->T) - (p->T < q->T);
}

/* COUNT customers, equal ones merged.  Owned: mem_free. */
static inline struct purchase_row *buyers_rows(const struct buyers *b, uint64_t *state, size_t count,
					       struct purchase_data *data)
{
	struct purchase_row *rows = mem_zero(count, sizeof *rows);
	double log_gaps = 0;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		rows[i] = buyers_draw(b, state, &log_gaps);
	qsort(rows, count, sizeof *rows, buyers_compare);
	for (size_t i = 1; i < count; i++)
		if (buyers_compare(&rows[kept], &rows[i]))
			rows[++kept] = rows[i];
		else
			rows[kept].weight++;
	*data = (struct purchase_data){rows, kept + 1, log_gaps, NAN};
	return rows;
}

#endif
