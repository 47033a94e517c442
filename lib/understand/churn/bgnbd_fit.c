#include "understand/churn/bgnbd_fit.h"

#include <math.h>

#include "stats/mle.h"
#include "understand/churn/model_numbers.h"

static const char *const parameter_names[] = {"r", "alpha", "a", "b"};

/* CONTEXT is a bgnbd that says whether it is modified, and k. */
static double full_likelihood(const void *context, const struct purchase_data *data,
			      const double *theta, double *gradient)
{
	struct bgnbd m = *(const struct bgnbd *)context;

	m.r = theta[0];
	m.alpha = theta[1];
	m.a = theta[2];
	m.b = theta[3];
	return bgnbd_log_likelihood(&m, data->rows, data->count, gradient);
}

static double nbd_likelihood(const void *context, const struct purchase_data *data,
			     const double *theta, double *gradient)
{
	struct bgnbd m = *(const struct bgnbd *)context;
	double all[4], ll;

	m.r = theta[0];
	m.alpha = theta[1];
	m.nbd = true;
	ll = bgnbd_log_likelihood(&m, data->rows, data->count, all);
	gradient[0] = all[0];
	gradient[1] = all[1];
	return ll;
}

/* A mean drop-out of nothing, or one that only customers beyond any x reach. */
static bool nobody_leaves(const double *theta, double longest)
{
	(void)longest;
	return theta[2] / (theta[2] + theta[3]) < 1e-5 || theta[3] > 1e4;
}

static bool is_ridge(const double *theta)
{
	const struct bgnbd m = {.a = theta[2], .b = theta[3]};

	return bgnbd_is_odd(&m);
}

static void start(size_t number, const double *nbd, double longest, double *theta)
{
	const double starts[][4] = {
		{1, longest / 10, 1, 1},
		{nbd[0], nbd[1], 0.5, 2.5},
		{0.25, longest / 5, 0.2, 5},
	};

	for (size_t i = 0; i < 4; i++)
		theta[i] = starts[number][i];
}

static void take_model(struct bgnbd_fit *fit)
{
	const struct dropout_optimum *o = &fit->optimum;

	fit->model.r = o->theta[0];
	fit->model.alpha = o->theta[1];
	fit->model.a = o->theta[2];
	fit->model.b = o->theta[3];
	fit->model.nbd = o->nbd;
}

static int fit_ticks(const struct purchase_data *data, bool modified, unsigned k,
		     struct bgnbd_fit *fit, struct error *err)
{
	const struct bgnbd shape = {.modified = modified, .k = k};
	const struct dropout_search s = {full_likelihood, nbd_likelihood, &shape, nobody_leaves,
					 is_ridge, 3, start};

	*fit = (struct bgnbd_fit){.model = shape, .regularity = data->regularity};
	if (dropout_find(&s, data, &fit->optimum, err))
		return -1;
	fit->optimum.log_likelihood += bgnbd_log_of_ticks(k, data);
	fit->optimum.nbd_log_likelihood += bgnbd_log_of_ticks(k, data);
	take_model(fit);
	return 0;
}

/* Upwards from 1, until two in a row are less likely than the best. */
static int fit_likeliest(const struct purchase_data *data, bool modified, struct bgnbd_fit *fit,
			 struct error *err)
{
	struct bgnbd_fit next;

	if (fit_ticks(data, modified, 1, fit, err))
		return -1;
	for (unsigned k = 2, worse = 0; k <= BGNBD_TICKS_MAX && worse < 2; k++) {
		if (fit_ticks(data, modified, k, &next, NULL) ||
		    next.optimum.log_likelihood <= fit->optimum.log_likelihood) {
			worse++;
			continue;
		}
		*fit = next;
		worse = 0;
	}
	return 0;
}

int bgnbd_fit(const struct purchase_data *data, bool modified, unsigned k, struct bgnbd_fit *fit,
	      struct error *err)
{
	return k ? fit_ticks(data, modified, k, fit, err) :
	       fit_likeliest(data, modified, fit, err);
}

