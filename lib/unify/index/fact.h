/*
 * What one line of input becomes: a fact, made by a worker for the one thread
 * that builds the index.
 *
 * A profile with full events is its events: a fact each, between two marks, the
 * first with the profile's id as its key, the second without.
 */
#ifndef INDEX_FACT_H
#define INDEX_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "unify/index/fragments.h"
#include "unify/index/stored.h"

/* The worker has met this fragment before and did not list its identifiers. */
#define IDENTIFIERS_SKIPPED UINT32_MAX

struct fact {
	uint32_t size;		/* of all, a multiple of 8 */
	uint32_t stored;	/* where the stored event begins */
	int64_t time;		/* MOMENT_NONE when undated */
	struct hash128 key;	/* of source and id; 0: without id, so it is no duplicate */
	struct fragment_key fragment_key;
	/* Behind this head stand the source's name, the fragment, and, each
	 * with its head, the identifiers, the strongest first. */
	uint32_t source_len;
	uint32_t fragment_len;
	uint32_t identifiers;	/* or IDENTIFIERS_SKIPPED */
	uint32_t blocked;	/* identifiers that were dropped */
	bool is_mark;		/* no event: a profile begins or ends */
	char unused[7];
};

/* A source, as identifiers know it. */
struct fact_source {
	struct span form;		/* of its name: sources.h */
	struct fragment_key key;		/* of the form */
};

/* What a worker keeps from line to line. */
struct fact_maker {
	struct event event;
	struct buf text;
	struct fragment_reader reader;
	struct map sources;	/* as they are written; a number of source_list */
	struct fact_source *source_list;
	size_t source_cap;
	uint32_t source;	/* the last */
	struct arena forms;
	uint64_t *met;		/* seeded hashes of fragments that were fine, by their
				   source; the last bit: it has numbers of its own */
	struct profile *profile;	/* once there was one */
};

void fact_maker_release(struct fact_maker *m);

/*
 * Appends the facts of LINE to OUT, whose length is a multiple of 8 and stays
 * so.  0, or -1: a data error rejects the line; a profile whose events are not
 * all there, with all they said, is a failure.
 */
int fact_make(struct fact_maker *m, const struct identity_rules *rules,
	      struct span line, struct buf *out, struct error *err);

#endif
