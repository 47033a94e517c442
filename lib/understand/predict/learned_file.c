/* What a learned model's file says of it, and how that is read back. */
#include "understand/predict/learned.h"

#include <math.h>

#include "base/mem.h"
#include "understand/churn/model_calibration.h"
#include "understand/churn/model_numbers.h"

static void put_column(const struct encoding_column *c, struct node *list)
{
	struct node *column = node_add_object(list, NULL), *array;

	node_add_text(column, "name", c->name);
	node_add_text(column, "kind", c->kind == ENCODING_NUMBER ? SPAN("number") : SPAN("category"));
	node_add_truth(column, "missing", c->missing);
	if (c->kind == ENCODING_NUMBER) {
		model_add_number(column, "mean", c->mean);
		model_add_number(column, "deviation", c->deviation);
		array = node_add_array(column, "edges");
		for (size_t k = 0; k < c->edge_count; k++)
			model_add_number(array, NULL, c->edges[k]);
	} else {
		array = node_add_array(column, "levels");
		for (size_t k = 0; k < c->level_count; k++)
			node_add_text(array, NULL, c->levels[k]);
	}
	array = node_add_array(column, "shares");
	for (size_t k = 0; k < encoding_share_count(c); k++)
		model_add_number(array, NULL, c->shares[k]);
}

static void put_logit(const struct learned *m, struct node *root)
{
	struct node *logit = node_add_object(root, "coefficients"), *list;

	model_add_number(logit, "intercept", m->logit.intercept);
	list = node_add_array(logit, "of_features");
	for (size_t k = 0; k < m->logit.width; k++)
		model_add_number(list, NULL, m->logit.coefficients[k]);
}

void learned_put(const struct learned *m, struct node *root)
{
	struct node *features;

	node_add_text(root, "model", span_of(learned_kind_names[m->kind]));
	features = node_add_array(root, "features");
	for (size_t i = 0; i < m->encoding.count; i++)
		put_column(&m->encoding.columns[i], features);
	if (m->kind == LEARNED_LOGIT)
		put_logit(m, root);
	else
		boosted_put(&m->boosted, root, "trees");
	calibration_put(&m->calibration, root);
}

/* Reading: each returns -1 with a usage error that goes on after the file's name. */

static int refuse(const char *what, struct error *err)
{
	return error_usage(err, "is not a model of cdp-churn: %s", what);
}

/* So that no sum of such numbers is without bound. */
#define NUMBER_MAX 1e200

static bool need_number(const struct node *n, double *out)
{
	return node_number(n, out) && fabs(*out) <= NUMBER_MAX;
}

/* COUNT numbers of ARRAY; owned: mem_free.  NULL where they are not that. */
static double *get_numbers(const struct node *array, size_t count)
{
	double *list = mem_zero(count + 1, sizeof *list);
	bool good = array && node_count(array) == count;

	for (size_t i = 0; i < count && good; i++)
		good = need_number(node_at(array, i), &list[i]);
	if (good)
		return list;
	mem_free(list);
	return NULL;
}

static int get_number_column(struct encoding_column *c, const struct node *n, struct error *err)
{
	const struct node *edges = node_get(n, "edges");

	c->edge_count = node_count(edges);
	if (!need_number(node_get(n, "mean"), &c->mean) || !need_number(node_get(n, "deviation"), &c->deviation) ||
	    !(c->deviation > 1e-200))
		return refuse("a feature has no mean and deviation", err);
	if (c->edge_count >= ENCODING_BINS)
		return refuse("a feature has too many edges", err);
	for (size_t k = 0; k < c->edge_count; k++)
		if (!need_number(node_at(edges, k), &c->edges[k]))
			return refuse("an edge is no number", err);
	return 0;
}

static int get_column(struct encoding *e, size_t i, const struct node *n, struct error *err)
{
	struct encoding_column *c = &e->columns[i];
	const struct node *levels = node_get(n, "levels");
	size_t level_count = node_count(levels);
	struct span name, kind, *texts = mem_zero(level_count + 1, sizeof *texts);
	bool good = node_text(node_get(n, "name"), &name) && node_text(node_get(n, "kind"), &kind);

	for (size_t k = 0; k < level_count && good; k++)
		good = node_text(node_at(levels, k), &texts[k]);
	if (good)
		encoding_set(e, i, name, span_equal(kind, SPAN("category")) ? texts : NULL, level_count);
	mem_free(texts);
	if (!good || !node_truth(node_get(n, "missing"), &c->missing))
		return refuse("a feature has no name, kind and levels", err);
	if (c->kind == ENCODING_NUMBER && get_number_column(c, n, err))
		return -1;
	c->shares = get_numbers(node_get(n, "shares"), encoding_share_count(c));
	return c->shares ? 0 : refuse("a feature has not the shares of its values", err);
}

static int get_features(struct learned *m, const struct node *features, struct error *err)
{
	if (!features || !node_count(features))
		return refuse("it has no features", err);
	encoding_init(&m->encoding, node_count(features));
	for (size_t i = 0; i < m->encoding.count; i++)
		if (get_column(&m->encoding, i, node_at(features, i), err))
			return -1;
	encoding_place(&m->encoding);
	return 0;
}

static int get_logit(struct learned *m, const struct node *logit, struct error *err)
{
	m->logit.width = m->encoding.width;
	m->logit.coefficients = get_numbers(node_get(logit, "of_features"), m->logit.width);
	if (!m->logit.coefficients || !need_number(node_get(logit, "intercept"), &m->logit.intercept))
		return refuse("its coefficients are not those of its features", err);
	return 0;
}

int learned_get(struct learned *m, const struct node *root, struct error *err)
{
	struct span name;

	if (!node_text(node_get(root, "model"), &name))
		return refuse("it has no text 'model'", err);
	for (m->kind = 0; m->kind < LEARNED_KINDS; m->kind++)
		if (span_equal(name, span_of(learned_kind_names[m->kind])))
			break;
	if (m->kind == LEARNED_KINDS)
		return error_usage(err, "is of another kind of model: logit or trees");
	if (get_features(m, node_get(root, "features"), err))
		return -1;
	if (m->kind == LEARNED_LOGIT ? get_logit(m, node_get(root, "coefficients"), err) :
				       boosted_get(&m->boosted, node_get(root, "trees"), m->encoding.width, err))
		return -1;
	return calibration_get(&m->calibration, root, err);
}