int nbd_fit(const struct purchase_data *data, struct bgnbd_fit *fit, struct error *err)
{
	const struct bgnbd shape = {.k = 1};

	*fit = (struct bgnbd_fit){.regularity = data->regularity};
	if (dropout_find_nbd(nbd_likelihood, &shape, data, &fit->optimum, err))
		return -1;
	take_model(fit);
	return 0;
}

/* The parts of a purchase model. */

static int round_fit(struct bgnbd_fit *fit, int failed)
{
	if (failed)
		return -1;
	dropout_round(&fit->optimum);
	take_model(fit);
	return 0;
}

static int fit_bgnbd(void *fitted, const struct purchase_data *data, struct error *err)
{
	return round_fit(fitted, bgnbd_fit(data, false, 1, fitted, err));
}

static int fit_mbgnbd(void *fitted, const struct purchase_data *data, struct error *err)
{
	return round_fit(fitted, bgnbd_fit(data, true, 1, fitted, err));
}

static int fit_bgcnbd(void *fitted, const struct purchase_data *data, struct error *err)
{
	return round_fit(fitted, bgnbd_fit(data, false, 0, fitted, err));
}

static int fit_mbgcnbd(void *fitted, const struct purchase_data *data, struct error *err)
{
	return round_fit(fitted, bgnbd_fit(data, true, 0, fitted, err));
}

static int fit_nbd(void *fitted, const struct purchase_data *data, struct error *err)
{
	return round_fit(fitted, nbd_fit(data, fitted, err));
}

static const struct bgnbd *model_of(const void *fitted)
{
	return &((const struct bgnbd_fit *)fitted)->model;
}

static double log_likelihood_of(const void *fitted, const struct purchase_data *data)
{
	const struct bgnbd *m = model_of(fitted);

	return bgnbd_log_likelihood(m, data->rows, data->count, NULL) +
	       bgnbd_log_of_ticks(m->k, data);
}

static double p_alive_of(const void *fitted, double x, double t_x, double T)
{
	return bgnbd_p_alive(model_of(fitted), x, t_x, T);
}

static double p_none_of(const void *fitted, double x, double t_x, double T,
			double t)
{
	return bgnbd_p_none(model_of(fitted), x, t_x, T, t);
}

static double expected_of(const void *fitted, double x, double t_x, double T, double t)
{
	return bgnbd_expected_if_alive(model_of(fitted), x, t_x, T, t);
}

static bool is_odd(const void *fitted)
{
	return bgnbd_is_odd(model_of(fitted));
}

static void save_members(const void *fitted, struct node *root)
{
	const struct bgnbd_fit *fit = fitted;

	dropout_save(&fit->optimum, parameter_names, root);
}

static void save_with_ticks(const void *fitted, struct node *root)
{
	const struct bgnbd_fit *fit = fitted;

	node_add_integer(root, "k", fit->model.k);
	if (isfinite(fit->regularity))
		model_add_number(root, "wheat_morrison_k", fit->regularity);
	save_members(fitted, root);
}

static int load_fit(struct bgnbd_fit *fit, const struct node *root, struct error *err)
{
	if (dropout_load(&fit->optimum, parameter_names, root, err))
		return -1;
	take_model(fit);
	return 0;
}

static int load_members(void *fitted, const struct node *root, struct error *err)
{
	return load_fit(fitted, root, err);
}

static int load_nbd(void *fitted, const struct node *root, struct error *err)
{
	struct bgnbd_fit *fit = fitted;

	fit->optimum.nbd = true;
	return load_fit(fit, root, err);
}

static int load_modified(void *fitted, const struct node *root, struct error *err)
{
	struct bgnbd_fit *fit = fitted;

	fit->model.modified = true;
	return load_fit(fit, root, err);
}

static int load_ticks(struct bgnbd_fit *fit, const struct node *root, struct error *err)
{
	double k;

	if (!node_number(node_get(root, "k"), &k) || !(k >= 1 && k <= BGNBD_TICKS_MAX) ||
	    k != floor(k))
		return error_usage(err, "is not a model of cdp-churn: 'k' must be a whole number from 1 to %d",
				   BGNBD_TICKS_MAX);
	fit->model.k = (unsigned)k;
	return load_fit(fit, root, err);
}

