#include "understand/report/who.h"

#include "base/decimal.h"
#include "base/map.h"
#include "base/mem.h"
#include "journey/request.h"
#include "reference/crawler.h"

struct who_lists {
	struct crawlers *crawlers;
};

struct who_asker {
	const struct who_lists *lists;
	struct crawler_scratch *scratch;
	struct map agents;	/* user agent -> 1: a program's */
	struct buf text;
	enum who who;		/* of the profile at hand, without its events */
	bool asked;		/* its first user agent has been seen */
};

struct who_lists *who_load(struct error *err)
{
	struct who_lists *l = mem_zero(1, sizeof *l);

	l->crawlers = crawlers_load(NULL, err);
	if (l->crawlers)
		return l;
	mem_free(l);
	return NULL;
}

void who_free(struct who_lists *l)
{
	if (!l)
		return;
	crawlers_free(l->crawlers);
	mem_free(l);
}

struct who_asker *who_asker_new(const struct who_lists *l)
{
	struct who_asker *a = mem_zero(1, sizeof *a);

	a->lists = l;
	a->scratch = crawler_scratch_new(l->crawlers);
	return a;
}

void who_asker_free(struct who_asker *a)
{
	if (!a)
		return;
	crawler_scratch_free(a->scratch);
	map_release(&a->agents);
	buf_release(&a->text);
	mem_free(a);
}

static bool is_positive(struct value v)
{
	struct decimal number;

	return value_decimal(v, &number) && number.digits > 0;
}

/* Is there an identifier of a person, or a name? */
static bool is_known(const struct profile *p)
{
	struct member m;
	struct scan s;

	if (value_member(p->traits, SPAN("last_name")).kind == VALUE_TEXT ||
	    value_member(p->traits, SPAN("name")).kind == VALUE_TEXT)
		return true;
	if (p->ids.kind != VALUE_OBJECT)
		return true;
	scan_start(&s, p->ids.raw);
	if (scan_enter(&s, '{', NULL))
		return true;
	while (scan_member(&s, &m, NULL) > 0)
		if (!span_equal(m.key, SPAN("anonymous_id")) && !span_equal(m.key, SPAN("device_id")))
			return true;
	return false;
}

void who_begin(struct who_asker *a, const struct profile *p)
{
	if (is_positive(value_member(p->orders, SPAN("count"))) || is_positive(value_member(p->orders, SPAN("refunds"))))
		a->who = WHO_BUYER;
	else
		a->who = is_known(p) ? WHO_KNOWN : WHO_ANONYMOUS;
	a->asked = a->who != WHO_ANONYMOUS;
}

static bool is_program(struct who_asker *a, struct span agent)
{
	bool added;
	size_t i = map_put(&a->agents, agent, &added);

	if (added)
		a->agents.entries[i].number = crawler_find(a->lists->crawlers, a->scratch, agent) || crawler_by_words(agent);
	return a->agents.entries[i].number;
}

void who_event(struct who_asker *a, const struct event *e)
{
	struct request r;

	if (a->asked)
		return;
	request_read(e, &r, &a->text);
	if (span_absent(r.agent) && r.bot.kind != VALUE_OBJECT)
		return;
	a->asked = true;
	if (r.bot.kind == VALUE_OBJECT || (!r.bots_asked && is_program(a, r.agent)))
		a->who = WHO_CRAWLER;
}

enum who who_end(const struct who_asker *a)
{
	return a->who;
}
