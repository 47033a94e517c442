#include "unify/evidence/explain_tie.h"

#include "unify/merge/state.h"

int explain_node(struct explainer *x, uint32_t node)
{
	struct buf name = BUF_INIT;
	int bad = evidence_name(&x->evidence, node, &name, x->err);

	error_clean(buf_view(&name), x->out);
	buf_release(&name);
	return bad;
}

void explain_comparisons(struct explainer *x, uint32_t a, uint32_t b)
{
	const struct matching *m = &x->merge->joining.matching;
	struct comparisons c;

	comparisons_make(&c, &m->columns, &m->weights, a - x->evidence.identifier_count,
			 b - x->evidence.identifier_count);
	waterfall_put(&c, &x->style, 4, x->out);
}

static void put_times(const struct explainer *x, const struct seen *seen)
{
	if (seen->first == MOMENT_NONE)
		return;
	buf_lit(x->out, ", ");
	moment_put(x->out, seen->first);
	if (seen->last == seen->first)
		return;
	buf_lit(x->out, " to ");
	moment_put(x->out, seen->last);
}

/* ": crm/c1, 2024-..." */
static int put_example(struct explainer *x, const struct tie *t)
{
	struct buf name = BUF_INIT;
	int bad = t->event == EVENTS_MAX ? 0 : evidence_event_name(&x->evidence, t->event, &name, x->err);

	if (name.len) {
		buf_lit(x->out, ": ");
		error_clean(buf_view(&name), x->out);
	}
	put_times(x, &x->merge->links.list[t->number].seen);
	buf_release(&name);
	return bad;
}

static int put_text(struct explainer *x, const struct tie *t)
{
	const struct matching *m = &x->merge->joining.matching;
	struct comparisons c;

	if (explain_node(x, t->a))
		return -1;
	buf_text_put(x->out, t->kind == TIE_SAYS ? " has " : " and ");
	if (explain_node(x, t->b))
		return -1;
	switch (t->kind) {
	case TIE_LEDGER:
		x->decided = true;
		buf_printf(x->out, ": the ledger says so in line %u", t->number);
		break;
	case TIE_RULE:
		buf_lit(x->out, " stand in one event");
		if (put_example(x, t))
			return -1;
		break;
	case TIE_SCORE:
		comparisons_make(&c, &m->columns, &m->weights, t->a - x->evidence.identifier_count,
				 t->b - x->evidence.identifier_count);
		buf_printf(x->out, " are alike: %+.2f bits, probability ", c.score);
		comparisons_put_probability(c.score, x->out);
		buf_lit(x->out, "\n\n");
		explain_comparisons(x, t->a, t->b);
		return 0;
	default:
		break;
	}
	buf_char(x->out, '\n');
	return 0;
}

int explain_tie(struct explainer *x, const struct tie *t, size_t number)
{
	if (!x->style.json) {
		buf_printf(x->out, "%3zu. ", number + 1);
		return put_text(x, t);
	}
	buf_text_put(x->out, number ? "," : "");
	return tie_put(t, &x->evidence, x->out, x->err);
}
