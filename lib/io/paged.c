/*
 * The blocks stand in a table in the order of their addresses.  Only pointers at
 * the beginning of a page are looked up in it: of those of malloc that is one in
 * 256 at most, and none of the large ones.
 *
 * The mutex guards the table and each mapping in it, not what a block holds; no
 * file is opened and nothing is allocated by mem.h while it is held.
 */
#include "io/paged.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/keeper.h"
#include "io/scratch.h"

#define PAGE_MASK ((size_t)4095)
/* So much is dropped before it is looked at what the process holds. */
#define DROP ((size_t)4 << 20)

struct block {
	char *ptr;
	size_t size;
	int fd;			/* -1: closed, so it cannot grow where it is */
};

static const char *scratch;
static uint64_t held_limit;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct block *blocks;
static size_t cap;
static atomic_size_t count;	/* read without the mutex to see that there is none */
static uint64_t bytes_in_all;
static char *hand;		/* where paged_drop goes on */

static void relax(void)
{
	if (count)
		keeper_look();
}

void paged_start(const char *directory, uint64_t memory)
{
	static const struct mem_overflow beyond = {paged_new, paged_grow,
						   paged_free, paged_size, relax};

	scratch = directory;
	if (__builtin_add_overflow(memory, PAGED_RESERVE, &held_limit))
		held_limit = UINT64_MAX;
	mem_limit(memory, &beyond);
}

uint64_t paged_limit(void)
{
	return held_limit;
}

