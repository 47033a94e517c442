/*
 * One operand, opened and understood: its format, its columns and the plan
 * for them, with the blocks that were read for that still to be processed.
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "ingest/country.h"
#include "ingest/feed.h"
#include "ingest/ingest.h"
#include "ingest/plan.h"

/* Rows looked at before the first is made a record. */
#define SOURCE_SAMPLE_ROWS 10000

enum source_format {
	SOURCE_CSV,
	SOURCE_JSON,
};

struct source {
	struct feed *feed;
	enum source_format format;
	char delimiter;
	bool quotes;
	bool has_header;
	bool empty;			/* no bytes at all, or no row */
	struct feed_block head;		/* the first block, behind the header */
	uint64_t head_line;		/* line number of its first byte, from 1 */
	struct buf header;		/* the header's bytes as in the file */
	struct plan *plan;
	struct zone *zone;		/* of the mapping; else the option's is used */
	struct country_table *countries;
};

/*
 * Opens PATH and prepares everything.  0, or -1 with *ERR; release in both
 * cases.
 */
int source_open(struct source *s, const char *path,
		const struct ingest_options *options,
		const struct ingest_calls *calls, struct error *err);
void source_release(struct source *s);

/* RAW, text of the source, in the bytes of the file: appended to OUT. */
void source_original(const struct source *s, struct span raw, struct buf *out);

#endif
