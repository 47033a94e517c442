/*
 * Rows with quotes, by libcsv in its strict mode (only quoted.c knows it): a
 * quote inside an unquoted cell, and text behind a closing quote, are errors.
 * Fed one physical line at a time, so that line numbers are exact.
 */
#ifndef INGEST_QUOTED_H
#define INGEST_QUOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "ingest/cell.h"

struct quoted;

/* Owned: quoted_free.  At most ROOM cells of a row are kept. */
struct quoted *quoted_new(char delimiter, size_t room);
void quoted_free(struct quoted *q);

enum quoted_result {
	QUOTED_ROW,	/* the line ended a record: its cells are ready */
	QUOTED_MORE,	/* a quote is open: feed the next line */
	QUOTED_STRAY,	/* a quote inside an unquoted cell */
	QUOTED_BEHIND,	/* text behind a closing quote */
};

/* The next line belongs to a new record, whatever came before. */
void quoted_start(struct quoted *q);

/*
 * LINE with its line end, which only the last of the input may lack.  Where the
 * result is QUOTED_ROW, *COUNT says how many cells the row has and CELLS gets up
 * to the room of them, valid until the next call.
 */
enum quoted_result quoted_line(struct quoted *q, struct span line, bool last,
			       struct cell *cells, size_t *count);

#endif
