#include "understand/predict/backtest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "time/moment.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/score.h"

/* Money is a feature when so many rows know theirs, in one currency. */
#define MONEY_SHARE 0.9

void backtest_release(struct backtest *b)
{
	evaluation_release(&b->evaluation);
	panel_release(&b->panel);
	mem_free(b->churned);
	mem_free(b->keys);
	mem_free(b->silent);
	*b = BACKTEST_INIT;
}

/* The currency of more than half of the rows, where there is one (Boyer and Moore's vote). */
static const char *vote(const struct panel *p)
{
	const char *winner = NULL;
	size_t lead = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct buyer *buyer = &p->rows[i].buyer;

		if (!buyer->money)
			continue;
		if (!lead)
			winner = buyer->currency;
		lead = winner && !strcmp(winner, buyer->currency) ? lead + 1 : lead - 1;
	}
	return winner;
}

static bool in_currency(const struct buyer *buyer, const char *currency)
{
	return buyer->money && !strcmp(buyer->currency, currency);
}

static void choose_features(struct backtest *b)
{
	const char *currency = vote(&b->panel);
	size_t count = 0;

	b->features = BUYER_TOTAL;
	for (size_t i = 0; i < b->panel.count && currency; i++)
		count += in_currency(&b->panel.rows[i].buyer, currency);
	if (!currency || (double)count < MONEY_SHARE * (double)b->panel.count)
		return;
	b->features = BUYER_FEATURES;
	memcpy(b->currency, currency, strlen(currency) + 1);
}

void backtest_raw(const struct backtest *b, const struct buyer *buyer, double *out)
{
	for (size_t i = 0; i < b->features; i++)
		out[i] = i >= BUYER_TOTAL && !in_currency(buyer, b->currency) ? NAN : buyer->features[i];
}

static void put_cutoff(const struct backtest *b, char date[16])
{
	int year, month, day;

	moment_civil_date(b->cutoffs.days[0], &year, &month, &day);
	snprintf(date, 16, "%04d-%02d-%02d", year % 10000, month, day);
}

int backtest_begin(struct backtest *b, struct error *err)
{
	char date[16];

	panel_sort(&b->panel);
	b->rows = panel_at(&b->panel, 0, &b->count);
	put_cutoff(b, date);
	if (!b->count)
		return error_failed(err, "nobody had bought by %s, %u day%s before the end of the data", date,
				    b->cutoffs.horizon_days, b->cutoffs.horizon_days == 1 ? "" : "s");
	b->churned = mem_zero(b->count, 1);
	b->keys = mem_zero(b->count, sizeof *b->keys);
	b->silent = mem_zero(b->count, sizeof *b->silent);
	for (size_t i = 0; i < b->count; i++) {
		b->churned[i] = !b->rows[i].buyer.bought;
		b->keys[i] = b->rows[i].key;
		b->silent[i] = b->rows[i].buyer.age - b->rows[i].buyer.last;
	}
	choose_features(b);
	evaluation_init(&b->evaluation, b->churned, b->keys, b->count, b->silent, "recency");
	if (evaluation_enough(&b->evaluation))
		return 0;
	return error_failed(err, "of %zu buyers known on %s %llu bought in the %u day%s behind it and %llu did not: %d of each are needed to tell how good a model is",
			    b->count, date, (unsigned long long)(b->count - b->evaluation.churned),
			    b->cutoffs.horizon_days, b->cutoffs.horizon_days == 1 ? "" : "s",
			    (unsigned long long)b->evaluation.churned, EVALUATION_CLASS_LEAST);
}

int backtest_purchases(struct backtest *b, const struct purchase_model *kind, struct error *err)
{
	struct sample sample = SAMPLE_INIT;
	struct model model = {.kind = NULL};
	const struct scoring scoring = {.model = &model, .horizon_days = b->cutoffs.horizon_days, .medium_from = 1,
					.high_from = 1};
	double *p = mem_zero(b->count, sizeof *p);
	int number = -1;

	sample.of_occasions = kind->discrete;
	for (size_t i = 0; i < b->count; i++)
		sample_add(&sample, &b->rows[i].history);
	if (!sample_check(&sample, err) && !model_fit(&model, kind, &sample, b->unit, err)) {
		for (size_t i = 0; i < b->count; i++) {
			struct score score;

			score_make(&scoring, &b->rows[i].history, &score);
			p[i] = score.p_churn;
		}
		number = (int)evaluation_add(&b->evaluation, kind->name, p, b->calibrate);
		model_release(&model);
	}
	sample_release(&sample);
	mem_free(p);
	return number;
}

