#include "unify/linkage/weights.h"

#include <math.h>

#include "base/mem.h"
#include "unify/linkage/home.h"

/* What is mostly true of m: people's own values agree. */
#define M_EXACT 0.9

/* Weights stay within; more would let one column decide alone. */
#define WEIGHT_MAX 20
#define ADJUST_MAX 6

void weights_release(struct weights *w)
{
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		mem_free(w->frequency[i]);
	*w = (struct weights){0};
}

/* Two records of those filled that agree exactly, by chance or not. */
static double chance_of_agreement(const struct columns *all, size_t number)
{
	const struct column *c = &all->list[number];
	double pairs = 0, n = (double)c->filled;

	if (all->linking.mode != LINK_BOTH) {
		const uint32_t *words = all->rows + number;
		double of = linking_pairs(&all->linking, words, all->count, all->records, 1);

		pairs = linking_pairs(&all->linking, words, all->count, all->records,
				      c->vocabulary->count + 1);
		return of > 0 ? pairs / of : 0;
	}
	for (size_t i = 1; i <= c->vocabulary->count; i++)
		pairs += (double)c->counts[i] * (c->counts[i] - 1.0) *
			 (c->counts[i] > 0);
	return n > 1 ? pairs / (n * (n - 1)) : 0;
}

static float *make_frequencies(const struct column *c, double agree)
{
	size_t words = c->vocabulary->count + 1;
	float *list = mem_alloc(words * sizeof *list);
	double base = agree * (double)c->filled;

	list[0] = 0;
	for (size_t i = 1; i < words; i++) {
		double seen = c->counts[i] > 2 ? c->counts[i] : 2;
		double adjust = base > 0 ? log2(base / seen) : 0;

		list[i] = (float)fmax(-ADJUST_MAX, fmin(ADJUST_MAX, adjust));
	}
	return list;
}

void weights_ignore(struct weights *w, const struct columns *c, size_t i)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);

	for (unsigned k = 1; k <= scale->count; k++)
		w->columns[i].m[k] = w->columns[i].u[k] = 1.0 / scale->count;
	w->agree[i] = 0;
}

void weights_rarity(struct weights *w, const struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		mem_free(w->frequency[i]);
		w->frequency[i] = c->list[i].strong ? make_frequencies(&c->list[i], w->agree[i])
						    : NULL;
	}
}

void weights_init(struct weights *w, const struct columns *c)
{
	*w = (struct weights){.lambda = 1e-4};
	home_limit(w, c);
	for (size_t i = 0; i < c->count; i++) {
		const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
		struct level_weights *l = &w->columns[i];

		w->agree[i] = chance_of_agreement(c, i);
		for (unsigned k = 1; k <= scale->count; k++) {
			l->m[k] = (1 - M_EXACT) / (scale->count - 1);
			l->u[k] = 0.02 / (scale->count - 1);
		}
		l->m[scale->exact] = M_EXACT;
		l->u[scale->exact] = w->agree[i];
		l->u[AGREEMENT_ELSE] = 0.98 - w->agree[i];
	}
	weights_rarity(w, c);
	weights_settle(w, c);
}

/*
 * Nothing says more than the same value (two exchanged ones may), whatever few
 * observations say: levels that would are pooled with it, and weigh as all of them
 * together.  So where every second record has a slip, a slip does not lose its weight
 * because the same value is rare.
 */
void weights_pool(const struct agreement_scale *scale, const double *m, const double *u,
		  double *weight)
{
	double all_m = m[scale->exact], all_u = u[scale->exact];
	uint32_t pooled = (uint32_t)1 << scale->exact;

	for (;;) {
		double most = log2(all_m / all_u);
		unsigned next = 0;

		for (unsigned k = 2; k <= scale->count; k++) {
			if (pooled >> k & 1 || k == scale->exchanged || log2(m[k] / u[k]) <= most)
				continue;
			most = log2(m[k] / u[k]);
			next = k;
		}
		if (!next)
			break;
		all_m += m[next];
		all_u += u[next];
		pooled |= (uint32_t)1 << next;
	}
	for (unsigned k = 1; k <= scale->count; k++) {
		double bits = pooled >> k & 1 ? log2(all_m / all_u) : log2(m[k] / u[k]);

		weight[k] = fmax(-WEIGHT_MAX, fmin(WEIGHT_MAX, bits));
	}
	/* Nothing says less than another value. */
	for (unsigned k = 2; k <= scale->count; k++)
		weight[k] = fmax(weight[AGREEMENT_ELSE], weight[k]);
}

void weights_settle(struct weights *w, const struct columns *c)
{
	w->prior = log2(w->lambda / (1 - w->lambda));
	for (size_t i = 0; i < c->count; i++)
		weights_pool(agreement_scale(c->list[i].kind), w->columns[i].m, w->columns[i].u,
			     w->columns[i].weight);
	home_settle(w, c);
}

double weights_evidence(const struct weights *w, const struct columns *c,
			uint64_t pattern)
{
	double sum = 0;

	for (size_t i = 0; i < c->count; i++)
		sum += w->columns[i].weight[agreement_level(pattern, i)];
	return sum;
}

double weights_rarity_of(const struct weights *w, const struct columns *c, size_t i,
			 unsigned level, uint32_t a, uint32_t b)
{
	const struct column *column = &c->list[i];
	unsigned exact = agreement_scale(column->kind)->exact;
	const float *list = w->frequency[i];

	if (!list)
		return 0;
	if (level == exact)
		return list[a];
	if (!agreement_nearly_same(column->kind, level))
		return 0;
	return WEIGHTS_NEARLY * (double)(list[a] < list[b] ? list[a] : list[b]);
}

double weights_score(const struct weights *w, const struct columns *c,
		     uint64_t pattern, uint32_t a, uint32_t b, double *evidence)
{
	const uint32_t *x = columns_row(c, a), *y = columns_row(c, b);
	double sum = 0;

	for (size_t i = 0; i < c->count; i++) {
		unsigned level = agreement_level(pattern, i);

		sum += w->columns[i].weight[level];
		if (level > AGREEMENT_ELSE)
			sum += weights_rarity_of(w, c, i, level, x[i], y[i]);
	}
	*evidence = sum;
	return home_combine(w->prior + sum, home_score(w, c, pattern));
}
