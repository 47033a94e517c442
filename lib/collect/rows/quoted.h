/*
 * Rows with quotes, by libcsv in its strict mode (only quoted.c knows it): text
 * behind a closing quote is an error, and so is a quote that does not close.  Fed one
 * physical line at a time, so that line numbers are exact.
 *
 * A quote inside an unquoted cell (`5" pipe`), which strict libcsv refuses,
 * is a character like any other.
 */
#ifndef ROWS_QUOTED_H
#define ROWS_QUOTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "collect/rows/cell.h"

struct quoted;

/* Owned: quoted_free.  At most ROOM cells of a row are kept. */
struct quoted *quoted_new(char delimiter, size_t room);
void quoted_free(struct quoted *q);

enum quoted_result {
	QUOTED_ROW,	/* the line ended a record: its cells are ready */
	QUOTED_MORE,	/* a quote is open: feed the next line */
	QUOTED_BEHIND,	/* text behind a closing quote */
	QUOTED_STRAY,	/* a quote inside an unquoted cell: see quoted_start */
};

/*
 * The next line begins a new record, whatever came before.  STRAY: take its lines
 * the slower way, in which quotes inside unquoted cells are harmless; try it
 * without, and where a line gives QUOTED_STRAY once more from the start with it.
 */
void quoted_start(struct quoted *q, bool stray);

/*
 * LINE with its line end, which only the last of the input may lack.  Where the
 * result is QUOTED_ROW, *COUNT says how many cells the row has and CELLS gets up
 * to the room of them, valid until the next call.
 */
enum quoted_result quoted_line(struct quoted *q, struct span line, bool last,
			       struct cell *cells, size_t *count);

#endif
