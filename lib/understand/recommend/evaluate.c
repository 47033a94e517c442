#include "understand/recommend/evaluate.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"

/* Sums are of whole parts of this, so that the order of customers does not matter. */
#define PART ((double)(1 << 30))
#define CHUNK 64
#define MOST 3

struct sums {
	__int128 precision, recall, ndcg, mrr, novelty;
	__int128 gain, gain_square;
	uint64_t offers;
};

struct run {
	const struct offers *o;
	struct offers_asked asked[MOST];
	size_t models;
	struct sums *sums;	/* by worker and model */
	bool *offered;		/* by worker, model and item */
	bool *had;		/* by item: somebody bought it or looked at it */
	atomic_uint next;
	atomic_uint customers;
};

static __int128 part(double x)
{
	return (__int128)llround(x * PART);
}

static bool is_held(const struct histories *h, uint32_t customer, uint32_t item)
{
	size_t low = h->held_starts[customer], high = h->held_starts[customer + 1];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->held[middle] == item)
			return true;
		if (h->held[middle] < item)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Items of the day, each once. */
static size_t count_held(const struct histories *h, uint32_t customer)
{
	size_t count = 0;

	for (size_t i = h->held_starts[customer]; i < h->held_starts[customer + 1]; i++)
		count += i == h->held_starts[customer] || h->held[i] != h->held[i - 1];
	return count;
}

/* What was only looked at is as rare as what one customer bought. */
static double novelty_of(const struct histories *h, uint32_t item)
{
	uint32_t count = h->items.list[item].count;

	return -log2((double)(count ? count : 1) / h->buyers);
}

/* Adds what MADE offers to CUSTOMER are worth to S; returns their ndcg. */
static double judge(const struct run *r, uint32_t customer, const struct offer *list, size_t made, struct sums *s,
		    bool *offered)
{
	const struct histories *h = r->o->h;
	size_t held = count_held(h, customer), hits = 0, most = r->o->asked->most;
	double gain = 0, best = 0, first = 0, novelty = 0;

	for (size_t i = 0; i < most && i < held; i++)
		best += 1 / log2((double)i + 2);
	for (size_t i = 0; i < made; i++) {
		offered[list[i].item] = true;
		novelty += novelty_of(h, list[i].item);
		if (!is_held(h, customer, list[i].item))
			continue;
		first = hits++ ? first : 1 / ((double)i + 1);
		gain += 1 / log2((double)i + 2);
	}
	s->precision += part((double)hits / (double)most);
	s->recall += part((double)hits / (double)held);
	s->ndcg += part(gain / best);
	s->mrr += part(first);
	s->novelty += part(novelty);
	s->offers += made;
	return gain / best;
}

static void judge_customer(struct run *r, size_t worker, struct offers_scratch *scratch, uint32_t customer)
{
	const struct histories *h = r->o->h;
	struct offer list[OFFERS_MAX];
	double first = 0;

	if (h->held_starts[customer] == h->held_starts[customer + 1])
		return;
	atomic_fetch_add(&r->customers, 1);
	for (size_t m = 0; m < r->models; m++) {
		struct offers o = *r->o;
		struct sums *s = &r->sums[worker * MOST + m];
		double ndcg;
		size_t made;

		o.asked = &r->asked[m];
		made = offers_make(&o, scratch, h->list + h->starts[customer], h->starts[customer + 1] - h->starts[customer],
				   NULL, 0, list);
		ndcg = judge(r, customer, list, made, s, r->offered + (worker * MOST + m) * h->items.count);
		first = m ? first : ndcg;
		s->gain += part(first - ndcg);
		s->gain_square += part((first - ndcg) * (first - ndcg));
	}
}

static void work(void *context, size_t worker)
{
	struct run *r = context;
	uint32_t customers = r->o->h->customers;
	struct offers_scratch scratch;
	unsigned from;

	offers_scratch_init(&scratch, r->o->h);
	while ((from = atomic_fetch_add(&r->next, CHUNK)) < customers)
		for (uint32_t u = from; u < customers && u < from + CHUNK; u++)
			judge_customer(r, worker, &scratch, u);
	offers_scratch_release(&scratch);
}

static void add_sums(struct sums *to, const struct sums *s)
{
	to->precision += s->precision;
	to->recall += s->recall;
	to->ndcg += s->ndcg;
	to->mrr += s->mrr;
	to->novelty += s->novelty;
	to->gain += s->gain;
	to->gain_square += s->gain_square;
	to->offers += s->offers;
}

/* The figures of model M, over all workers. */
static struct quality sum_up(const struct run *r, size_t m, unsigned workers)
{
	const struct histories *h = r->o->h;
	uint32_t offered = 0, all = 0;
	struct sums s = {0};
	double n = r->customers ? r->customers : 1, square;
	struct quality q = {.model = r->asked[m].model};

	for (unsigned w = 0; w < workers; w++)
		add_sums(&s, &r->sums[w * MOST + m]);
	for (uint32_t i = 0; i < h->items.count; i++) {
		bool any = false;

		for (unsigned w = 0; w < workers; w++)
			any |= r->offered[(w * MOST + m) * (size_t)h->items.count + i];
		offered += any;
		all += r->o->catalog->wanted[i] && r->had[i];
	}
	q.precision = (double)s.precision / PART / n;
	q.recall = (double)s.recall / PART / n;
	q.ndcg = (double)s.ndcg / PART / n;
	q.mrr = (double)s.mrr / PART / n;
	q.coverage = all ? (double)offered / all : 0;
	q.novelty = s.offers ? (double)s.novelty / PART / (double)s.offers : 0;
	q.gain = (double)s.gain / PART / n;
	square = (double)s.gain_square / PART / n - q.gain * q.gain;
	q.gain_error = square > 0 ? sqrt(square / n) : 0;
	return q;
}

void evaluate(struct evaluation *e, const struct offers *o, unsigned workers)
{
	static const enum offer_model baselines[] = {MODEL_POPULAR, MODEL_REPEAT};
	struct run r = {.o = o, .models = 1};

	r.asked[0] = *o->asked;
	for (size_t i = 0; i < 2; i++)
		if (baselines[i] != o->asked->model) {
			r.asked[r.models] = *o->asked;
			r.asked[r.models++].model = baselines[i];
		}
	r.sums = mem_zero(workers * (size_t)MOST, sizeof *r.sums);
	r.offered = mem_zero(workers * (size_t)MOST * o->h->items.count + 1, sizeof *r.offered);
	r.had = mem_zero(o->h->items.count + (size_t)1, sizeof *r.had);
	for (size_t i = 0; i < o->h->starts[o->h->customers]; i++)
		r.had[o->h->list[i].item] = true;
	pool_each(workers, workers, work, &r);
	*e = (struct evaluation){.count = r.models, .customers = r.customers};
	for (size_t m = 0; m < r.models; m++)
		e->list[m] = sum_up(&r, m, workers);
	mem_free(r.sums);
	mem_free(r.offered);
	mem_free(r.had);
}

const struct quality *evaluate_unbeaten(const struct evaluation *e)
{
	const struct quality *worst = NULL;

	for (size_t m = 1; m < e->count; m++) {
		const struct quality *q = &e->list[m];

		if (q->gain > 1.96 * q->gain_error && q->gain > 0)
			continue;
		if (!worst || q->ndcg > worst->ndcg)
			worst = q;
	}
	return worst;
}
