#include "collect/enrich/enrichment.h"

#include "reference/agent.h"
#include "reference/channel_rules.h"
#include "reference/crawler.h"
#include "reference/place.h"
#include "text/lexicon.h"

static const char *const names[] = {"ua", "bots", "referrer", "geo", "sentiment", NULL};

const char *const bot_reason_names[] = {
	[BOT_DECLARED] = "declared",
	[BOT_LIST] = "list",
	[BOT_EMPTY] = "empty",
	[BOT_WORDS] = "words",
	[BOT_ROBOTS] = "robots",
	[BOT_REASONS] = NULL,
};

static bool is_reason(struct span item)
{
	for (const char *const *name = bot_reason_names; *name; name++)
		if (span_equal(item, span_of(*name)))
			return true;
	return false;
}

static int refuse_reason(struct span item, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near = error_suggest(item, bot_reason_names);

	if (near)
		return error_usage(err, "--enrich: unknown reason %s; did you mean 'bots=%s'?",
				   error_quote(item, quoted), near);
	return error_usage(err, "--enrich: unknown reason %s: write bots=declared,list,empty,words,robots "
			   "or some of them", error_quote(item, quoted));
}

static int refuse_item(struct span item, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	const char *near = error_suggest(span_sub(item, 0, span_find_byte(item, '=')), names);

	if (is_reason(item))
		return error_usage(err, "--enrich: %s is a reason: write bots=%.*s",
				   error_quote(item, quoted), SPAN_ARG(item));
	if (near)
		return error_usage(err, "--enrich: unknown enrichment %s; did you mean '%s'?",
				   error_quote(item, quoted), near);
	return error_usage(err, "--enrich: unknown enrichment %s: write ua, geo=FILE, referrer, sentiment or bots",
			   error_quote(item, quoted));
}

/* A reason behind "bots=". */
static bool add_reason(struct enrichment *e, struct span item)
{
	for (unsigned i = 0; i < BOT_REASONS; i++) {
		if (!span_equal(item, span_of(bot_reason_names[i])))
			continue;
		e->bots |= 1u << i;
		return true;
	}
	return false;
}

static int add_database(struct enrichment *e, struct span file, struct error *err)
{
	if (!file.len)
		return error_usage(err, "--enrich: geo wants a database: write geo=FILE.mmdb");
	if (e->geo_count == ENRICH_GEO_MAX)
		return error_usage(err, "--enrich: more than %d databases", ENRICH_GEO_MAX);
	e->geo[e->geo_count++] = arena_copy(&e->texts, file);
	return 0;
}

/* *LIST: reasons may follow. */
static int add_item(struct enrichment *e, struct span item, bool *list, struct error *err)
{
	if (*list && add_reason(e, item))
		return 0;
	*list = false;
	if (span_equal(item, SPAN("ua"))) {
		e->ua = true;
	} else if (span_starts(item, SPAN("geo="))) {
		return add_database(e, span_sub(item, 4, item.len), err);
	} else if (span_equal(item, SPAN("geo"))) {
		return error_usage(err, "--enrich: geo wants a database: write geo=FILE.mmdb");
	} else if (span_equal(item, SPAN("referrer"))) {
		e->referrer = true;
	} else if (span_equal(item, SPAN("sentiment"))) {
		e->sentiment = true;
	} else if (span_equal(item, SPAN("bots"))) {
		e->bots_named = true;
		e->bots = (1u << BOT_REASONS) - 1;
	} else if (span_starts(item, SPAN("bots="))) {
		*list = e->bots_named = true;
		if (!add_reason(e, span_sub(item, 5, item.len)))
			return refuse_reason(span_sub(item, 5, item.len), err);
	} else {
		return refuse_item(item, err);
	}
	return 0;
}

int enrichment_add(struct enrichment *e, const char *text, struct error *err)
{
	struct span rest = span_of(text);
	bool list = false;

	while (!span_absent(rest))
		if (add_item(e, span_trim(span_cut(&rest, ',')), &list, err))
			return -1;
	return 0;
}

bool enrichment_wanted(const struct enrichment *e)
{
	return e->ua || e->geo_count || e->bots || e->referrer || e->sentiment;
}

int enrichment_own_host(struct enrichment *e, const char *text, struct error *err)
{
	return own_hosts_add(&e->own, text, &e->texts, err);
}

static int load_channels(struct enrichment *e, struct error *err)
{
	e->sites = sites_load(e->sites_file, err);
	if (!e->sites)
		return -1;
	if (e->channels_file)
		e->channels = channel_rules_load(e->channels_file, err);
	return e->channels_file && !e->channels ? -1 : 0;
}

static int load_lexicon(struct enrichment *e, struct error *err)
{
	if (e->lexicon_file)
		e->own_lexicon = lexicon_load(e->lexicon_file, err);
	e->lexicon = e->lexicon_file ? e->own_lexicon : lexicon_builtin();
	return e->lexicon ? 0 : -1;
}

int enrichment_load(struct enrichment *e, struct error *err)
{
	for (size_t i = 0; i < e->geo_count; i++) {
		e->places[i] = places_open(e->geo[i].ptr, err);
		if (!e->places[i])
			return -1;
	}
	if (e->ua && !e->bots_named)
		e->bots = 1u << BOT_DECLARED;
	if (e->ua || e->bots & 1u << BOT_DECLARED) {
		e->agents = agents_load(e->agents_file ? e->agents_file : AGENTS_FILE, err);
		if (!e->agents)
			return -1;
	}
	if (e->bots & 1u << BOT_LIST) {
		e->crawlers = crawlers_load(e->crawlers_file, err);
		if (!e->crawlers)
			return -1;
	}
	if (e->sentiment && load_lexicon(e, err))
		return -1;
	return e->referrer ? load_channels(e, err) : 0;
}

void enrichment_release(struct enrichment *e)
{
	for (size_t i = 0; i < e->geo_count; i++)
		places_close(e->places[i]);
	agents_free(e->agents);
	crawlers_free(e->crawlers);
	sites_free(e->sites);
	channel_rules_free(e->channels);
	lexicon_free(e->own_lexicon);
	arena_release(&e->texts);
}
