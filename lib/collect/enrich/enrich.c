#include "collect/enrich/enrich.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "collect/enrich/visits.h"
#include "reference/agent.h"
#include "reference/channel.h"
#include "reference/channel_rules.h"
#include "reference/crawler.h"
#include "reference/memo.h"
#include "reference/place.h"
#include "journey/request.h"
#include "record/document.h"
#include "record/event.h"
#include "record/scan.h"
#include "text/sentiment.h"
#include "text/url.h"

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
	[INPUT_TEXT] = {"props", "text"},
	[INPUT_REVIEW] = {"props", "review_body"},
};

/* The groups that enrichment makes. */
static const char *const groups[] = {"browser", "os", "device", "geo", "channel", "bot", "sentiment", "enriched"};

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

static struct span enrich_value(const struct enrich_record *r, enum enrich_input input)
{
	return r->value(r->context, input);
}

/* The record at hand has got what COUNT counts. */
static void note_done(struct enricher *e, unsigned count)
{
	e->done |= (uint64_t)1 << count;
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

/* User agents: what each says, worked out once for each text. */

/* Beside the groups of a user agent in the memo: reasons below this. */
#define AGENT_OTHER 0x10000

static void put_text(struct buf *out, const char *key, struct span text)
{
	if (span_absent(text))
		return;
	buf_lit(out, ",\"");
	buf_span(out, span_of(key));
	buf_lit(out, "\":");
	text_encode(out, text);
}

/* "10.9.1": as many parts as are known. */
static void put_version(struct buf *out, const struct span *parts, size_t count)
{
	struct buf version = BUF_INIT;

	for (size_t i = 0; i < count && !span_absent(parts[i]); i++) {
		if (i)
			buf_char(&version, '.');
		buf_span(&version, parts[i]);
	}
	if (version.len)
		put_text(out, "version", buf_view(&version));
	buf_release(&version);
}

/* What uap-core calls what it does not know. */
static void put_family(struct buf *out, struct span family)
{
	buf_lit(out, "\"name\":");
	text_encode(out, span_absent(family) ? SPAN("Other") : family);
}

static void put_agent_groups(struct buf *out, const struct agent *a)
{
	const struct span browser[] = {a->browser.major, a->browser.minor, a->browser.patch};
	const struct span os[] = {a->os.major, a->os.minor, a->os.patch, a->os.patch_minor};

	buf_lit(out, ",\"browser\":{");
	put_family(out, a->browser.family);
	put_version(out, browser, 3);
	buf_lit(out, "},\"os\":{");
	put_family(out, a->os.family);
	put_version(out, os, 4);
	buf_lit(out, "},\"device\":{");
	put_family(out, a->device.family);
	put_text(out, "brand", a->device.brand);
	put_text(out, "model", a->device.model);
	buf_char(out, '}');
}

static bool is_spider(const struct agent *a)
{
	return span_equal(a->device.family, SPAN("Spider"));
}

/* Into VALUE the reasons that AGENT gives, and behind TEXT who it is. */
static void find_bot_reasons(struct enricher *e, struct span agent, const struct agent *a,
			     struct memo_value *value, struct buf *text)
{
	const struct crawler *known = e->crawler ?
		crawler_find(e->asked->crawlers, e->crawler, agent) : NULL;

	if (known)
		value->bits |= 1u << BOT_LIST;
	if (is_spider(a))
		value->bits |= 1u << BOT_DECLARED;
	if (crawler_by_words(agent))
		value->bits |= 1u << BOT_WORDS;
	value->bits &= e->asked->bots;
	if (value->bits & 1u << BOT_LIST) {
		put_text(text, "name", known->name);
		put_text(text, "category", known->category);
	} else if (value->bits & 1u << BOT_DECLARED) {
		put_text(text, "name", a->browser.family);
	}
}

/* The groups, and behind them who the bot is. */
static const struct memo_value *look_up_agent(struct enricher *e, struct span agent)
{
	const struct memo_value *known = memo_find(&e->agents, agent);
	struct memo_value value = {0};
	struct buf text = BUF_INIT;
	struct agent a = {0};

	if (known)
		return known;
	if (e->agent)
		agent_parse(e->asked->agents, e->agent, agent, &a);
	if (e->asked->ua)
		put_agent_groups(&text, &a);
	value.split = (uint32_t)text.len;
	find_bot_reasons(e, agent, &a, &value, &text);
	if (span_absent(a.browser.family) && span_absent(a.os.family) &&
	    span_absent(a.device.family))
		value.bits |= AGENT_OTHER;
	value.text = buf_view(&text);
	known = memo_put(&e->agents, agent, value);
	buf_release(&text);
	return known;
}

static void put_bot(struct enricher *e, unsigned reasons, struct span name)
{
	bool first = true;

	if (!reasons)
		return;
	buf_lit(&e->text, ",\"bot\":{\"reasons\":[");
	for (unsigned i = 0; i < BOT_REASONS; i++) {
		if (!(reasons & 1u << i))
			continue;
		buf_printf(&e->text, "%s\"%s\"", first ? "" : ",", bot_reason_names[i]);
		first = false;
		note_done(e, ENRICHED_BOT_REASON + i);
	}
	buf_char(&e->text, ']');
	buf_span(&e->text, name);
	buf_char(&e->text, '}');
	note_done(e, ENRICHED_BOT);
}

/* Which data the record was held against. */
static void mark_agent_data(struct enricher *e, bool has_agent)
{
	if (e->agent && has_agent) {
		buf_lit(&e->marks, ",\"ua\":\"uap-core ");
		buf_span(&e->marks, agents_edition(e->asked->agents));
		buf_char(&e->marks, '"');
	}
	if (e->asked->bots_named) {
		buf_lit(&e->marks, ",\"bots\":\"");
		buf_span(&e->marks, e->crawler ? crawlers_edition(e->asked->crawlers) :
						 SPAN("rules"));
		buf_char(&e->marks, '"');
	}
}

static void add_agent(struct enricher *e, struct span agent, bool request)
{
	const struct memo_value *known;

	if (span_absent(agent) && !request)
		return;
	mark_agent_data(e, !span_absent(agent));
	if (span_absent(agent)) {
		put_bot(e, e->asked->bots & 1u << BOT_EMPTY, SPAN(""));
		return;
	}
	known = look_up_agent(e, agent);
	if (e->asked->ua) {
		buf_span(&e->text, span_sub(known->text, 0, known->split));
		note_done(e, ENRICHED_BROWSER);
		if (known->bits & AGENT_OTHER)
			note_done(e, ENRICHED_BROWSER_OTHER);
	}
	put_bot(e, known->bits & ~(unsigned)AGENT_OTHER,
		span_sub(known->text, known->split, known->text.len));
}

/* Addresses: where each is, looked up once for each address. */

/* Beside the group in the memo. */
#define PLACE_DAMAGED 1

static void put_degrees(struct buf *out, const char *key, double degrees)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_shortest(out, degrees);
}

