/*
 * JSON that is not line by line (an array of records, pretty-printed documents) cut
 * into blocks of whole records, in one pass with bounded memory.
 *
 * Only brackets, quotes and commas are looked at: whether a record is JSON is for its
 * reader to say, and costs that record alone.  What is wrong between records (a
 * missing comma, an array that does not end) is wrong with the document, and ends
 * the run.
 */
#ifndef ROWS_ELEMENTS_H
#define ROWS_ELEMENTS_H

#include "collect/rows/feed.h"

struct elements;

/* Reads from FEED, which is borrowed.  Owned: elements_free. */
struct elements *elements_new(struct feed *feed);
void elements_free(struct elements *e);

/*
 * Documents hold their records at one of PATHS: see records_path.h; PATHS is borrowed.
 * One that does not fit into a block is then taken apart: its block says `inside`, and
 * what else the document has is left out.
 */
void elements_nest(struct elements *e, struct span paths);

/*
 * As feed_next.  A block holds values with blanks between them: the brackets
 * and commas of the arrays at the top are made blanks.
 */
int elements_next(struct elements *e, struct feed_block *b, struct error *err);

#endif
