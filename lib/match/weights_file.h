/*
 * What training learned, as a readable JSON document: lambda, and for each
 * column how often two records agree by chance and m and u of each level.
 *
 *	{"type": "matching model", "format": 1, "records": 1000, "lambda": 2.1e-06,
 *	 "columns": [{"name": "first_name", "agree": 0.0009, "levels": [
 *		{"level": "same", "m": 0.68, "u": 0.00096}, ...]}, ...]}
 *
 * Numbers have 6 significant digits, and are rounded to them right after
 * training: so a loaded model gives the same customers as the run that saved it.
 *
 * lambda is the share of pairs that are one person, which falls as records grow
 * in number; for another number of records it is set so that a record has as
 * many matches as before.
 */
#ifndef MATCH_WEIGHTS_FILE_H
#define MATCH_WEIGHTS_FILE_H

#include "base/buf.h"
#include "base/error.h"
#include "match/weights.h"

/* Rounds W to what a document holds. */
void weights_round(struct weights *w, const struct columns *c);

void weights_put(const struct weights *w, const struct columns *c, struct buf *out);

/*
 * W of columns C as the document at PATH says.  -1: it cannot be read, is no
 * model, or lacks a column or level that C has: a usage error with its place.
 * Columns that only the model has count in nothing.
 */
int weights_load(struct weights *w, const struct columns *c, const char *path,
	       struct error *err);

#endif