/* Fits *M to the rows of the cutoffs FROM and those before it, as many as there are but one. */
static int learn(const struct backtest *b, enum learned_kind kind, uint32_t from, struct learned *m, struct error *err)
{
	size_t count = 0, churned = 0, rows = b->panel.count, cutoffs = b->cutoffs.count - 1;
	double *raw = mem_zero(rows * b->features + 1, sizeof *raw);
	unsigned char *y = mem_zero(rows + 1, 1);
	int bad = -1;

	*m = (struct learned){.kind = kind};
	for (size_t i = 0; i < rows; i++) {
		const struct panel_row *row = &b->panel.rows[i];

		if (row->cutoff < from || row->cutoff >= from + cutoffs)
			continue;
		backtest_raw(b, &row->buyer, raw + count * b->features);
		y[count] = !row->buyer.bought;
		churned += y[count++];
	}
	if (churned < EVALUATION_CLASS_LEAST || count - churned < EVALUATION_CLASS_LEAST) {
		error_failed(err, "%zu who bought and %zu who did not are too few to learn from (%d of each are needed)",
			     count - churned, churned, EVALUATION_CLASS_LEAST);
	} else {
		encoding_init(&m->encoding, b->features);
		for (size_t i = 0; i < b->features; i++)
			encoding_set(&m->encoding, i, span_of(buyer_feature_names[i]), NULL, 0);
		bad = learned_fit(m, kind, raw, y, count, err);
	}
	if (bad)
		learned_release(m);
	mem_free(raw);
	mem_free(y);
	return bad;
}

int backtest_learned(struct backtest *b, enum learned_kind kind, struct error *err)
{
	struct learned m;
	double *raw, *p;
	int number;

	if (learn(b, kind, 1, &m, err))
		return -1;
	raw = mem_zero(b->count * b->features + 1, sizeof *raw);
	p = mem_zero(b->count, sizeof *p);
	for (size_t i = 0; i < b->count; i++)
		backtest_raw(b, &b->rows[i].buyer, raw + i * b->features);
	learned_predict(&m, raw, b->count, p);
	number = (int)evaluation_add(&b->evaluation, learned_kind_names[kind], p, b->calibrate);
	learned_release(&m);
	mem_free(raw);
	mem_free(p);
	return number;
}

struct calibration backtest_calibration(const struct backtest *b, size_t model)
{
	const struct calibration *c = &b->evaluation.models[model].calibration;
	struct calibration copy = *c;

	if (c->count) {
		copy.x = mem_alloc(c->count * sizeof *c->x);
		copy.y = mem_alloc(c->count * sizeof *c->y);
		memcpy(copy.x, c->x, c->count * sizeof *c->x);
		memcpy(copy.y, c->y, c->count * sizeof *c->y);
	}
	calibration_round(&copy);
	return copy;
}

int backtest_learn(const struct backtest *b, enum learned_kind kind, size_t model, struct learned *m,
		   struct error *err)
{
	if (learn(b, kind, 0, m, err))
		return -1;
	m->calibration = backtest_calibration(b, model);
	return 0;
}

static int compare_doubles(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;

	return (p > q) - (p < q);
}

bool backtest_redraw(const struct backtest *b, size_t model, double *medium_from, double *high_from)
{
	double *p;

	if (evaluation_bands_rise(&b->evaluation, model, *medium_from, *high_from))
		return false;
	p = mem_zero(b->count, sizeof *p);
	memcpy(p, b->evaluation.models[model].p, b->count * sizeof *p);
	qsort(p, b->count, sizeof *p, compare_doubles);
	*medium_from = p[b->count / 2];
	*high_from = p[b->count * 4 / 5];
	if (!evaluation_bands_rise(&b->evaluation, model, *medium_from, *high_from))
		*high_from = *medium_from;
	mem_free(p);
	return true;
}