/* The members, each with a comma before it; nothing where nothing is known. */
static void put_place(struct buf *out, const struct place *p)
{
	put_text(out, "country", p->country);
	put_text(out, "region", p->region);
	put_text(out, "city", p->city);
	put_text(out, "postcode", p->postcode);
	if (p->located) {
		put_degrees(out, "latitude", p->latitude);
		put_degrees(out, "longitude", p->longitude);
	}
	put_text(out, "time_zone", p->time_zone);
	if (p->asn)
		buf_printf(out, ",\"asn\":%lu", (unsigned long)p->asn);
	put_text(out, "organization", p->organization);
}

static const struct memo_value *look_up_place(struct enricher *e, struct span ip)
{
	const struct memo_value *known = memo_find(&e->places, ip);
	struct memo_value value = {0};
	struct buf text = BUF_INIT;
	struct place place = {.asn = 0};

	if (known)
		return known;
	for (size_t i = 0; i < e->asked->geo_count; i++)
		if (place_find(e->asked->places[i], ip, &place) < 0)
			value.bits |= PLACE_DAMAGED;
	put_place(&text, &place);
	value.text = buf_view(&text);
	known = memo_put(&e->places, ip, value);
	buf_release(&text);
	return known;
}

static void mark_geo_data(struct enricher *e)
{
	buf_lit(&e->marks, ",\"geo\":");
	buf_clear(&e->key);
	for (size_t i = 0; i < e->asked->geo_count; i++) {
		if (i)
			buf_lit(&e->key, ", ");
		buf_span(&e->key, places_edition(e->asked->places[i]));
	}
	text_encode(&e->marks, buf_view(&e->key));
}

static void add_place(struct enricher *e, struct span ip)
{
	const struct memo_value *known;

	if (span_absent(ip))
		return;
	known = look_up_place(e, ip);
	if (known->bits & PLACE_DAMAGED)
		note_done(e, ENRICHED_PLACE_DAMAGED);
	note_done(e, known->text.len ? ENRICHED_PLACE : ENRICHED_PLACE_UNKNOWN);
	if (known->text.len) {
		buf_lit(&e->text, ",\"geo\":{");
		buf_span(&e->text, span_sub(known->text, 1, known->text.len));
		buf_char(&e->text, '}');
	}
	mark_geo_data(e);
}

/* Visits: where each comes from, as source, medium and channel. */

static void read_arrival(const struct enrich_record *r, struct span url,
			 struct arrival_facts *f)
{
	*f = (struct arrival_facts){
		.url = url,
		.host = enrich_value(r, INPUT_HOST),
		.referrer = enrich_value(r, INPUT_REFERRER),
		.source = enrich_value(r, INPUT_SOURCE),
		.medium = enrich_value(r, INPUT_MEDIUM),
		.campaign = enrich_value(r, INPUT_CAMPAIGN),
		.term = enrich_value(r, INPUT_TERM),
		.content = enrich_value(r, INPUT_CONTENT),
	};
	for (int i = 0; click_ids[i] && span_absent(f->click_id); i++)
		if (!span_absent(enrich_value(r, INPUT_CLICK_ID + i)))
			f->click_id = span_of(click_ids[i]);
}

