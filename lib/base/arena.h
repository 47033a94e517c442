/*
 * An arena hands out memory that lives until the whole arena is cleared or
 * released.  Blocks grow with the arena from 4 KiB to 16 MiB (as much as there
 * is up to 1 MiB, then a quarter of it), so that large arenas consist of large
 * pieces, which mem.h can move to files; requests above a quarter of a block get
 * one of their own, so little is wasted at block ends.
 * Addresses never move.  15 bytes behind a piece may be read.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* newest first */
	char *next;
	char *end;
	size_t bytes;			/* taken from the system */
	bool scanned;			/* large blocks come from mem_scanned */
};

#define ARENA_INIT ((struct arena){0})

void arena_release(struct arena *a);
void arena_clear(struct arena *a);	/* keeps the largest block */

/* For the functions below: SIZE bytes where the current block has no room. */
void *arena_more(struct arena *a, size_t size);

/* Aligned to 16; never NULL, not even for size 0. */
static inline void *arena_alloc(struct arena *a, size_t size)
{
	size_t room = (size_t)(a->end - a->next);
	size_t pad = -(uintptr_t)a->next & 15;
	char *at;

	if (room <= pad || room - pad < size)
		return arena_more(a, size);
	at = a->next + pad;
	a->next = at + size;
	return at;
}

/* Unaligned; never NULL. */
static inline char *arena_bytes(struct arena *a, size_t len)
{
	char *at = a->next;

	if ((size_t)(a->end - at) <= len)
		return arena_more(a, len);
	a->next = at + len;
	return at;
}

void *arena_zero(struct arena *a, size_t size);

/* A copy with a NUL behind it; an absent span stays absent. */
struct span arena_copy(struct arena *a, struct span s);

/* The system memory in use, for --memory. */
static inline size_t arena_size(const struct arena *a)
{
	return a->bytes;
}

#endif
