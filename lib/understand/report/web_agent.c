#include "understand/report/web_agent.h"

#include "base/map.h"
#include "base/mem.h"
#include "reference/agent.h"
#include "reference/crawler.h"

#define BY_WORDS SPAN("(by words such as bot, crawl, http://)")

struct web_lists {
	struct agents *agents;
	struct crawlers *crawlers;
};

struct web_agents {
	const struct web_lists *lists;
	struct agent_scratch *agent;
	struct crawler_scratch *crawler;
	struct map known;		/* user agent, or what enrichment said -> struct web_asker */
	struct arena texts;
	struct buf key, text;
};

void web_lists_free(struct web_lists *l)
{
	if (!l)
		return;
	agents_free(l->agents);
	crawlers_free(l->crawlers);
	mem_free(l);
}

struct web_lists *web_lists_load(struct error *err)
{
	struct web_lists *l = mem_zero(1, sizeof *l);

	l->crawlers = crawlers_load(NULL, err);
	l->agents = l->crawlers ? agents_load(AGENTS_FILE, err) : NULL;
	if (l->agents)
		return l;
	web_lists_free(l);
	return NULL;
}

struct web_agents *web_agents_new(const struct web_lists *l)
{
	struct web_agents *a = mem_zero(1, sizeof *a);

	a->lists = l;
	a->agent = agent_scratch_new(l->agents);
	a->crawler = crawler_scratch_new(l->crawlers);
	return a;
}

void web_agents_free(struct web_agents *a)
{
	if (!a)
		return;
	agent_scratch_free(a->agent);
	crawler_scratch_free(a->crawler);
	map_release(&a->known);
	arena_release(&a->texts);
	buf_release(&a->key);
	buf_release(&a->text);
	mem_free(a);
}

static struct span keep(struct web_agents *a, struct span text)
{
	return span_absent(text) ? SPAN("Other") : arena_copy(&a->texts, text);
}

/* What the lists say of the user agent that R has. */
static void ask_lists(struct web_agents *a, const struct request *r, struct web_asker *to)
{
	const struct crawler *known = crawler_find(a->lists->crawlers, a->crawler, r->agent);
	struct agent said;

	agent_parse(a->lists->agents, a->agent, r->agent, &said);
	to->browser = keep(a, said.browser.family);
	to->system = keep(a, said.os.family);
	to->device = keep(a, said.device.family);
	to->bot = true;
	if (known)
		to->bot_name = keep(a, known->name);
	else if (span_equal(said.device.family, SPAN("Spider")))
		to->bot_name = to->browser;
	else if (crawler_by_words(r->agent))
		to->bot_name = BY_WORDS;
	else
		to->bot = false;
}

/* The name that GROUP, an object of the context, has. */
static struct span read_name(struct web_agents *a, struct value group)
{
	buf_clear(&a->text);
	return keep(a, value_text(value_member(group, SPAN("name")), &a->text));
}

/* What cdp-ingest found out of a program that it cannot name. */
static struct span name_reason(struct value reason)
{
	if (value_is_text(reason, SPAN("robots")))
		return SPAN("(asked for robots.txt)");
	if (value_is_text(reason, SPAN("empty")))
		return SPAN("(no user agent)");
	return BY_WORDS;
}

static void read_bot(struct web_agents *a, struct value bot, struct web_asker *to)
{
	to->bot = true;
	if (value_member(bot, SPAN("name")).kind == VALUE_TEXT)
		to->bot_name = read_name(a, bot);
	else
		to->bot_name = name_reason(value_path(bot, SPAN("reasons.0")));
}

/* What stands in the event goes before what the lists say now. */
static void ask(struct web_agents *a, const struct request *r, struct web_asker *to)
{
	if (!span_absent(r->agent)) {
		ask_lists(a, r, to);
		if (r->bots_asked)
			to->bot = false;
	}
	if (r->browser.kind == VALUE_OBJECT)
		to->browser = read_name(a, r->browser);
	if (r->os.kind == VALUE_OBJECT)
		to->system = read_name(a, r->os);
	if (r->device.kind == VALUE_OBJECT)
		to->device = read_name(a, r->device);
	if (r->bot.kind == VALUE_OBJECT)
		read_bot(a, r->bot, to);
}

const struct web_asker *web_agents_find(struct web_agents *a, const struct request *r)
{
	struct web_asker *asker;
	bool added;
	size_t i;

	buf_clear(&a->key);
	buf_span(&a->key, r->agent);
	buf_char(&a->key, '\0');
	buf_char(&a->key, r->bots_asked ? 'b' : '-');
	buf_span(&a->key, r->bot.raw);
	buf_span(&a->key, r->browser.raw);
	buf_span(&a->key, r->os.raw);
	buf_span(&a->key, r->device.raw);
	i = map_put(&a->known, buf_view(&a->key), &added);
	if (added) {
		asker = arena_zero(&a->texts, sizeof *asker);
		a->known.entries[i].ptr = asker;
		ask(a, r, asker);
	}
	return a->known.entries[i].ptr;
}
