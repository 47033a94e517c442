/*
 * The rows of a CSV text, by libcsv where there are quotes and by the short cut
 * where there are none.
 *
 * Where rows begin depends on the text before, and on nothing else: a record
 * is read from its first physical line; if that fails (a stray quote, a quote
 * that is never closed), this line is the reject and the next physical line
 * begins a new record.  So a text may be cut anywhere behind a row, and read in
 * pieces, with the same result: that is what the workers do.
 */
#ifndef ROWS_ROWS_H
#define ROWS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"
#include "collect/rows/cell.h"
#include "collect/rows/census.h"
#include "collect/rows/dialect.h"

/* A record longer than this is taken for a quote that is not closed. */
#define ROWS_RECORD_MAX ((size_t)64 << 20)

struct rows_calls {
	/* A row; its cells beyond the room of the reader are counted only. */
	void (*row)(void *context, const struct row *row);
	/* The physical line RAW begins a record that cannot be read. */
	void (*bad)(void *context, struct span raw, uint64_t line,
		    const struct error *why);
	/* A line without anything, a row of which no cell holds anything, or the header once more. */
	void (*blank)(void *context, struct span raw);
	void *context;
};

/* Rows that a reader has something to say about. */
struct row_note {
	uint64_t rows;
	uint64_t line;		/* of the first of them */
};

/* One more of them, in LINE. */
static inline void row_note_add(struct row_note *n, uint64_t line)
{
	if (!n->rows++)
		n->line = line;
}

/* Rows of a table that are not as they should be, and what was made of them. */
enum table_note {
	TABLE_REPEATED,	/* the header once more: left out */
	TABLE_LITERAL,	/* a quote at the beginning of a cell is a character */
	TABLE_WRAPPED,	/* ="00123", '0017: a cell that a spreadsheet was to take for text */
	TABLE_SHORT,	/* cells are missing at the end, and are taken for empty */
	TABLE_LONG,	/* empty cells behind the last column */
	TABLE_TOTAL,	/* the sum of rows: left out */
	TABLE_REMARK,	/* a line that draws the table, counts its rows or says who made it: left out */
	TABLE_HEADING,	/* nothing but a column without a name is filled: left out */
	TABLE_NOTES = 8,
};

struct rows;

/* ROOM: cells kept of a row.  What D and CALLS point to is borrowed.  Owned: rows_free. */
struct rows *rows_new(const struct dialect *d, size_t room, const struct rows_calls *calls);
void rows_free(struct rows *r);

/* TABLE_NOTES of them, for the caller to clear. */
struct row_note *rows_notes(struct rows *r);

/*
 * Reads TEXT, which begins where a row begins (or a BOM before it was taken
 * off), up to the first row that begins at STOP or behind.  LAST: the input
 * ends with TEXT.  *LINE is the line number of TEXT's first byte.  Returns where
 * it stopped and sets *LINE to the line there: at most TEXT.len; less than STOP
 * where the last record is not finished.
 */
size_t rows_read(struct rows *r, struct span text, const struct census *census,
		 bool last, size_t stop, uint64_t *line);

#endif
