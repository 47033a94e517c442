#include "unify/evidence/explain_votes.h"

#include <math.h>

#include "unify/evidence/pair_evidence.h"
#include "unify/evidence/explain.h"
#include "unify/evidence/explain_tie.h"
#include "unify/merge/state.h"
#include "unify/linkage/blocking_meet.h"

/* What the records of both say to each other. */
struct votes {
	uint32_t a, b;		/* the pair that speaks most for joining */
	double best;		/* its weight */
	uint32_t x, y;		/* the one that speaks most against */
	double worst;
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
	if (!v->any || weight < v->worst) {
		v->x = low;
		v->y = high;
		v->worst = weight;
	}
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

	for (uint32_t i = 0; i < parts_size(p, w->a) && i < CONTRACTION_SPEAKERS_MAX; i++) {
		for (uint32_t j = 0; j < parts_size(p, w->b) && j < CONTRACTION_SPEAKERS_MAX; j++)
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

		/* The cannot-link has been given as a reason. */
		if (k->type < -1 ||
		    !explain_is_between(w, evidence_customer(&w->x->evidence, w->x->evidence.identifier_count + k->a),
				evidence_customer(&w->x->evidence, w->x->evidence.identifier_count + k->b)))
			continue;
		any = true;
		buf_lit(text, "they are alike, but together they would have more than ");
		if (k->type < 0) {
			buf_printf(text, "%d records", CONTRACTION_RECORDS_MAX);
			explain_give(w, "cap", text);
			continue;
		}
		buf_printf(text, "%u ", m->identifiers.type_list[k->type].limit);
		error_clean(m->identifiers.type_list[k->type].name, text);
		explain_give(w, "limit", text);
	}
	return any;
}

/* Records A and B as member NAME of the last reason, or below TITLE. */
static int put_pair(struct why *w, const char *name, const char *title, uint32_t a, uint32_t b)
{
	struct explainer *x = w->x;
	uint32_t first = x->evidence.identifier_count;
	struct tie tie = {TIE_SCORE, first + a, first + b, 0, EVENTS_MAX,
			  matching_weight(&x->merge->joining.matching, a, b)};

	if (x->style.json) {
		x->out->len--;	/* the brace of the reason: more follows */
		buf_printf(x->out, ",\"%s\":", name);
		if (tie_put(&tie, &x->evidence, x->out, x->err))
			return -1;
		buf_char(x->out, '}');
		return 0;
	}
	buf_printf(x->out, "\n%s, ", title);
	if (explain_node(x, tie.a))
		return -1;
	buf_lit(x->out, " and ");
	if (explain_node(x, tie.b))
		return -1;
	buf_lit(x->out, ":\n\n");
	explain_comparisons(x, tie.a, tie.b);
	return 0;
}

/* The pair that speaks most for them, and where that is outvoted most against. */
static int put_pairs(struct why *w, const struct votes *v)
{
	if (w->x->style.brief) {
		buf_lit(w->x->out, ": ");
		pair_evidence_describe(&w->x->merge->joining.matching, v->a, v->b, w->x->out);
		return 0;
	}
	if (put_pair(w, "best", "The two that are most alike", v->a, v->b))
		return -1;
	if (v->best <= 0 || v->sum > 0)
		return 0;
	return put_pair(w, "worst", "The two that speak most against it", v->x, v->y);
}

/* Their customers have no two records of one source, but another one was as good. */
static bool is_ambiguous(const struct why *w, const struct votes *v, uint32_t customer, uint32_t record,
			 uint32_t *rival)
{
	const struct matching *m = &w->x->merge->joining.matching;
	const struct linking *l = &m->columns.linking;
	const struct parts *p = &w->x->evidence.record_parts;

	if (l->mode != LINK_BETWEEN || !v->any || v->best <= 0)
		return false;
	for (uint32_t i = p->starts[customer]; i < p->starts[customer + 1]; i++) {
		uint32_t other = p->items[i];
		uint32_t partner = record == v->a ? v->b : v->a;

		if (other == partner || !(l->sources[other] & l->sources[record]) ||
		    !linking_allows(l, other, partner))
			continue;
		*rival = other;
		if (fabs(matching_weight(m, other < partner ? other : partner,
					 other < partner ? partner : other) - v->best) < 1e-9)
			return true;
	}
	return false;
}

static int give_sources(struct why *w, const struct votes *v, struct buf *text)
{
	const struct matching *m = &w->x->merge->joining.matching;
	uint32_t first = w->x->evidence.identifier_count, rival;

	if (is_ambiguous(w, v, evidence_customer(&w->x->evidence, first + v->b), v->a, &rival) ||
	    is_ambiguous(w, v, evidence_customer(&w->x->evidence, first + v->a), v->b, &rival)) {
		struct buf name = BUF_INIT;

		if (evidence_name(&w->x->evidence, first + rival, &name, w->x->err))
			return -1;
		error_clean(buf_view(&name), text);
		buf_lit(text, " of the same source fits as well, and --link between takes one of each source");
		buf_release(&name);
		explain_give(w, "ambiguous", text);
		return 0;
	}
	buf_text_put(text, m->columns.linking.mode == LINK_DEDUPE
		     ? "--link dedupe joins records of one source only"
		     : "--link between joins records of different sources only, and one of each");
	explain_give(w, "sources", text);
	return 0;
}

