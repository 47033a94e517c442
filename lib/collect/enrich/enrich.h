/*
 * Enrichment: what the world knows about a record's user agent, address and
 * referrer, added to its context, each by option:
 *
 *	ua		context.browser, context.os, context.device
 *	geo=FILE	context.geo
 *	bots		context.bot
 *	referrer	context.channel
 *
 * and context.enriched says with which edition of which data.  What was there
 * stays: nothing is replaced, and a group of one of these names that the
 * source has itself is left alone.
 *
 * An enrichment is what was asked for with the facts loaded; threads share it.  An
 * enricher belongs to one worker.  It asks for the values that a record is made of, so each
 * format that has a user agent can be enriched; of an address it takes the value
 * that the row has, before privacy options change it.
 */
#ifndef ENRICH_ENRICH_H
#define ENRICH_ENRICH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "collect/reference/channel.h"

struct agents;
struct crawlers;
struct places;

/* Why a record is a bot's; in the order that a record has them. */
enum bot_reason {
	BOT_DECLARED,	/* uap-core's device is "Spider" */
	BOT_LIST,	/* of crawlers, see collect/reference/crawler.h */
	BOT_EMPTY,	/* no user agent, where the source has them */
	BOT_WORDS,	/* "bot", "crawl", ... somewhere */
	BOT_ROBOTS,	/* the visitor has asked for robots.txt: see collect/enrich/visits.h */
	BOT_REASONS,
};

extern const char *const bot_reason_names[BOT_REASONS + 1];	/* NULL at the end */

/* Databases: one for places, one for networks, and what else there may be. */
#define ENRICH_GEO_MAX 4

/* What was asked for. */
struct enrichment {
	bool ua;
	bool bots_named;		/* "bots" was; else ua brings "declared" */
	unsigned bots;			/* a bit for each reason that counts */
	const char *agents_file;	/* NULL: Debian's */
	const char *crawlers_file;	/* NULL: the built-in list alone */
	struct span geo[ENRICH_GEO_MAX];	/* files; "geo" may be given so often */
	size_t geo_count;
	bool referrer;
	const char *sites_file;		/* NULL: the built-in list alone */
	const char *channels_file;	/* NULL: none */
	uint64_t memory;		/* that a worker may remember results in */
	/* enrichment_load: */
	struct places *places[ENRICH_GEO_MAX];
	struct agents *agents;
	struct crawlers *crawlers;
	struct sites *sites;
	struct channel_rules *channels;
	struct own_hosts own;
	struct arena texts;
};

/* Adds TEXT, hosts with commas between them, to the owner's.  -1 with a usage error. */
int enrichment_own_host(struct enrichment *e, const char *text, struct error *err);

/*
 * Adds what TEXT, the value of --enrich, asks for: names with commas between them;
 * "bots=list,empty" names reasons.  -1 with a usage error.
 */
int enrichment_add(struct enrichment *e, const char *text, struct error *err);

/* Loads the facts that are needed.  -1 with an error that names the file. */
int enrichment_load(struct enrichment *e, struct error *err);
void enrichment_release(struct enrichment *e);

bool enrichment_wanted(const struct enrichment *e);

/* How many records got what: see enrich_count_names. */
enum enrich_count {
	ENRICH_RECORDS,		/* all that were looked at */
	ENRICHED_BROWSER,	/* browser, system and device of a user agent */
	ENRICHED_BROWSER_OTHER,	/* ... where none of them is known */
	ENRICHED_PLACE,
	ENRICHED_PLACE_UNKNOWN,
	ENRICHED_PLACE_DAMAGED,
	ENRICHED_CHANNEL,
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

/* Adds the counts of PART to those of SUM. */
void enrich_notes_add(struct enrich_notes *sum, const struct enrich_notes *part);

/* For --stats, as a JSON object; and for people: "enriched: ...". */
void enrich_put_stats(const struct enrichment *e, const struct enrich_notes *n,
		      struct buf *out);
void enrich_put_sentence(const struct enrichment *e, const struct enrich_notes *n,
			 struct buf *out);

#endif
