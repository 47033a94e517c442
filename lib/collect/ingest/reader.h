/*
 * Row readers: one for each kind of input.  To the rest of cdp-ingest every input is rows of
 * cells; what is particular to CSV, to JSON or to web logs stands here.
 *
 * A reader is one file, reader_NAME.c, with its parts in the order of struct row_reader, and one
 * row of row_readers (reader.c).  Functions that may be NULL say what that means.
 *
 * A file is opened once, by the functions of the first half, on the struct source that belongs to it
 * (source.c calls them in this order).  Then each worker opens the second half for itself and
 * reads blocks in any order; nothing there is called for each cell, and each row costs one call
 * of rows_calls.
 */
#ifndef INGEST_READER_H
#define INGEST_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "collect/mapping/mapping.h"
#include "collect/rows/rows.h"

struct source;
struct plan;
struct plan_input;
struct ingest_options;
struct log_proxies;

/* The names of the columns, as far as the file says them before its first row. */
struct header {
	struct span *names;
	size_t count;
	struct arena arena;
	bool found;
	const char *why;	/* it cannot be read... */
	uint64_t line;		/* ...from this line on */
};

/* Where the text is cut into blocks for the workers. */
enum block_cut {
	CUT_LINES,		/* behind any line end */
	CUT_OUTSIDE_QUOTES,	/* the same, but for line ends inside quoted cells */
	CUT_LF,			/* behind LF: CR is a byte like any other */
	CUT_VALUES,		/* behind a JSON value: see elements.h */
};

/* What rows of a block must still be checked for; the reader knows it before the first. */
struct row_check {
	bool nul;		/* a NUL byte is somewhere in the block */
	bool unclean;		/* bytes that are not UTF-8 are */
	size_t columns;		/* each row must have as many; 0: any number */
};

/* A piece of text to be read. */
struct text_block {
	struct span text;	/* from where a row begins */
	struct span directives;	/* that count for its first row: see struct reader_directives */
	bool inside;		/* see elements_nest */
	bool last;		/* the input ends with TEXT */
	size_t stop;		/* read up to the first row that begins here or behind */
	struct row_check check;	/* set by the reader */
};

/* As many kinds of rows can a reader have notes of. */
#define READER_NOTES 8

/* How a worker opens a reader. */
struct reader_setup {
	const void *opened;	/* of the source: see row_reader.recognise */
	const struct dialect *dialect;	/* of the source, too */
	const struct plan *plan;	/* whose columns are wanted; NULL: all that come */
	size_t columns;		/* without a plan: so many are kept of a row */
	struct span records;	/* where in a value the records are; absent: it is one */
	bool inner;		/* a value without RECORDS is none: see objects_nest */
	struct span visitor_key;	/* see visitors_new */
	unsigned address_bits;	/* see visitors_blur */
	const struct log_proxies *trusted;	/* see log_client */
};

/*
 * Lines of the text that say how those behind them are to be read.  As blocks are read in
 * any order, each is given the directives that count for its first row.
 */
struct reader_directives {
	/* Those at the head of the file. */
	struct span (*start)(const struct source *s);
	/* Those before TEXT, the next block of the file; valid as long as S. */
	struct span (*before)(struct source *s, struct span text);
	/* Those behind the blocks so far. */
	struct span (*current)(const struct source *s);
	/* Those that count for the row at hand of READER, kept in A until the block is read. */
	struct span (*of_row)(void *reader, struct arena *a);
};

struct row_reader {
	/* 1. What it is. */
	const char *label;	/* for people: "CSV" */
	const char *keyword;	/* of --format, for files of no platform; NULL: see format_name */
	enum block_cut cut;
	bool members;		/* columns are paths of members, and more may come than the plan has */
	bool table;		/* all rows have the columns of a header */
	bool document;		/* records are parts of a document: the rows before are not enough to go on */
	bool platforms;		/* it may be the export of a platform: see recognise.h */

	/* 2. Opening.  S has its first block in source_head. */

	/*
	 * Is the file of this kind, by SET or else by its head?  1, having set s->layout and
	 * s->opened where they matter; 0: no; -1 with a usage error.
	 */
	int (*recognise)(struct source *s, const struct map_settings *set, struct error *err);
	/* Takes the header off the head; h->found: there is one.  NULL: there is never one. */
	int (*read_header)(struct source *s, struct header *h, struct error *err);
	/* Looks at the first rows for s->survey, adding names of columns to H. */
	int (*survey)(struct source *s, const struct ingest_options *options,
		      struct header *h, struct error *err);
	/* What the plan is made from beside the mapping and the header.  NULL: nothing. */
	void (*prepare_plan)(struct source *s, const struct header *h, struct plan_input *input);
	/* Adds to s->warnings what is odd about the header, now that there is a plan.  NULL: nothing. */
	void (*check_header)(struct source *s, const struct header *h);
	/* Appends what people want to know beside the label: " (tab)".  NULL: nothing. */
	void (*describe)(const struct source *s, struct buf *out);
	/* The --format that S was recognised as; NULL: it has no name.  NULL with a keyword. */
	const char *(*format_name)(const struct source *s);
	/* Releases s->opened.  NULL: nothing is there. */
	void (*release)(struct source *s);
	const struct reader_directives *directives;	/* NULL: there are none */

	/* 3. Reading, by each worker.  CALLS is borrowed.  Owned: close. */

	void *(*open)(const struct reader_setup *setup, const struct rows_calls *calls);
	/*
	 * Gives the rows of B.  *LINE is the line number of its first byte, and then that of where
	 * reading stopped, which is returned: see rows_read.
	 */
	size_t (*read)(void *reader, struct text_block *b, uint64_t *line);
	/* The records of VALUE, a row that has been read before; NULL: rows hold no records. */
	void (*read_inner)(void *reader, struct span value, uint64_t line);
	/* note_count notes, which reading adds to, with lines like those of rows; NULL: there are none. */
	struct row_note *(*notes)(void *reader);
	size_t note_count;	/* at most READER_NOTES */
	/* Appends what note I says about S, if anything.  NULL with `notes`. */
	void (*put_note)(const struct source *s, size_t i, const struct row_note *note, struct buf *out);
	void (*close)(void *reader);
};

extern const struct row_reader log_reader, json_lines_reader, json_reader, csv_reader;

/* In the order in which they are asked; NULL at the end.  The last takes any text. */
extern const struct row_reader *const row_readers[];

/* Sets s->reader to the first that recognises the file.  -1 with a usage error. */
int reader_choose(struct source *s, const struct map_settings *set, struct error *err);

#endif
