#include "unify/linkage/scorer.h"

/* A sum in another order differs by less. */
#define SLACK 1e-6

static int cost(enum column_kind kind)
{
	static const int costs[] = {
		[COLUMN_DATE] = 0, [COLUMN_CATEGORY] = 1, [COLUMN_NAME] = 2,
		[COLUMN_CODE] = 3, [COLUMN_TEXT] = 4, [COLUMN_EMAIL] = 5,
	};

	return costs[kind];
}

/* The best level below equality; exchanged values are met before. */
static double best_of(const struct weights *w, const struct column *c, size_t i)
{
	const struct agreement_scale *scale = agreement_scale(c->kind);
	double best = w->columns[i].weight[AGREEMENT_ELSE];

	for (unsigned k = 2; k <= scale->count; k++) {
		if (k != scale->exact && k != scale->exchanged &&
		    w->columns[i].weight[k] > best)
			best = w->columns[i].weight[k];
	}
	/* Where names agree, an address that is merely alike says nothing. */
	return c->kind == COLUMN_EMAIL && best < 0 ? 0 : best;
}

void scorer_init(struct scorer *s, const struct columns *c, const struct weights *w,
		 double floor)
{
	*s = (struct scorer){.columns = c, .weights = w, .floor = floor};
	for (size_t i = 0; i < c->count; i++) {
		struct scorer_step step = {
			(unsigned char)i,
			(unsigned char)agreement_scale(c->list[i].kind)->exact,
			best_of(w, &c->list[i], i),
		};
		size_t at = i;

		for (; at && cost(c->list[s->steps[at - 1].column].kind) >
		       cost(c->list[i].kind); at--)
			s->steps[at] = s->steps[at - 1];
		s->steps[at] = step;
	}
}

/* What rarity may add to names that nearly agree. */
static double bonus(const struct scorer *s, size_t i, const uint32_t *x, const uint32_t *y)
{
	const float *list = s->weights->frequency[i];
	float least;

	if (!list || s->columns->list[i].kind != COLUMN_NAME)
		return 0;
	least = list[x[i]] < list[y[i]] ? list[x[i]] : list[y[i]];
	return least > 0 ? WEIGHTS_NEARLY * (double)least : 0;
}

/* What is known at a glance: *SUM is the most that the pair can reach, of which MOST
 * has the part of each step that is open. */
static uint32_t glance(const struct scorer *s, const uint32_t *x, const uint32_t *y,
		       uint64_t *pattern, double *sum, double most[COLUMNS_MAX])
{
	const struct columns *c = s->columns;
	uint32_t open = 0, skip = 0;

	for (size_t at = 0; at < c->count; at++) {
		const struct scorer_step *step = &s->steps[at];
		size_t i = step->column;
		const struct level_weights *l = &s->weights->columns[i];

		if (!x[i] || !y[i] || skip >> i & 1)
			continue;
		if (x[i] == y[i]) {
			*sum += l->weight[step->exact];
			if (s->weights->frequency[i])
				*sum += s->weights->frequency[i][x[i]];
			*pattern |= (uint64_t)step->exact << (i * AGREEMENT_BITS);
		} else if (agreement_exchanged(c, i, x, y)) {
			unsigned level = agreement_scale(c->list[i].kind)->exchanged;

			*sum += l->weight[level];
			*pattern |= (uint64_t)level << (i * AGREEMENT_BITS);
			skip |= (uint32_t)1 << c->list[i].twin;
		} else {
			most[at] = step->best + bonus(s, i, x, y);
			*sum += most[at];
			open |= (uint32_t)1 << at;
		}
	}
	return open;
}

static bool do_names_agree(const struct columns *c, uint64_t pattern)
{
	for (size_t i = 0; i < c->count; i++) {
		if (agreement_names_agree(c->list[i].kind, agreement_level(pattern, i)))
			return true;
	}
	return false;
}

bool scorer_above(const struct scorer *s, struct agreement_cache *cache,
		  uint32_t a, uint32_t b, struct scorer_pair *out)
{
	const struct columns *c = s->columns;
	const uint32_t *x = columns_row(c, a), *y = columns_row(c, b);
	double sum = s->weights->prior + SLACK - s->floor;
	uint64_t pattern = 0;
	double most[COLUMNS_MAX];
	uint32_t open = glance(s, x, y, &pattern, &sum, most);

	for (; open && sum > 0; open &= open - 1) {
		int at = __builtin_ctz(open);
		size_t i = s->steps[at].column;
		enum column_kind kind = c->list[i].kind;
		unsigned level = agreement_level_of(c, i, cache, x[i], y[i]);

		sum -= most[at];
		if (agreement_like_name(kind, level) && do_names_agree(c, pattern))
			continue;
		sum += s->weights->columns[i].weight[level];
		if (agreement_nearly_same(kind, level))
			sum += weights_rarity_of(s->weights, c, i, level, x[i], y[i]);
		pattern |= (uint64_t)level << (i * AGREEMENT_BITS);
	}
	if (sum <= 0)
		return false;
	out->pattern = pattern;
	out->score = weights_score(s->weights, c, pattern, a, b, &out->evidence);
	return out->score > s->floor;
}
