/* What a user agent says, once for each text. */
#include "collect/enrich/enrich_parts.h"
#include "collect/reference/agent.h"
#include "collect/reference/crawler.h"
#include "record/scan.h"

/* Beside the groups of a user agent in the memo: reasons below this. */
#define AGENT_OTHER 0x10000

void enrich_put_text(struct buf *out, const char *key, struct span text)
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
		enrich_put_text(out, "version", buf_view(&version));
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
	enrich_put_text(out, "brand", a->device.brand);
	enrich_put_text(out, "model", a->device.model);
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
		enrich_put_text(text, "name", known->name);
		enrich_put_text(text, "category", known->category);
	} else if (value->bits & 1u << BOT_DECLARED) {
		enrich_put_text(text, "name", a->browser.family);
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
		enricher_note(e, ENRICHED_BOT_REASON + i);
	}
	buf_char(&e->text, ']');
	buf_span(&e->text, name);
	buf_char(&e->text, '}');
	enricher_note(e, ENRICHED_BOT);
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

void enrich_agent(struct enricher *e, struct span agent, bool request)
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
		enricher_note(e, ENRICHED_BROWSER);
		if (known->bits & AGENT_OTHER)
			enricher_note(e, ENRICHED_BROWSER_OTHER);
	}
	put_bot(e, known->bits & ~(unsigned)AGENT_OTHER,
		span_sub(known->text, known->split, known->text.len));
}
