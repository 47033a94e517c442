/*
 * Tables as reports print them: the name of a group stands in its first row, and the rows below leave it blank.
 * Read row by row they name nobody; which rows are whose only the user knows, as orders of guests look alike.
 */
#ifndef INGEST_REPORT_GROUPS_H
#define INGEST_REPORT_GROUPS_H

#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"

/* Says so, with the columns and what fills them, where the first rows of S look like that and nothing else says whose they are. */
void report_groups(const struct source *s, const struct ingest_calls *calls);

#endif
