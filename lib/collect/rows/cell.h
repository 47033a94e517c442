/*
 * A row of foreign input as cells: what the readers of CSV and JSON give and
 * the mapping takes.  Everything is borrowed from the block, or from the
 * scratch memory of whoever read it, and lives until the next row.
 */
#ifndef ROWS_CELL_H
#define ROWS_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum cell_kind {
	CELL_NONE,	/* missing: an empty cell, null, no such member */
	CELL_TEXT,	/* decoded; a quoted empty cell is an empty text */
	CELL_NUMBER,	/* a JSON number as it was written */
	CELL_WORD,	/* true or false */
	CELL_RAW,	/* a JSON array or object, all its bytes */
};

struct cell {
	struct span text;
	enum cell_kind kind;
};

struct row {
	const struct cell *cells;
	size_t count;
	struct span raw;	/* its original bytes, line end included */
	uint64_t line;		/* physical, of its first byte */
	char between;		/* CSV: the cells are RAW cut at each such byte; 0: not so */
	/* No byte of it needs an escape in JSON, and 16 bytes from each byte of a
	 * cell's text on may be read (see bytes16.h); or by column, where not NULL. */
	bool plain;
	const bool *plains;
	/* Web logs: what its id is a hash of, since cells are derived; else absent. */
	struct span whole;
	/* JSON only: the cells that its object has, in their order, and the
	 * names of all cells, which may be more than the plan's columns. */
	const int *touched;
	size_t touched_count;
	const struct span *names;
	struct span value;	/* its object */
};

#endif
