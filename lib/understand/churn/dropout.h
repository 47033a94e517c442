/*
 * What the purchase models with drop-out share: the search for the best of four
 * parameters, the first two of which are the rates' (r, alpha) and the others the
 * drop-out's, beside the same model without drop-out, the NBD of r and alpha alone.
 *
 * Where nobody seems to leave, as in UCI's Online Retail, the likelihood has no inner
 * maximum: the drop-out's parameters are an accident of the optimiser, and the NBD is
 * what the data say.
 */
#ifndef CHURN_DROPOUT_H
#define CHURN_DROPOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "record/document.h"
#include "understand/churn/purchase_model.h"

#define DROPOUT_PARAMETERS 4

typedef double dropout_likelihood(const void *context, const struct purchase_data *data,
				  const double *theta, double *gradient);

struct dropout_search {
	/* The log-likelihood of DATA at THETA, its derivatives by all four in GRADIENT. */
	dropout_likelihood *log_likelihood;
	/* The same without drop-out: THETA and GRADIENT are of two. */
	dropout_likelihood *without;
	const void *context;
	/* Do these say that nobody leaves? */
	bool (*is_boundary)(const double *theta, double longest);
	/* Do these say that all leave by one chance, so that there is no peak to find? */
	bool (*is_ridge)(const double *theta);
	/* Where to begin, with the NBD's optimum and the longest time observed. */
	size_t starts;
	void (*start)(size_t number, const double *nbd, double longest, double *theta);
};

struct dropout_optimum {
	bool nbd;			/* no drop-out was seen: theta is of two */
	double theta[DROPOUT_PARAMETERS];
	double standard_errors[DROPOUT_PARAMETERS];	/* NAN where the optimum has none */
	double log_likelihood;
	double gradient_norm;		/* by log-parameters */
	double nbd_theta[2];		/* the NBD's optimum, for comparison */
	double nbd_log_likelihood;
};

/*
 * Of very many rows some, spread over all, are searched first, and the search over all
 * begins where that ended.
 *
 * 0; -1 with a failed error: no customer bought twice, or no point was reached that is a
 * maximum (gradient, Hessian, distance from the search's walls), a ridge or the boundary.
 */
int dropout_find(const struct dropout_search *s, const struct purchase_data *data,
		 struct dropout_optimum *out, struct error *err);

/* The model without drop-out alone, by its likelihood WITHOUT.  As dropout_find. */
int dropout_find_nbd(dropout_likelihood *without, const void *context,
		     const struct purchase_data *data, struct dropout_optimum *out, struct error *err);

/*
 * The members of a file: "parameters" called NAMES, "standard_errors",
 * "log_likelihood", "without_dropout".  Without drop-out "dropout" says "none" and
 * there are two parameters.
 */
void dropout_save(const struct dropout_optimum *o, const char *const *names, struct node *root);

/* Reads the parameters into *O, zeroed but for `nbd`, which a model that knows sets.  0, or -1 with a usage error. */
int dropout_load(struct dropout_optimum *o, const char *const *names, const struct node *root,
		 struct error *err);

/* The parameters as their file says them: model_round_number. */
void dropout_round(struct dropout_optimum *o);

/*
 * "BG/NBD by weeks: r 0.242593, alpha 4.41353, a 0.792886, b 2.42575" (LABEL, NAMES), or
 * "NBD by weeks: r ..." (WITHOUT) with a warning.
 */
void dropout_describe(const struct dropout_optimum *o, const char *label, const char *without,
		      const char *const *names, const char *unit, struct buf *sentence,
		      struct buf *warnings);

#endif