/* The rule by which two records meet, or would. */
static void put_rule(const struct why *w, const struct meeting *how, struct buf *text)
{
	struct buf name = BUF_INIT;

	block_rule_put(&w->x->merge->joining.matching.columns, how->rule, &name);
	buf_char(text, '\'');
	error_clean(buf_view(&name), text);
	buf_char(text, '\'');
	buf_release(&name);
}

/* Why the two most alike were not compared; the name of the reason. */
static const char *put_missed(const struct why *w, const struct meeting *how, struct buf *text)
{
	const struct blocking *b = &w->x->merge->joining.matching.blocking;

	switch (how->kind) {
	case MEETING_TOO_LARGE:
		buf_lit(text, "both have the key ");
		put_rule(w, how, text);
		buf_printf(text, ", but so have %u records, and blocks of more than %u are left out",
			   how->size, how->rule->cap);
		return "large block";
	case MEETING_LEFT_OUT:
		buf_lit(text, "both have the key ");
		put_rule(w, how, text);
		buf_printf(text, ", but its %llu pairs are more than --pairs allows",
			   (unsigned long long)how->rule->pairs);
		return "pairs";
	default:
		buf_printf(text, "none of the %zu keys has both (--explain-training lists them)",
			   b->count + b->dropped_count);
		return "no key";
	}
}

/* Has matching looked at a pair that is for joining them? */
static bool was_seen(const struct why *w)
{
	const struct matching *m = &w->x->merge->joining.matching;
	const struct parts *p = &w->x->evidence.record_parts;

	for (uint32_t i = 0; i < parts_size(p, w->a) && i < CONTRACTION_SPEAKERS_MAX; i++) {
		for (uint32_t j = 0; j < parts_size(p, w->b) && j < CONTRACTION_SPEAKERS_MAX; j++) {
			uint32_t a = p->items[p->starts[w->a] + i], b = p->items[p->starts[w->b] + j];

			if (linking_allows(&m->columns.linking, a, b) &&
			    matching_weight(m, a < b ? a : b, a < b ? b : a) > 0 &&
			    blocking_meeting(&m->blocking, a, b).kind == MEETING_MET)
				return true;
		}
	}
	return false;
}

static void give_below(struct why *w, const struct votes *v, const struct meeting *how, struct buf *text)
{
	buf_printf(text, "no two of their records are alike enough: at best %+.2f bits, probability %.3g, where "
		   "0 bits are the cut; ", v->score, comparisons_probability(v->score));
	if (how->kind == MEETING_MET && how->rule->part_count) {
		buf_lit(text, "they were compared, because both have the key ");
		put_rule(w, how, text);
	} else if (how->kind == MEETING_MET) {
		buf_lit(text, "all records were compared with all");
	} else {
		buf_lit(text, "they were not even compared: ");
		put_missed(w, how, text);
	}
	explain_give(w, "below the cut", text);
}

/* How the pair of V has come out, where nothing else kept it apart. */
static void give_outcome(struct why *w, const struct votes *v, struct buf *text)
{
	const struct matching *m = &w->x->merge->joining.matching;
	struct meeting how = blocking_meeting(&m->blocking, v->a, v->b);
	const char *name;

	if (v->best <= 0) {
		give_below(w, v, &how, text);
	} else if (v->sum <= 0) {
		buf_printf(text, "%zu pair%s of records speak%s for one person, but %zu against, %+.2f bits in all",
			   v->with, v->with == 1 ? "" : "s", v->with == 1 ? "s" : "", v->against, v->sum);
		explain_give(w, "outvoted", text);
	} else if (was_seen(w)) {
		/* Of so many records others have spoken. */
		buf_printf(text, "they were compared, but of customers with more than %d records only some speak, "
			   "and those spoke against", CONTRACTION_SPEAKERS_MAX);
		explain_give(w, "outvoted", text);
	} else {
		buf_lit(text, "their records were never compared: ");
		name = put_missed(w, &how, text);
		buf_printf(text, "; they would be worth %+.2f bits", v->sum);
		if (how.kind == MEETING_TOO_LARGE || how.kind == MEETING_LEFT_OUT)
			buf_lit(text, " (a larger --pairs compares more)");
		explain_give(w, name, text);
	}
}

int explain_votes(struct why *w, struct buf *text)
{
	struct votes v = count_votes(w);

	if (v.forbidden && give_sources(w, &v, text))
		return -1;
	if (!v.any && w->reasons)
		return 0;
	if (!v.any) {
		buf_lit(text, "one of them has no values that could be compared");
		explain_give(w, "nothing to compare", text);
		return 0;
	}
	if (!give_contraction(w, text) && !(w->reasons && v.best > 0 && v.sum > 0))
		give_outcome(w, &v, text);
	return put_pairs(w, &v);
}
