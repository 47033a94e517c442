/*
 * Input files: a plain, gzip or zstd file, or stdin, read as blocks of whole
 * lines with their physical line numbers.
 *
 * Compression is recognised by the first bytes, whatever the name.  All
 * members of a gzip file and all frames of a zstd file are read; one that ends
 * too early is a cut: ERROR_FAILED.  A directory, a missing or unreadable file
 * is a clear error.  Lines end with LF, CR LF or (classic) CR alone as the
 * caller asks; the bytes are never changed.
 */
#ifndef IO_INPUT_H
#define IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

/* Blocks are about this long; a longer line makes its block grow... */
#define INPUT_BLOCK ((size_t)1 << 20)
/* ...up to this, the longest line that any tool reads or writes. */
#define INPUT_LINE_MAX ((size_t)64 << 20)

struct input;

/*
 * PATH NULL or "-" is stdin, named "<stdin>" in messages.  NULL and *ERR on
 * failure.  Owned: input_close.
 */
struct input *input_open(const char *path, struct error *err);
void input_close(struct input *in);

/* The name for messages: the path, or "<stdin>".  Borrowed from IN. */
const char *input_name(const struct input *in);

/*
 * The next bytes, decompressed: their number, 0 at the end, -1 with *ERR.
 * Fills as much of SIZE as one pass can; never more than SIZE.
 */
ptrdiff_t input_read(struct input *in, char *bytes, size_t size,
		     struct error *err);

/*
 * Looks at the first bytes without taking them: at most SIZE (<= 64 KiB)
 * unless the input is shorter.  Borrowed until the next read.
 */
int input_peek(struct input *in, size_t size, struct span *out,
	       struct error *err);

/*
 * All of a small file ("-": stdin) behind what is in TEXT.  -1 with *ERR when
 * it cannot be read, or, a usage error, is longer than MOST bytes.
 */
int input_whole(const char *path, size_t most, struct buf *text,
		struct error *err);

/* What tells a file from others, and whether it has changed. */
struct input_identity {
	uint64_t device;
	uint64_t inode;
	uint64_t size;		/* stored bytes */
	uint64_t changed_ns;	/* when its content last changed; for comparing */
	bool regular;		/* a file, no pipe or device */
};

int input_identify(const struct input *in, struct input_identity *out,
		   struct error *err);

/* Is it compressed?  Known once something was read. */
bool input_is_packed(const struct input *in);
/* "gzip", "zstd"; NULL: not at all. */
const char *input_packing(const struct input *in);

/*
 * Back to the first byte of a regular file that was opened by its name, which
 * need not have that name any more.
 */
int input_rewind(struct input *in, struct error *err);

/* For progress: stored bytes read so far, and in all (0: unknown). */
uint64_t input_position(const struct input *in);
uint64_t input_size(const struct input *in);

/* A run of whole lines. */
struct block {
	char *ptr;		/* owned by whoever holds the block */
	size_t len;
	size_t cap;
	uint64_t line;		/* physical line number of the first byte, from 1 */
	uint64_t offset;	/* of the first byte in the decompressed stream */
	bool last;		/* the input ends with this block */
	bool open;		/* only when last: the final line has no newline */
};

#define BLOCK_INIT ((struct block){0})

void block_release(struct block *b);

/*
 * Reads the next block into *B (its memory is reused).  1: got one, 0: the
 * input is at its end (an empty input yields no block), -1: *ERR, with the
 * line where a line longer than INPUT_LINE_MAX begins.  Blocks end behind LF,
 * except for the last.  A file without any LF whose lines end with CR is cut
 * behind CR.
 */
int input_block(struct input *in, struct block *b, struct error *err);

/* The same with blocks of about TARGET and lines of at most MAX bytes. */
int input_block_sized(struct input *in, struct block *b, size_t target,
		      size_t max, struct error *err);

/* How many LF are in S: the lines that a block spans. */
uint64_t input_count_lines(struct span s);

#endif
