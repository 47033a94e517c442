/*
 * Fitting the BG/NBD and its variations (bgnbd.h), and their rows of purchase_models.
 */
#ifndef CHURN_BGNBD_FIT_H
#define CHURN_BGNBD_FIT_H

#include "base/error.h"
#include "understand/churn/bgnbd.h"
#include "understand/churn/dropout.h"
#include "understand/churn/purchase_model.h"

struct bgnbd_fit {
	struct bgnbd model;	/* as in `optimum` */
	struct dropout_optimum optimum;
	double regularity;	/* Wheat and Morrison's k; NAN: unknown */
};

/*
 * Fits DATA by maximum likelihood; MODIFIED, and k = K, or K 0: the k from 1 to
 * BGNBD_TICKS_MAX that is likeliest.  0; -1 with a failed error: dropout_find.
 */
int bgnbd_fit(const struct purchase_data *data, bool modified, unsigned k, struct bgnbd_fit *fit,
	      struct error *err);

/* The NBD alone: nobody leaves.  As bgnbd_fit. */
int nbd_fit(const struct purchase_data *data, struct bgnbd_fit *fit, struct error *err);

/* Rows of purchase_models; the fitted struct of each is a struct bgnbd_fit. */
extern const struct purchase_model bgnbd_purchase_model;
extern const struct purchase_model mbgnbd_purchase_model;
extern const struct purchase_model bgcnbd_purchase_model;
extern const struct purchase_model mbgcnbd_purchase_model;
extern const struct purchase_model nbd_purchase_model;

#endif
