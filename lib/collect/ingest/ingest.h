/*
 * One operand after another made event records: reading, recognising the format,
 * planning, the workers, and what only can be done in order: the ordinals of equal
 * rows, folding, counting.
 *
 * Results do not depend on the number of workers.  A block is read as if a
 * row began with it; when the block before it turns out to end inside a record
 * (a quote that the cutting took for another), both are read again as
 * one.
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"
#include "time/zone.h"
#include "collect/enrich/enrich.h"
#include "collect/ingest/finish.h"
#include "collect/ingest/suppress.h"
#include "collect/mapping/format.h"
#include "collect/mapping/mapping.h"

/* rows = mapped + folded + duplicate + rejected + ignored */
struct ingest_counts {
	uint64_t rows;
	uint64_t mapped;	/* rows that gave a record, or began a folded one */
	uint64_t folded;	/* rows that joined the record of the row before */
	uint64_t duplicate;
	uint64_t rejected;
	uint64_t ignored;	/* blank lines, and rows that a format makes nothing of */
	uint64_t left_out;	/* the latter alone */
	uint64_t records;	/* written */
	uint64_t suppressed;	/* records that were not: suppress.h */
};

/* What the program does with what comes out.  None of them returns a failure:
 * the program ends where it cannot go on. */
struct ingest_calls {
	void (*write)(void *context, struct span records);
	/* ORIGINAL: the row's bytes as the file has them. */
	void (*reject)(void *context, struct span original, const struct error *why);
	/* The row that was rejected last goes on: one that is too long comes in pieces. */
	void (*reject_rest)(void *context, struct span original);
	/* A file with this header begins (empty: it has none). */
	void (*header)(void *context, struct span original);
	/* In a log, directives count for the rows from here on that the header lacks. */
	void (*directives)(void *context, struct span original);
	void (*say)(void *context, const char *text);
	void (*warn)(void *context, const char *text);
	/* A warning that nobody may miss: something is lost. */
	void (*alert)(void *context, const char *text);
	void (*progress)(void *context, uint64_t bytes, uint64_t total,
			 uint64_t rows);
	void *context;
};

struct log_proxies;
struct resume;

struct ingest_options {
	const struct mapping *mapping;	/* its settings are those of the options, too */
	struct formats *formats;	/* that its setting `format` may name */
	bool recognise;			/* files may be in one of them by their content */
	unsigned jobs;
	uint64_t memory;
	const char *scratch;
	const struct zone *zone;	/* of times without offset */
	int64_t as_of;
	struct span visitor_key;	/* see visitors_new; empty: none */
	struct log_proxies *trusted_proxies;	/* of web logs, see log_client; NULL: not known */
	const struct enrichment *enrichment;	/* loaded; NULL: none */
	size_t block;			/* 0: as usual; tests choose small ones */
	size_t line_max;		/* the same of what a line may have */
	uint64_t sample;		/* rows looked at first; 0: as usual */
	const struct finish_steps *finish;	/* what records go through; NULL: nothing */
	struct span id_key;		/* of hashed ids, see row_id; empty: none */
	bool dedupe;
	int64_t dedupe_ms;		/* see dedupe_new */
	struct suppress *suppress;	/* borrowed; NULL: all records are written */
	bool looking;			/* note questions instead of asking them */
	struct resume *resume;		/* files go on from where it says; NULL: none do */
};

struct ingest;

/* Owned: ingest_free. */
struct ingest *ingest_new(const struct ingest_options *options,
			  const struct ingest_calls *calls);
void ingest_free(struct ingest *in);

/*
 * Makes records of PATH (NULL or "-": stdin).  -1 with *ERR: the run is over.  1 with *ERR: the file
 * lacks a column that the mapping names, and is left as it is; others may be read.
 */
int ingest_file(struct ingest *in, const char *path, struct error *err);

const struct ingest_counts *ingest_counts(const struct ingest *in);

/* What enrichment did to the records. */
const struct enrich_notes *ingest_enriched(const struct ingest *in);

/* Visitors of robots.txt that there was no memory for. */
uint64_t ingest_robots_forgotten(const struct ingest *in);

/* What these steps have counted. */
const struct finish_counts *ingest_finish_counts(const struct ingest *in);

/* Appends a JSON array: of each source its name, records and newest time. */
void ingest_put_sources(const struct ingest *in, struct buf *out);

/* The newest time of any record, or SPAN_NONE.  Borrowed. */
struct span ingest_newest(const struct ingest *in);

/*
 * The name of a source by its file: the base name without endings and without
 * a date behind it ("orders_2024-03-01.csv.gz" is "orders").
 */
struct span ingest_source_of(const char *path);

#endif
