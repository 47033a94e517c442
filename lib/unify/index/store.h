/*
 * Where stored events lie between reading and writing: in chunks, the oldest
 * of which go to a spill when memory runs short.
 *
 * A place is a chunk number and an offset in it, in one 64-bit number.
 */
#ifndef INDEX_STORE_H
#define INDEX_STORE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "io/spill.h"
#include "unify/index/stored.h"

struct chunk {
	char *ptr;		/* owned; NULL: in the spill */
	uint64_t offset;	/* there */
	uint32_t len;
	uint32_t cap;
};

struct store {
	struct chunk *chunks;
	size_t count;
	size_t cap;
	size_t chunk_size;
	size_t spilled;		/* so many of the first chunks are in the spill */
	size_t in_memory;	/* bytes */
	char *spare;		/* of a chunk that was spilled, for the next; or NULL */
	uint64_t bytes;		/* in all */
	struct spill *spill;
	const char *scratch;	/* the directory; borrowed */
};

void store_init(struct store *s, uint64_t memory, const char *scratch);
void store_release(struct store *s);

/* BYTES has less than 4 GiB and keeps its alignment of 8. */
uint64_t store_put(struct store *s, struct span bytes);

/* Spills the oldest chunks until at most BUDGET bytes are in memory. */
int store_shrink(struct store *s, size_t budget, struct error *err);

/*
 * The stored event at PLACE, of SIZE bytes: in its chunk, or read into SCRATCH
 * (and valid until that changes).  NULL and *ERR when reading fails.
 */
const struct stored *store_get(const struct store *s, uint64_t place,
			       size_t size, struct buf *scratch,
			       struct error *err);

/* The same where nothing was spilled. */
static inline const struct stored *store_at(const struct store *s,
					    uint64_t place)
{
	return (const struct stored *)(s->chunks[place >> 32].ptr +
				       (uint32_t)place);
}

#endif
