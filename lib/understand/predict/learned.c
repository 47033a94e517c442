#include "understand/predict/learned.h"

#include <math.h>

#include "base/mem.h"
#include "understand/churn/model_numbers.h"
#include "understand/predict/trees.h"

#define LOGIT_C 1.0

/* Rows that are encoded at a time for a prediction. */
enum { BLOCK = 256 };

const char *const learned_kind_names[LEARNED_KINDS] = {"logit", "trees"};

void learned_release(struct learned *m)
{
	encoding_release(&m->encoding);
	logit_release(&m->logit);
	boosted_release(&m->boosted);
	calibration_release(&m->calibration);
}

static void round_encoding(struct encoding *e)
{
	for (size_t i = 0; i < e->count; i++) {
		struct encoding_column *c = &e->columns[i];

		model_round_number(&c->mean);
		model_round_number(&c->deviation);
		for (size_t k = 0; k < c->edge_count; k++)
			model_round_number(&c->edges[k]);
		for (size_t k = 0; k < encoding_share_count(c); k++)
			model_round_number(&c->shares[k]);
	}
}

int learned_fit(struct learned *m, enum learned_kind kind, const double *raw, const unsigned char *y,
		size_t count, struct error *err)
{
	struct logit_rows rows = {.count = count, .y = y};
	double *x;
	int bad;

	m->kind = kind;
	encoding_learn(&m->encoding, raw, count);
	round_encoding(&m->encoding);
	x = mem_zero(count * m->encoding.width + 1, sizeof *x);
	encoding_fill(&m->encoding, raw, count, kind == LEARNED_LOGIT, x);
	rows.width = m->encoding.width;
	rows.x = x;
	bad = kind == LEARNED_LOGIT ? logit_fit(&m->logit, &rows, LOGIT_C, err) :
				      trees_fit(&m->boosted, x, y, count, rows.width, err);
	mem_free(x);
	if (bad)
		return -1;
	if (kind == LEARNED_LOGIT) {
		model_round_number(&m->logit.intercept);
		for (size_t j = 0; j < rows.width; j++)
			model_round_number(&m->logit.coefficients[j]);
	}
	return 0;
}

static double odds_of(const struct learned *m, const double *x)
{
	return m->kind == LEARNED_LOGIT ? logit_odds(&m->logit, x) : boosted_odds(&m->boosted, x);
}

void learned_predict(const struct learned *m, const double *raw, size_t count, double *p)
{
	size_t width = m->encoding.width;
	double *x = mem_zero((count < BLOCK ? count : BLOCK) * width + 1, sizeof *x);

	for (size_t at = 0; at < count; at += BLOCK) {
		size_t some = count - at < BLOCK ? count - at : BLOCK;

		encoding_fill(&m->encoding, raw + at * m->encoding.count, some, m->kind == LEARNED_LOGIT, x);
		for (size_t i = 0; i < some; i++)
			p[at + i] = logit_chance(odds_of(m, x + i * width));
	}
	mem_free(x);
}

/* The mean of encoded column K of C in what was learned from. */
static double mean_of(const struct encoding_column *c, size_t k)
{
	size_t values = encoding_share_count(c) - 2;

	if (c->kind == ENCODING_NUMBER)
		return k ? c->shares[values] : 0;
	return c->shares[k];
}

void learned_explain(const struct learned *m, const double *raw, double *out)
{
	size_t width = m->encoding.width;
	double *x = mem_zero(2 * width + 1, sizeof *x), *by = x + width;

	encoding_fill(&m->encoding, raw, 1, m->kind == LEARNED_LOGIT, x);
	if (m->kind == LEARNED_TREES)
		boosted_explain(&m->boosted, x, by);
	for (size_t i = 0; i < m->encoding.count; i++) {
		const struct encoding_column *c = &m->encoding.columns[i];

		out[i] = 0;
		for (size_t k = 0; k < c->width; k++)
			out[i] += m->kind == LEARNED_TREES ? by[c->first + k] :
				  m->logit.coefficients[c->first + k] * (x[c->first + k] - mean_of(c, k));
	}
	mem_free(x);
}
