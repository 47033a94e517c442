#include "understand/churn/model_calibration.h"

#include <math.h>

#include "base/mem.h"
#include "stats/logit.h"
#include "understand/churn/model_numbers.h"

double calibration_chance(const struct calibration *c, double p)
{
	return c->kind == CALIBRATION_NONE ? p : calibrated(c, logit_of_chance(p));
}

void calibration_round(struct calibration *c)
{
	model_round_number(&c->least);
	model_round_number(&c->a);
	model_round_number(&c->b);
	for (size_t i = 0; i < c->count; i++) {
		model_round_number(&c->x[i]);
		model_round_number(&c->y[i]);
	}
}

void calibration_put(const struct calibration *c, struct node *root)
{
	struct node *object, *array;

	if (c->kind == CALIBRATION_NONE)
		return;
	object = node_add_object(root, "calibration");
	node_add_text(object, "kind", span_of(calibration_names[c->kind]));
	model_add_number(object, "least", c->least);
	if (c->kind == CALIBRATION_PLATT) {
		model_add_number(object, "a", c->a);
		model_add_number(object, "b", c->b);
		return;
	}
	array = node_add_array(object, "log_odds");
	for (size_t i = 0; i < c->count; i++)
		model_add_number(array, NULL, c->x[i]);
	array = node_add_array(object, "chances");
	for (size_t i = 0; i < c->count; i++)
		model_add_number(array, NULL, c->y[i]);
}

static int refuse(struct calibration *c, const char *what, struct error *err)
{
	calibration_release(c);
	return error_usage(err, "is not a model of cdp-churn: its calibration has no %s", what);
}

static bool need_number(const struct node *n, double *out)
{
	return node_number(n, out) && isfinite(*out);
}

static bool get_steps(struct calibration *c, const struct node *x, const struct node *y)
{
	c->count = node_count(x);
	c->x = mem_zero(c->count + 1, sizeof *c->x);
	c->y = mem_zero(c->count + 1, sizeof *c->y);
	for (size_t i = 0; i < c->count; i++)
		if (!need_number(node_at(x, i), &c->x[i]) || !need_number(node_at(y, i), &c->y[i]) ||
		    !(c->y[i] >= 0 && c->y[i] <= 1) ||
		    (i && !(c->x[i] >= c->x[i - 1])))
			return false;
	return c->count && node_count(y) == c->count;
}

int calibration_get(struct calibration *c, const struct node *root, struct error *err)
{
	const struct node *object = node_get(root, "calibration");
	struct span kind;

	*c = CALIBRATION_INIT;
	if (!object)
		return 0;
	if (!node_text(node_get(object, "kind"), &kind) || !need_number(node_get(object, "least"), &c->least) ||
	    !(c->least >= 0 && c->least <= 0.5))
		return refuse(c, "kind and least chance", err);
	c->kind = span_equal(kind, SPAN("platt")) ? CALIBRATION_PLATT : CALIBRATION_ISOTONIC;
	if (c->kind == CALIBRATION_PLATT &&
	    !(need_number(node_get(object, "a"), &c->a) && need_number(node_get(object, "b"), &c->b)))
		return refuse(c, "a and b", err);
	if (c->kind == CALIBRATION_ISOTONIC &&
	    !get_steps(c, node_get(object, "log_odds"), node_get(object, "chances")))
		return refuse(c, "steps", err);
	return 0;
}
