#include "understand/churn/purchase_model.h"

#include <string.h>

#include "understand/churn/bgbb.h"
#include "understand/churn/bgnbd_fit.h"
#include "understand/churn/pareto_nbd.h"

const struct purchase_model *const purchase_models[] = {
	&bgnbd_purchase_model,
	&mbgnbd_purchase_model,
	&pareto_nbd_purchase_model,
	&bgcnbd_purchase_model,
	&mbgcnbd_purchase_model,
	&bgbb_purchase_model,
	&nbd_purchase_model,
	NULL,
};

/* The names of all models: "a, b or c". */
static void put_names(struct buf *out)
{
	for (size_t i = 0; purchase_models[i]; i++) {
		if (i)
			buf_text_put(out, purchase_models[i + 1] ? ", " : " or ");
		buf_text_put(out, purchase_models[i]->name);
	}
}

const struct purchase_model *purchase_model_of_option(const char *option)
{
	for (size_t i = 0; purchase_models[i]; i++)
		if (!strcmp(option, purchase_models[i]->option))
			return purchase_models[i];
	return NULL;
}

const struct purchase_model *purchase_model_named(struct span name, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf names = BUF_INIT;

	for (size_t i = 0; purchase_models[i]; i++)
		if (span_equal(name, span_of(purchase_models[i]->name)))
			return purchase_models[i];
	put_names(&names);
	error_usage(err, "is of the unknown model %s: %s",
		    error_quote(name, quoted), buf_text(&names));
	buf_release(&names);
	return NULL;
}
