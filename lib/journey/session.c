#include "journey/session.h"

#include "text/url.h"

#define MINUTE_MS INT64_C(60000)

#define HALF_HOUR (30 * MINUTE_MS)

const struct session_rules session_rule_sets[SESSION_RULE_SETS] = {
	{.name = "ga4", .inactivity = HALF_HOUR, .bounced = BOUNCED_NOT_ENGAGED, .engaged_after = 10000},
	{.name = "matomo", .inactivity = HALF_HOUR, .at_midnight = true, .at_campaign = true},
	{.name = "plausible", .inactivity = HALF_HOUR, .bounced = BOUNCED_ONE_VIEW},
	{.name = "posthog", .inactivity = HALF_HOUR, .longest = DAY_MS, .bounced = BOUNCED_ONE_VIEW},
	{.name = "snowplow", .inactivity = HALF_HOUR, .bounced = BOUNCED_NOT_ENGAGED, .engaged_after = 19999},
};

const struct session_rules *session_rules_named(struct span name)
{
	for (int i = 0; i < SESSION_RULE_SETS; i++)
		if (span_equal(name, span_of(session_rule_sets[i].name)))
			return &session_rule_sets[i];
	return NULL;
}

bool session_bounced(const struct session_rules *rules, const struct session *s)
{
	if (rules->engaged_after && s->end - s->start > rules->engaged_after)
		return false;
	switch (rules->bounced) {
	case BOUNCED_ONE_EVENT:
		return s->events == 1;
	case BOUNCED_ONE_VIEW:
		return s->events == 1 && s->views == 1;
	case BOUNCED_NOT_ENGAGED:
		break;
	}
	return s->views < 2 && !s->bought;
}

bool session_event_of(const struct request *r, struct session_event *out)
{
	if (!request_is_visit(r->kind))
		return false;
	*out = (struct session_event){
		.time = r->time,
		.campaign = {r->source, r->medium, r->campaign},
		.referrer = r->referrer,
		.page = r->url,
		.view = r->kind == REQUEST_VIEW,
		.bought = r->bought,
	};
	return true;
}

bool session_event_read(const struct event *e, struct session_event *out, struct buf *scratch)
{
	struct request r;

	request_read(e, &r, scratch);
	return session_event_of(&r, out);
}

static void clear_texts(struct session_texts *t)
{
	t->any = false;
	buf_clear(&t->source);
	buf_clear(&t->medium);
	buf_clear(&t->campaign);
}

static void keep_texts(struct session_texts *t, const struct touchpoint *from)
{
	clear_texts(t);
	t->any = true;
	buf_span(&t->source, from->source);
	buf_span(&t->medium, from->medium);
	buf_span(&t->campaign, from->campaign);
}

static bool names_campaign(const struct touchpoint *c)
{
	return c->source.len || c->medium.len || c->campaign.len;
}

static bool same_campaign(const struct session_texts *t, const struct touchpoint *c)
{
	return t->any && span_equal(buf_view(&t->source), c->source) &&
	       span_equal(buf_view(&t->medium), c->medium) &&
	       span_equal(buf_view(&t->campaign), c->campaign);
}

/* The host that E's visitor came from, or SPAN_NONE: none, or the site itself. */
static struct span foreign_host(const struct session_event *e)
{
	struct span from = url_host(e->referrer), page = url_host(e->page);

	if (!from.len || span_equal_nocase(host_without_www(from), host_without_www(page)))
		return SPAN_NONE;
	return from;
}

static void keep_campaign(struct session_texts *t, const struct touchpoint *c)
{
	struct touchpoint from = *c;

	if (!from.source.len)
		from.source = SPAN("(not set)");
	if (!from.medium.len)
		from.medium = SPAN("(not set)");
	keep_texts(t, &from);
}

/* Hosts know no case: in small letters each is one source. */
static void keep_referral(struct session_texts *t, struct span host)
{
	clear_texts(t);
	t->any = true;
	for (size_t i = 0; i < host.len; i++)
		buf_char(&t->source, span_lower(host.ptr[i]));
	buf_lit(&t->medium, "referral");
}

static void note_touchpoint(struct session_texts *t, const struct session_event *e)
{
	struct span host;

	if (t->any)
		return;
	if (names_campaign(&e->campaign)) {
		keep_campaign(t, &e->campaign);
		return;
	}
	host = foreign_host(e);
	if (host.len)
		keep_referral(t, host);
}

static bool begins_session(const struct session_walk *w, const struct session_event *e)
{
	const struct session_rules *r = w->rules;

	if (e->time - w->now.end > r->inactivity)
		return true;
	if (r->longest && e->time - w->now.start > r->longest)
		return true;
	if (r->at_midnight && zone_day(w->zone, e->time) != zone_day(w->zone, w->now.end))
		return true;
	return r->at_campaign && names_campaign(&e->campaign) &&
	       !same_campaign(&w->campaign, &e->campaign);
}

static void add_event(struct session_walk *w, const struct session_event *e)
{
	if (!w->open)
		w->now.start = e->time;
	w->open = true;
	w->now.end = e->time;
	w->now.events++;
	w->now.views += e->view;
	w->now.bought += e->bought;
	if (names_campaign(&e->campaign))
		keep_texts(&w->campaign, &e->campaign);
	note_touchpoint(&w->from[w->turn], e);
}

static struct touchpoint view_touchpoint(const struct session_texts *t)
{
	struct touchpoint from = {SPAN("(direct)"), SPAN("(none)"), SPAN_NONE};

	if (!t->any)
		return from;
	from.source = buf_view(&t->source);
	from.medium = buf_view(&t->medium);
	if (t->campaign.len)
		from.campaign = buf_view(&t->campaign);
	return from;
}

static void forget_session(struct session_walk *w)
{
	w->open = false;
	w->now = (struct session){0};
	clear_texts(&w->campaign);
	clear_texts(&w->from[w->turn]);
}

void session_start(struct session_walk *w, const struct session_rules *rules,
		   const struct zone *zone)
{
	w->rules = rules;
	w->zone = zone;
	forget_session(w);
}

bool session_finish(struct session_walk *w, struct session *ended)
{
	if (!w->open)
		return false;
	*ended = w->now;
	ended->from = view_touchpoint(&w->from[w->turn]);
	w->turn = !w->turn;
	forget_session(w);
	return true;
}

bool session_feed(struct session_walk *w, const struct session_event *e, struct session *ended)
{
	bool got;

	if (e->time == MOMENT_NONE)
		return false;
	got = w->open && begins_session(w, e) && session_finish(w, ended);
	add_event(w, e);
	return got;
}

static void release_texts(struct session_texts *t)
{
	buf_release(&t->source);
	buf_release(&t->medium);
	buf_release(&t->campaign);
}

void session_release(struct session_walk *w)
{
	release_texts(&w->campaign);
	release_texts(&w->from[0]);
	release_texts(&w->from[1]);
}
