/*
 * What a mapping does, for its author: a mapping to start from, and a look at
 * the one in force.  Neither makes records that go anywhere.
 */
#ifndef INGEST_EXPLAIN_H
#define INGEST_EXPLAIN_H

#include "base/buf.h"
#include "base/error.h"
#include "collect/ingest/ingest.h"

/*
 * Appends a mapping file for PATH: a line a column, with how full it is
 * and examples.  -1 with *ERR.
 */
int explain_suggest(const struct ingest_options *options, const char *path,
		    struct buf *out, struct error *err);

/*
 * Appends the mapping in force for PATH, the first three records it makes,
 * and what it leaves out.  -1 with *ERR.
 */
int explain_preview(const struct ingest_options *options, const char *path,
		    struct buf *out, struct error *err);

#endif
