/*
 * A back-test: models that know the past up to a cutoff, one horizon before as_of, say who will not buy; what
 * came since says how right they were.
 *
 * Purchase models are fitted to the histories up to the cutoff.  Learned models learn from earlier cutoffs
 * (cutoff.h), whose labels were all known by then.  Nothing behind the cutoff is looked at but by the judge.
 *
 * A learned model that is taken learns anew from the latest cutoffs, as many as it was tested with.
 */
#ifndef PREDICT_BACKTEST_H
#define PREDICT_BACKTEST_H

#include "understand/churn/model.h"
#include "understand/predict/cutoff.h"
#include "understand/predict/evaluation.h"
#include "understand/predict/learned.h"
#include "understand/predict/panel.h"

struct backtest {
	struct cutoffs cutoffs;		/* set by the caller, once as_of is known */
	struct panel panel;		/* filled by the caller */

	/* What is asked of it. */
	enum time_unit unit;
	bool calibrate;

	/* Of the panel, behind backtest_begin. */
	const struct panel_row *rows;	/* of cutoff 0 */
	size_t count;
	unsigned char *churned;		/* owned */
	uint64_t *keys;
	double *silent;			/* days since the last purchase */
	struct evaluation evaluation;
	char currency[CURRENCY_SIZE];	/* of the money that learned models see */
	size_t features;		/* BUYER_FEATURES, or as many as are no money */
};

#define BACKTEST_INIT ((struct backtest){0})

void backtest_release(struct backtest *b);

/*
 * Begins when all rows are in the panel.  0, or -1 with a failed error that says what is missing: nobody had
 * bought by the cutoff, or there are too few of either class to tell how good a model is.
 */
int backtest_begin(struct backtest *b, struct error *err);

/* Adds a purchase model; its number in the evaluation, or -1 with an error: it cannot be fitted to these histories. */
int backtest_purchases(struct backtest *b, const struct purchase_model *kind, struct error *err);

/* The same for a learned model. */
int backtest_learned(struct backtest *b, enum learned_kind kind, struct error *err);

/* The calibration of number MODEL, rounded to what a file says.  Owned: calibration_release. */
struct calibration backtest_calibration(const struct backtest *b, size_t model);

/* Fits *M for today, with the calibration of number MODEL.  -1 with an error. */
int backtest_learn(const struct backtest *b, enum learned_kind kind, size_t model, struct learned *m,
		   struct error *err);

/* A buyer as a raw row of the models that *B learns: B->features numbers. */
void backtest_raw(const struct backtest *b, const struct buyer *buyer, double *out);

/*
 * Limits of the bands that rise in the back-test: *MEDIUM_FROM and *HIGH_FROM where they do, else others in their
 * place, and true.
 */
bool backtest_redraw(const struct backtest *b, size_t model, double *medium_from, double *high_from);

#endif
