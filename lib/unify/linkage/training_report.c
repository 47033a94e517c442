#include "unify/linkage/training_report.h"

#include "record/document.h"
#include "record/scan.h"

static void put_number(struct buf *out, const char *key, double number)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_number(out, number, 6);
}

/* The columns that a session says nothing about, because they go with its rule. */
static void put_odd_columns(const struct session *s, const struct columns *c, struct buf *out)
{
	const char *before = ",\"not_for\":{";

	for (size_t i = 0; i < c->count; i++) {
		if (!(s->odd >> i & 1))
			continue;
		buf_text_put(out, before);
		text_encode(out, c->list[i].name);
		buf_char(out, ':');
		document_put_number(out, s->exact[i], 6);
		before = ",";
	}
	if (s->odd)
		buf_char(out, '}');
}

static void put_session(const struct session *s, const struct columns *c,
			const struct blocking *b, struct buf *out)
{
	const struct block_rule *rule = &b->rules[s->rule];
	struct buf name = BUF_INIT;

	block_rule_put(c, rule, &name);
	buf_lit(out, "{\"rule\":");
	text_encode(out, buf_view(&name));
	buf_printf(out, ",\"pairs\":%llu,\"largest_block\":%u,\"blocks_left_out\":%u",
		   (unsigned long long)rule->pairs, rule->cap, rule->left_out);
	put_number(out, "lambda", s->lambda);
	buf_lit(out, ",\"session\":");
	text_encode(out, span_of(session_fates[s->fate]));
	put_odd_columns(s, c, out);
	buf_char(out, '}');
	buf_release(&name);
}

/* What is doubtful about level K of column I; NULL: nothing. */
static const char *find_doubt(const struct training *t, const struct weights *w,
			      const struct columns *c, size_t i, unsigned k)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
	const struct level_weights *l = &w->columns[i];

	if (k == scale->exact && l->m[k] <= l->u[k])
		return "agrees more often among different people";
	if (k == scale->exact && l->m[k] < 0.5)
		return "people change it, or it is somebody else's";
	if (t->matches[i][k] < TRAINING_FEW)
		return "hardly seen among matches";
	return NULL;
}

static void put_level(const struct training *t, const struct weights *w,
		      const struct columns *c, size_t i, unsigned k, struct buf *out)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
	const struct level_weights *l = &w->columns[i];
	const char *doubt;

	buf_lit(out, "{\"level\":");
	text_encode(out, span_of(scale->names[k]));
	put_number(out, "m", l->m[k]);
	put_number(out, "u", l->u[k]);
	put_number(out, "weight", l->weight[k]);
	if (t->count) {
		buf_printf(out, ",\"matches\":%.0f", t->matches[i][k]);
		doubt = find_doubt(t, w, c, i, k);
		if (doubt)
			buf_printf(out, ",\"finding\":\"%s\"", doubt);
	}
	buf_char(out, '}');
}

static void put_column(const struct training *t, const struct weights *w,
		       const struct columns *c, size_t i, struct buf *out)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);

	text_encode(out, c->list[i].name);
	buf_lit(out, ":[");
	for (unsigned k = scale->count; k >= 1; k--) {
		if (k == scale->exchanged && c->list[i].twin <= (int)i)
			continue;
		put_level(t, w, c, i, k, out);
		buf_text_put(out, k > 1 ? "," : "]");
	}
}

/* "learned_from": what each column's m is made of. */
static void put_sources(const struct training *t, const struct columns *c, struct buf *out)
{
	buf_lit(out, ",\"learned_from\":{");
	for (size_t i = 0; i < c->count; i++) {
		if (i)
			buf_char(out, ',');
		text_encode(out, c->list[i].name);
		buf_printf(out, ":\"%s\"", learned_names[t->sources[i]]);
	}
	buf_char(out, '}');
}

void training_put(const struct training *t, const struct weights *w,
		  const struct columns *c, const struct blocking *b, struct buf *out)
{
	buf_lit(out, "\"lambda\":");
	document_put_number(out, w->lambda, 6);
	put_number(out, "rho", w->rho);
	if (t->count) {
		put_number(out, "lambda_at_most", t->most);
		buf_printf(out, ",\"certain_pairs\":%llu", (unsigned long long)t->certain);
	}
	if (t->count)
		put_sources(t, c, out);
	buf_lit(out, ",\"columns\":{");
	for (size_t i = 0; i < c->count; i++) {
		if (i)
			buf_char(out, ',');
		put_column(t, w, c, i, out);
	}
	buf_lit(out, "},\"sessions\":[");
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			buf_char(out, ',');
		put_session(&t->sessions[i], c, b, out);
	}
	buf_char(out, ']');
}
