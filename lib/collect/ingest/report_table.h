/* What a run tells about how a table was read, where that was not plain. */
#ifndef INGEST_REPORT_TABLE_H
#define INGEST_REPORT_TABLE_H

#include "collect/ingest/source.h"

/* Before the first row: lines above the header, and how cells are quoted. */
void report_layout(const struct source *s, const struct ingest_calls *calls);

/* What became of rows that are not as they should be: see row_reader.put_note. */
void report_put_table_note(size_t i, const struct row_note *note, struct buf *out);

#endif
