/* The run at hand, and its steps for those that go beside it: ingest_resume.h and ingest_rejects.h. */
#ifndef INGEST_INGEST_RUN_H
#define INGEST_INGEST_RUN_H

#include "collect/ingest/batch.h"
#include "collect/ingest/fold.h"
#include "collect/ingest/ingest.h"
#include "collect/ingest/source.h"
#include "collect/follow/resume.h"
#include "collect/rows/ordinal.h"

/* Of a source, which may be several files. */
struct source_facts {
	uint64_t records;
	char newest[MOMENT_TEXT];
};

struct ingest {
	struct ingest_options options;
	struct ingest_calls calls;
	struct ingest_counts counts;
	struct finish_counts finish_counts;
	struct ordinals *ordinals;
	struct hmac *id_key;		/* see row_id; NULL: none */
	struct dedupe *dedupe;		/* NULL: doubles stay */
	char newest[MOMENT_TEXT];
	struct enricher **enrichers;	/* one a worker; NULL: none */
	struct enrich_notes enriched;
	struct visits *visits;		/* NULL: robots.txt is of no matter */
	struct map sources;		/* name -> struct source_facts */

	/* The file at hand. */
	struct source *source;
	struct source_facts *facts;
	struct worker **workers;	/* one a thread, and one for joining */
	struct tally **tallies;
	char open_end;			/* the last byte of its text where that ends no line, or '-' where
					   the user has said that it is complete; else 0 */
	uint64_t rejected_line;		/* of the row rejected last */
	struct row_note row_notes[READER_NOTES];	/* of the file at hand */
	struct order_watch orders;
	struct kind_counts kinds;	/* of this file, as those before */
	struct folder *folder;		/* NULL: rows are not folded */
	struct finisher *finisher;		/* of folded records; NULL: none */
	struct buf folded;		/* records that came out of it */
	struct buf carry;		/* a record that its block did not end */
	struct batch joined;		/* made of it and the next block */
	uint64_t line;			/* of the carry's first byte, else of the next block's */
	uint64_t offset;		/* the same byte's, in the file's text */
	bool again;			/* the text was read in an earlier run: nothing comes out */
	bool grows;			/* a record that is not finished waits for the next run */
	struct hash_stream *hash;	/* of the text up to hashed; NULL: nobody asks */
	uint64_t hashed;
	struct buf unsettled;		/* the text from there to offset */
	struct map late;		/* members of JSON that the plan does not know */
	struct error *err;		/* what ended the run */
	struct buf original;
	struct buf state;		/* directives above the last reject of a log */
};

/* All rows of the source up to its limit; of a file as a whole. */
int ingest_run_source(struct ingest *in);
int ingest_run_file(struct ingest *in, struct source *s, struct resume_file *file);

/* Gives RAW to --rejects.  Not for text that an earlier run has read. */
void ingest_reject(struct ingest *in, struct span raw, uint64_t line, uint64_t column,
		   struct span reason);
/* The text ends here for the rows that were begun; they are settled. */
int ingest_end_carry(struct ingest *in);

#endif
