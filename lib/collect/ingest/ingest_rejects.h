/* What stands above the rejects: the header of their file, and directives of a log. */
#ifndef INGEST_INGEST_REJECTS_H
#define INGEST_INGEST_REJECTS_H

#include "collect/ingest/ingest_run.h"

/* Above the rejects of S, which begins. */
void ingest_begin_rejects(struct ingest *in, const struct source *s);
/* STATE: directives in the middle of a log, for the rejects from here on. */
void ingest_keep_state(struct ingest *in, struct span state);

#endif
