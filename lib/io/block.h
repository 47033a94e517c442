/*
 * The cutting of an input into blocks of whole lines: the inner part of
 * input_block, apart so that a test can choose the sizes.
 *
 * A block is read up to its size and cut behind its last line end; what is
 * left (the carry) begins the next block.  A line that does not fit makes its
 * block grow.  One byte is always read beyond a block, or the end seen, so that
 * `last` is right.
 */
#ifndef IO_BLOCK_H
#define IO_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct block;
struct input;

struct block_cutter {
	struct buf carry;	/* read, but behind the last block */
	uint64_t line;		/* of the next block's first byte; 0: none yet */
	uint64_t offset;
	bool by_cr;		/* the lines end with CR */
	bool ended;		/* the input has no more bytes than the carry */
};

void block_cutter_release(struct block_cutter *c);

/* As input_block, with blocks of about TARGET and lines of at most MAX bytes. */
int block_cut(struct block_cutter *c, struct input *in, struct block *b,
	      size_t target, size_t max, struct error *err);

#endif
