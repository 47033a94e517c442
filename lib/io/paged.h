/*
 * Blocks of memory that live in scratch files (scratch.h): what mem.h hands out
 * when the memory given is taken.  A block is a file of its own, mapped shared,
 * so it is used like any memory, and the kernel keeps what of it is in use in
 * its page cache and writes back the rest.
 *
 * Room on the disk is reserved before a block is handed out: a full disk is an
 * error here, never a SIGBUS later.
 *
 * Pages of a block that were touched count as the process's own until they are
 * dropped.  With the first block a thread begins, the keeper, that looks every
 * millisecond at how much the process holds (/proc/self/statm) and beyond the
 * limit takes pages from the mappings, going round them, with
 * madvise(MADV_DONTNEED).  Nothing is lost by that: the bytes are the file's, in
 * the page cache, and the next touch maps them again.  What is touched between
 * two looks comes on top.  On a busy machine the keeper has to wait for its turn, and that
 * can be hundreds of megabytes: so those who touch much also look themselves (mem_relax).
 *
 * However little the limit leaves for it, PAGED_LEAST of mapped pages may stay,
 * else nothing would get on: merging 2 million events in 64 MiB took twice as
 * long with half of it.  Where there is no /proc, the pages stay until the
 * kernel needs them.
 *
 * All functions but paged_start may be called from any thread.
 */
#ifndef IO_PAGED_H
#define IO_PAGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define PAGED_LEAST ((size_t)32 << 20)

/* The program itself, its small pieces and blocks in flight are left so much. */
#define PAGED_RESERVE ((size_t)40 << 20)

/*
 * Before there are threads: large pieces beyond MEMORY bytes (mem_limit) become
 * blocks in DIRECTORY (borrowed), which is first looked at when needed; the
 * process should hold no more than MEMORY and PAGED_RESERVE.
 */
void paged_start(const char *directory, uint64_t memory);
uint64_t paged_limit(void);

/*
 * SIZE bytes, the first LEN of them from BYTES and the others zero, at a page's
 * beginning.  A block that GROWS keeps its file open while there are
 * descriptors enough, so that growing copies nothing.  NULL: with *ERR of kind
 * ERROR_FAILED when the disk or the directory will not have it, of kind
 * ERROR_NONE where files cannot be mapped, or opened any more.
 */
void *paged_new(size_t size, const void *bytes, size_t len, bool grows,
		struct error *err);
/* The block anew with SIZE bytes; it may move.  NULL as above: it stays. */
void *paged_grow(void *ptr, size_t size, struct error *err);
void paged_free(void *ptr);

/* The size of the block at PTR; 0: it is no block. */
size_t paged_size(const void *ptr);

/* The sum over all blocks. */
uint64_t paged_bytes(void);

/*
 * For the keeper: takes the pages of the next few megabytes from the process,
 * going round the blocks; how many bytes that were looked at, 0: no block.
 */
size_t paged_drop(void);

#endif
