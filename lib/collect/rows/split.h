/*
 * Cutting rows without quotes inside their cells: the short cut beside libcsv (see
 * quoted.h), which tests/prop/prop_csv.c holds it equal to.
 *
 * Delimiters and line ends are found 64 bytes at a time as bits of a word, so the
 * cost is about one step a cell, not one a byte.
 */
#ifndef ROWS_SPLIT_H
#define ROWS_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "collect/rows/cell.h"

/* Runs of blanks and tabs; those at both ends of a line count nothing. */
#define SPLIT_BLANK '\0'

/*
 * Cuts LINE (without its line end) into at most ROOM cells; returns how many
 * there are, which may be more than ROOM.  Empty cells are CELL_NONE.
 */
size_t split_line(struct span line, char delimiter, struct cell *cells,
		  size_t room);

/*
 * The record that TEXT begins with, where its quoted cells hold no quotes: as libcsv reads
 * it, but nothing is copied, since what stands between the quotes is the cell.
 */
struct split_record {
	size_t len;	/* with its line end; 0: another kind of record, libcsv has the word */
	size_t count;	/* of cells */
	size_t lines;	/* physical ones */
	bool quoted;	/* some cell is */
};

struct split_record split_record(struct span text, char delimiter,
				 struct cell *cells, size_t room);

struct split_calls {
	/* LINE: all its bytes, line end included; CELLS: up to the room. */
	void (*row)(void *context, struct span line, size_t count);
	void *context;
};

/*
 * Cuts TEXT, whole lines that end with LF or CR LF without any other CR (the last one
 * may lack its end), and hands each to CALLS->row with its cells in CELLS.
 * An empty line has one cell.
 */
void split_lines(struct span text, char delimiter, struct cell *cells,
		 size_t room, const struct split_calls *calls);

#endif
