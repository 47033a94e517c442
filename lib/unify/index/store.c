#include "unify/index/store.h"

#include <string.h>

#include "base/mem.h"

#define CHUNK_MAX ((size_t)4 << 20)
#define CHUNK_MIN ((size_t)64 << 10)

void store_init(struct store *s, uint64_t memory, const char *scratch)
{
	*s = (struct store){.scratch = scratch, .chunk_size = CHUNK_MAX};
	if (memory / 16 < CHUNK_MAX)
		s->chunk_size = (size_t)memory / 16;
	if (s->chunk_size < CHUNK_MIN)
		s->chunk_size = CHUNK_MIN;
}

void store_release(struct store *s)
{
	for (size_t i = 0; i < s->count; i++)
		mem_free(s->chunks[i].ptr);
	mem_free(s->chunks);
	mem_free(s->spare);
	spill_free(s->spill);
	*s = (struct store){0};
}

/* Of a chunk that was spilled, where there is one: fresh memory costs as much as writing. */
static char *take_memory(struct store *s, size_t size)
{
	char *spare = s->spare;

	s->spare = NULL;
	if (spare && size == s->chunk_size)
		return spare;
	mem_free(spare);
	return mem_window(size);
}

static struct chunk *chunk_new(struct store *s, size_t size)
{
	struct chunk *c;

	if (size < s->chunk_size)
		size = s->chunk_size;
	s->chunks = mem_room(s->chunks, s->count, &s->cap, sizeof *s->chunks);
	c = &s->chunks[s->count++];
	*c = (struct chunk){.ptr = take_memory(s, size), .cap = (uint32_t)size};
	s->in_memory += size;
	return c;
}

uint64_t store_put(struct store *s, struct span bytes)
{
	struct chunk *c = s->count ? &s->chunks[s->count - 1] : NULL;
	uint32_t at;

	if (!c || !c->ptr || c->cap - c->len < bytes.len)
		c = chunk_new(s, bytes.len);
	at = c->len;
	memcpy(c->ptr + at, bytes.ptr, bytes.len);
	c->len += (uint32_t)bytes.len;
	s->bytes += bytes.len;
	return (uint64_t)(s->count - 1) << 32 | at;
}

int store_shrink(struct store *s, size_t budget, struct error *err)
{
	while (s->in_memory > budget && s->spilled < s->count) {
		struct chunk *c = &s->chunks[s->spilled];
		struct span bytes = {c->ptr, c->len};

		if (!s->spill)
			s->spill = spill_new(s->scratch, err);
		if (!s->spill || spill_put(s->spill, bytes, &c->offset, err))
			return -1;
		mem_free(s->spare);
		s->spare = c->cap == s->chunk_size ? c->ptr : NULL;
		if (!s->spare)
			mem_free(c->ptr);
		c->ptr = NULL;
		s->in_memory -= c->cap;
		s->spilled++;
	}
	return 0;
}

const struct stored *store_get(const struct store *s, uint64_t place,
			       size_t size, struct buf *scratch,
			       struct error *err)
{
	const struct chunk *c = &s->chunks[place >> 32];

	if (c->ptr)
		return store_at(s, place);
	buf_clear(scratch);
	if (!buf_reserve(scratch, size) ||
	    spill_get(s->spill, c->offset + (uint32_t)place, scratch->ptr,
		      size, err))
		return NULL;
	scratch->len = size;
	return (const struct stored *)scratch->ptr;
}
