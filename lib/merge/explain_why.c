/*
 * Why two customers are not one: everything that is known to keep them apart,
 * or that nothing brings them together.
 */
#include <math.h>

#include "base/mem.h"
#include "merge/explain.h"
#include "merge/state.h"

/* Records of a customer that are looked at, as many as speak in matching. */
#define SPEAKERS_MAX 50

/* Pairs of identifiers that are compared. */
#define COMMON_MAX ((size_t)100000000)

struct why {
	struct explainer *x;
	uint32_t a, b;		/* customers */
	size_t reasons;
};

/* A reason: its NAME for programs, TEXT for people, which is cleared. */
static void give(struct why *w, const char *name, struct buf *text)
{
	struct buf *out = w->x->out;

	if (w->x->style.json) {
		buf_printf(out, "%s{\"reason\":\"%s\",\"text\":", w->reasons ? "," : "", name);
		text_encode(out, buf_view(text));
		buf_char(out, '}');
	} else {
		buf_lit(out, "  - ");
		buf_span(out, buf_view(text));
		buf_char(out, '\n');
	}
	w->reasons++;
	buf_clear(text);
}

static bool is_between(const struct why *w, uint32_t x, uint32_t y)
{
	return (x == w->a && y == w->b) || (x == w->b && y == w->a);
}

/* The ledger's cannot-links, and a household's. */
static void give_apart(struct why *w, struct buf *text)
{
	const struct decisions *d = &w->x->merge->decisions;

	for (size_t i = 0; i < d->apart_count; i++) {
		const struct pair *p = &d->apart[i];

		if (!is_between(w, evidence_customer(&w->x->evidence, p->a),
				evidence_customer(&w->x->evidence, p->b)))
			continue;
		if (p->line)
			buf_printf(text, "the ledger keeps them apart in line %u", p->line);
		else
			buf_lit(text, "they share a value of a household, as two people of it");
		give(w, p->line ? "cannot-link" : "household", text);
	}
}

static void give_refusals(struct why *w, struct buf *text)
{
	static const char *const names[] = {
		[REFUSED_BY_LIMIT] = "limit", [REFUSED_BY_LEDGER] = "cannot-link",
		[REFUSED_BY_IDENTIFIERS] = "cap", [REFUSED_BY_MERGES] = "cap",
	};
	const struct merge *m = w->x->merge;

	for (size_t i = 0; i < m->graph.refusal_count; i++) {
		const struct link *l = &m->links.list[m->graph.refusals[i].link];

		if (!is_between(w, evidence_customer(&w->x->evidence, l->a),
				evidence_customer(&w->x->evidence, l->b)))
			continue;
		merge_tell_refusal(m, i, text);
		give(w, names[m->graph.refusals[i].verdict.reason], text);
	}
}

