/* What the files of enrichment share: one file a kind, enrich.c around them. */
#ifndef INGEST_ENRICH_PARTS_H
#define INGEST_ENRICH_PARTS_H

#include "facts/memo.h"
#include "ingest/enrich.h"
#include "ingest/maker.h"

/* Where the plan may have what enrichment looks at. */
enum enrich_input {
	INPUT_USER_AGENT,
	INPUT_IP,
	INPUT_URL,
	INPUT_PATH,
	INPUT_VISITOR,		/* ids.anonymous_id */
	INPUT_HOST,
	INPUT_REFERRER,
	INPUT_SOURCE,		/* of the campaign, as the four below */
	INPUT_MEDIUM,
	INPUT_CAMPAIGN,
	INPUT_TERM,
	INPUT_CONTENT,
	INPUT_CLICK_ID,		/* properties of these names, in the order of click_ids */
	INPUT_CLICK_ID_LAST = INPUT_CLICK_ID + 9,
	ENRICH_INPUTS,
};

/* A plan as enrichment sees it. */
struct enrich_view {
	const struct plan *plan;
	const struct target *inputs[ENRICH_INPUTS];	/* NULL: the plan has none */
	bool clashes;		/* the source may have a group of a name of ours */
};

struct enricher {
	const struct enrichment *asked;
	struct enrich_view *views;
	size_t view_count;
	size_t view_cap;
	const struct enrich_view *view;		/* of the row at hand */
	struct agent_scratch *agent;
	struct crawler_scratch *crawler;
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

/* The row's value of INPUT without blanks around it, or SPAN_NONE. */
struct span enricher_input(struct enricher *e, struct maker *m, const struct row *row,
			   enum enrich_input input);

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
void enrich_channel(struct enricher *e, struct maker *m, const struct row *row,
		    struct span url);

#endif
