/* An evaluation for people, and as JSON. */
#include "understand/predict/evaluation.h"

#include <math.h>
#include <string.h>

#include "understand/churn/model_numbers.h"

enum { BAR = 30 };

static const double fractions[] = {0.05, 0.1, 0.2, 0.3, 0.5};

#define FRACTIONS (sizeof fractions / sizeof *fractions)

static void put_measure(double value, const struct quality_interval *i, struct buf *out)
{
	if (i)
		buf_printf(out, "  %.4f (%.4f-%.4f)", value, i->low, i->high);
	else
		buf_printf(out, "  %.4f %15s", value, "");
}

static void put_line(const char *name, const struct quality *q, const struct evaluated *m, bool chances,
		     struct buf *out)
{
	size_t from = out->len;

	buf_printf(out, "%-12s", name);
	put_measure(q->auc, m ? &m->auc : NULL, out);
	put_measure(q->average_precision, m ? &m->average_precision : NULL, out);
	if (chances) {
		put_measure(q->log_loss, m ? &m->log_loss : NULL, out);
		put_measure(q->brier, m ? &m->brier : NULL, out);
		buf_printf(out, "  %.4f", q->mean_p);
	}
	while (out->len > from && out->ptr[out->len - 1] == ' ')
		out->len--;
	if (m)
		buf_printf(out, "  %s", m->calibration.kind ? calibration_names[m->calibration.kind] : "as it is");
	buf_char(out, '\n');
}

void evaluation_put_models(const struct evaluation *e, struct buf *out)
{
	buf_printf(out, "%-12s  %-22s  %-22s  %-22s  %-22s  %-6s  %s\n", "model", "AUC (95 %)", "average precision",
		   "log loss", "Brier", "mean p", "calibrated");
	for (size_t i = 0; i < e->model_count; i++)
		put_line(e->models[i].name, &e->models[i].quality, &e->models[i], true, out);
	if (e->has_baseline)
		put_line(e->baseline_name, &e->baseline, NULL, false, out);
	put_line("base rate", &e->base, NULL, true, out);
}

