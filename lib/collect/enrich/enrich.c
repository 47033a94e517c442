#include "collect/enrich/enrich.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "collect/enrich/enrich_parts.h"
#include "collect/enrich/visits.h"
#include "collect/reference/agent.h"
#include "collect/reference/channel_rules.h"
#include "collect/reference/crawler.h"
#include "collect/reference/place.h"
#include "record/event.h"
#include "record/scan.h"

static const char *const names[] = {"ua", "bots", "referrer", "geo", NULL};

const char *const bot_reason_names[] = {
	[BOT_DECLARED] = "declared",
	[BOT_LIST] = "list",
	[BOT_EMPTY] = "empty",
	[BOT_WORDS] = "words",
	[BOT_ROBOTS] = "robots",
	[BOT_REASONS] = NULL,
};

static const struct enrich_place places[INPUT_CLICK_ID] = {
	[INPUT_USER_AGENT] = {"context", "user_agent"},
	[INPUT_IP] = {"context", "ip"},
	[INPUT_URL] = {"context", "page.url"},
	[INPUT_PATH] = {"context", "page.path"},
	[INPUT_VISITOR] = {"ids", "anonymous_id"},
	[INPUT_HOST] = {"props", "host"},
	[INPUT_REFERRER] = {"context", "page.referrer"},
	[INPUT_SOURCE] = {"context", "campaign.source"},
	[INPUT_MEDIUM] = {"context", "campaign.medium"},
	[INPUT_CAMPAIGN] = {"context", "campaign.name"},
	[INPUT_TERM] = {"context", "campaign.term"},
	[INPUT_CONTENT] = {"context", "campaign.content"},
};

/* The groups that enrichment makes. */
static const char *const groups[] = {"browser", "os", "device", "geo", "channel", "bot", "enriched"};

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
	return error_usage(err, "--enrich: unknown enrichment %s: write ua, geo=FILE, referrer or bots",
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
	return e->ua || e->geo_count || e->bots || e->referrer;
}

static int add_host(struct enrichment *e, struct span host, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];
	struct span *list;
	char *to;

	if (!host.len || span_find_byte(host, '/') < host.len || span_find_byte(host, ':') < host.len)
		return error_usage(err, "--own-host: %s is no host: write example.com",
				   error_quote(host, quoted));
	if (host.ptr[0] == '.')
		host = span_sub(host, 1, host.len);
	list = arena_alloc(&e->texts, (e->own.count + 1) * sizeof *list);
	to = arena_bytes(&e->texts, host.len);
	if (e->own.count)
		memcpy(list, e->own.list, e->own.count * sizeof *list);
	for (size_t i = 0; i < host.len; i++)
		to[i] = span_lower(host.ptr[i]);
	list[e->own.count++] = (struct span){to, host.len};
	e->own.list = list;
	return 0;
}

int enrichment_own_host(struct enrichment *e, const char *text, struct error *err)
{
	struct span rest = span_of(text);

	while (!span_absent(rest))
		if (add_host(e, span_trim(span_cut(&rest, ',')), err))
			return -1;
	return 0;
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
	arena_release(&e->texts);
}

struct enricher *enricher_new(const struct enrichment *asked)
{
	struct enricher *e = mem_zero(1, sizeof *e);

	e->asked = asked;
	if (asked->agents)
		e->agent = agent_scratch_new(asked->agents);
	if (asked->crawlers)
		e->crawler = crawler_scratch_new(asked->crawlers);
	if (asked->sites)
		e->sites = site_finder_new(asked->sites, asked->memory);
	memo_init(&e->agents, asked->memory);
	memo_init(&e->places, asked->memory);
	return e;
}

void enricher_free(struct enricher *e)
{
	if (!e)
		return;
	agent_scratch_free(e->agent);
	crawler_scratch_free(e->crawler);
	site_finder_free(e->sites);
	buf_release(&e->key);
	arena_release(&e->scratch);
	memo_release(&e->agents);
	memo_release(&e->places);
	buf_release(&e->text);
	buf_release(&e->marks);
	mem_free(e);
}

bool enrich_makes(struct span name)
{
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (span_equal(name, span_of(groups[i])))
			return true;
	return false;
}

struct enrich_place enrich_place_of(enum enrich_input input)
{
	if (input < INPUT_CLICK_ID)
		return places[input];
	return (struct enrich_place){"props", click_ids[input - INPUT_CLICK_ID]};
}

void enricher_begin(struct enricher *e)
{
	e->done = e->visitor = 0;
}

/* Those of MEMBERS whose names CONTEXT does not have yet. */
static void put_missing(struct enricher *e, struct span members, struct span context,
			struct buf *out)
{
	struct buf object = BUF_INIT;
	struct scan s;
	struct member m;
	struct value have;

