/*
 * Rejected rows read once more, after the mapping has been mended.
 *
 * Beside the rejects and their reasons stands FILE.retry, which says what a part of
 * the rejects is and how its file was understood: its name and source, format and
 * delimiter, what its first rows looked like (so that dates and numbers are read as
 * they would be in the whole file), and of each row the line that it stood on.
 *
 *	{"header":80,"lines":1,"file":"orders.csv",...}	a file: so many bytes of header
 *	[414,71,1]	a row of 71 bytes, 1 line, that began on line 414
 *	{"header":57,"lines":2}	directives of a log that count from here on
 *
 * Rows that are hashed get the ids that they would have got: the hash is of source,
 * header and row, and equal rows, which differ in their ordinal only, are rejected
 * together.
 */
#ifndef INGEST_AGAIN_H
#define INGEST_AGAIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/input.h"
#include "collect/ingest/survey.h"

struct source;

/* Appends what FILE.retry says of S: an object, {"file":...}. */
void again_put(const struct source *s, struct buf *out);

/* The lines that ORIGINAL, a reject of S, takes; one that has no line end gets one. */
uint64_t again_lines(const struct source *s, struct span original);

/* A part of the rejects: rows of one file. */
struct again {
	const char *file;
	struct span source;
	const char *format;	/* that was recognised, a mapping file; NULL: none */
	const char *kind;	/* csv, json, ndjson or that of a log; NULL: --log-format */
	const char *delimiter;	/* NULL: none */
	bool utf8;		/* its text was recoded: it is UTF-8 now */
	struct span *columns;	/* JSON: the members of its first rows */
	size_t column_count;
	struct survey survey;
	uint64_t bytes;		/* of the rejects that are its */
	struct {
		uint64_t at;	/* line in the rejects, from the part's first: 1 */
		uint64_t line;	/* in the file */
	} *rows;
	size_t row_count;
	size_t row_cap;
	struct arena arena;
	struct input *input;	/* the rejects, at the part's first byte; borrowed */
};

/* The line of the file that line AT of the part was. */
uint64_t again_line(const struct again *a, uint64_t at);

struct again_reader;

/* REJECTS: the file of --rejects.  NULL with *ERR.  Owned: again_close. */
struct again_reader *again_open(const char *rejects, struct error *err);
void again_close(struct again_reader *r);

/* The next part, valid until the next call; NULL at the end, or with *ERR (its kind is set). */
struct again *again_next(struct again_reader *r, struct error *err);

/* The rejects in FILE are not those that were written: -1 with *ERR. */
int again_misfit(const char *file, struct error *err);

/* All of the rejects has been read?  -1 with *ERR. */
int again_end(struct again_reader *r, struct error *err);

#endif
