#include "understand/churn/ticks.h"

#include <math.h>

#include "stats/special.h"

double ticks_p_some(const struct ticks *s)
{
	double chance = exp(s->n * log1p(-s->u)), fewer = 0;

	for (unsigned i = 0; i < s->k - s->phase; i++) {
		fewer += chance;
		chance *= (s->n + i) / (i + 1.0) * s->u;
	}
	return fmax(1 - fewer, 0);
}

/* The expected purchases of a customer who comes to the clock's purchase number `done`. */
struct purchases {
	double a;
	double b;
	double done;
	double stay;		/* the chance to make the next */
	double expected;	/* of the first `done` */
};

static double advance(struct purchases *p, double to)
{
	for (; p->done < to; p->done++) {
		p->expected += p->stay;
		p->stay *= (p->b + p->done) / (p->a + p->b + p->done);
	}
	return p->expected;
}

/* ln P(N). */
static double log_chance(const struct ticks *s, double N)
{
	return special_lgamma(s->n + N) - special_lgamma(s->n) - special_lgamma(N + 1) +
	       s->n * log1p(-s->u) + N * log(s->u);
}

/*
 * Chances that count begin below the most likely number of ticks and end above it.  There,
 * as a share of the greatest, they are summed upwards, and their sum is divided by: so that
 * what rounding makes of ln P of many thousand ticks cancels.
 */
double ticks_expected(const struct ticks *s, double a, double b)
{
	struct purchases p = {a, b, 0, 1, 0};
	double mode = s->n > 1 ? floor((s->n - 1) * s->u / (1 - s->u)) : 0;
	double peak = log_chance(s, mode), first = mode, chance;
	double step = floor(2 * sqrt(s->n * s->u) / (1 - s->u)) + 1;	/* two standard deviations */
	double all = 0, total = 0;

	while (first > 0 && log_chance(s, first) > peak - 45)
		first = fmax(first - step, 0);
	chance = exp(log_chance(s, first) - peak);
	for (double N = first;; N++) {
		double made = floor((N + s->phase) / s->k);
		double here = chance * advance(&p, made);

		all += chance;
		total += here;
		if (N > mode && chance < 1e-18 * all && here < 1e-17 * total)
			break;
		chance *= (s->n + N) / (N + 1) * s->u;
	}
	return total / all;
}