static int load_with_ticks(void *fitted, const struct node *root, struct error *err)
{
	return load_ticks(fitted, root, err);
}

static int load_modified_with_ticks(void *fitted, const struct node *root, struct error *err)
{
	struct bgnbd_fit *fit = fitted;

	fit->model.modified = true;
	return load_ticks(fit, root, err);
}

static void describe_as(const struct bgnbd_fit *fit, const char *label, const char *without,
			const char *unit, struct buf *sentence, struct buf *warnings)
{
	dropout_describe(&fit->optimum, label, without, parameter_names, unit, sentence, warnings);
	if (bgnbd_is_odd(&fit->model))
		buf_printf(warnings, "the drop-out chance has collapsed to one point (a %.3g, b %.3g): do not lean on p_alive; no risk is named\n",
			   fit->model.a, fit->model.b);
}

static void describe_bgnbd(const void *fitted, const char *unit,
			   struct buf *sentence, struct buf *warnings)
{
	describe_as(fitted, "BG/NBD", "NBD", unit, sentence, warnings);
}

static void describe_mbgnbd(const void *fitted, const char *unit,
			    struct buf *sentence, struct buf *warnings)
{
	describe_as(fitted, "MBG/NBD", "NBD", unit, sentence, warnings);
}

static void describe_ticks(const struct bgnbd_fit *fit, const char *label, const char *unit,
			   struct buf *sentence, struct buf *warnings)
{
	describe_as(fit, label, "CNBD-k", unit, sentence, warnings);
	buf_printf(sentence, "; k %u%s by likelihood", fit->model.k,
		   fit->model.k == BGNBD_TICKS_MAX ? ", the most tried," : "");
	if (isfinite(fit->regularity))
		buf_printf(sentence, " (Wheat and Morrison: %.3g)", fit->regularity);
}

static void describe_bgcnbd(const void *fitted, const char *unit,
			    struct buf *sentence, struct buf *warnings)
{
	describe_ticks(fitted, "BG/CNBD-k", unit, sentence, warnings);
}

static void describe_mbgcnbd(const void *fitted, const char *unit,
			     struct buf *sentence, struct buf *warnings)
{
	describe_ticks(fitted, "MBG/CNBD-k", unit, sentence, warnings);
}

static void describe_nbd(const void *fitted, const char *unit, struct buf *sentence,
			 struct buf *warnings)
{
	const struct bgnbd *m = model_of(fitted);

	(void)warnings;
	buf_printf(sentence, "NBD by %ss: r %.6g, alpha %.6g, nobody leaves", unit, m->r, m->alpha);
}

#define MODEL(row_option, row_name, row_fit, row_save, row_load, row_describe) { \
	.option = row_option, .name = row_name, .fitted_size = sizeof(struct bgnbd_fit), \
	.fit = row_fit, .log_likelihood = log_likelihood_of, .p_alive = p_alive_of, \
	.p_none = p_none_of, .expected = expected_of, .is_odd = is_odd, .save = row_save, \
	.load = row_load, .describe = row_describe, \
}

const struct purchase_model bgnbd_purchase_model =
	MODEL("bgnbd", "bgnbd", fit_bgnbd, save_members, load_members, describe_bgnbd);
const struct purchase_model mbgnbd_purchase_model =
	MODEL("mbgnbd", "mbgnbd", fit_mbgnbd, save_members, load_modified, describe_mbgnbd);
const struct purchase_model bgcnbd_purchase_model =
	MODEL("bgcnbd", "bgcnbd", fit_bgcnbd, save_with_ticks, load_with_ticks, describe_bgcnbd);
const struct purchase_model mbgcnbd_purchase_model =
	MODEL("mbgcnbd", "mbgcnbd", fit_mbgcnbd, save_with_ticks, load_modified_with_ticks,
	      describe_mbgcnbd);
const struct purchase_model nbd_purchase_model =
	MODEL("nbd", "nbd", fit_nbd, save_members, load_nbd, describe_nbd);
