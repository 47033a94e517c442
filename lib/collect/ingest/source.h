/*
 * One operand, opened and understood: its format, its columns and the plan
 * for them, with the blocks that were read for that still to be processed.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "reference/country.h"
#include "collect/ingest/batch.h"
#include "collect/ingest/ingest.h"
#include "collect/ingest/layout.h"
#include "collect/ingest/reader.h"
#include "collect/ingest/survey.h"
#include "collect/mapping/plan.h"
#include "collect/rows/elements.h"
#include "collect/rows/feed.h"

struct source {
	struct feed *feed;
	struct elements *elements;	/* JSON that is not line by line */
	const struct row_reader *reader;
	void *opened;			/* of the reader: see row_reader.recognise */
	const struct format *format;	/* by the settings or recognised; NULL: none */
	bool recognised;
	struct mapping joined;		/* the format's, and the user's behind it */
	const struct mapping *mapping;	/* the one in force */
	struct layout layout;		/* of a table */
	struct buf title;		/* above it; empty: none */
	struct buf header_line;		/* that its dialect points to */
	bool empty;			/* no row at all */
	bool lacks;			/* opening failed as a column that the mapping names is not there */
	bool looking;			/* no records are made: see ingest_options */
	struct feed_block *heads;	/* blocks read to understand the file */
	size_t head_count;
	size_t head_cap;
	bool head_whole;		/* the first of them holds all that there is yet */
	size_t head_next;		/* the first not given out yet */
	uint64_t head_line;		/* line of their first byte, from 1 */
	struct buf header;		/* the header's bytes as in the file */
	size_t named;			/* columns that it, or the sample, names */
	struct survey survey;
	struct buf records;		/* where they were found: see records_guess.h; empty: by the mapping */
	struct buf warnings;		/* a line each: about the header and first rows */
	struct buf questions;		/* as comments, with options->looking */
	struct plan *plan;
	struct part parts[MAPPING_PARTS_MAX];	/* the other parts of the mapping */
	size_t part_count;
	struct plan *kinds[ROW_KINDS];	/* for rows that are no such thing as s->plan takes them for... */
	bool by_row;			/* ...which is decided for each: see row_kind.h */
	bool silent;			/* only they make events */
	struct zone *zone;		/* of the mapping; else the option's is used */
	struct country_table *countries;
	struct null_words *nulls;
};

/*
 * Opens PATH, looks at its first rows and prepares everything.  0, or -1 with
 * *ERR; release in both cases.
 */
int source_open(struct source *s, const char *path,
		const struct ingest_options *options, struct error *err);
/* The same in two steps: *OPENING is how its feed is to be opened; S takes it over, and its
 * limit says how much may be looked at. */
int source_prepare(struct source *s, const struct ingest_options *options,
		   struct feed_options *opening, struct error *err);
int source_begin(struct source *s, struct feed *feed, const char *path,
		 const struct ingest_options *options, struct error *err);

/* The feed ends at LIMIT (UINT64_MAX: nowhere): what comes up to there is read in the same way. */
void source_go_on(struct source *s, uint64_t limit);
/* Where the first byte that source_next will give stands in the text. */
uint64_t source_offset(const struct source *s);
void source_release(struct source *s);

/* Where in a document of S its records are; absent: a document is one. */
struct span source_records(const struct source *s);

/* What a worker needs to know of S. */
struct worker_options source_worker_options(const struct source *s,
					    const struct ingest_options *options);

/* The next block, as feed_next. */
int source_next(struct source *s, struct feed_block *b, struct error *err);

/* The directives that count for its first row: see reader.h. */
struct span source_start_directives(const struct source *s);

/*
 * While the file is opened: the first of the blocks read so far, whose text readers look at;
 * LEN bytes taken off it; and one more read: 1, or 0 at the end, -1 with *ERR.
 */
struct span source_head(const struct source *s);
void source_skip(struct source *s, size_t len);
int source_add_head(struct source *s, struct error *err);
/* The same, joined to the first: 1; 0 where there is none or the first is long enough already; 2 where
 * it begins a line that is too long, and is left where it is. */
int source_grow_head(struct source *s, size_t most, struct error *err);
/* Before the rows begin a line is too long: nothing can be made of the file.  -1. */
int source_refuse_long(const struct source *s, uint64_t line, struct error *err);

/* RAW, text of the source, in the bytes of the file: appended to OUT. */
void source_original(const struct source *s, struct span raw, struct buf *out);

#endif
