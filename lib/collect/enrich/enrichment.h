/*
 * What enrichment was asked for (--enrich, --own-host), with the facts that it needs loaded:
 *
 *	ua		context.browser, context.os, context.device
 *	geo=FILE	context.geo
 *	bots		context.bot
 *	referrer	context.channel
 *	sentiment	context.sentiment
 *
 * Made once and then only read, so that all workers share it.
 */
#ifndef ENRICH_ENRICHMENT_H
#define ENRICH_ENRICHMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "reference/origin.h"

struct agents;
struct crawlers;
struct lexicon;
struct places;

/* Why a record is a bot's; in the order that a record has them. */
enum bot_reason {
	BOT_DECLARED,	/* uap-core's device is "Spider" */
	BOT_LIST,	/* of crawlers, see reference/crawler.h */
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
	bool sentiment;
	const char *lexicon_file;	/* NULL: the built-in one */
	uint64_t memory;		/* that a worker may remember results in */
	/* enrichment_load: */
	struct places *places[ENRICH_GEO_MAX];
	struct agents *agents;
	struct crawlers *crawlers;
	struct sites *sites;
	struct channel_rules *channels;
	const struct lexicon *lexicon;
	struct lexicon *own_lexicon;	/* of the file */
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

#endif
