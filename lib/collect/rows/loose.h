/*
 * Rows whose quotes are not as RFC 4180 wants them: single quotes around cells, backslashes
 * before quotes and delimiters, blanks between a quote and a delimiter.  One byte after
 * another: quoted.h has the quick way for all others.
 */
#ifndef ROWS_LOOSE_H
#define ROWS_LOOSE_H

#include <stdint.h>

#include "collect/rows/cell.h"
#include "collect/rows/dialect.h"
#include "collect/rows/quoted.h"

struct loose;

/* At most ROOM cells of a row are kept.  Owned: loose_free. */
struct loose *loose_new(const struct dialect *d, size_t room);
void loose_free(struct loose *l);

struct loose_record {
	enum quoted_result result;	/* QUOTED_MORE: TEXT ends before the record does */
	size_t len;		/* with its line end */
	size_t count;		/* of cells */
	uint64_t lines;
};

/*
 * The record that TEXT begins with.  LAST: the input ends with TEXT.  ONE_LINE: a quoted cell that
 * does not end in its line is bad.  CELLS gets up to the room of them, valid until the next call.
 */
struct loose_record loose_read(struct loose *l, struct span text, bool last, bool one_line,
			       struct cell *cells);

#endif
