/*
 * An arena hands out memory that lives until the whole arena is cleared or
 * released.  Blocks double from 4 KiB to 1 MiB; larger requests get a block
 * of their own.  Addresses never move.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* newest first */
	char *next;
	char *end;
	size_t bytes;			/* taken from the system */
};

#define ARENA_INIT ((struct arena){0})

void arena_release(struct arena *a);
void arena_clear(struct arena *a);	/* keeps the largest block */

void *arena_alloc(struct arena *a, size_t size);	/* aligned to 16 */
void *arena_zero(struct arena *a, size_t size);
struct span arena_copy(struct arena *a, struct span s);	/* NUL-terminated too */
char *arena_bytes(struct arena *a, size_t len);		/* unaligned */

/* The system memory in use, for --memory. */
static inline size_t arena_size(const struct arena *a)
{
	return a->bytes;
}

#endif
