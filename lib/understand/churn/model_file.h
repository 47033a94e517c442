/*
 * A model as a file: a small JSON document that people can read, numbers with
 * six significant digits.  Its manual is cdp-churn(1), "MODEL FILE".
 */
#ifndef CHURN_MODEL_FILE_H
#define CHURN_MODEL_FILE_H

#include "base/buf.h"
#include "base/error.h"
#include "record/document.h"
#include "understand/churn/model.h"

/* Appends M as its file's text; MORE, unless NULL, adds members to it. */
void model_put(const struct model *m, void (*more)(const void *context, struct node *root),
	       const void *context, struct buf *out);

/*
 * Reads PATH into *M, which model_release frees.  0, or -1 with a usage error,
 * and then *M holds nothing: not a model, out of range, newer format.
 */
int model_load(struct model *m, const char *path, struct error *err);

#endif
