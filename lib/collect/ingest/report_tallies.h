/* What a run tells of the values of a file: those that stayed as they were, or that were changed. */
#ifndef INGEST_REPORT_TALLIES_H
#define INGEST_REPORT_TALLIES_H

#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"
#include "collect/mapping/tally.h"

/* TALLIES: of all targets of S, those of its parts included, by ROWS rows. */
void report_tallies(struct tally *const *tallies, uint64_t rows,
		    const struct source *s, const struct ingest_calls *calls);

#endif
