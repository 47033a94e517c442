#include "unify/evidence/explain_brief.h"

#include "base/mem.h"
#include "unify/evidence/pair_evidence.h"
#include "unify/evidence/explain_tie.h"
#include "unify/evidence/explain_why.h"
#include "unify/evidence/explain.h"
#include "unify/merge/state.h"

/* Two records that are alike and nothing else: what they say. */
static void put_alike(struct explainer *x, const struct tie *t)
{
	pair_evidence_describe(&x->merge->joining.matching, t->a - x->evidence.identifier_count,
			   t->b - x->evidence.identifier_count, x->out);
}

/* The names along PATH from the node FROM. */
static int put_way(struct explainer *x, uint32_t from, const struct tie *const *path, size_t count)
{
	uint32_t at = from;
	size_t shown = 1;

	if (!count && from >= x->evidence.identifier_count) {
		buf_lit(x->out, "both have exactly the same values");
		return 0;
	}
	buf_lit(x->out, "through ");
	if (explain_node(x, at))
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct tie *t = path[i];

		at = t->a == at ? t->b : t->a;
		if (!evidence_shows(&x->evidence, t))
			continue;
		buf_text_put(x->out, shown++ ? ", " : "");
		if (explain_node(x, at))
			return -1;
		if (t->kind == TIE_SCORE)
			buf_printf(x->out, " (alike, %+.1f bits)", t->weight);
		if (t->kind == TIE_LEDGER)
			buf_printf(x->out, " (line %u of the ledger)", t->number);
	}
	return 0;
}

int explain_brief_way(struct explainer *x, const struct place *a, const struct place *b)
{
	const struct tie **path;
	uint32_t from, to;
	size_t count;
	int bad = 0;

	if (forest_grow(&x->forest, &x->evidence, a->customer, x->err))
		return -1;
	from = explain_node_of(x, a);
	to = explain_node_of(x, b);
	path = mem_alloc((x->forest.count + 1) * sizeof *path);
	count = forest_path(&x->forest, from, to, path);
	if (count == 1 && path[0]->kind == TIE_SCORE)
		put_alike(x, path[0]);
	else
		bad = put_way(x, from, path, count);
	mem_free(path);
	return bad;
}

int explain_brief_why_not(struct explainer *x, const struct place *a, const struct place *b)
{
	if (a->customer == CUSTOMER_NONE || b->customer == CUSTOMER_NONE) {
		buf_lit(x->out, "unidentified: no identifier that counts");
		return 0;
	}
	return explain_why_not(x, a, b);
}
