/*
 * What training learned, as a readable JSON document: lambda, and for each
 * column how often two records agree by chance and m and u of each level.
 *
 *	{"type": "matching model", "format": 1, "records": 1000, "lambda": 2.1e-06, "rho": 4e-07,
 *	 "columns": [{"name": "first_name", "agree": 0.0009, "levels": [
 *		{"level": "same", "m": 0.68, "u": 0.00096}, ...]}, ...]}
 *
 * Numbers have 6 significant digits, and are rounded to them right after
 * training: so a loaded model gives the same customers as the run that saved it.
 *
 * lambda is the share of pairs that are one person, rho of those of one home (home.h;
 * a model without it has what is usual); both fall as records grow in number; for another
 * number of records they are set so that a record has as many as before.
 */
#ifndef LINKAGE_WEIGHTS_FILE_H
#define LINKAGE_WEIGHTS_FILE_H

#include "base/buf.h"
#include "base/error.h"
#include "unify/linkage/weights.h"

struct weights_file;

/* Rounds W to what a document holds. */
void weights_round(struct weights *w, const struct columns *c);

void weights_put(const struct weights *w, const struct columns *c, struct buf *out);

/*
 * The model at PATH (borrowed), before there are columns: owned, weights_close.
 * NULL: it cannot be read, or is no model, a usage error with its place.
 */
struct weights_file *weights_open(const char *path, struct error *err);
void weights_close(struct weights_file *f);	/* NULL: nothing */

/*
 * W of columns C as F says.  -1: it lacks a column or level that C has, a usage
 * error with its place.  Columns that only the model has count in nothing.
 */
int weights_load(struct weights *w, const struct columns *c, const struct weights_file *f,
		 struct error *err);

#endif
