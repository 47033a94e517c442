#include "base/arena.h"

#include <string.h>

#include "base/mem.h"

#define BLOCK_MIN ((size_t)4 << 10)
#define BLOCK_USUAL ((size_t)1 << 20)
#define BLOCK_MAX ((size_t)16 << 20)
/* Behind each block, for those who read 16 bytes at a time. */
#define SLACK 16

/* The memory follows, aligned to 16 as the block is. */
struct arena_block {
	struct arena_block *older;
	size_t size;		/* with this header */
};

_Static_assert(sizeof(struct arena_block) == 16, "memory must stay aligned");

static struct arena_block *block_new(struct arena *a, size_t size)
{
	struct arena_block *block = a->scanned ? mem_scanned(size + SLACK) : mem_alloc(size + SLACK);

	block->size = size;
	a->bytes += size;
	return block;
}

/* Up to BLOCK_USUAL as much as there is, then a quarter of it. */
static size_t next_size(const struct arena *a)
{
	size_t size = a->bytes < BLOCK_USUAL ? a->bytes : BLOCK_USUAL;

	if (size < a->bytes / 4)
		size = a->bytes / 4;
	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	return size < BLOCK_MIN ? BLOCK_MIN : size & ~(size_t)15;
}

/*
 * A large piece goes behind the current block, whose rest stays in use.  Every
 * piece gets a byte more than was asked for, so that none is empty.
 */
void *arena_more(struct arena *a, size_t size)
{
	size_t wanted = next_size(a);
	struct arena_block *block;

	if (size >= SIZE_MAX - sizeof *block - SLACK)
		mem_fail(size);
	if (size <= wanted / 4) {
		block = block_new(a, wanted);
		block->older = a->blocks;
		a->blocks = block;
		a->next = (char *)(block + 1) + size;
		a->end = (char *)block + wanted;
		return block + 1;
	}
	block = block_new(a, sizeof *block + size + 1);
	if (a->blocks) {
		block->older = a->blocks->older;
		a->blocks->older = block;
	} else {
		block->older = NULL;
		a->blocks = block;
	}
	return block + 1;
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;

		mem_free(block);
		block = older;
	}
}

void arena_release(struct arena *a)
{
	blocks_free(a->blocks);
	*a = ARENA_INIT;
}

void arena_clear(struct arena *a)
{
	struct arena_block **largest = &a->blocks;
	struct arena_block *kept;

	if (!a->blocks)
		return;
	for (struct arena_block **at = &a->blocks; *at; at = &(*at)->older) {
		if ((*at)->size > (*largest)->size)
			largest = at;
	}
	kept = *largest;
	*largest = kept->older;
	blocks_free(a->blocks);
	kept->older = NULL;
	a->blocks = kept;
	a->bytes = kept->size;
	a->next = (char *)(kept + 1);
	a->end = (char *)kept + kept->size;
}

void *arena_zero(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

struct span arena_copy(struct arena *a, struct span s)
{
	char *copy;

	if (span_absent(s))
		return SPAN_NONE;
	copy = arena_bytes(a, s.len + 1);
	memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct span){copy, s.len};
}
