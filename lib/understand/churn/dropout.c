#include "understand/churn/dropout.h"

#include <math.h>
#include <string.h>

#include "stats/mle.h"
#include "understand/churn/model_numbers.h"

static double longest_time(const struct purchase_data *d)
{
	double T = 0;

	for (size_t i = 0; i < d->count; i++)
		T = fmax(T, d->rows[i].T);
	return T;
}

static bool any_repeat(const struct purchase_data *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->rows[i].x > 0)
			return true;
	return false;
}

static int find_nbd(double (*without)(void *, const double *, double *), void *context,
		    const struct purchase_data *data, struct mle_fit *got,
		    struct dropout_optimum *out, struct error *err)
{
	const double start[] = {1, longest_time(data) / 10};
	const struct mle m = {2, start, without, context};

	*out = (struct dropout_optimum){0};
	if (!any_repeat(data))
		return error_failed(err, "no customer has bought on two days: there is no repeat purchase to learn from");
	if (mle_fit(&m, got, err))
		return -1;
	memcpy(out->nbd_theta, got->theta, sizeof out->nbd_theta);
	out->nbd_log_likelihood = got->log_likelihood;
	return 0;
}

/*
 * Two more parameters that gain less than half a point of log-likelihood, or a drop-out
 * of nothing: the optimum is the NBD's.
 */
static bool is_boundary(const struct dropout_search *s, const struct mle_fit *got,
			double longest, double nbd_log_likelihood)
{
	return got->log_likelihood - nbd_log_likelihood < 0.5 ||
	       s->is_boundary(got->theta, longest);
}

/*
 * The best of the starts that converge; false when none does.  An inner maximum ends
 * the search, and so do two starts that both end on the boundary.
 */
static bool find_best(const struct dropout_search *s, double longest,
		      const struct dropout_optimum *out, struct mle_fit *best)
{
	unsigned edges = 0;
	bool any = false;

	for (size_t i = 0; i < s->starts; i++) {
		double start[DROPOUT_PARAMETERS];
		const struct mle m = {DROPOUT_PARAMETERS, start, s->log_likelihood, s->context};
		struct mle_fit got;

		s->start(i, out->nbd_theta, longest, start);
		if (mle_fit(&m, &got, NULL) || !isfinite(got.log_likelihood))
			continue;
		if (!any || got.log_likelihood > best->log_likelihood)
			*best = got;
		any = true;
		edges += is_boundary(s, &got, longest, out->nbd_log_likelihood);
		if (best->peaked || edges == 2)
			break;
	}
	return any;
}

static void take_optimum(const struct mle_fit *got, size_t count, struct dropout_optimum *out)
{
	out->nbd = count < DROPOUT_PARAMETERS;
	out->log_likelihood = got->log_likelihood;
	out->gradient_norm = got->gradient_norm;
	for (size_t i = 0; i < DROPOUT_PARAMETERS; i++) {
		out->theta[i] = i < count ? got->theta[i] : 0;
		out->standard_errors[i] = i < count ? got->standard_errors[i] : NAN;
	}
}

int dropout_find(const struct dropout_search *s, const struct purchase_data *data,
		 struct dropout_optimum *out, struct error *err)
{
	const double longest = longest_time(data);
	struct mle_fit nbd, best = {0};

	if (find_nbd(s->without, s->context, data, &nbd, out, err))
		return -1;
	if (!find_best(s, longest, out, &best) ||
	    is_boundary(s, &best, longest, out->nbd_log_likelihood)) {
		take_optimum(&nbd, 2, out);
		return 0;
	}
	if (!best.peaked && !s->is_ridge(best.theta))
		return error_failed(err, "the fit did not converge: no maximum of the likelihood was found (its gradient is %.3g)",
				    best.gradient_norm);
	take_optimum(&best, DROPOUT_PARAMETERS, out);
	return 0;
}

int dropout_find_nbd(double (*without)(void *context, const double *theta, double *gradient),
		     void *context, const struct purchase_data *data, struct dropout_optimum *out,
		     struct error *err)
{
	struct mle_fit got;

	if (find_nbd(without, context, data, &got, out, err))
		return -1;
	take_optimum(&got, 2, out);
	return 0;
}

static size_t parameter_count(const struct dropout_optimum *o)
{
	return o->nbd ? 2 : DROPOUT_PARAMETERS;
}

void dropout_save(const struct dropout_optimum *o, const char *const *names, struct node *root)
{
	struct node *other;

	if (o->nbd)
		node_add_text(root, "dropout", SPAN("none"));
	model_add_numbers(root, "parameters", names, o->theta, parameter_count(o));
	model_add_numbers(root, "standard_errors", names, o->standard_errors, parameter_count(o));
	model_add_number(root, "log_likelihood", o->log_likelihood);
	other = node_add_object(root, "without_dropout");
	model_add_numbers(other, "parameters", names, o->nbd_theta, 2);
	model_add_number(other, "log_likelihood", o->nbd_log_likelihood);
}

int dropout_load(struct dropout_optimum *o, const char *const *names, const struct node *root,
		 struct error *err)
{
	struct span none;

	if (node_text(node_get(root, "dropout"), &none)) {
		if (!span_equal(none, SPAN("none")))
			return error_usage(err, "is not a model of cdp-churn: 'dropout' says none or is not there");
		o->nbd = true;
	}
	return model_need_numbers(node_get(root, "parameters"), names, o->theta,
				  parameter_count(o), err);
}

void dropout_round(struct dropout_optimum *o)
{
	for (size_t i = 0; i < parameter_count(o); i++)
		model_round_number(&o->theta[i]);
	for (size_t i = 0; i < 2; i++)
		model_round_number(&o->nbd_theta[i]);
}

void dropout_describe(const struct dropout_optimum *o, const char *label, const char *without,
		      const char *const *names, const char *unit, struct buf *sentence,
		      struct buf *warnings)
{
	buf_printf(sentence, "%s by %ss:", o->nbd ? without : label, unit);
	for (size_t i = 0; i < parameter_count(o); i++)
		buf_printf(sentence, "%s %s %.6g", i ? "," : "", names[i], o->theta[i]);
	if (o->nbd)
		buf_printf(warnings, "no drop-out was seen (the optimum of the %s lies on its boundary, which is the %s): nobody seems to leave for good, p_alive is 1 for everyone\n",
			   label, without);
}