/* Records that are no visit of anything have no channel: a contact, a payment. */
static bool is_arrival(const struct arrival_facts *f)
{
	return !span_absent(f->url) || !span_absent(f->referrer) ||
	       !span_absent(f->source) || !span_absent(f->medium) ||
	       !span_absent(f->campaign) || !span_absent(f->click_id);
}

static struct span channel_group(struct enricher *e, const struct origin *o,
				 const struct arrival_facts *f)
{
	const struct enrichment *asked = e->asked;
	struct channel_view view = {
		.origin = o,
		.channel = channel_of(e->sites, o),
		.referrer_host = url_host(f->referrer),
		.path = span_absent(f->url) ? SPAN_NONE : url_path(f->url),
	};
	struct span own;

	view.path = span_sub(view.path, 0, span_find_byte(view.path, '?'));
	if (!asked->channels)
		return view.channel;
	own = channel_rules_find(asked->channels, &view, &e->scratch);
	return span_absent(own) ? view.channel : own;
}

static void put_channel(struct enricher *e, const struct origin *o, struct span group)
{
	struct buf *out = &e->text;

	buf_lit(out, ",\"channel\":{\"by\":\"");
	buf_span(out, origin_names[o->by]);
	buf_char(out, '"');
	if (o->by != ORIGIN_OWN) {
		put_text(out, "group", group);
		put_text(out, "source", o->source);
		put_text(out, "medium", o->medium);
		put_text(out, "campaign", o->campaign);
	}
	buf_char(out, '}');
}

static void mark_channel_data(struct enricher *e)
{
	buf_lit(&e->marks, ",\"channel\":\"ga4, sites ");
	buf_span(&e->marks, sites_edition(e->asked->sites));
	if (e->asked->channels) {
		buf_lit(&e->marks, ", channels ");
		buf_span(&e->marks, channel_rules_edition(e->asked->channels));
	}
	buf_char(&e->marks, '"');
}

static void add_channel(struct enricher *e, const struct enrich_record *r, struct span url)
{
	struct arrival_facts f;
	struct origin o;

	read_arrival(r, url, &f);
	if (!is_arrival(&f))
		return;
	arena_clear(&e->scratch);
	origin_find(e->sites, &e->asked->own, &f, &e->scratch, &o);
	put_channel(e, &o, o.by == ORIGIN_OWN ? SPAN_NONE : channel_group(e, &o, &f));
	mark_channel_data(e);
	note_done(e, ENRICHED_CHANNEL);
	note_done(e, ENRICHED_ORIGIN + o.by);
}

/* Posts: how they feel, as far as they are of the lexicon's language. */

static void put_share(struct buf *out, const char *key, int thousandths)
{
	buf_printf(out, ",\"%s\":", key);
	document_put_shortest(out, thousandths / 1000.0);
}

static void add_sentiment(struct enricher *e, const struct enrich_record *r)
{
	struct span text = enrich_value(r, INPUT_TEXT);
	struct buf group = BUF_INIT;
	struct sentiment s;

	text = span_absent(text) ? enrich_value(r, INPUT_REVIEW) : text;
	if (span_absent(text))
		return;
	arena_clear(&e->scratch);
	sentiment_score(e->asked->lexicon, text, &e->scratch, &s);
	note_done(e, s.foreign ? ENRICHED_SENTIMENT_FOREIGN : ENRICHED_SENTIMENT);
	if (!s.foreign) {
		buf_lit(&group, ",\"compound\":");
		decimal_put(&group, sentiment_number(&s));
		put_share(&group, "positive", s.positive);
		put_share(&group, "neutral", s.neutral);
		put_share(&group, "negative", s.negative);
	}
	if (s.language)
		put_text(&group, "language", span_of(s.language));
	buf_lit(&e->text, ",\"sentiment\":{");
	buf_span(&e->text, buf_since(&group, 1));
	buf_char(&e->text, '}');
	buf_lit(&e->marks, ",\"sentiment\":\"vader, lexicon ");
	buf_span(&e->marks, lexicon_edition(e->asked->lexicon));
	buf_char(&e->marks, '"');
	buf_release(&group);
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
				note_done(e, ENRICHED_KEPT);
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
		add_place(e, in.ip);
	if (e->asked->referrer)
		add_channel(e, r, in.url);
	if (e->asked->ua || e->asked->bots)
		add_agent(e, in.agent, r->has_agents &&
				(!span_absent(in.ip) || !span_absent(in.url)));
	if (e->asked->sentiment)
		add_sentiment(e, r);
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
