#include "merge/pair_evidence.h"

#include <math.h>

#include "record/document.h"
#include "record/scan.h"

double pair_evidence_probability(double score)
{
	return 1 / (1 + exp2(-score));
}

/* The adjustment of column I for the rarity of the value that agrees; else 0. */
static double rarity_of(const struct matching *m, size_t i, unsigned level, uint32_t word)
{
	const float *list = m->weights.frequency[i];

	return list && level == agreement_scale(m->columns.list[i].kind)->exact
	       ? (double)list[word] : 0;
}

static double score_of(const struct matching *m, uint64_t pattern, uint32_t a)
{
	double evidence;

	return weights_score(&m->weights, &m->columns, pattern, a, &evidence);
}

static const char *level_name(const struct column *c, unsigned level)
{
	return agreement_scale(c->kind)->names[level];
}

void pair_evidence_tell(const struct matching *m, uint32_t a, uint32_t b, struct buf *out)
{
	uint64_t pattern = agreement_pattern(&m->columns, NULL, a, b);
	const uint32_t *row = columns_row(&m->columns, a);
	const char *comma = "";

	for (size_t i = 0; i < m->columns.count; i++) {
		unsigned level = agreement_level(pattern, i);
		const struct column *c = &m->columns.list[i];

		if (level == AGREEMENT_NULL)
			continue;
		buf_text_put(out, comma);
		buf_span(out, c->name);
		buf_printf(out, " %s %+.1f", level_name(c, level),
			   m->weights.columns[i].weight[level] + rarity_of(m, i, level, row[i]));
		comma = ", ";
	}
	buf_printf(out, "%sprior %+.1f, score %+.1f", *comma ? "; " : "", m->weights.prior,
		   score_of(m, pattern, a));
}

static void put_number(struct buf *out, const char *key, double number)
{
	buf_printf(out, "\"%s\":", key);
	document_put_number(out, number, 6);
}

static void put_column(const struct matching *m, size_t i, unsigned level,
		       const uint32_t *x, const uint32_t *y, struct buf *out)
{
	const struct column *c = &m->columns.list[i];
	const struct level_weights *l = &m->weights.columns[i];
	double rarity = rarity_of(m, i, level, x[i]);

	text_encode(out, c->name);
	buf_lit(out, ":{\"values\":[");
	text_encode(out, column_word(c, x[i])->text);
	buf_char(out, ',');
	text_encode(out, column_word(c, y[i])->text);
	buf_lit(out, "],\"level\":");
	text_encode(out, span_of(level_name(c, level)));
	buf_char(out, ',');
	put_number(out, "m", l->m[level]);
	buf_char(out, ',');
	put_number(out, "u", l->u[level]);
	buf_char(out, ',');
	put_number(out, "weight", l->weight[level]);
	if (rarity != 0) {
		buf_char(out, ',');
		put_number(out, "rarity", rarity);
	}
	buf_char(out, '}');
}

void pair_evidence_put(const struct matching *m, uint32_t a, uint32_t b, struct buf *out)
{
	uint64_t pattern = agreement_pattern(&m->columns, NULL, a, b);
	const uint32_t *x = columns_row(&m->columns, a), *y = columns_row(&m->columns, b);
	double score = score_of(m, pattern, a);
	bool any = false;

	buf_char(out, '{');
	put_number(out, "score", score);
	buf_char(out, ',');
	put_number(out, "probability", pair_evidence_probability(score));
	buf_char(out, ',');
	put_number(out, "prior", m->weights.prior);
	buf_lit(out, ",\"columns\":{");
	for (size_t i = 0; i < m->columns.count; i++) {
		unsigned level = agreement_level(pattern, i);

		if (level == AGREEMENT_NULL)
			continue;
		if (any)
			buf_char(out, ',');
		put_column(m, i, level, x, y, out);
		any = true;
	}
	buf_lit(out, "}}");
}
