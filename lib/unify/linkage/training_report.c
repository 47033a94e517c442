/* What training did, for people. */
#include "unify/linkage/training.h"


/* Pads what stands in OUT from FROM to WIDTH characters. */
static void pad(struct buf *out, size_t from, size_t width)
{
	while (out->len - from < width)
		buf_char(out, ' ');
}

static void tell_session(const struct session *s, const struct columns *c,
			 const struct blocking *b, struct buf *out)
{
	size_t from = out->len;
	const char *before = "; not for ";

	block_rule_put(c, &b->rules[s->rule], out);
	pad(out, from, 52);
	buf_printf(out, " %11llu %8.4f  %s", (unsigned long long)b->rules[s->rule].pairs,
		   s->lambda, session_fates[s->fate]);
	for (size_t i = 0; i < c->count; i++) {
		if (!(s->odd >> i & 1))
			continue;
		buf_text_put(out, before);
		buf_span(out, c->list[i].name);
		buf_printf(out, " (m %.2f)", s->exact[i]);
		before = ", ";
	}
	buf_char(out, '\n');
}

/* What is doubtful about level K of column I. */
static void report_finding(const struct training *t, const struct weights *w,
		       const struct columns *c, size_t i, unsigned k, struct buf *out)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);
	const struct level_weights *l = &w->columns[i];

	if (k == scale->exact && l->m[k] <= l->u[k])
		buf_lit(out, "  agrees more often among strangers");
	else if (k == scale->exact && l->m[k] < 0.5)
		buf_lit(out, "  people change it, or it is another person's");
	else if (t->matches[i][k] < TRAINING_FEW)
		buf_lit(out, "  hardly seen among matches");
	buf_char(out, '\n');
}

static void tell_column(const struct training *t, const struct weights *w,
			const struct columns *c, size_t i, struct buf *out)
{
	const struct agreement_scale *scale = agreement_scale(c->list[i].kind);

	for (unsigned k = scale->count; k >= 1; k--) {
		const struct level_weights *l = &w->columns[i];
		size_t from = out->len;

		if (k == scale->exchanged && c->list[i].twin <= (int)i)
			continue;
		buf_span(out, c->list[i].name);
		buf_char(out, ' ');
		buf_text_put(out, scale->names[k]);
		pad(out, from, 40);
		buf_printf(out, " %9.6f %9.2e %7.2f %11.0f", l->m[k], l->u[k], l->weight[k],
			   t->matches[i][k]);
		report_finding(t, w, c, i, k, out);
	}
}

void training_report(const struct training *t, const struct weights *w,
		   const struct columns *c, const struct blocking *b, struct buf *out)
{
	size_t from = out->len;

	buf_printf(out, "%llu pairs agree on what nearly proves a match; a pair is one person by %.3g, "
		   "at most %.3g\n", (unsigned long long)t->certain, w->lambda, t->start);
	from = out->len;
	buf_lit(out, "training session");
	pad(out, from, 52);
	buf_lit(out, "       pairs  matches  fate\n");
	for (size_t i = 0; i < t->count; i++)
		tell_session(&t->sessions[i], c, b, out);
	from = out->len;
	buf_lit(out, "level");
	pad(out, from, 40);
	buf_lit(out, "         m         u  weight  seen\n");
	for (size_t i = 0; i < c->count; i++)
		tell_column(t, w, c, i, out);
}
