#include "understand/churn/model_numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void model_round_number(double *number)
{
	char text[32];

	snprintf(text, sizeof text, "%.*e", MODEL_DIGITS - 1, *number);
	*number = strtod(text, NULL);
}

void model_add_number(struct node *parent, const char *key, double number)
{
	node_add_number(parent, key, number, MODEL_DIGITS);
}

void model_add_numbers(struct node *parent, const char *key,
		       const char *const *names, const double *numbers,
		       size_t count)
{
	struct node *object = node_add_object(parent, key);

	for (size_t i = 0; i < count; i++)
		model_add_number(object, names[i], numbers[i]);
}

int model_need_numbers(const struct node *object, const char *const *names,
		       double *out, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!node_number(node_get(object, names[i]), &out[i]) || !(out[i] > 0) || !isfinite(out[i]))
			return error_usage(err, "is not a model of cdp-churn: '%s' must be a number above 0", names[i]);
	return 0;
}

int model_need_parameters(const struct node *object, const char *const *names, double *out, size_t count,
			  struct error *err)
{
	if (model_need_numbers(object, names, out, count, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (out[i] < MODEL_LEAST || out[i] > MODEL_MOST)
			return error_usage(err, "is not a model of cdp-churn: '%s' is %.6g, which no fit ends at (%.0e to %.0e)", names[i],
					   out[i], MODEL_LEAST, MODEL_MOST);
	return 0;
}

int model_need_text(const struct node *object, const char *key,
		    struct span *out, struct error *err)
{
	if (node_text(node_get(object, key), out))
		return 0;
	return error_usage(err, "is not a model of cdp-churn: it has no text '%s'", key);
}
