/*
 * Folding: rows of one order that follow each other become one event with products[].
 *
 * Of an order's members some add up (--fold-sum), some repeat and must be the
 * same on each row (order_id, currency, totals, --fold-keep, and all identifiers),
 * and all other properties belong to the product of their row.  Everything else is the
 * first row's.
 *
 * An order is one thing: a bad row among its rows rejects all of them.  An
 * order that goes on after others came between cannot be put together in one
 * pass, so that is the end of the run, never a second record of the same name.
 */
#ifndef INGEST_FOLD_H
#define INGEST_FOLD_H

#include "collect/ingest/batch.h"
#include "collect/ingest/ingest.h"

struct folder;

struct folder_calls {
	void (*reject)(void *context, struct span raw, uint64_t line,
		       uint64_t column, struct span why);
	/* The record from BEGIN to the end of OUT is about to be written: 0, or -1 with
	 * *ERR, and it is gone from OUT.  NULL: all are. */
	int (*pass)(void *context, struct buf *out, size_t begin,
		    struct error *err);
	void *context;
};

/* It remembers the orders seen, 24 bytes each and room to grow.  Owned: folder_free. */
struct folder *folder_new(const struct plan *plan,
			  const struct folder_calls *calls);
void folder_free(struct folder *f);

/*
 * Takes the rows of B, made of text that begins at LINE, and appends the
 * records that are whole to OUT.  -1 with *ERR: an order goes on later.
 */
int folder_take(struct folder *f, const struct batch *b, uint64_t line,
		struct ingest_counts *counts, struct buf *out,
		struct error *err);

/*
 * A row that cannot be read, and has been rejected, stands at LINE, OFFSET of the file's text:
 * where the order at hand goes on behind it, it was one of its rows.
 */
void folder_interrupt(struct folder *f, uint64_t line, uint64_t offset, struct span why);

/*
 * The rows that no record or reject was made of yet: how many, and *OFFSET: where the first of
 * them begins in the file's text.  Read from there, they come again.
 */
size_t folder_held(const struct folder *f, uint64_t *offset, uint64_t *line);

/* The file is at its end: the last order. */
void folder_end(struct folder *f, struct ingest_counts *counts, struct buf *out);

#endif
