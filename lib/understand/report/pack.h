/*
 * Rows of cells as bytes, to travel from a worker to the thread that orders
 * and shows them.  The bytes hold no addresses: rows alike are bytes alike.
 */
#ifndef REPORT_PACK_H
#define REPORT_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "understand/report/sheet.h"

/* Appends COUNT cells. */
void pack_cells(struct buf *out, const struct cell *cells, size_t count);

/*
 * Takes COUNT cells off the front of *BYTES, which pack_cells made.  Texts
 * point into BYTES; lists get their items from the arena.
 */
void unpack_cells(struct span *bytes, struct cell *cells, size_t count,
		  struct arena *a);

/*
 * The order of rows: numbers and times by size, texts by bytes, lists item by
 * item; unknown cells come last.  < 0, 0, > 0.
 */
int cell_compare(const struct cell *a, const struct cell *b);

#endif
