#include "unify/evidence/pair_evidence.h"

#include "record/document.h"
#include "record/scan.h"

static struct comparisons compare(const struct matching *m, uint32_t a, uint32_t b)
{
	struct comparisons c;

	comparisons_make(&c, &m->columns, &m->weights, a, b);
	return c;
}

void pair_evidence_describe(const struct matching *m, uint32_t a, uint32_t b, struct buf *out)
{
	struct comparisons c = compare(m, a, b);
	const char *comma = "";

	for (size_t i = 0; i < c.count; i++) {
		const struct comparison *k = &c.list[i];

		if (!comparison_counts(k))
			continue;
		buf_text_put(out, comma);
		buf_span(out, k->column);
		if (k->m > 0)
			buf_printf(out, " %s", k->level);
		buf_printf(out, " %+.1f", k->weight + k->frequency);
		comma = ", ";
	}
	buf_printf(out, "%sprior %+.1f, score %+.1f", *comma ? "; " : "", c.prior, c.score);
}

static void put_number(struct buf *out, const char *key, double number)
{
	buf_printf(out, "\"%s\":", key);
	document_put_number(out, number, 6);
}

static void put_value(struct buf *out, const char *key, struct span text)
{
	buf_printf(out, "\"%s\":", key);
	if (span_absent(text))
		buf_lit(out, "null");
	else
		text_encode(out, text);
	buf_char(out, ',');
}

static void put_comparison(const struct comparison *k, struct buf *out)
{
	buf_lit(out, "{\"column\":");
	text_encode(out, k->column);
	buf_char(out, ',');
	put_value(out, "a", k->a);
	put_value(out, "b", k->b);
	buf_lit(out, "\"level\":");
	text_encode(out, span_of(k->level));
	if (k->m > 0) {
		buf_char(out, ',');
		put_number(out, "m", k->m);
		buf_char(out, ',');
		put_number(out, "u", k->u);
	}
	if (comparison_counts(k)) {
		buf_char(out, ',');
		put_number(out, "weight", k->weight);
	}
	if (k->frequency != 0) {
		buf_char(out, ',');
		put_number(out, "frequency", k->frequency);
	}
	buf_char(out, '}');
}

void pair_evidence_put(const struct matching *m, uint32_t a, uint32_t b, struct buf *out)
{
	struct comparisons c = compare(m, a, b);

	put_number(out, "prior", c.prior);
	buf_char(out, ',');
	put_number(out, "score", c.score);
	buf_char(out, ',');
	put_number(out, "probability", comparisons_probability(c.score));
	buf_lit(out, ",\"comparisons\":[");
	for (size_t i = 0; i < c.count; i++) {
		if (i)
			buf_char(out, ',');
		put_comparison(&c.list[i], out);
	}
	buf_char(out, ']');
}