/* SHARE of BAR characters; an eighth of a block is seen. */
static void put_bar(double share, bool blocks, struct buf *out)
{
	static const char *const eighths[] = {"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
	long parts = lround(share * BAR * 8);

	for (long i = 0; i < (blocks ? parts / 8 : lround(share * BAR)); i++)
		buf_text_put(out, blocks ? "\u2588" : "#");
	if (blocks)
		buf_text_put(out, eighths[parts % 8]);
	buf_char(out, '\n');
}

void evaluation_put_bins(const struct evaluation *e, size_t model, bool blocks, struct buf *out)
{
	const struct evaluated *m = &e->models[model];
	struct quality_rows rows = {e->count, m->p, e->y};
	struct quality_bin bins[QUALITY_BINS];
	size_t count = quality_bins(&rows, bins);
	struct quality_parts parts = quality_parts(bins, count);

	buf_printf(out, "Calibration of %s: what was said, and what happened\n", m->name);
	buf_lit(out, "      rows  chance said      mean    churned (95 %)\n");
	for (size_t i = 0; i < count; i++) {
		struct quality_interval share = quality_share(bins[i].positives, bins[i].count);
		double rate = (double)bins[i].positives / (double)bins[i].count;

		buf_printf(out, "%10llu  %.4f-%.4f  %.4f    %.4f (%.4f-%.4f)  ", (unsigned long long)bins[i].count,
			   bins[i].from, bins[i].to, bins[i].mean_p, rate, share.low, share.high);
		put_bar(rate, blocks, out);
	}
	buf_printf(out, "Brier %.5f: reliability %.5f - resolution %.5f + uncertainty %.5f, and what differs within rows of a line\n",
		   m->quality.brier, parts.reliability, parts.resolution, parts.uncertainty);
}

void evaluation_put_gains(const struct evaluation *e, size_t model, bool blocks, struct buf *out)
{
	const struct evaluated *m = &e->models[model];
	struct quality_rows rows = {e->count, m->p, e->y};

	buf_printf(out, "Gains of %s: of all who churned, those among the riskiest\n", m->name);
	buf_lit(out, "  riskiest     rows  churned   lift  share\n");
	for (size_t i = 0; i < FRACTIONS; i++) {
		struct quality_gain gain = quality_gain(&rows, fractions[i]);

		buf_printf(out, "  %6.0f %%  %7llu  %7llu  %5.3f  %.3f  ", 100 * fractions[i], (unsigned long long)gain.count,
			   (unsigned long long)gain.positives, gain.lift, gain.captured);
		put_bar(gain.captured, blocks, out);
	}
}

static void put_interval(struct node *n, const char *key, double value, const struct quality_interval *i)
{
	struct node *object = node_add_object(n, key);

	node_add_number(object, "value", value, MODEL_DIGITS);
	node_add_number(object, "low", i->low, MODEL_DIGITS);
	node_add_number(object, "high", i->high, MODEL_DIGITS);
}

/* Of the tenth of rows with the least risk: how many times more often than all they stayed. */
static double lift_of_stayers(const struct evaluation *e, const struct evaluated *m)
{
	struct quality_bin bins[QUALITY_BINS];
	struct quality_rows rows = {e->count, m->p, e->y};
	double stayed;

	if (!quality_bins(&rows, bins) || e->churned == e->count)
		return 0;
	stayed = (double)(bins[0].count - bins[0].positives) / (double)bins[0].count;
	return stayed / ((double)(e->count - e->churned) / (double)e->count);
}

static void put_evaluated(const struct evaluation *e, const struct evaluated *m, struct node *list)
{
	struct node *n = node_add_object(list, NULL);
	struct quality_rows rows = {e->count, m->p, e->y};
	struct quality_bin bins[QUALITY_BINS];
	struct quality_parts parts = quality_parts(bins, quality_bins(&rows, bins));

	node_add_text(n, "model", span_of(m->name));
	put_interval(n, "auc", m->quality.auc, &m->auc);
	put_interval(n, "average_precision", m->quality.average_precision, &m->average_precision);
	put_interval(n, "log_loss", m->quality.log_loss, &m->log_loss);
	put_interval(n, "brier", m->quality.brier, &m->brier);
	node_add_number(n, "reliability", parts.reliability, MODEL_DIGITS);
	node_add_number(n, "resolution", parts.resolution, MODEL_DIGITS);
	node_add_number(n, "uncertainty", parts.uncertainty, MODEL_DIGITS);
	node_add_number(n, "mean_p", m->quality.mean_p, MODEL_DIGITS);
	node_add_number(n, "lift_10", quality_gain(&rows, 0.1).lift, MODEL_DIGITS);
	node_add_number(n, "lift_10_least", lift_of_stayers(e, m), MODEL_DIGITS);
	node_add_text(n, "calibration", span_of(calibration_names[m->calibration.kind]));
	node_add_number(n, "auc_uncalibrated", m->raw_quality.auc, MODEL_DIGITS);
	node_add_number(n, "log_loss_uncalibrated", m->raw_quality.log_loss, MODEL_DIGITS);
	node_add_number(n, "brier_uncalibrated", m->raw_quality.brier, MODEL_DIGITS);
}

void evaluation_put(const struct evaluation *e, struct node *root, const char *key)
{
	struct node *n = node_add_object(root, key), *list;

	node_add_integer(n, "rows", (long long)e->count);
	node_add_integer(n, "churned", (long long)e->churned);
	list = node_add_array(n, "models");
	for (size_t i = 0; i < e->model_count; i++)
		put_evaluated(e, &e->models[i], list);
	if (e->has_baseline) {
		struct node *baseline = node_add_object(n, "baseline");

		node_add_text(baseline, "by", span_of(e->baseline_name));
		node_add_number(baseline, "auc", e->baseline.auc, MODEL_DIGITS);
		node_add_number(baseline, "average_precision", e->baseline.average_precision, MODEL_DIGITS);
	}
	node_add_number(n, "base_rate_log_loss", e->base.log_loss, MODEL_DIGITS);
	node_add_number(n, "base_rate_brier", e->base.brier, MODEL_DIGITS);
}
