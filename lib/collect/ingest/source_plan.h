/* What is made of the columns of a source: a plan for each part of its mapping. */
#ifndef INGEST_SOURCE_PLAN_H
#define INGEST_SOURCE_PLAN_H

#include "collect/ingest/source.h"

/*
 * Sets s->plan and s->parts by the mapping in force, H and the survey, with how numbers and dates
 * are written.  PATH gives the source its name where nothing else does.  -1 with a
 * usage error: a mapping that does not fit, or a question that only the user can answer.
 */
int source_make_plans(struct source *s, const char *path,
		      const struct ingest_options *options, const struct header *h,
		      struct error *err);

#endif
