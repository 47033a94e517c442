#include "base/mem.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Blocks in flight want no files, however little is given. */
#define LIMIT_LEAST ((size_t)16 << 20)

/* Arrays of more bytes than this grow by a quarter: the system moves them without copying. */
#define DOUBLED_MAX ((size_t)64 << 20)

static void (*on_failure)(size_t size, const struct error *why);

/* Of large pieces on the heap. */
static size_t limit = SIZE_MAX;
static atomic_size_t held;

/* Where pieces beyond the limit go; NULL: there is no limit. */
static const struct mem_overflow *overflow;

void mem_on_failure(void (*handler)(size_t size, const struct error *why))
{
	on_failure = handler;
}

static noreturn void fail_allocation(size_t size, const struct error *why)
{
	if (on_failure)
		on_failure(size, why);
	abort();
}

noreturn void mem_fail(size_t size)
{
	fail_allocation(size, NULL);
}

void mem_limit(uint64_t bytes, const struct mem_overflow *beyond)
{
	uint64_t share = bytes - bytes / 8;

	limit = share < LIMIT_LEAST ? LIMIT_LEAST : (size_t)share;
	overflow = beyond;
}

void mem_relax(void)
{
	if (overflow)
		overflow->relax();
}

size_t mem_held(void)
{
	return held;
}

size_t mem_spare(void)
{
	size_t now = held;

	return now < limit ? limit - now : 0;
}

/*
 * What PTR counts for: the heap's own word of its size, which is the same when
 * the piece comes and when it goes.
 */
static size_t block_weight(void *ptr)
{
	size_t size = malloc_usable_size(ptr);

	return size < MEM_LARGE ? 0 : size;
}

/* Most pieces count for nothing: those touch no counter that threads share. */
static void count_bytes(size_t before, size_t now)
{
	if (now != before)
		held += now - before;
}

/*
 * From the first time on that the heap is full, what is freed of it goes back to
 * the system at once: until then keeping it saves time.
 */
static void tighten_limit(void)
{
#ifdef M_MMAP_THRESHOLD
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (atomic_flag_test_and_set(&done))
		return;
	mallopt(M_MMAP_THRESHOLD, MEM_LARGE / 2);
	malloc_trim(0);
#endif
}

/*
 * SIZE bytes beyond the heap when it has none left for them, the first LEN from
 * BYTES; NULL: on the heap.  FREED of the heap would be given back.
 */
static void *take_beyond(size_t size, const void *bytes, size_t len, size_t freed,
			 bool grows)
{
	struct error why = ERROR_INIT;
	void *ptr;

	if (!overflow || size < MEM_LARGE || size <= freed || size - freed <= mem_spare())
		return NULL;
	tighten_limit();
	ptr = overflow->take(size, bytes, len, grows, &why);
	if (why.kind != ERROR_NONE)
		fail_allocation(size, &why);
	return ptr;
}

/* The same whatever is left of the heap; NULL: there are no files, or the piece is small. */
static void *take_of_files(size_t size, const void *bytes, size_t len)
{
	struct error why = ERROR_INIT;
	void *ptr;

	if (!overflow || size < MEM_LARGE)
		return NULL;
	ptr = overflow->take(size, bytes, len, true, &why);
	if (why.kind != ERROR_NONE)
		fail_allocation(size, &why);
	return ptr;
}

/* The size of the piece at PTR, which may be NULL, beyond the heap; else 0. */
static size_t size_beyond(const void *ptr)
{
	return overflow ? overflow->size(ptr) : 0;
}

/* A new piece of the heap. */
static void *count_taken(void *ptr, size_t size)
{
	if (!ptr)
		mem_fail(size);
	/* No piece is as much larger than was asked for. */
	if (size >= MEM_LARGE / 2)
		count_bytes(0, block_weight(ptr));
	return ptr;
}

void *mem_alloc(size_t size)
{
	void *beyond = take_beyond(size, NULL, 0, 0, false);

	return beyond ? beyond : count_taken(malloc(size ? size : 1), size);
}

void *mem_window(size_t size)
{
	return count_taken(malloc(size ? size : 1), size);
}

void *mem_scanned(size_t size)
{
	void *ptr = take_of_files(size, NULL, 0);

	return ptr ? ptr : mem_alloc(size);
}

void *mem_to_files(void *ptr, size_t size)
{
	void *moved = size_beyond(ptr) ? NULL : take_of_files(size, ptr, size);

	if (!moved)
		return ptr;
	mem_free(ptr);
	return moved;
}

void *mem_zero(size_t number, size_t size)
{
	size_t bytes;
	void *beyond;

	if (__builtin_mul_overflow(number, size, &bytes))
		mem_fail(SIZE_MAX);
	beyond = take_beyond(bytes, NULL, 0, 0, false);
	return beyond ? beyond : count_taken(calloc(bytes ? bytes : 1, 1), bytes);
}

/* Of OLD bytes beyond the heap. */
static void *grow_beyond(void *ptr, size_t old, size_t bytes)
{
	struct error why = ERROR_INIT;
	void *grown = overflow->grow(ptr, bytes, &why);

	if (why.kind != ERROR_NONE)
		fail_allocation(bytes, &why);
	if (grown)
		return grown;
	grown = count_taken(malloc(bytes), bytes);
	memcpy(grown, ptr, old);
	overflow->free(ptr);
	return grown;
}

void *mem_grow(void *ptr, size_t number, size_t size)
{
	size_t bytes, old, before;
	void *grown;

	if (__builtin_mul_overflow(number, size, &bytes))
		mem_fail(SIZE_MAX);
	old = size_beyond(ptr);
	if (old)
		return grow_beyond(ptr, old, bytes);
	before = ptr ? block_weight(ptr) : 0;
	old = ptr ? malloc_usable_size(ptr) : 0;
	grown = take_beyond(bytes, ptr, old < bytes ? old : bytes, before, true);
	if (grown) {
		mem_free(ptr);
		return grown;
	}
	grown = realloc(ptr, bytes ? bytes : 1);
	if (!grown)
		mem_fail(bytes);
	count_bytes(before, block_weight(grown));
	return grown;
}

char *mem_text(const char *ptr, size_t len)
{
	char *text;

	if (len == SIZE_MAX)
		mem_fail(len);
	text = mem_alloc(len + 1);
	if (len)
		memcpy(text, ptr, len);
	text[len] = '\0';
	return text;
}

void mem_free(void *ptr)
{
	if (!ptr)
		return;
	if (size_beyond(ptr)) {
		overflow->free(ptr);
		return;
	}
	count_bytes(block_weight(ptr), 0);
	free(ptr);
}

void *mem_room(void *array, size_t count, size_t *cap, size_t size)
{
	size_t wanted;

	if (count < *cap)
		return array;
	if (__builtin_mul_overflow(*cap, (size_t)2, &wanted))
		mem_fail(SIZE_MAX);
	if (*cap > DOUBLED_MAX / size)
		wanted = *cap + *cap / 4;
	if (wanted < 8)
		wanted = 8;
	array = mem_grow(array, wanted, size);
	*cap = wanted;
	return array;
}
