/*
 * What enrichment did to records: counted by worker and batch, added up in the order of the
 * input, and reported as numbers and as a sentence.
 */
#ifndef ENRICH_ENRICH_NOTES_H
#define ENRICH_ENRICH_NOTES_H

#include "base/buf.h"
#include "collect/enrich/enrichment.h"

/* How many records got what */
enum enrich_count {
	ENRICH_RECORDS,		/* all that were looked at */
	ENRICHED_BROWSER,	/* browser, system and device of a user agent */
	ENRICHED_BROWSER_OTHER,	/* ... where none of them is known */
	ENRICHED_PLACE,
	ENRICHED_PLACE_UNKNOWN,
	ENRICHED_PLACE_DAMAGED,
	ENRICHED_CHANNEL,
	ENRICHED_SENTIMENT,
	ENRICHED_SENTIMENT_FOREIGN,	/* texts of other languages, which have none */
	ENRICHED_ORIGIN,	/* and one for each way that it was found: enum origin_by */
	ENRICHED_KEPT = ENRICHED_ORIGIN + ORIGINS,	/* a group of that name was there already */
	ENRICHED_BOT,
	ENRICHED_BOT_REASON,	/* and one for each reason */
	ENRICH_COUNTS = ENRICHED_BOT_REASON + BOT_REASONS,
};

/* What enrichment notes about the records of a batch. */
struct enrich_notes {
	uint64_t counts[ENRICH_COUNTS];
	struct visit *visits;		/* with BOT_ROBOTS */
	size_t visit_count;
	size_t visit_cap;
};

void enrich_notes_clear(struct enrich_notes *n);
void enrich_notes_release(struct enrich_notes *n);

/* N is again what it was when BEFORE was copied of it. */
void enrich_notes_restore(struct enrich_notes *n, const struct enrich_notes *before);

/* Adds the counts of PART to those of SUM. */
void enrich_notes_add(struct enrich_notes *sum, const struct enrich_notes *part);

/* For --stats, as a JSON object; and for people: "enriched: ...". */
void enrich_put_stats(const struct enrichment *e, const struct enrich_notes *n,
		      struct buf *out);
void enrich_put_sentence(const struct enrichment *e, const struct enrich_notes *n,
			 struct buf *out);

#endif
