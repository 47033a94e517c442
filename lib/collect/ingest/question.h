/*
 * Where the first rows of a file can be read in two ways, the user is asked
 * instead of guessed for.
 */
#ifndef INGEST_QUESTION_H
#define INGEST_QUESTION_H

#include "collect/ingest/survey.h"
#include "collect/mapping/plan.h"

/*
 * Sets how P's dates are written by what S has seen, where STYLE does not
 * say it already (GIVEN).  -1 with a usage error: a column whose dates fit two
 * readings, or of which some fit only one and some only the other.
 */
int question_dates(const struct plan *p, const struct survey *s, bool given,
		   struct plan_style *style, struct error *err);

/* The same of the decimal separator. */
int question_decimal(const struct plan *p, const struct survey *s, bool given,
		     struct plan_style *style, struct error *err);

#endif
