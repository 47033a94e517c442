/*
 * Numbers and texts in a model's file: how each part of a model writes its
 * own and reads them back.  Numbers have MODEL_DIGITS significant digits.
 */
#ifndef CHURN_MODEL_NUMBERS_H
#define CHURN_MODEL_NUMBERS_H

#include <stddef.h>

#include "base/error.h"
#include "base/span.h"
#include "record/document.h"

#define MODEL_DIGITS 6
#define MODEL_LEAST 1e-12
#define MODEL_MOST 1e12

/* Makes *NUMBER, which is finite, the number that a file would say. */
void model_round_number(double *number);

void model_add_number(struct node *parent, const char *key, double number);

/* Adds an object KEY of COUNT numbers called NAMES. */
void model_add_numbers(struct node *parent, const char *key,
		       const char *const *names, const double *numbers,
		       size_t count);

/*
 * Reads COUNT members called NAMES of OBJECT (NULL: it has none), which must be
 * finite numbers above 0.  0, or -1 with a usage error that names the first
 * that is not.
 */
int model_need_numbers(const struct node *object, const char *const *names,
		       double *out, size_t count, struct error *err);

/*
 * The same of a fit's parameters, which must be from MODEL_LEAST to MODEL_MOST: no fit leaves a factor of a million either
 * way of where it began, and beyond these a prediction may be no number.
 */
int model_need_parameters(const struct node *object, const char *const *names, double *out, size_t count,
			  struct error *err);

/* The text KEY of OBJECT, borrowed from its document.  0, or -1: usage. */
int model_need_text(const struct node *object, const char *key,
		    struct span *out, struct error *err);

#endif
