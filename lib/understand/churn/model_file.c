#include "understand/churn/model_file.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "record/document.h"
#include "time/moment.h"
#include "understand/churn/duration.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"

#define MODEL_FORMAT 1

static const char *const spend_names[] = {"p", "q", "gamma"};

static void add_what(struct node *root, const struct model *m)
{
	char as_of[MOMENT_TEXT];

	node_add_integer(root, "format", MODEL_FORMAT);
	node_add_text(root, "model", span_of(m->kind->name));
	moment_format(m->as_of, as_of);
	node_add_text(root, "as_of", (struct span){as_of, sizeof as_of});
	node_add_text(root, "time_zone", span_of(m->zone));
	node_add_text(root, "time_unit", span_of(time_unit_name(m->unit)));
	node_add_integer(root, "customers", (long long)m->customers);
	node_add_integer(root, "repeaters", (long long)m->repeaters);
	node_add_integer(root, "repeat_purchases", (long long)m->repeats);
	node_add_integer(root, "distinct_histories", (long long)m->histories);
	node_add_integer(root, "longest_days", m->longest);
}

static void add_spend(struct node *list, const struct spend_model *m)
{
	struct node *spend = node_add_object(list, NULL);
	const struct gamma_gamma *g = &m->fit.model;
	const double parameters[] = {g->p, g->q, g->gamma};

	node_add_text(spend, "model", *m->why ? SPAN("none") : SPAN("gamma_gamma"));
	node_add_text(spend, "currency", span_of(m->currency));
	node_add_integer(spend, "customers", (long long)m->customers);
	if (*m->why) {
		node_add_text(spend, "why", span_of(m->why));
		return;
	}
	model_add_numbers(spend, "parameters", spend_names, parameters, 3);
	model_add_numbers(spend, "standard_errors", spend_names, m->fit.standard_errors, 3);
	model_add_number(spend, "log_likelihood", m->fit.log_likelihood);
	model_add_number(spend, "correlation", m->fit.correlation);
}

static void add_spends(struct node *root, const struct model *m)
{
	struct node *list = node_add_array(root, "spend");

	for (size_t i = 0; i < m->spend_count; i++)
		add_spend(list, &m->spends[i]);
}

void model_put(const struct model *m, void (*more)(const void *context, struct node *root),
	       const void *context, struct buf *out)
{
	struct document *d = document_new();
	struct node *root = document_root(d);

	add_what(root, m);
	m->kind->save(m->purchases, root);
	calibration_put(&m->calibration, root);
	if (m->calibration.kind != CALIBRATION_NONE)
		node_add_integer(root, "calibrated_for_days", m->calibrated_days);
	add_spends(root, m);
	if (more)
		more(context, root);
	document_put(d, out);
	document_free(d);
}

/* Reading: each returns -1 with a usage error that names the member. */

static int read_unit(struct model *m, const struct node *root,
		     struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span name;

	if (model_need_text(root, "time_unit", &name, err))
		return -1;
	for (m->unit = UNIT_DAY; m->unit < TIME_UNITS; m->unit++)
		if (span_equal(name, span_of(time_unit_name(m->unit))))
			return 0;
	return error_usage(err, "has the unknown time_unit %s: day, week, month or year",
			   error_quote(name, quoted));
}

static int read_what(struct model *m, const struct node *root,
		     struct error *err)
{
	double format, longest;
	struct span text;

	if (!node_number(node_get(root, "format"), &format))
		return error_usage(err, "is not a model of cdp-churn: it has no number 'format'");
	if (format != MODEL_FORMAT)
		return error_usage(err, "is a model of format %.6g; this program reads format %d",
				   format, MODEL_FORMAT);
	if (model_need_text(root, "as_of", &text, err))
		return -1;
	if (!moment_parse_record(text, &m->as_of))
		return error_usage(err, "is not a model of cdp-churn: 'as_of' is no time");
	if (model_need_text(root, "time_zone", &text, err))
		return -1;
	if (text.len >= sizeof m->zone)
		return error_usage(err, "is not a model of cdp-churn: 'time_zone' is too long");
	memcpy(m->zone, text.ptr, text.len);
	if (node_number(node_get(root, "longest_days"), &longest) && longest > 0 && longest < 1e6)
		m->longest = (int32_t)longest;
	return 0;
}

static int read_purchases(struct model *m, const struct node *root,
			  struct error *err)
{
	struct span text;

	if (model_need_text(root, "model", &text, err))
		return -1;
	m->kind = purchase_model_named(text, err);
	if (!m->kind)
		return -1;
	m->purchases = mem_zero(1, m->kind->fitted_size);
	return m->kind->load(m->purchases, root, err);
}

static int read_calibration(struct model *m, const struct node *root, struct error *err)
{
	double days = 0;

	if (calibration_get(&m->calibration, root, err))
		return -1;
	if (m->calibration.kind == CALIBRATION_NONE)
		return 0;
	if (!node_number(node_get(root, "calibrated_for_days"), &days) || !(days >= 1 && days <= HORIZON_DAYS_MAX))
		return error_usage(err, "is not a model of cdp-churn: its calibration has no horizon in days");
	m->calibrated_days = (uint32_t)days;
	return 0;
}

static int read_spend(struct spend_model *m, const struct node *spend, struct error *err)
{
	double numbers[3];
	struct span text;

	if (model_need_text(spend, "model", &text, err))
		return -1;
	if (span_equal(text, SPAN("none"))) {
		snprintf(m->why, sizeof m->why, "the model has none");
		return 0;
	}
	if (!span_equal(text, SPAN("gamma_gamma")))
		return error_usage(err, "has an unknown spend model: gamma_gamma or none");
	if (model_need_parameters(node_get(spend, "parameters"), spend_names, numbers, 3,
			 err) ||
	    model_need_text(spend, "currency", &text, err))
		return -1;
	if (numbers[1] <= 1)
		return error_usage(err, "has a spend model with q not above 1: its mean is infinite");
	if (text.len >= sizeof m->currency)
		return error_usage(err, "is not a model of cdp-churn: 'currency' is too long");
	memcpy(m->currency, text.ptr, text.len);
	m->fit.model = (struct gamma_gamma){numbers[0], numbers[1], numbers[2]};
	return 0;
}

/* An object alone is one currency's, as models were written once. */
static int read_spends(struct model *m, const struct node *root, struct error *err)
{
	const struct node *list = node_get(root, "spend");
	bool alone = !node_is_array(list);
	size_t count = alone ? 1 : node_count(list);

	if (!list)
		return error_usage(err, "is not a model of cdp-churn: it has no list 'spend'");
	m->spends = mem_zero(count + 1, sizeof *m->spends);
	for (m->spend_count = 0; m->spend_count < count; m->spend_count++)
		if (read_spend(&m->spends[m->spend_count],
			       alone ? list : node_at(list, m->spend_count), err))
			return -1;
	return 0;
}

int model_load(struct model *m, const char *path, struct error *err)
{
	struct document *d = document_load(path, err);
	const struct node *root;
	int failed;

	*m = (struct model){.unit = UNIT_WEEK, .as_of = MOMENT_NONE};
	if (!d)
		return -1;
	root = document_root(d);
	failed = read_what(m, root, err) ||
		 read_purchases(m, root, err) ||
		 read_unit(m, root, err) ||
		 read_calibration(m, root, err) ||
		 read_spends(m, root, err);
	document_free(d);
	if (!failed)
		return 0;
	model_release(m);
	error_place(err, path, 0, 0);
	return -1;
}
