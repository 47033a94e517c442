#include "understand/churn/dropout.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
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

struct climb {
	dropout_likelihood *log_likelihood;
	const void *context;
	const struct purchase_data *data;
};

static double climb_from(void *context, const double *theta, double *gradient)
{
	const struct climb *c = context;

	return c->log_likelihood(c->context, c->data, theta, gradient);
}

/* From START, or near it, to *GOT. */
static int find_peak(const struct climb *c, const double *start, size_t count, bool near,
		     struct mle_fit *got, struct error *err)
{
	struct climb climb = *c;
	const struct mle m = {count, start, climb_from, &climb};

	return near ? mle_fit_near(&m, got, err) : mle_fit(&m, got, err);
}

/* So many rows are searched whole. */
#define ROWS_WHOLE 20000
#define ROWS_STEP 16

/*
 * Each 16th row of those who came back, and all of the few who did not, in SOME.  Owned:
 * mem_free.  NULL, and SOME is DATA: it is not worth it.
 */
static struct purchase_row *thin_rows(const struct purchase_data *data, struct purchase_data *some)
{
	struct purchase_row *rows;
	size_t kept = 0, seen = 0;

	*some = *data;
	if (data->count <= ROWS_WHOLE)
		return NULL;
	rows = mem_zero(data->count, sizeof *rows);
	for (size_t i = 0; i < data->count; i++) {
		const struct purchase_row *r = &data->rows[i];

		if (r->x > 0 && seen++ % ROWS_STEP)
			continue;
		rows[kept] = *r;
		rows[kept++].weight *= r->x > 0 ? ROWS_STEP : 1;
	}
	some->rows = rows;
	some->count = kept;
	return rows;
}

static int find_nbd(dropout_likelihood *without, const void *context,
		    const struct purchase_data *data, struct mle_fit *got,
		    struct dropout_optimum *out, struct error *err)
{
	const double start[] = {1, longest_time(data) / 10};
	struct purchase_data some;
	struct purchase_row *rows;
	struct climb c = {without, context, &some};
	struct mle_fit first;
	int failed;

	*out = (struct dropout_optimum){0};
	if (!any_repeat(data))
		return error_failed(err, "no customer has bought on two days: there is no repeat purchase to learn from");
	rows = thin_rows(data, &some);
	failed = find_peak(&c, start, 2, false, &first, err);
	mem_free(rows);
	if (failed)
		return -1;
	c.data = data;
	if (!rows)
		*got = first;
	else if (find_peak(&c, first.theta, 2, first.peaked, got, err))
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
static bool search_starts(const struct dropout_search *s, const struct purchase_data *data,
			  double longest, const struct dropout_optimum *nbd, struct mle_fit *best)
{
	const struct climb c = {s->log_likelihood, s->context, data};
	unsigned edges = 0;
	bool any = false;

	for (size_t i = 0; i < s->starts; i++) {
		double start[DROPOUT_PARAMETERS];
		struct mle_fit got;

		s->start(i, nbd->nbd_theta, longest, start);
		if (find_peak(&c, start, DROPOUT_PARAMETERS, false, &got, NULL) ||
		    !isfinite(got.log_likelihood))
			continue;
		if (!any || got.log_likelihood > best->log_likelihood)
			*best = got;
		any = true;
		edges += is_boundary(s, &got, longest, nbd->nbd_log_likelihood);
		if (best->peaked || edges == 2)
			break;
	}
	return any;
}

/* Where a part of many rows has no peak, all are asked from each start. */
static bool find_best(const struct dropout_search *s, const struct purchase_data *data,
		      double longest, const struct dropout_optimum *nbd, struct mle_fit *best)
{
	const struct climb c = {s->log_likelihood, s->context, data};
	struct purchase_data some;
	struct purchase_row *rows = thin_rows(data, &some);
	struct mle_fit first = {0};
	bool near = rows && search_starts(s, &some, longest, nbd, &first) && first.peaked;

	mem_free(rows);
	if (near && !find_peak(&c, first.theta, DROPOUT_PARAMETERS, true, best, NULL) &&
	    best->peaked)
		return true;
	return search_starts(s, data, longest, nbd, best);
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
	if (!find_best(s, data, longest, out, &best) ||
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

int dropout_find_nbd(dropout_likelihood *without, const void *context,
		     const struct purchase_data *data, struct dropout_optimum *out, struct error *err)
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
	return model_need_parameters(node_get(root, "parameters"), names, o->theta,
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