/* The number of the first block at or behind PTR.  Under the mutex. */
static size_t position(const char *ptr)
{
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (blocks[middle].ptr < ptr)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct block *find_page(const char *ptr)
{
	size_t at = position(ptr);

	return at < count && blocks[at].ptr == ptr ? &blocks[at] : NULL;
}

static void insert_page(struct block b)
{
	size_t at = position(b.ptr);

	/* Not by mem.h, which asks us. */
	if (count == cap) {
		cap = cap ? cap * 2 : 64;
		blocks = realloc(blocks, cap * sizeof *blocks);
		if (!blocks)
			mem_fail(cap * sizeof *blocks);
	}
	memmove(&blocks[at + 1], &blocks[at], (count - at) * sizeof *blocks);
	blocks[at] = b;
	count++;
	bytes_in_all += b.size;
}

static void take_out(const struct block *b)
{
	size_t at = (size_t)(b - blocks);

	bytes_in_all -= b->size;
	count--;
	memmove(&blocks[at], &blocks[at + 1], (count - at) * sizeof *blocks);
}

/* Files are only kept open to save copying. */
static bool close_files(void)
{
	bool closed = false;

	pthread_mutex_lock(&mutex);
	for (size_t i = 0; i < count; i++) {
		if (blocks[i].fd < 0)
			continue;
		close(blocks[i].fd);
		blocks[i].fd = -1;
		closed = true;
	}
	pthread_mutex_unlock(&mutex);
	return closed;
}

static int open_file(struct error *err)
{
	int fd = scratch_open(scratch, err);

	if (fd < 0 && errno == EMFILE && close_files())
		fd = scratch_open(scratch, err);
	if (fd >= 0 || errno == EMFILE)
		*err = ERROR_INIT;
	return fd;
}

static size_t whole_pages(size_t size)
{
	if (size > SIZE_MAX - PAGE_MASK)
		mem_fail(size);
	return (size + PAGE_MASK) & ~PAGE_MASK;
}

/* A file with B's size and LEN bytes in it, mapped; -1 as paged_new. */
static int make_page(struct block *b, const void *bytes, size_t len, struct error *err)
{
	b->fd = open_file(err);
	if (b->fd < 0)
		return -1;
	if (scratch_reserve(b->fd, 0, b->size, scratch, err) ||
	    scratch_write(b->fd, bytes, len, 0, NULL, scratch, err)) {
		close(b->fd);
		return -1;
	}
	b->ptr = mmap(NULL, b->size, PROT_READ | PROT_WRITE, MAP_SHARED, b->fd, 0);
	if (b->ptr != MAP_FAILED)
		return 0;
	close(b->fd);
	return -1;
}

void *paged_new(size_t size, const void *bytes, size_t len, bool grows,
		struct error *err)
{
	struct block b = {.size = whole_pages(size)};

	if (make_page(&b, bytes, len, err))
		return NULL;
	if (!grows) {
		close(b.fd);
		b.fd = -1;
	}
	pthread_mutex_lock(&mutex);
	insert_page(b);
	pthread_mutex_unlock(&mutex);
	keeper_start();
	return b.ptr;
}

/* Of a block that is not in the table, with its file open. */
static bool stretch_file(struct block *b, size_t size, struct error *err)
{
	char *moved;

	if (scratch_reserve(b->fd, b->size, size - b->size, scratch, err))
		return false;
	moved = mremap(b->ptr, b->size, size, MREMAP_MAYMOVE);
	if (moved == MAP_FAILED)
		return false;
	b->ptr = moved;
	b->size = size;
	return true;
}

/* Meanwhile it is not in the table: reserving gigabytes can take a while. */
static bool grow_in_place(char **ptr, size_t size, struct error *err)
{
	struct block b;
	bool done;

	pthread_mutex_lock(&mutex);
	b = *find_page(*ptr);
	if (b.fd >= 0)
		take_out(find_page(*ptr));
	pthread_mutex_unlock(&mutex);
	if (b.fd < 0)
		return false;
	done = stretch_file(&b, size, err);
	pthread_mutex_lock(&mutex);
	insert_page(b);
	pthread_mutex_unlock(&mutex);
	*ptr = b.ptr;
	return done;
}

void *paged_grow(void *ptr, size_t size, struct error *err)
{
	size_t old = paged_size(ptr);
	char *grown = ptr;

	if (size <= old)
		return ptr;
	size = whole_pages(size);
	if (grow_in_place(&grown, size, err))
		return grown;
	if (err->kind != ERROR_NONE)
		return NULL;
	grown = paged_new(size, ptr, old, true, err);
	if (grown)
		paged_free(ptr);
	return grown;
}

void paged_free(void *ptr)
{
	struct block b;

	pthread_mutex_lock(&mutex);
	b = *find_page(ptr);
	take_out(find_page(ptr));
	/* Before another mapping can get the address, which the keeper would drop. */
	munmap(b.ptr, b.size);
	pthread_mutex_unlock(&mutex);
	if (b.fd >= 0)
		close(b.fd);
}

size_t paged_size(const void *ptr)
{
	const struct block *b;
	size_t size;

	if (!ptr || (uintptr_t)ptr & PAGE_MASK || !count)
		return 0;
	pthread_mutex_lock(&mutex);
	b = find_page(ptr);
	size = b ? b->size : 0;
	pthread_mutex_unlock(&mutex);
	return size;
}

uint64_t paged_bytes(void)
{
	uint64_t bytes;

	pthread_mutex_lock(&mutex);
	bytes = bytes_in_all;
	pthread_mutex_unlock(&mutex);
	return bytes;
}

/* The hand is an address, so it stays right when blocks come and go. */
size_t paged_drop(void)
{
	size_t len = 0;
	size_t at;

	pthread_mutex_lock(&mutex);
	at = position(hand);
	if (at && hand < blocks[at - 1].ptr + blocks[at - 1].size)
		at--;
	if (count) {
		struct block *b = &blocks[at < count ? at : 0];
		char *from = hand > b->ptr && at < count ? hand : b->ptr;

		len = (size_t)(b->ptr + b->size - from);
		len = len < DROP ? len : DROP;
		madvise(from, len, MADV_DONTNEED);
		hand = from + len;
	}
	pthread_mutex_unlock(&mutex);
	return len;
}
