#include "understand/recommend/rules.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/significance.h"

const char *const measure_names[MEASURES + 1] = {
	"lift", "confidence", "support", "leverage", "conviction", "p", NULL,
};

/* 10^scale, for the scales that a share may have. */
static unsigned __int128 power_of_ten(int scale)
{
	unsigned __int128 power = 1;

	while (scale--)
		power *= 10;
	return power;
}

/* PART / WHOLE >= SHARE, exactly. */
static bool reaches(uint32_t part, uint32_t whole, struct decimal share)
{
	return part * power_of_ten(share.scale) >= (unsigned __int128)share.digits * whole;
}

struct making {
	const struct baskets *baskets;
	const struct itemsets *sets;
	const struct rules_asked *asked;
	struct rules *rules;
	size_t cap;
};

static void try_rule(struct making *m, uint32_t set, const uint32_t *left, uint32_t right)
{
	const struct itemset *s = &m->sets->sets[set];
	struct rule rule = {.set = set, .right = right, .count = s->count};
	struct rules *r = m->rules;

	r->tried++;
	rule.left_count = itemsets_find(m->sets, left, s->length - 1);
	if (!reaches(rule.count, rule.left_count, m->asked->confidence))
		return;
	rule.p = significance_fisher(m->baskets->count, rule.left_count, m->baskets->items.list[right].count,
				     rule.count);
	r->list = mem_room(r->list, r->count, &m->cap, sizeof *r->list);
	r->list[r->count++] = rule;
}

static void try_set(struct making *m, uint32_t set)
{
	const struct itemset *s = &m->sets->sets[set];
	const uint32_t *items = m->sets->items + s->at;
	uint32_t left[ITEMSET_LENGTH_MAX];

	for (uint32_t i = 0; s->length > 1 && i < s->length; i++) {
		uint32_t n = 0;

		for (uint32_t k = 0; k < s->length; k++)
			if (k != i)
				left[n++] = items[k];
		try_rule(m, set, left, items[i]);
	}
}

double rule_measure(const struct rule *rule, const struct baskets *b, enum measure measure)
{
	double n = b->count, both = rule->count, left = rule->left_count, right = b->items.list[rule->right].count;

	switch (measure) {
	case MEASURE_LIFT:
		return n * both / (left * right);
	case MEASURE_CONFIDENCE:
		return both / left;
	case MEASURE_SUPPORT:
		return both / n;
	case MEASURE_LEVERAGE:
		return (n * both - left * right) / (n * n);
	case MEASURE_CONVICTION:
		return rule->count == rule->left_count ? INFINITY : (n - right) * left / (n * (left - both));
	default:
		return rule->p;
	}
}

static int compare_p(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

static void correct(struct rules *r)
{
	double *p = mem_alloc((r->count + 1) * sizeof *p);

	qsort(r->list, r->count, sizeof *r->list, compare_p);
	for (size_t i = 0; i < r->count; i++)
		p[i] = r->list[i].p;
	significance_holm(p, r->count, r->tried);
	for (size_t i = 0; i < r->count; i++)
		r->list[i].p_holm = p[i];
	mem_free(p);
}

/* Sets are in their order by count and items, which settles what is alike. */
static int compare_rules(const void *a, const void *b, void *context)
{
	const struct rule *x = a, *y = b;
	const struct making *m = context;
	double of_x = rule_measure(x, m->baskets, m->asked->sort), of_y = rule_measure(y, m->baskets, m->asked->sort);

	if (of_x < of_y || of_x > of_y)
		return (of_x < of_y) == (m->asked->sort != MEASURE_P) ? 1 : -1;
	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return (x->right > y->right) - (x->right < y->right);
}

void rules_make(struct rules *r, const struct baskets *b, const struct itemsets *s,
		const struct rules_asked *asked)
{
	struct making m = {.baskets = b, .sets = s, .asked = asked, .rules = r};

	*r = (struct rules){0};
	for (uint32_t i = 0; i < s->count; i++)
		try_set(&m, i);
	if (!r->count)
		return;
	correct(r);
	qsort_r(r->list, r->count, sizeof *r->list, compare_rules, &m);
}

void rules_release(struct rules *r)
{
	mem_free(r->list);
	*r = (struct rules){0};
}
