/*
 * Gradient boosted trees by XGBoost: the only place that knows it.  A program that was built without
 * the library does everything else, scoring by a saved model included (boosted.h).
 *
 * 200 trees of depth 3, each a twentieth of its step: on the few thousand rows that churn is learned from the
 * library's own defaults (100 trees of depth 6, steps of 0.3) learn the noise (IBM's Telco: AUC 0.821
 * against 0.847).  One thread and a fixed seed: the same trees for any number of jobs.
 */
#ifndef PREDICT_TREES_H
#define PREDICT_TREES_H

#include <stdbool.h>

#include "base/error.h"
#include "understand/predict/boosted.h"

#define TREES_ROUNDS 200
#define TREES_DEPTH 3
#define TREES_STEP "0.05"

bool trees_available(void);

/* Fits *F to COUNT rows of WIDTH (NAN: missing).  -1 with a failed error, and *F is empty. */
int trees_fit(struct boosted *f, const double *x, const unsigned char *y, size_t count, size_t width,
	      struct error *err);

#endif
