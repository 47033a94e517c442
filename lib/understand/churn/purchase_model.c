#include "understand/churn/purchase_model.h"

#include "understand/churn/bgnbd.h"

const struct purchase_model *const purchase_models[] = {
	&bgnbd_purchase_model,
	NULL,
};

/* The names of all models: "bgnbd or nbd", "a, b or c". */
static void put_names(struct buf *out)
{
	size_t count = 0, at = 0;

	for (size_t i = 0; purchase_models[i]; i++)
		for (size_t k = 0; purchase_models[i]->names[k]; k++)
			count++;
	for (size_t i = 0; purchase_models[i]; i++)
		for (size_t k = 0; purchase_models[i]->names[k]; k++, at++) {
			if (at)
				buf_text_put(out, at + 1 < count ? ", " : " or ");
			buf_text_put(out, purchase_models[i]->names[k]);
		}
}

const struct purchase_model *purchase_model_named(struct span name,
						  const char **found,
						  struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct buf names = BUF_INIT;

	for (size_t i = 0; purchase_models[i]; i++)
		for (size_t k = 0; purchase_models[i]->names[k]; k++)
			if (span_equal(name, span_of(purchase_models[i]->names[k]))) {
				*found = purchase_models[i]->names[k];
				return purchase_models[i];
			}
	put_names(&names);
	error_usage(err, "is of the unknown model %s: %s",
		    error_quote(name, quoted), buf_text(&names));
	buf_release(&names);
	return NULL;
}
