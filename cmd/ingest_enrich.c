#include "cmd/ingest_enrich.h"

/* Of --memory, for what a worker remembers. */
#define MEMO_SHARE 32

/* Options that would do nothing are mistakes. */
static void check_use(struct tool *t, const struct enrich_given *given,
		      const struct enrichment *e)
{
	if (given->agents_file && !e->ua && !(e->bots & 1u << BOT_DECLARED))
		tool_usage(t, "--ua-regexes is for --enrich ua");
	if (given->crawlers_file && !(e->bots & 1u << BOT_LIST))
		tool_usage(t, "--crawlers is for --enrich bots");
	if (given->lexicon_file && !e->sentiment)
		tool_usage(t, "--lexicon is for --enrich sentiment");
	if (e->referrer)
		return;
	if (given->sites_file || given->channels_file || given->own_hosts.count)
		tool_usage(t, "%s is for --enrich referrer", given->sites_file ? "--sites" :
			   given->channels_file ? "--channels" : "--own-host");
}

void enrich_start(struct tool *t, const struct enrich_given *given,
		  struct enrichment *e, struct ingest_options *options)
{
	for (size_t i = 0; i < given->names.count; i++)
		if (enrichment_add(e, given->names.values[i], &t->err))
			tool_fail(t);
	for (size_t i = 0; i < given->own_hosts.count; i++)
		if (enrichment_own_host(e, given->own_hosts.values[i], &t->err))
			tool_fail(t);
	check_use(t, given, e);
	if (!enrichment_wanted(e))
		return;
	e->agents_file = given->agents_file;
	e->crawlers_file = given->crawlers_file;
	e->sites_file = given->sites_file;
	e->channels_file = given->channels_file;
	e->lexicon_file = given->lexicon_file;
	e->memory = t->memory / MEMO_SHARE / t->jobs;
	if (enrichment_load(e, &t->err))
		tool_fail(t);
	options->enrichment = e;
}

void enrich_finish(struct tool *t, const struct enrichment *e, const struct ingest *in)
{
	struct buf text = BUF_INIT;

	if (!e)
		return;
	enrich_put_stats(e, ingest_enriched(in), &text);
	tool_stat_value(t, "enriched", buf_view(&text));
	buf_clear(&text);
	enrich_put_sentence(e, ingest_enriched(in), &text);
	tool_say(t, "%s", buf_text(&text));
	if (ingest_enriched(in)->counts[ENRICHED_PLACE_DAMAGED])
		tool_warn(t, "the database of --enrich geo is damaged: it could not be read for %llu records",
			  (unsigned long long)ingest_enriched(in)->counts[ENRICHED_PLACE_DAMAGED]);
	if (ingest_robots_forgotten(in))
		tool_warn(t, "%llu visitors asked for robots.txt when --memory for that was full: "
			  "their further requests are not marked",
			  (unsigned long long)ingest_robots_forgotten(in));
	buf_release(&text);
}
