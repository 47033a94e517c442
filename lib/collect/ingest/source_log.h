/* The part of source.c that is for web logs; private to it. */
#ifndef INGEST_SOURCE_LOG_H
#define INGEST_SOURCE_LOG_H

#include "collect/ingest/source.h"

/*
 * Is HEAD a web log, by the settings or else by itself?  Then 1 and s->log; 0: it is none;
 * -1 with a usage error.
 */
int source_log_open(struct source *s, struct span head,
		    const struct map_settings *set, struct error *err);

/* How many bytes of directives TEXT, the first block, begins with; counts their lines. */
size_t source_log_header(struct source *s, struct span text);

/* Looks at the first rows of TEXT. */
void source_log_survey(struct source *s, struct span text);

/* The columns, the rules and the type of the records. */
void source_log_plan(struct source *s, const struct mapping *own,
		     struct plan_input *input);

#endif
