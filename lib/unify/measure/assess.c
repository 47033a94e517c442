#include "unify/measure/assess.h"

#include "unify/evidence/explain.h"
#include "unify/measure/eval_types.h"
#include "unify/merge/state.h"

#define MISTAKES_TOLD 3		/* of each kind */

int merge_truth(struct merge *m, const char *path, struct error *err)
{
	return truth_load(&m->truth, path, err);
}

/* Where a label stands in the explanation. */
static struct place place_of(const struct explainer *x, const struct label *l)
{
	struct place p = {l->customer, l->node, EVENTS_MAX};

	/* An unidentified event counts as a customer of its own. */
	if (l->customer >= x->merge->customers.count)
		p.customer = CUSTOMER_NONE;
	if (l->identifier)
		return p;
	p.event = l->event;
	p.node = evidence_node_of_event(&x->evidence, l->event);
	return p;
}

static int explain_mistake(struct explainer *x, const struct mistake *k)
{
	const struct label *a = &x->merge->truth.list[k->a], *b = &x->merge->truth.list[k->b];
	struct place p = place_of(x, a), q = place_of(x, b);

	return explain_pair(x, a->name, b->name, &p, &q);
}

static int tell_mistakes(struct explainer *x, const char *what, const struct mistake *list, size_t count)
{
	for (size_t i = 0; i < count && i < MISTAKES_TOLD; i++) {
		buf_printf(x->out, "%s: ", what);
		error_clean(x->merge->truth.list[list[i].a].name, x->out);
		buf_lit(x->out, " and ");
		error_clean(x->merge->truth.list[list[i].b].name, x->out);
		buf_lit(x->out, ": ");
		if (explain_mistake(x, &list[i]))
			return -1;
		buf_char(x->out, '\n');
	}
	return 0;
}

/* Says all that the sentences leave out. */
static void tell_more(const struct merge *m, struct buf *out)
{
	const struct mistake *k = m->eval.merged_count ? m->eval.merged : m->eval.missed;

	if (!m->eval.merged_count && !m->eval.missed_count)
		return;
	buf_lit(out, "more on the first of them: --explain ");
	error_clean(m->truth.list[k->a].name, out);
	buf_lit(out, " --explain ");
	error_clean(m->truth.list[k->b].name, out);
	buf_char(out, '\n');
}

int merge_tell_eval(const struct merge *m, struct buf *out, struct error *err)
{
	struct explain_style style = {.brief = true};
	struct explainer x;
	int status;

	eval_describe(&m->eval, out);
	eval_types_describe(&m->eval_types, m->eval.true_pairs, out);
	if (merge_matching(m))
		ladder_describe(&m->joining.matching.ladder, out);
	explainer_init(&x, m, &style, out, err);
	status = tell_mistakes(&x, "joined, but two people", m->eval.merged, m->eval.merged_count) ||
		 tell_mistakes(&x, "one person, but not joined", m->eval.missed, m->eval.missed_count);
	explainer_release(&x);
	if (status)
		return -1;
	tell_more(m, out);
	return 0;
}

/* Each as --explain answers for both. */
static int put_mistakes(struct explainer *x, const char *key, const struct mistake *list, size_t count)
{
	buf_printf(x->out, ",\"%s\":[", key);
	for (size_t i = 0; i < count; i++) {
		buf_text_put(x->out, i ? "," : "");
		if (explain_mistake(x, &list[i]) < 0)
			return -1;
		x->out->len--;	/* its newline */
	}
	buf_char(x->out, ']');
	return 0;
}

int merge_put_eval(const struct merge *m, struct buf *out, struct error *err)
{
	struct explain_style style = {.json = true};
	struct explainer x;
	int status;

	buf_char(out, '{');
	eval_put(&m->eval, out);
	buf_lit(out, ",\"identifiers\":");
	eval_types_put(&m->eval_types, m->eval.true_pairs, out);
	if (merge_matching(m)) {
		buf_lit(out, ",\"thresholds\":");
		ladder_put(&m->joining.matching.ladder, out);
	}
	explainer_init(&x, m, &style, out, err);
	status = put_mistakes(&x, "false_merges", m->eval.merged, m->eval.merged_count) ||
		 put_mistakes(&x, "missed_pairs", m->eval.missed, m->eval.missed_count);
	explainer_release(&x);
	buf_char(out, '}');
	return status ? -1 : 0;
}
