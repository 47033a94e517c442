/* What the files of enrichment share: one file a kind, enrich.c around them. */
#ifndef ENRICH_ENRICH_PARTS_H
#define ENRICH_ENRICH_PARTS_H

#include "collect/enrich/enrich.h"
#include "collect/reference/memo.h"

struct enricher {
	const struct enrichment *asked;
	struct agent_scratch *agent;
	struct crawler_scratch *crawler;
	struct site_finder *sites;
	struct memo places;	/* address -> its group */
	struct memo agents;	/* user agent -> its groups */
	struct buf text;	/* of the record at hand: members, each with a comma */
	struct buf marks;	/* members of context.enriched */
	uint64_t done;		/* a bit for each enrich_count of this record */
	uint64_t visitor;	/* of this record: see struct visit; 0: unknown */
	bool robots;		/* it is a request for robots.txt */
	struct buf key;
	struct arena scratch;
};

static inline struct span enrich_value(const struct enrich_record *r, enum enrich_input input)
{
	return r->value(r->context, input);
}

/* Appends `,"KEY":"TEXT"` where TEXT is there. */
void enrich_put_text(struct buf *out, const char *key, struct span text);

/* Of this record. */
static inline void enricher_note(struct enricher *e, unsigned count)
{
	e->done |= (uint64_t)1 << count;
}

/*
 * enrich_agent.c: browser, os, device, and whether it is a bot's.  REQUEST: the record
 * is one, so that it should have a user agent.
 */
void enrich_agent(struct enricher *e, struct span agent, bool request);

/* enrich_place.c: where the address is. */
void enrich_place(struct enricher *e, struct span ip);

/* enrich_channel.c: where the visit comes from. */
void enrich_channel(struct enricher *e, const struct enrich_record *r, struct span url);

#endif