	buf_char(&object, '{');
	buf_span(&object, span_sub(context, 1, context.len));
	buf_char(&object, '}');
	buf_char(&object, '{');
	buf_span(&object, span_sub(members, 1, members.len));
	buf_char(&object, '}');
	have = (struct value){span_sub(buf_view(&object), 0, context.len + 1), VALUE_OBJECT, false};
	if (!context.len)
		have.raw = SPAN("{}");
	scan_start(&s, span_sub(buf_view(&object), context.len ? context.len + 1 : 2, object.len));
	if (!scan_enter(&s, '{', NULL)) {
		while (scan_member(&s, &m, NULL) > 0) {
			if (value_member(have, m.key).kind != VALUE_NONE) {
				enricher_note(e, ENRICHED_KEPT);
				continue;
			}
			buf_lit(out, ",\"");
			buf_span(out, m.key);
			buf_lit(out, "\":");
			buf_span(out, m.value.raw);
		}
	}
	buf_release(&object);
}

struct inputs {
	struct span agent, ip, url;
};

/* Who the visitor is, and whether robots.txt is what it asks for. */
static void look_for_robots(struct enricher *e, const struct enrich_record *r,
			    const struct inputs *in)
{
	struct span path = enrich_value(r, INPUT_PATH);
	struct span visitor = enrich_value(r, INPUT_VISITOR);

	e->robots = visit_is_robots(span_absent(path) ? in->url : path);
	buf_clear(&e->key);
	if (!span_absent(visitor)) {
		buf_char(&e->key, 'v');
		buf_span(&e->key, visitor);
	} else if (!span_absent(in->ip)) {
		buf_char(&e->key, 'a');
		buf_span(&e->key, in->ip);
		buf_char(&e->key, '\0');
		buf_span(&e->key, in->agent);
	}
	e->visitor = e->key.len ? hash_64(buf_view(&e->key)) | 1 : 0;
}

void enricher_put(struct enricher *e, const struct enrich_record *r, size_t inner,
		  struct buf *out)
{
	struct inputs in;

	buf_clear(&e->text);
	buf_clear(&e->marks);
	in.agent = enrich_value(r, INPUT_USER_AGENT);
	in.ip = enrich_value(r, INPUT_IP);
	in.url = enrich_value(r, INPUT_URL);
	if (e->asked->geo_count)
		enrich_place(e, in.ip);
	if (e->asked->referrer)
		enrich_channel(e, r, in.url);
	if (e->asked->ua || e->asked->bots)
		enrich_agent(e, in.agent, r->has_agents &&
				(!span_absent(in.ip) || !span_absent(in.url)));
	if (e->asked->bots & 1u << BOT_ROBOTS)
		look_for_robots(e, r, &in);
	if (!e->marks.len)
		return;
	buf_lit(&e->text, ",\"enriched\":{");
	buf_span(&e->text, buf_since(&e->marks, 1));
	buf_char(&e->text, '}');
	if (r->clashes)
		put_missing(e, buf_view(&e->text), buf_since(out, inner), out);
	else
		buf_span(out, buf_view(&e->text));
}

void enricher_commit(struct enricher *e, size_t begin, struct enrich_notes *notes)
{
	for (uint64_t left = e->done; left; left &= left - 1)
		notes->counts[__builtin_ctzll(left)]++;
	notes->counts[ENRICH_RECORDS]++;
	if (e->visitor) {
		notes->visits = mem_room(notes->visits, notes->visit_count,
					 &notes->visit_cap, sizeof *notes->visits);
		notes->visits[notes->visit_count++] =
			(struct visit){e->visitor, begin, e->robots};
	}
	enricher_begin(e);
}

/* The members of CONTEXT that are not ours, as it has them. */
static void put_others(struct value context, struct buf *out)
{
	struct scan s;
	struct member m;
	char before = '{';

	scan_start(&s, context.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		if (enrich_makes(m.key))
			continue;
		buf_char(out, before);
		buf_span(out, span_between(m.key.ptr - 1, m.value.raw.ptr + m.value.raw.len));
		before = ',';
	}
	if (before == ',')
		buf_char(out, '}');
}

void enrich_strip(struct span record, struct buf *out)
{
	static const struct span name = SPAN(",\"context\":");
	struct event e;
	size_t at, begin;

	if (event_parse(&e, span_sub(record, 0, record.len - 1), NULL) ||
	    e.context.kind != VALUE_OBJECT) {
		buf_span(out, record);
		return;
	}
	at = (size_t)(e.context.raw.ptr - record.ptr);
	buf_span(out, span_sub(record, 0, at));
	begin = out->len;
	put_others(e.context, out);
	/* A context of nothing else would not be there. */
	if (out->len == begin)
		out->len -= name.len;
	buf_span(out, span_sub(record, at + e.context.raw.len, record.len));
}

void enrich_notes_clear(struct enrich_notes *n)
{
	memset(n->counts, 0, sizeof n->counts);
	n->visit_count = 0;
}

void enrich_notes_restore(struct enrich_notes *n, const struct enrich_notes *before)
{
	memcpy(n->counts, before->counts, sizeof n->counts);
	n->visit_count = before->visit_count;
}

void enrich_notes_release(struct enrich_notes *n)
{
	mem_free(n->visits);
	*n = (struct enrich_notes){0};
}

void enrich_notes_add(struct enrich_notes *sum, const struct enrich_notes *part)
{
	for (size_t i = 0; i < ENRICH_COUNTS; i++)
		sum->counts[i] += part->counts[i];
}