static const struct shared_value *shared_of(const struct merge *m, uint32_t identifier)
{
	for (size_t i = 0; i < m->generic.count; i++) {
		const struct shared_value *v = &m->generic.list[i];

		if (m->identifiers.types[v->identifier] == m->identifiers.types[identifier] &&
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
	if (v && !v->household)
		buf_printf(text, "which too many share to tie anybody: %u records, %u people", v->records,
			   v->people);
	else if (v)
		buf_lit(text, "which a household shares");
	else
		buf_lit(text, "but what else they say outweighs it");
	give(w, !v ? "outvoted" : v->household ? "household" : "generic", text);
}

/* Both have the text of A, of one source, and B, of another. */
static void give_own(struct why *w, uint32_t a, uint32_t b, struct buf *text)
{
	const struct identifiers *t = &w->x->merge->identifiers;
	char quoted[ERROR_QUOTE_MAX];

	error_quote(identifier_value(t, a), quoted);
	buf_printf(text, "%.*s and %.*s are both %s, but each source counts for itself (--shared %.*s)",
		   SPAN_ARG(identifier_type_of(t, a)->name), SPAN_ARG(identifier_type_of(t, b)->name),
		   quoted, SPAN_ARG(identifier_type_of(t, a)->base));
	give(w, "own", text);
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

			if (identifier_type_of(t, one)->hidden ||
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

/* What the records of both say to each other. */
struct votes {
	uint32_t a, b;		/* the pair that speaks most for joining */
	double best;		/* its weight */
	double score;
	double sum;
	size_t with, against;	/* pairs */
	bool any;
	bool forbidden;		/* some pair by its sources */
};

static void vote(const struct why *w, uint32_t a, uint32_t b, struct votes *v)
{
	const struct matching *m = &w->x->merge->joining.matching;
	uint32_t low = a < b ? a : b, high = a < b ? b : a;
	double weight = matching_weight(m, low, high);
	struct comparisons c;

	if (!linking_allows(&m->columns.linking, low, high)) {
		v->forbidden = true;
		return;
	}
	v->sum += weight;
	v->with += weight > 0;
	v->against += weight < 0;
	comparisons_make(&c, &m->columns, &m->weights, low, high);
	if (v->any && (weight < v->best || (weight <= v->best && c.score <= v->score)))
		return;
	v->a = low;
	v->b = high;
	v->best = weight;
	v->score = c.score;
	v->any = true;
}

static struct votes count_votes(const struct why *w)
{
	const struct parts *p = &w->x->evidence.record_parts;
	struct votes v = {0};

	for (uint32_t i = 0; i < parts_size(p, w->a) && i < SPEAKERS_MAX; i++) {
		for (uint32_t j = 0; j < parts_size(p, w->b) && j < SPEAKERS_MAX; j++)
			vote(w, p->items[p->starts[w->a] + i], p->items[p->starts[w->b] + j], &v);
	}
	return v;
}

/* Matching would have joined them but for a limit. */
static bool give_contraction(struct why *w, struct buf *text)
{
	const struct merge *m = w->x->merge;
	const struct contraction_result *r = &m->joining.matching.result;
	bool any = false;

	for (size_t i = 0; i < r->refusal_count; i++) {
		const struct contraction_refusal *k = &r->refusals[i];

		/* A cannot-link has been told. */
		if (k->type < -1 ||
		    !is_between(w, evidence_customer(&w->x->evidence, w->x->evidence.identifier_count + k->a),
				evidence_customer(&w->x->evidence, w->x->evidence.identifier_count + k->b)))
			continue;
		any = true;
		buf_lit(text, "they are alike, but together they would have more than ");
		if (k->type < 0) {
			buf_printf(text, "%d records", CONTRACTION_RECORDS_MAX);
			give(w, "cap", text);
			continue;
		}
		buf_printf(text, "%u ", m->identifiers.type_list[k->type].limit);
		error_clean(m->identifiers.type_list[k->type].name, text);
		give(w, "limit", text);
	}
	return any;
}

/* The pair that speaks most for them. */
static int put_best(struct why *w, const struct votes *v)
{
	struct explainer *x = w->x;
	uint32_t first = x->evidence.identifier_count;

	if (x->style.json) {
		x->out->len--;	/* the brace of the reason: more follows */
		buf_lit(x->out, ",\"best\":");
		if (tie_put(&(struct tie){TIE_SCORE, first + v->a, first + v->b, 0, EVENTS_MAX, v->best},
			    &x->evidence, x->out, x->err))
			return -1;
		x->out->len--;
		explain_comparisons(x, first + v->a, first + v->b);
		buf_lit(x->out, "}}");
		return 0;
	}
	buf_lit(x->out, "\nThe two that are most alike, ");
	if (explain_node(x, first + v->a))
		return -1;
	buf_lit(x->out, " and ");
	if (explain_node(x, first + v->b))
		return -1;
	buf_lit(x->out, ":\n\n");
	explain_comparisons(x, first + v->a, first + v->b);
	return 0;
}

static int give_votes(struct why *w, struct buf *text)
{
	const struct matching *m = &w->x->merge->joining.matching;
	struct votes v = count_votes(w);

	if (v.forbidden) {
		buf_text_put(text, m->columns.linking.mode == LINK_DEDUPE
			     ? "--link dedupe joins records of one source only"
			     : "--link between joins records of different sources only, and one of each");
		give(w, "sources", text);
	}
	if (!v.any && w->reasons)
		return 0;
	if (!v.any) {
		buf_lit(text, "one of them has nothing that likeness could be judged by");
		give(w, "nothing to compare", text);
		return 0;
	}
	if (give_contraction(w, text) || (w->reasons && v.best > 0 && v.sum > 0))
		return put_best(w, &v);
	if (v.best <= 0) {
		buf_printf(text, "no two of their records are alike enough: at best %+.2f bits, probability %.3g "
			   "(the cut is 0 bits)", v.score, comparisons_probability(v.score));
		give(w, "below the cut", text);
	} else if (v.sum <= 0) {
		buf_printf(text, "%zu pair%s of records speak%s for one person, but %zu against, %+.2f bits in all",
			   v.with, v.with == 1 ? "" : "s", v.with == 1 ? "s" : "", v.against, v.sum);
		give(w, "outvoted", text);
	} else {
		buf_printf(text, "their records were never compared: they share no key that matching looks for "
			   "(they would be worth %+.2f bits)", v.sum);
		give(w, "never compared", text);
	}
	return put_best(w, &v);
}

int explain_why_not(struct explainer *x, const struct place *a, const struct place *b)
{
	struct why w = {.x = x, .a = a->customer, .b = b->customer};
	struct buf text = BUF_INIT;
	int bad = 0;

	give_apart(&w, &text);
	give_refusals(&w, &text);
	give_common(&w, &text);
	if (x->evidence.joining) {
		bad = give_votes(&w, &text);
	} else if (!w.reasons) {
		buf_lit(&text, "nothing ties them: no event has identifiers of both (--match both judges by likeness, too)");
		give(&w, "nothing in common", &text);
	}
	buf_release(&text);
	return bad;
}
