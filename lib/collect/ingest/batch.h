/*
 * The work of one worker on one piece of text: rows read, records made, what went
 * wrong noted down.  A batch is the result; it holds no files and no state of the
 * run, so that batches can be made in any order and on any thread.
 */
#ifndef INGEST_BATCH_H
#define INGEST_BATCH_H

#include "collect/enrich/enrich.h"
#include "collect/ingest/finish.h"
#include "collect/ingest/order_watch.h"
#include "collect/mapping/maker.h"
#include "collect/ingest/reader.h"

/* A row that was rejected. */
struct bad_row {
	struct span raw;	/* of the text that the batch was made of */
	uint64_t line;		/* from 0: the text's first */
	uint64_t column;	/* 0: unknown */
	size_t before;		/* folding: how many rows of B->folds come before it */
	struct hash128 key;	/* and whose row it is, where it is known */
	bool keyed;
	struct span name;	/* of that order, in the batch's notes */
	struct span directives;	/* in force: see reader.h */
	struct span why;
};

/* Rows by what each is, where they may differ: see row_kind.h. */
struct kind_counts {
	uint64_t rows[ROW_KINDS];
	uint64_t halves;	/* with an order's number and no money */
};

/* A record whose id is the hash of its row, which may have come before. */
struct made_row {
	struct hash128 hash;
	size_t id_at;		/* in the batch's output */
};

/* A row to be folded. */
struct fold_item {
	struct folded_row row;	/* its name is in the batch's notes */
	struct span raw;
	uint64_t line;
	size_t id_at;		/* in the output, of a hashed id; 0: it has another */
	struct hash128 hash;
};

struct batch {
	struct span directives;		/* given: in force at its beginning, see reader.h */
	bool inside;			/* given: see elements_nest */
	const char *text;		/* that it was made of */
	uint64_t offset;		/* of it in the file's text; given by who settles it */
	struct buf out;			/* the records, or pieces of them */
	struct made_row *made;
	size_t made_count;
	size_t made_cap;
	struct fold_item *folds;
	size_t fold_count;
	size_t fold_cap;
	struct bad_row *bad;
	size_t bad_count;
	size_t bad_cap;
	struct arena notes;		/* what the bad rows point to */
	struct tally **tallies;		/* of the plan's targets */
	unsigned tally_count;
	struct span *late;		/* JSON: members that the plan does not know,
					   new to this worker */
	size_t late_count;
	size_t late_cap;
	struct row_note row_notes[READER_NOTES];	/* lines from 0: the text's first */
	struct enrich_notes enriched;
	struct finish_counts finish;
	struct order_watch orders;
	uint64_t rows;			/* blank lines not counted */
	uint64_t mapped;
	uint64_t records;
	uint64_t *events;		/* of each mapped row, where one may give several */
	size_t event_count;
	size_t event_cap;
	struct kind_counts kinds;
	uint64_t left_out;		/* rows that no part of the mapping makes events of */
	uint64_t blank;
	uint64_t lines;			/* physical, read up to `end` */
	size_t end;			/* where reading stopped: see rows_read */
	char newest[MOMENT_TEXT];	/* time of the records; [0] 0: none */
};

#define BATCH_INIT ((struct batch){0})

void batch_release(struct batch *b);

struct worker;

/*
 * A part of the mapping beside the main one.  Where it has no records of its own,
 * its condition and its rules look at the row; else at each of these.
 */
struct part {
	struct plan *plan;		/* owned by the source */
	const struct expr *condition;	/* on the row; NULL: always */
	struct span records;		/* see objects_nest; absent: the row itself */
};

struct worker_options {
	const struct plan *plan;
	const struct part *parts;
	size_t part_count;
	struct plan *const *kinds;	/* of rows: see row_kind.h; NULL: all go by `plan` */
	bool silent;		/* the main part makes no events itself */
	struct span records;	/* of JSON: where in its documents the records are */
	const struct row_reader *reader;
	const void *opened;	/* of the source, for the reader */
	const struct dialect *dialect;	/* of the source, for the reader */
	int64_t as_of;
	struct span visitor_key;
	const struct log_proxies *trusted_proxies;
	struct span id_key;		/* of hashed ids; empty: none */
	struct enricher *enricher;	/* borrowed; NULL: none */
	const struct finish_steps *finish;	/* not for rows that are folded; NULL: none */
	const char *encoding;	/* of the file, for messages; NULL: UTF-8 */
};

/* Owned: worker_free. */
struct worker *worker_new(const struct worker_options *options);
void worker_free(struct worker *w);

/*
 * Makes *B (what it held is gone) of TEXT from where a row begins up to the
 * first row at STOP or behind.  LAST: the input ends with TEXT.
 */
void worker_run(struct worker *w, struct batch *b, struct span text, bool last,
		size_t stop);

#endif
