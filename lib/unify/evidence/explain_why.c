#include "unify/evidence/explain_why.h"

#include "unify/evidence/explain_blocked.h"
#include "unify/evidence/explain_tie.h"
#include "unify/evidence/explain_votes.h"
#include "unify/merge/state.h"

/* Pairs of identifiers that are compared. */
#define COMMON_MAX ((size_t)100000000)

void explain_give(struct why *w, const char *name, struct buf *text)
{
	struct buf *out = w->x->out;

	if (w->x->style.json) {
		buf_printf(out, "%s{\"reason\":\"%s\",\"text\":", w->reasons ? "," : "", name);
		text_encode(out, buf_view(text));
		buf_char(out, '}');
	} else if (w->x->style.brief) {
		buf_text_put(out, w->reasons ? "; " : "");
		buf_span(out, buf_view(text));
	} else {
		buf_lit(out, "  - ");
		buf_span(out, buf_view(text));
		buf_char(out, '\n');
	}
	w->reasons++;
	buf_clear(text);
}

bool explain_is_between(const struct why *w, uint32_t x, uint32_t y)
{
	return (x == w->a && y == w->b) || (x == w->b && y == w->a);
}

/* The ledger's cannot-links, and a household's. */
static void give_apart(struct why *w, struct buf *text)
{
	const struct parts *apart = &w->x->evidence.apart_parts;

	for (uint32_t i = apart->starts[w->a]; i < apart->starts[w->a + 1]; i++) {
		const struct pair *p = &w->x->merge->decisions.apart[apart->items[i]];

		if (!explain_is_between(w, evidence_customer(&w->x->evidence, p->a),
				evidence_customer(&w->x->evidence, p->b)))
			continue;
		w->x->decided |= p->line > 0;
		if (p->line)
			buf_printf(text, "the ledger keeps them apart in line %u", p->line);
		else
			buf_lit(text, "they share a value of a household, as two people of it");
		explain_give(w, p->line ? "cannot-link" : "household", text);
	}
}

static void give_refusals(struct why *w, struct buf *text)
{
	static const char *const names[] = {
		[REFUSED_BY_LIMIT] = "limit", [REFUSED_BY_LEDGER] = "cannot-link",
	};
	const struct merge *m = w->x->merge;
	const struct parts *refused = &w->x->evidence.refusal_parts;

	for (uint32_t at = refused->starts[w->a]; at < refused->starts[w->a + 1]; at++) {
		uint32_t i = refused->items[at];
		const struct link *l = &m->links.list[m->graph.refusals[i].link];

		if (!explain_is_between(w, evidence_customer(&w->x->evidence, l->a),
				evidence_customer(&w->x->evidence, l->b)))
			continue;
		merge_tell_refusal(m, i, text);
		explain_give(w, names[m->graph.refusals[i].holding_check.reason], text);
	}
}

static const struct shared_value *shared_of(const struct merge *m, uint32_t identifier)
{
	for (size_t i = 0; i < m->shared_values.count; i++) {
		const struct shared_value *v = &m->shared_values.list[i];

		if (v->kind != SHARED_NAMES && m->identifiers.types[v->identifier] == m->identifiers.types[identifier] &&
		    span_equal(identifier_value(&m->identifiers, v->identifier),
			       identifier_value(&m->identifiers, identifier)))
			return v;
	}
	return NULL;
}

/* Both have identifier X of the one and Y of the other, which are one text. */
static void give_shared(struct why *w, uint32_t identifier, struct buf *text)
{
	const struct merge *m = w->x->merge;
	const struct shared_value *v = shared_of(m, identifier);
	char quoted[ERROR_QUOTE_MAX];

	buf_lit(text, "both have ");
	error_clean(identifier_type_of(&m->identifiers, identifier)->name, text);
	buf_printf(text, " %s, ", error_quote(identifier_value(&m->identifiers, identifier), quoted));
	if (v && v->kind == SHARED_BY_MANY)
		buf_printf(text, "which too many share to join records by it: %u record%s, %u people", v->records,
			   v->records == 1 ? "" : "s", v->people);
	else if (v)
		buf_lit(text, "which a household shares");
	else
		buf_lit(text, "but their other values outweigh it");
	explain_give(w, !v ? "outvoted" : v->kind == SHARED_HOUSEHOLD ? "household" : "generic", text);
}

/* Both have the text of A, of one source, and B, of another. */
static void give_own(struct why *w, uint32_t a, uint32_t b, struct buf *text)
{
	const struct identifiers *t = &w->x->merge->identifiers;
	char quoted[ERROR_QUOTE_MAX];

	error_quote(identifier_value(t, a), quoted);
	buf_printf(text, "%.*s and %.*s are both %s, but each source counts for itself (--rule 'shared = %.*s')",
		   SPAN_ARG(identifier_type_of(t, a)->name), SPAN_ARG(identifier_type_of(t, b)->name),
		   quoted, SPAN_ARG(identifier_type_of(t, a)->base));
	explain_give(w, "own", text);
}

static void give_common(struct why *w, struct buf *text)
{
	const struct identifiers *t = &w->x->merge->identifiers;
	const struct parts *p = &w->x->merge->customers.identifiers;

	/* Nothing is there twice but copies, and what sources have of their own. */
	if ((!t->copied && t->own_types < 2) || parts_size(p, w->a) > COMMON_MAX / (parts_size(p, w->b) + 1))
		return;
	for (uint32_t i = p->starts[w->a]; i < p->starts[w->a + 1]; i++) {
		uint32_t one = p->items[i];

		for (uint32_t j = p->starts[w->b]; j < p->starts[w->b + 1]; j++) {
			uint32_t other = p->items[j];

			if (identifier_type_of(t, one)->inner ||
			    identifier_type_of(t, one)->group != identifier_type_of(t, other)->group ||
			    !span_equal(identifier_value(t, one), identifier_value(t, other)))
				continue;
			if (t->types[one] == t->types[other])
				give_shared(w, one, text);
			else
				give_own(w, one, other, text);
		}
	}
}

int explain_why_not(struct explainer *x, const struct place *a, const struct place *b)
{
	struct why w = {.x = x, .a = a->customer, .b = b->customer};
	struct buf text = BUF_INIT;
	int bad = 0;

	give_apart(&w, &text);
	give_refusals(&w, &text);
	give_common(&w, &text);
	explain_blocked(&w, &text);
	if (x->evidence.joining) {
		bad = explain_votes(&w, &text);
	} else if (!w.reasons) {
		buf_lit(&text, "nothing joins them: no event has identifiers of both (--match both compares records by likeness, too)");
		explain_give(&w, "nothing in common", &text);
	}
	buf_release(&text);
	return bad;
}
