/* One tie, as text or JSON: see explain.h. */
#include <math.h>

#include "base/mem.h"
#include "merge/explain.h"
#include "merge/state.h"
#include "record/document.h"

int explain_node(struct explainer *x, uint32_t node)
{
	struct buf name = BUF_INIT;
	int bad = evidence_name(&x->evidence, node, &name, x->err);

	error_clean(buf_view(&name), x->out);
	buf_release(&name);
	return bad;
}

static void put_number(struct buf *out, const char *key, double number)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_number(out, number, 6);
}

static void put_value(struct buf *out, const char *key, struct span text)
{
	buf_printf(out, ",\"%s\":", key);
	if (span_absent(text))
		buf_lit(out, "null");
	else
		text_encode(out, text);
}

static void put_json(const struct comparisons *c, struct buf *out)
{
	put_number(out, "prior", c->prior);
	put_number(out, "score", c->score);
	put_number(out, "probability", comparisons_probability(c->score));
	buf_lit(out, ",\"comparisons\":[");
	for (size_t i = 0; i < c->count; i++) {
		const struct comparison *k = &c->list[i];

		buf_text_put(out, i ? ",{\"column\":" : "{\"column\":");
		text_encode(out, k->column);
		put_value(out, "a", k->a);
		put_value(out, "b", k->b);
		put_value(out, "level", span_of(k->level));
		if (k->m > 0) {
			put_number(out, "m", k->m);
			put_number(out, "u", k->u);
			put_number(out, "weight", k->weight);
			put_number(out, "frequency", k->frequency);
		}
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

void explain_comparisons(struct explainer *x, uint32_t a, uint32_t b)
{
	const struct matching *m = &x->merge->joining.matching;
	struct comparisons c;

	comparisons_make(&c, &m->columns, &m->weights, a - x->evidence.identifier_count,
			 b - x->evidence.identifier_count);
	if (x->style.json)
		put_json(&c, x->out);
	else
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
static int put_witness(struct explainer *x, const struct tie *t)
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
		buf_printf(x->out, ": the ledger says so in line %u", t->number);
		break;
	case TIE_RULE:
		buf_lit(x->out, " stand in one event");
		if (put_witness(x, t))
			return -1;
		break;
	case TIE_SCORE:
		comparisons_make(&c, &m->columns, &m->weights, t->a - x->evidence.identifier_count,
				 t->b - x->evidence.identifier_count);
		buf_printf(x->out, " are alike: %+.2f bits, probability %.4g\n\n", c.score,
			   comparisons_probability(c.score));
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
	if (tie_put(t, &x->evidence, x->out, x->err))
		return -1;
	if (t->kind != TIE_SCORE)
		return 0;
	x->out->len--;	/* the brace: more follows */
	explain_comparisons(x, t->a, t->b);
	buf_char(x->out, '}');
	return 0;
}
