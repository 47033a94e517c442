/*
 * One operand as blocks of UTF-8 text that end behind whole lines, or, for CSV,
 * behind what looks like a whole record: an even number of quotes stands before
 * each cut.  That is a guess (`5" pipe` breaks it): who reads the rows must
 * cope with a block that begins inside a record.
 *
 * A line that is longer than any row may be comes in pieces, each a block of its own, so
 * that it costs no more memory than that and can be told from the lines around it.
 *
 * A byte order mark is taken off and chooses the encoding.  Files that are no
 * text (workbooks, archives, PDF, databases) are refused by their first bytes, with what
 * to do about them.
 */
#ifndef ROWS_FEED_H
#define ROWS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/span.h"

struct feed;
struct encoding;
struct input;

struct feed_options {
	const char *encoding;	/* NULL: by the byte order mark, else UTF-8 */
	size_t block;		/* about how long blocks are; 0: FEED_BLOCK */
	size_t line_max;	/* bytes of a line, 8 blocks or more; 0: INPUT_LINE_MAX */
};

/* Half of what other readers take: a record is three times as long as its row. */
#define FEED_BLOCK ((size_t)512 << 10)

/* PATH as for input_open.  NULL with *ERR.  Owned: feed_close. */
struct feed *feed_open(const char *path, const struct feed_options *options,
		       struct error *err);
/* The same of an open input, which the feed takes over, also when it fails. */
struct feed *feed_new(struct input *in, const struct feed_options *options,
		      struct error *err);
void feed_close(struct feed *f);

enum feed_part {
	FEED_LINES,
	FEED_LONG,	/* begins a line that is too long */
	FEED_LONG_REST,	/* goes on with it */
};

struct feed_block {
	char *ptr;		/* owned by the holder: feed_block_release */
	size_t len;
	size_t cap;
	bool last;		/* the input ends with it */
	enum feed_part part;
	bool inside;		/* its values are records of a document: see elements_nest */
};

#define FEED_BLOCK_INIT ((struct feed_block){0})

void feed_block_release(struct feed_block *b);

/* A CR ends no line from now on (NDJSON); by default one without LF does. */
void feed_ignore_cr(struct feed *f);

/* Cuts count quotes from now on (CSV), or do not (the default). */
void feed_watch_quotes(struct feed *f);

/*
 * The next block into *B, whose memory is reused: 1; 0 at the end (an empty
 * input has no block), -1 with *ERR.  A line that is too long and whose end is yet to
 * be written (see feed_grow) is a failure.
 */
int feed_next(struct feed *f, struct feed_block *b, struct error *err);

/* "a line is longer than 64 MiB" */
void feed_say_long(const struct feed *f, struct buf *out);

/* Gives BLOCK back: the next feed_next returns its bytes again, cut anew. */
void feed_unread(struct feed *f, struct feed_block *b);

/* The next bytes without regard to lines; 0 at the end, -1 with *ERR. */
ptrdiff_t feed_read(struct feed *f, char *bytes, size_t size, struct error *err);

/*
 * Files that grow.  Positions count bytes of text: decompressed, decoded, without
 * the mark.  A limit is the end of the input, until it is set anew (UINT64_MAX: none).
 * A growing feed keeps back an unfinished last line.  After a rewind everything is
 * as it was when the feed was new, save for the limit.
 */
void feed_limit(struct feed *f, uint64_t at);
void feed_grow(struct feed *f);
int feed_rewind(struct feed *f, struct error *err);
/* Of the text that was not given out by feed_next: how much was read, and where it begins. */
size_t feed_kept(const struct feed *f);
uint64_t feed_offset(const struct feed *f);
/* From here on the text that is read is kept, until feed_take_head adds its first LEN bytes to HEAD. */
void feed_keep_head(struct feed *f);
void feed_take_head(struct feed *f, size_t len, struct hash_stream *head);
const struct input *feed_input(const struct feed *f);

/* The bytes of the byte order mark where rejects keep it; else empty. */
struct span feed_mark(const struct feed *f);

/* NULL for UTF-8.  Not for two threads at once. */
struct encoding *feed_encoding(const struct feed *f);

/* About how long blocks are. */
size_t feed_block_size(const struct feed *f);

const char *feed_name(const struct feed *f);
uint64_t feed_position(const struct feed *f);
uint64_t feed_size(const struct feed *f);

#endif
