/*
 * Streams of records: operands one after another, as blocks of whole lines for
 * the workers, with the laws of a cut stream (design, law 3).
 *
 * An operand is cut when it has no bytes at all (stream_allow_empty), when its last line lacks its
 * newline or does not parse, or when a line holds two records.  Blank lines
 * count nothing (a run without records writes one).  One whose first lines are no
 * objects is something else, a table or a JSON array, and refused whole; so is text in UTF-16.  A byte
 * order mark before the first is passed over.
 */
#ifndef RECORD_STREAM_H
#define RECORD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/input.h"
#include "base/span.h"

struct stream;

/*
 * COUNT 0 is stdin; "-" is stdin.  Paths are borrowed.  A missing operand or a
 * folder is an error here, before the first record.  Owned: stream_close.
 */
struct stream *stream_open(char *const *paths, size_t count, struct error *err);
void stream_close(struct stream *s);

/* An operand of no bytes is no cut: a filter let nothing pass. */
void stream_allow_empty(struct stream *s);

struct stream_block {
	struct block block;	/* owned by the holder: stream_block_release */
	const char *file;	/* for messages; lives as long as the stream */
	size_t operand;		/* its number, from 0 */
};

#define STREAM_BLOCK_INIT ((struct stream_block){0})

void stream_block_release(struct stream_block *b);

/* 1, 0 at the end of the last operand, -1 with *ERR and its place (a cut, I/O).
 * *B's memory is reused; a block may be handed to another thread. */
int stream_block(struct stream *s, struct stream_block *b, struct error *err);

/*
 * Walks the lines of a block that are not blank: *LINE without its newline,
 * *NUMBER physical.
 */
struct stream_lines {
	const struct stream_block *block;
	size_t at;
	uint64_t number;
};

void stream_lines_start(struct stream_lines *w, const struct stream_block *b);
bool stream_lines_next(struct stream_lines *w, struct span *line,
		       uint64_t *number);

/*
 * A line of W failed to parse with *ERR: makes that ERROR_FAILED (a cut) when
 * it is the operand's last line or holds two records, and adds file and line.
 * It stays ERROR_DATA when the line is JSON, but not the record that was
 * wanted; a bad line elsewhere costs that line.
 */
void stream_fault(const struct stream_lines *w, struct span line,
		  uint64_t number, struct error *err);

/* For progress: bytes read and in all (0: unknown). */
uint64_t stream_position(const struct stream *s);
uint64_t stream_size(const struct stream *s);

/* Starts again from the first operand; -1 when one of them cannot be read twice. */
bool stream_can_rewind(const struct stream *s);
int stream_rewind(struct stream *s, struct error *err);

/*
 * Calls TAKE with each line of the file at PATH that is not blank.  0, or -1 with *ERR, where TAKE failed with its
 * place; ALLOW_EMPTY: no bytes are no cut.
 */
int stream_each_line(const char *path, bool allow_empty, int (*take)(void *context, struct span line, struct error *err),
		     void *context, struct error *err);

#endif
