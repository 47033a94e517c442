/*
 * A purchase model: from the days on which customers bought, how often a
 * customer buys and whether he still does.  cdp-churn fits one, keeps it as a
 * file and scores by it; all it knows of a model is what stands here.
 *
 * What a model is told of a customer is x, the repeat purchases; t_x, the time
 * of the last; and T, the time observed: both since the first purchase, in the
 * unit in which the model was fitted (days, weeks ...: history.h).  So
 * 0 <= t_x <= T, and x is 0 exactly when t_x is.  Horizons t > 0 are in the
 * same unit.  For the notation see Fader, Hardie and Lee, "Counting Your
 * Customers the Easy Way", Marketing Science 24 (2005).
 *
 * To add a model: write its file with a `const struct purchase_model` at the
 * end, the parts in the order below, and give it a row in purchase_model.c.
 * tests/unit/test_churn_purchase_model.c then holds it to this contract.
 */
#ifndef CHURN_PURCHASE_MODEL_H
#define CHURN_PURCHASE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "record/document.h"

/* Equal histories as one row: CDNOW's 2,357 customers are 1,016 rows. */
struct purchase_row {
	double x;
	double t_x;
	double T;
	double weight;	/* customers, > 0 */
};

/* What a model is fitted to: COUNT rows, sorted by x, then t_x, then T. */
struct purchase_data {
	const struct purchase_row *rows;
	size_t count;
	/*
	 * The sum, over all customers, of the logarithms of the times from each
	 * purchase to the next.  Models of regular buyers need it to compare how
	 * regular; 0 will do for the others.
	 */
	double log_gaps;
	double regularity;	/* Wheat and Morrison's k (sample.h); NAN: unknown */
};

/*
 * "Fitted" below is the model's own struct of a fit, of `fitted_size` bytes,
 * without pointers: whoever holds one frees nothing but its memory.
 */
struct purchase_model {
	const char *option;	/* what people call it: pareto-nbd */
	/* What its files say at "model", and the member of a profile's `scores`: pareto_nbd. */
	const char *name;
	/*
	 * Does it count occasions?  Then x, t_x and T are whole calendar periods of the unit: those after
	 * the first purchase's that have one, the last of them, and those that are over by as_of.
	 */
	bool discrete;
	size_t fitted_size;

	/*
	 * Fits DATA by maximum likelihood.
	 * The parameters are rounded as their file will say them
	 * (model_round_number), so that a customer scores alike before a model is
	 * saved and after it is loaded, on every machine.  0, or -1 with a failed
	 * error: nothing to learn from, or no optimum was reached.
	 */
	int (*fit)(void *fitted, const struct purchase_data *data, struct error *err);

	/* The natural logarithm of the likelihood of DATA. */
	double (*log_likelihood)(const void *fitted, const struct purchase_data *data);

	/* The chance that the customer has not left for good by T, in (0, 1]. */
	double (*p_alive)(const void *fitted, double x, double t_x, double T);

	/*
	 * The chance of no purchase in (T, T + t], in [0, 1]: what "churn within
	 * t" means.  It falls as t grows.
	 */
	double (*p_none)(const void *fitted, double x, double t_x, double T,
			 double t);

	/*
	 * Expected purchases in (T, T + t] of a customer known to be active at T.
	 * Times p_alive it is what is expected of a customer of whom that is not
	 * known, and at least 1 - p_none.
	 */
	double (*expected)(const void *fitted, double x, double t_x, double T, double t);

	/*
	 * Is FITTED an odd one, whose chances rank customers but can't be taken at
	 * their word (all drop-out at one point, say)?  Then no risk is named.
	 */
	bool (*is_odd)(const void *fitted);

	/* The members of FITTED in its file: "parameters" and others. */
	void (*save)(const void *fitted, struct node *root);

	/*
	 * Reads what `save` wrote into a zeroed *FITTED.  Only what predictions need
	 * is read: standard errors are not.  0, or -1 with a usage error that goes
	 * on after the file's name ("has no ...").
	 */
	int (*load)(void *fitted, const struct node *root, struct error *err);

	/*
	 * For people: appends the model and its parameters to SENTENCE, UNIT being
	 * "day" or "week", and what to beware of to WARNINGS, each ended by a
	 * newline.
	 */
	void (*describe)(const void *fitted, const char *unit,
			 struct buf *sentence, struct buf *warnings);
};

/* All models, NULL at the end.  The first is the one that cdp-churn fits unasked. */
extern const struct purchase_model *const purchase_models[];

/* The model whose `option` is OPTION, or NULL. */
const struct purchase_model *purchase_model_of_option(const char *option);

/*
 * The model whose `name` is NAME; NULL with a usage error that lists all
 * ("is of the unknown model 'x': bgnbd, mbgnbd or nbd").
 */
const struct purchase_model *purchase_model_named(struct span name, struct error *err);

#endif
