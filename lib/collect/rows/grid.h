/*
 * The first records of a text as one dialect cuts them: what is known of a table before it is read.
 * Nothing is decoded, and nothing is an error: a quoted cell that is not closed
 * as it should be is taken as it stands.
 */
#ifndef ROWS_GRID_H
#define ROWS_GRID_H

#include "collect/rows/dialect.h"

#define GRID_RECORDS 500

struct grid_record {
	struct span text;	/* with its line end */
	size_t cells;
	size_t filled;		/* of them: not empty, not blank */
	bool whole;		/* one quoted cell */
	bool loose;		/* a quoted cell was not closed before a delimiter or a line end */
};

struct grid {
	struct dialect dialect;
	struct grid_record records[GRID_RECORDS];
	size_t count;
	size_t columns;		/* most records with more than one cell have so many; 0: none has */
	size_t agree;		/* so many records have these, blank and loose ones aside... */
	size_t lines;		/* ...of so many */
};

/* LAST: the input ends with TEXT; else its last record is left out, as more may belong to it. */
void grid_cut(struct grid *g, struct span text, bool last, const struct dialect *d);

/* The record that TEXT begins with. */
struct grid_record grid_record(struct span text, const struct dialect *d);

/* The cells of RECORD without blanks and quotes around them, at most ROOM; returns how many there are. */
size_t grid_cells(struct span record, const struct dialect *d, struct span *cells, size_t room);

#endif
