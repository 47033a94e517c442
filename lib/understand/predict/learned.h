/*
 * A learned model of a label: a logistic regression (stats/logit.h, C = 1) or boosted trees (trees.h) over encoded
 * columns (encoding.h), and the calibration that a test of it gave.
 *
 * It is rounded to what its file says when it is fitted, so that it scores alike before it is saved and
 * after it is loaded, on every machine.
 */
#ifndef PREDICT_LEARNED_H
#define PREDICT_LEARNED_H

#include "base/error.h"
#include "record/document.h"
#include "stats/calibrate.h"
#include "stats/logit.h"
#include "understand/predict/encoding.h"
#include "understand/predict/boosted.h"

enum learned_kind {
	LEARNED_LOGIT,
	LEARNED_TREES,
	LEARNED_KINDS,
};

/* "logit", "trees". */
extern const char *const learned_kind_names[LEARNED_KINDS];

struct learned {
	enum learned_kind kind;
	struct encoding encoding;
	struct logit logit;
	struct boosted boosted;
	struct calibration calibration;
};

void learned_release(struct learned *m);

/* Fits *M, whose encoding's columns are set, to COUNT raw rows.  -1 with a failed error. */
int learned_fit(struct learned *m, enum learned_kind kind, const double *raw, const unsigned char *y,
		size_t count, struct error *err);

/* The chances of COUNT raw rows, before calibration. */
void learned_predict(const struct learned *m, const double *raw, size_t count, double *p);

/*
 * Why: what each column adds to the log-odds of a raw row, against the mean of what was learned from (logit) or
 * what is expected without it (trees).  OUT has one number for each column.
 */
void learned_explain(const struct learned *m, const double *raw, double *out);

/* Members "model", "features" and what it learned; "calibration" where there is one. */
void learned_put(const struct learned *m, struct node *root);

/* Reads them into a zeroed *M.  0, or -1 with a usage error that goes on after the file's name. */
int learned_get(struct learned *m, const struct node *root, struct error *err);

#endif
