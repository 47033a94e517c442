/*
 * Small tables that people keep: CSV with a header, or NDJSON (an object a
 * line), recognised by the first byte.  A value in quotes ends on its line.
 *
 * The caller names the columns it knows; other columns are passed over.  A header may write them
 * in capitals, and with blanks or hyphens for low lines.  Between the cells stands what parts the
 * header into the most of them: a comma, a semicolon, a tabulator or a bar.  A row with more values than
 * the header has columns is an error, unless they are empty.
 */
#ifndef RECORD_TABLE_H
#define RECORD_TABLE_H

#include "base/error.h"
#include "base/span.h"

#define TABLE_COLUMNS_MAX 8

struct table;

/* COLUMNS ends with NULL, borrowed.  NULL: *ERR.  Owned: table_close. */
struct table *table_open(const char *path, const char *const *columns,
			 struct error *err);
void table_close(struct table *t);

/* Has the header column NUMBER?  (Of NDJSON: always.) */
bool table_has(const struct table *t, size_t number);

/* Has the header a column that the caller does not know?  (Of NDJSON: never.) */
bool table_has_others(const struct table *t);

/*
 * The next row's CELLS by column, absent where it has none; valid until the
 * next call.  1, 0 at the end, -1 with a usage error and its place.
 */
int table_next(struct table *t, struct span *cells, struct error *err);

/* The place of the last row: adds it to *ERR and returns -1. */
int table_fault(const struct table *t, struct error *err);

#endif
