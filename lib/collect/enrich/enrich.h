/*
 * Enrichment of one record after the other: what the world knows about a record's user agent,
 * address and referrer, added to its context (see enrichment.h for the groups), and
 * context.enriched, which names the edition of the data that it comes from.
 *
 * What was there stays: nothing is replaced, and a group of one of these names that the source
 * has itself is left alone.
 *
 * An enricher belongs to one worker.  It asks for the values that a record is made of, so that each
 * format that has a user agent can be enriched; of an address it takes the value
 * that the row has, before privacy options change it.
 */
#ifndef ENRICH_ENRICH_H
#define ENRICH_ENRICH_H

#include "collect/enrich/enrich_notes.h"
#include "collect/enrich/enrichment.h"

/* What is looked at of a record. */
enum enrich_input {
	INPUT_USER_AGENT,
	INPUT_IP,
	INPUT_URL,
	INPUT_PATH,
	INPUT_VISITOR,
	INPUT_HOST,
	INPUT_REFERRER,
	INPUT_SOURCE,		/* of the campaign, as the four below */
	INPUT_MEDIUM,
	INPUT_CAMPAIGN,
	INPUT_TERM,
	INPUT_CONTENT,
	INPUT_TEXT,		/* of a post */
	INPUT_REVIEW,		/* of a review, where there is no such text */
	INPUT_CLICK_ID,		/* one for each of click_ids */
	INPUT_CLICK_ID_LAST = INPUT_CLICK_ID + 9,
	ENRICH_INPUTS,
};

/* Where a record has it: "context" and "page.url". */
struct enrich_place {
	const char *section;
	const char *key;
};

struct enrich_place enrich_place_of(enum enrich_input input);

/* Is NAME, a member of the context, one that enrichment makes? */
bool enrich_makes(struct span name);

/* A record that is being made. */
struct enrich_record {
	/* The value of INPUT without blanks around it, or SPAN_NONE; borrowed until the
	 * record is done. */
	struct span (*value)(void *context, enum enrich_input input);
	void *context;
	bool has_agents;	/* where it comes from records have user agents */
	bool clashes;		/* it may have a member that enrichment makes */
};

struct enricher;

/* Owned: enricher_free. */
struct enricher *enricher_new(const struct enrichment *e);
void enricher_free(struct enricher *e);

/* A record begins: of one before that came to nothing nothing is noted. */
void enricher_begin(struct enricher *e);

/*
 * Appends members to OUT, whose members of the context begin at INNER, each
 * with a comma before it.
 */
void enricher_put(struct enricher *e, const struct enrich_record *r, size_t inner,
		  struct buf *out);

/*
 * The record, which begins at BEGIN of its batch, counts: adds to NOTES what was done since
 * enricher_begin.
 */
void enricher_commit(struct enricher *e, size_t begin, struct enrich_notes *notes);

/*
 * Appends RECORD, a line, without the groups of enrichment, for hashing: another edition of
 * the facts does not make another record of the same row.
 */
void enrich_strip(struct span record, struct buf *out);

#endif
