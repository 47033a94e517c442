/*
 * Contract models: of customers who say when they leave, at the end of how many paid periods they do.  A contract
 * is bought for a period, and at each renewal its customer stays or leaves.
 *
 * S(n) is the chance to be still there after n renewals, so S(0) = 1.
 *
 *	sBG	shifted beta-geometric: everybody leaves at a renewal with a chance of his own, and the chances
 *		follow a beta distribution: S(n) = B(alpha, beta + n) / B(alpha, beta)
 *		(Fader and Hardie, "How to Project Customer Retention", Journal of Interactive Marketing 21, 2007)
 *	BdW	beta-discrete-Weibull: one's own chance rises (c > 1) or falls with time:
 *		S(n) = B(alpha, beta + n^c) / B(alpha, beta)
 *		(Fader, Hardie, Liu, Davin and Steenburgh, same journal 43, 2018)
 *	hazard	no form: at each renewal the share of those there who left (half of one is added to each, so that
 *		none is 0 or 1); behind the last ten who left the share of these
 *
 * Where all seem to leave with one chance, alpha and beta have no bound: then S(n) = (1 - theta)^n, and one_chance.
 */
#ifndef CHURN_CONTRACT_MODEL_H
#define CHURN_CONTRACT_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "record/document.h"

#define CONTRACT_PARAMETERS 3

/* Customers by renewals: ended[n] left at the n-th (n > 0), still[n] are there after n.  COUNT of each. */
struct contract_data {
	const double *ended, *still;
	size_t count;
};

struct contract_model;

struct contract_fit {
	const struct contract_model *kind;
	bool one_chance;		/* theta[0] is the chance to leave */
	double theta[CONTRACT_PARAMETERS];
	double standard_errors[CONTRACT_PARAMETERS];	/* NAN: none */
	double log_likelihood;
	double *hazards;		/* of renewal i + 1; owned */
	size_t hazard_count;
	double tail;			/* the hazard behind these */
};

struct contract_model {
	const char *name;	/* sbg: of --model-kind, of files and in `scores` */
	const char *label;	/* for people */
	size_t parameters;
	const char *names[CONTRACT_PARAMETERS];

	/* Fits DATA into *FIT, zeroed but for `kind`.  0, or -1 with a failed error. */
	int (*fit)(struct contract_fit *fit, const struct contract_data *data, struct error *err);

	/* ln S(N), N >= 0. */
	double (*log_survival)(const struct contract_fit *fit, double n);
};

/* All, NULL at the end, in the order in which they are preferred. */
extern const struct contract_model *const contract_models[];

/* The model with this name, or NULL. */
const struct contract_model *contract_model_named(struct span name);

/* Who leaves, of fewer than that nothing is learned. */
#define CONTRACT_ENDED_LEAST 10

/*
 * Fits KIND to DATA; numbers as a file says them.  0, and contract_fit_release frees; or -1 with a failed error:
 * too few have left, or there is no optimum.
 */
int contract_fit_make(struct contract_fit *fit, const struct contract_model *kind, const struct contract_data *data,
		      struct error *err);
void contract_fit_release(struct contract_fit *fit);

/* ln S(N). */
double contract_log_survival(const struct contract_fit *fit, double n);

/*
 * Expected payments at the renewals behind the N-th, of who is there then, each discounted by RATE a period for each
 * period until it: DERL without the payment at hand.  MOST renewals are looked at, 0: all there are.
 */
double contract_residual(const struct contract_fit *fit, double n, double rate, double most);

/* "sBG: alpha 0.704077, beta 1.18204". */
void contract_describe(const struct contract_fit *fit, struct buf *out);

/* The members of FIT in a file.  Reading: 0, or -1 with a usage error that goes on after the file's name. */
void contract_fit_put(const struct contract_fit *fit, struct node *object);
int contract_fit_get(struct contract_fit *fit, const struct contract_model *kind, const struct node *object,
		     struct error *err);

#endif
