/*
 * Who has asked for robots.txt: programs do, people do not.  From that request on, all of
 * the same visitor (ids.anonymous_id; else address and user agent) is a bot's, for
 * the rest of the run, over all its files.
 *
 * That depends on what came before, so it is done where records are taken over in
 * the order of the input: workers only note who and where.  Which visitors there
 * were is remembered in bounded memory: of those that come when it is full
 * only the request for robots.txt itself is marked, and they are counted.
 */
#ifndef ENRICH_VISITS_H
#define ENRICH_VISITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "collect/enrich/enrich.h"

/* A record of a batch. */
struct visit {
	uint64_t visitor;	/* a hash; not 0 */
	size_t begin;		/* in the batch's output */
	bool robots;		/* the request for robots.txt */
};

/* URL, or a path, is that of a robots.txt at the root. */
bool visit_is_robots(struct span url);

struct visits;

/* To use about MEMORY bytes.  Owned: visits_free. */
struct visits *visits_new(uint64_t memory);
void visits_free(struct visits *v);

/*
 * Marks those of RECORDS, lines, that are a bot's by the visits of NOTES, and counts them
 * in SUM.  Batches come in the order of the input.
 */
void visits_mark(struct visits *v, const struct enrich_notes *notes, struct buf *records,
		 struct enrich_notes *sum);

/* How many visitors were not remembered. */
uint64_t visits_forgotten(const struct visits *v);

#endif
