/*
 * How good models are on rows that they have not learned from, side by side: measures with 95 % intervals,
 * calibration, and which of them may be believed.
 *
 * The outcome (y = 1) is churn.  A baseline may rank the rows too: for a purchase history the days since the
 * last purchase.  The other baseline is the share of all rows.
 *
 * A model is calibrated by what happened to these rows: as it is, by Platt's sigmoid of its log-odds, or, from
 * EVALUATION_ISOTONIC_LEAST rows, isotonically: whichever has the least log loss in five folds, by key.  The
 * calibrated measures are those of the folds, of rows by which the calibration was not made; AUC and average precision,
 * which it does not change, are the model's own.
 *
 * Intervals are those of the bootstrap with the seed EVALUATION_SEED.
 */
#ifndef PREDICT_EVALUATION_H
#define PREDICT_EVALUATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/document.h"
#include "stats/calibrate.h"
#include "stats/quality.h"

#define EVALUATION_CLASS_LEAST 100	/* rows of either class */
#define EVALUATION_ISOTONIC_LEAST 1000
#define EVALUATION_FOLDS 5
#define EVALUATION_SEED 20240101
#define EVALUATION_MODELS_MAX 16

struct evaluated {
	const char *name;	/* borrowed */
	double *raw, *p;	/* owned: chances as the model has them, and calibrated in the folds */
	struct quality raw_quality, quality;
	struct quality_interval auc, average_precision, log_loss, brier;	/* of quality */
	struct calibration calibration;	/* by all rows */
	struct quality_interval loss_above_base;	/* its log loss minus that of the base rate */
	struct quality_interval auc_above_baseline;	/* its AUC minus the baseline's, if there is one */
};

struct evaluation {
	size_t count;
	const unsigned char *y;		/* borrowed: 1 is churn */
	const uint64_t *keys;		/* borrowed; NULL: the numbers of the rows */
	uint64_t churned;
	struct evaluated models[EVALUATION_MODELS_MAX];
	size_t model_count;
	bool has_baseline;
	const char *baseline_name;
	struct quality baseline;	/* its auc and average precision */
	struct quality base;		/* everybody has the share of all */
	struct quality *baseline_rounds, *base_rounds;	/* owned */
	size_t rounds;
};

/* BASELINE ranks the rows by their risk; NULL: there is none. */
void evaluation_init(struct evaluation *e, const unsigned char *y, const uint64_t *keys, size_t count,
		     const double *baseline, const char *baseline_name);
void evaluation_release(struct evaluation *e);

/* Are there enough rows of either class? */
bool evaluation_enough(const struct evaluation *e);

/* Adds a model with its chances P (copied); returns its number. */
size_t evaluation_add(struct evaluation *e, const char *name, const double *p, bool calibrate);

/* Is the model better than the share of all beyond chance, and does it not rank worse than the baseline beyond chance? */
bool evaluation_is_better(const struct evaluation *e, size_t model);

/*
 * The one to take: that of the least log loss; an earlier one whose log loss is not higher beyond chance (the
 * interval of the difference holds 0) goes before a later one.  There is one at least.
 */
size_t evaluation_choose(const struct evaluation *e);

/*
 * Bands whose labels are in order: is what the model calls high riskier than what it calls medium, and that than
 * low?  Bands with fewer than 20 rows are not asked.
 */
bool evaluation_bands_rise(const struct evaluation *e, size_t model, double medium_from, double high_from);

/* Text for people: the table of models; then bins and gains of one, as bars (of blocks or of '#'). */
void evaluation_put_models(const struct evaluation *e, struct buf *out);
void evaluation_put_bins(const struct evaluation *e, size_t model, bool blocks, struct buf *out);
void evaluation_put_gains(const struct evaluation *e, size_t model, bool blocks, struct buf *out);

/* Everything as a member KEY. */
void evaluation_put(const struct evaluation *e, struct node *root, const char *key);

#endif
