/*
 * The web report: who visited, what they saw, where they came from, and what went wrong.
 *
 * Each request (journey/request.h) counts at its own time; each session, by the rules that
 * were asked for, at its beginning.  A session's channel is that of its first event that says
 * where the visitor came from.  A visitor is a customer with a session; a new one has his
 * first session in the period.
 *
 * Programs are told from people by their user agents (web_agent.h), and by asking for
 * /robots.txt: then the whole customer is one.  By default they count in nothing but the
 * section about them.
 *
 * Where nothing says which host is the site's own, its pages name it: files that pages bring
 * along (style sheets, pictures) have a page of the site as their referrer.  So sessions keep
 * their referrer until the end (web_fill.c).
 */
#include <stdio.h>

#include "base/mem.h"
#include "expr/duration.h"
#include "text/url.h"
#include "understand/report/count.h"
#include "understand/report/day_range.h"
#include "understand/report/month.h"
#include "understand/report/partial.h"
#include "understand/report/web.h"
#include "understand/report/web_agent.h"
#include "understand/report/web_arrival.h"

#define SITES_MEMORY ((size_t)4 << 20)
#define SLOW_US 1000000
#define LIMIT_DEFAULT 20

enum { SESSIONS, TIMEOUT, BY, BOTS, FROM, UNTIL, COMPARE, OWN_HOST, LIMIT };

static const char *const sets[] = {"ga4", "matomo", "plausible", "posthog", "snowplow", NULL};
static const char *const periods[] = {"day", "week", "month", NULL};
static const char *const bot_choices[] = {"out", "in", "only", NULL};
static const char *const compares[] = {"previous", "year", NULL};

static const struct count_option options[] = {
	[SESSIONS] = {"sessions", "RULES", "where a session ends and what bounced", "ga4", sets, false},
	[TIMEOUT] = {"session-timeout", "DURATION", "a session ends after so long without an event, whatever the rules say",
		     NULL, NULL, false},
	[BY] = {"period", "LENGTH", "the rows of the course of time", "day", periods, false},
	[BOTS] = {"bots", "WHAT", "leave programs out, count them like people, or count them only", "out", bot_choices, false},
	[FROM] = {"from", "DATE", "the first day that counts", NULL, NULL, false},
	[UNTIL] = {"until", "DATE", "the last day that counts", NULL, NULL, false},
	[COMPARE] = {"compare", "WITH", "say the figures of the period before, or of the same one a year ago; needs --from",
		     NULL, compares, false},
	[OWN_HOST] = {"own-host", "HOST", "a host of the site itself, with all below it: no source of visits; several with commas between them, or given many times",
		      NULL, NULL, true},
	[LIMIT] = {"limit", "N", "at most N rows", NULL, NULL, false},
	{0},
};

/* Half open; in milliseconds. */
struct span_of_time {
	int64_t from, to;
};

struct worker {
	struct web_part part;
	struct web_agents *agents;
	struct site_finder *sites;
	struct session_walk walk;
	struct web_arrival arrival;
	struct buf scratch, key, entry, exit;	/* pages of the session at hand */
	struct arena texts;
	/* The customer at hand. */
	uint64_t number;
	int64_t as_of;
	bool asked_robots;
	bool any_session;	/* he had one before */
	bool visitor, visitor_before, bot_visitor;
	struct span_of_time now, before;
};

struct web {
	struct web_asked asked;
	struct session_rules rules;
	struct day_range days;
	struct own_hosts own;
	struct arena texts;
	struct web_lists *lists;
	struct sites *sites;
	unsigned workers;
	struct worker *list;
};

/* ---- options ---- */

static int read_period(struct web *w, const struct count_value *given, struct error *err)
{
	w->asked.from = given[FROM].count ? given[FROM].texts[0] : NULL;
	w->asked.to = given[UNTIL].count ? given[UNTIL].texts[0] : NULL;
	w->asked.compare = given[COMPARE].count ? given[COMPARE].texts[0] : NULL;
	if (day_range_read(&w->days, "web", &given[FROM], &given[UNTIL], err))
		return -1;
	if (w->asked.compare && !w->days.has_from)
		return error_usage(err, "web: --compare needs a period: add --from DATE");
	return 0;
}

/* The place of the one that was given in CHOICES, which are checked. */
static int choice_of(const struct count_value *given, const char *const *choices)
{
	int i = 0;

	while (choices[i] && !span_equal(span_of(given->texts[0]), span_of(choices[i])))
		i++;
	return i;
}

static int read_rules(struct web *w, const struct count_value *given, struct error *err)
{
	w->rules = *session_rules_named(span_of(given[SESSIONS].texts[0]));
	w->asked.rules = &w->rules;
	if (!given[TIMEOUT].count)
		return 0;
	if (duration_read(given[TIMEOUT].texts[0], "--session-timeout", &w->rules.inactivity, err))
		return -1;
	if (w->rules.inactivity <= 0)
		return error_usage(err, "web: --session-timeout must be longer than nothing");
	return 0;
}

static struct span lower_copy(struct arena *a, struct span text)
{
	char *to = arena_bytes(a, text.len);

	for (size_t i = 0; i < text.len; i++)
		to[i] = span_lower(text.ptr[i]);
	return (struct span){to, text.len};
}

static int read_own_hosts(struct web *w, const struct count_value *given, struct error *err)
{
	for (size_t i = 0; i < given->count; i++)
		if (own_hosts_add(&w->own, given->texts[i], &w->texts, err))
			return -1;
	w->asked.own_hosts = given->count > 0;
	return 0;
}

static int read_options(struct web *w, const struct count_value *given, struct error *err)
{
	w->asked.by = (enum web_by)choice_of(&given[BY], periods);
	w->asked.bots = (enum web_bots)choice_of(&given[BOTS], bot_choices);
	w->asked.limit = LIMIT_DEFAULT;
	if (given[LIMIT].count &&
	    (!span_number(span_of(given[LIMIT].texts[0]), &w->asked.limit) || !w->asked.limit))
		return error_usage(err, "web: --limit %s: a number from 1", given[LIMIT].texts[0]);
	return read_own_hosts(w, &given[OWN_HOST], err) || read_rules(w, given, err) || read_period(w, given, err) ? -1 : 0;
}

static void release_part(struct web_part *part)
{
	for (int i = 0; i < WEB_PANELS; i++)
		tally_panel_release(&part->panels[i]);
	web_weeks_release(&part->weeks);
}

static void free_web(void *state)
{
	struct web *w = state;

	for (unsigned i = 0; w->list && i < w->workers; i++) {
		struct worker *k = &w->list[i];

		release_part(&k->part);
		web_agents_free(k->agents);
		site_finder_free(k->sites);
		session_release(&k->walk);
		web_arrival_release(&k->arrival);
		buf_release(&k->scratch);
		buf_release(&k->key);
		buf_release(&k->entry);
		buf_release(&k->exit);
		arena_release(&k->texts);
	}
	mem_free(w->list);
	web_lists_free(w->lists);
	sites_free(w->sites);
	arena_release(&w->texts);
	mem_free(w);
}

static void start_workers(struct web *w)
{
	w->list = mem_zero(w->workers, sizeof *w->list);
	for (unsigned i = 0; i < w->workers; i++) {
		w->list[i].agents = web_agents_new(w->lists);
		w->list[i].sites = site_finder_new(w->sites, SITES_MEMORY);
		w->list[i].part.first = w->list[i].part.last = MOMENT_NONE;
		web_weeks_init(&w->list[i].part.weeks);
	}
}

static void *start(const struct count_setup *setup, struct error *err)
{
	struct web *w = mem_zero(1, sizeof *w);

	w->workers = setup->workers;
	w->asked.zone = setup->zone;
	if (!read_options(w, setup->values, err)) {
		w->lists = web_lists_load(err);
		w->sites = w->lists ? sites_load(NULL, err) : NULL;
	}
	if (!w->sites) {
		free_web(w);
		return NULL;
	}
	start_workers(w);
	return w;
}

/* ---- periods ---- */

static int64_t day_start(const struct zone *zone, int64_t day)
{
	struct civil c = {0};

	moment_civil_date(day, &c.year, &c.month, &c.day);
	return zone_moment(zone, &c);
}

/* The same calendar day a year before; of 29 February the 28th. */
static int64_t year_before(int64_t day)
{
	int year, month, d;

	moment_civil_date(day, &year, &month, &d);
	if (month == 2 && d == 29)
		d = 28;
	return moment_days(year - 1, month, d);
}

static void find_periods(const struct web *w, struct worker *k, int64_t as_of)
{
	const struct zone *zone = w->asked.zone;
	const struct day_range *days = &w->days;
	int64_t last = days->has_until ? days->until : as_of == MOMENT_NONE ? days->from : zone_day(zone, as_of);

	k->now = (struct span_of_time){days->has_from ? day_start(zone, days->from) : INT64_MIN + 1,
				       days->has_until ? day_start(zone, last + 1) : INT64_MAX};
	k->before = (struct span_of_time){0, 0};
	if (!w->asked.compare)
		return;
	if (w->asked.compare[0] == 'y')
		k->before = (struct span_of_time){day_start(zone, year_before(days->from)),
						  day_start(zone, year_before(last) + 1)};
	else
		k->before = (struct span_of_time){day_start(zone, days->from - (last - days->from + 1)), k->now.from};
}

static bool holds(const struct span_of_time *t, int64_t time)
{
	return time >= t->from && time < t->to;
}

void web_period_key(const struct web_asked *asked, int64_t time, char key[PERIOD_KEY])
{
	int64_t day = zone_day(asked->zone, time);
	uint32_t sortable;
	int year, month, d;

	if (asked->by == BY_WEEK) {
		day -= moment_weekday(day) - 1;
	} else if (asked->by == BY_MONTH) {
		moment_civil_date(day, &year, &month, &d);
		day -= d - 1;
	}
	sortable = (uint32_t)(day + INT32_MAX);
	for (int i = 0; i < 4; i++)
		key[i] = (char)(sortable >> (24 - 8 * i));
	key[4] = '\0';
}

int64_t web_period_day(struct span key)
{
	uint32_t sortable = 0;

	for (int i = 0; i < 4; i++)
		sortable = sortable << 8 | (unsigned char)key.ptr[i];
	return (int64_t)sortable - INT32_MAX;
}

int64_t web_period_next(const struct web_asked *asked, int64_t day)
{
	int year, month, d;

	if (asked->by != BY_MONTH)
		return day + (asked->by == BY_WEEK ? 7 : 1);
	moment_civil_date(day, &year, &month, &d);
	return moment_days(year, month + 1, 1);
}

/* ---- counting ---- */

static int begin(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct worker *k = &((struct web *)state)->list[worker];

	(void)p;
	(void)err;
	k->asked_robots = false;
	return 0;
}

/* Programs ask for it, people do not. */
static int event(void *state, unsigned worker, const struct profile *p, const struct event *e,
		 struct error *err)
{
	struct worker *k = &((struct web *)state)->list[worker];

	(void)p;
	(void)err;
	if (k->asked_robots || e->context.kind != VALUE_OBJECT ||
	    span_find(e->context.raw, SPAN("/robots.txt\"")) == e->context.raw.len)
		return 0;
	buf_clear(&k->scratch);
	k->asked_robots = span_equal(url_path(value_text(value_path(e->context, SPAN("page.url")), &k->scratch)),
				     SPAN("/robots.txt"));
	return 0;
}

/* The row of KEY in the panel WHICH, at which the customer at hand is counted once. */
static struct tally_row *visitor_row(struct worker *k, enum web_panel which, struct span key)
{
	bool first;
	struct tally_row *row = tally_panel_row(&k->part.panels[which], key, k->number, &first);

	row->counts[PANEL_VISITORS] += first;
	return row;
}

static struct tally_row *count_panel(struct worker *k, enum web_panel which, struct span key,
				     const struct request *r)
{
	struct tally_row *row;

	if (!key.len)
		return NULL;
	row = visitor_row(k, which, key);
	row->counts[PANEL_COUNT]++;
	row->counts[PANEL_BYTES] += r->bytes;
	return row;
}

/* The path without query and fragment. */
static struct span path_of(const struct request *r)
{
	struct span path = span_absent(r->path) ? url_path(r->url) : r->path;

	path = span_sub(path, 0, span_find_byte(path, '#'));
	return span_sub(path, 0, span_find_byte(path, '?'));
}

static struct span host_of(const struct request *r)
{
	struct span host = url_host(r->url);

	return host.len ? host : r->host;
}

static void count_time(struct worker *k, const struct request *r)
{
	struct tally_row *row;

	if (!r->timed || r->kind == REQUEST_ASSET)
		return;
	row = tally_row(&k->part.panels[WEB_TIMES].tally, path_of(r));
	row->counts[TIMED_COUNT]++;
	row->counts[TIMED_US] += r->duration_us;
	row->counts[TIMED_SLOW] += r->duration_us > SLOW_US;
}

static void count_view(struct web *w, struct worker *k, const struct request *r)
{
	struct civil c;
	char key[PERIOD_KEY];
	struct tally_row *page = count_panel(k, WEB_PAGES, path_of(r), r);

	web_weeks_note(&k->part.weeks, WEEK_VIEWS, r->time, k->as_of);
	if (page)
		web_weeks_note_row(&k->part.weeks.pages, (size_t)(page - k->part.panels[WEB_PAGES].tally.rows), r->time, k->as_of);
	if (r->time == MOMENT_NONE)
		return;
	zone_civil(w->asked.zone, r->time, &c);
	k->part.hours[c.hour]++;
	k->part.weekdays[moment_weekday(zone_day(w->asked.zone, r->time)) - 1]++;
	web_period_key(&w->asked, r->time, key);
	tally_row(&k->part.panels[WEB_PERIODS].tally, (struct span){key, 4})->counts[PERIOD_VIEWS]++;
}

static void count_failure(struct worker *k, const struct request *r)
{
	struct tally_panel *p = &k->part.panels[WEB_NOT_FOUND];
	struct tally_row *row;

	web_weeks_note(&k->part.weeks, WEEK_ERRORS, r->time, k->as_of);
	if (r->status != 404 && r->status != 410)
		return;
	row = count_panel(k, WEB_NOT_FOUND, path_of(r), r);
	if (row)
		tally_example(&p->tally, row, r->referrer);
}

/* Files name the page that they belong to: mostly one of the site's own. */
static void note_own_host(struct worker *k, const struct request *r)
{
	struct span host = url_host(r->referrer);

	if (host.len)
		tally_row(&k->part.panels[WEB_OWN].tally, lower_copy(&k->texts, host))->counts[0]++;
}

static void count_status(struct worker *k, const struct request *r)
{
	char text[12];

	if (r->status) {
		snprintf(text, sizeof text, "%u", r->status);
		count_panel(k, WEB_STATUSES, span_of(text), r);
	}
	k->part.now.server_errors += r->status >= 500;
	if (r->status >= 500)
		web_weeks_note(&k->part.weeks, WEEK_SERVER_ERRORS, r->time, k->as_of);
}

/* By what the request itself says. */
static void count_details(struct web *w, struct worker *k, const struct request *r)
{
	count_status(k, r);
	count_panel(k, WEB_METHODS, r->method, r);
	count_panel(k, WEB_HOSTS, lower_copy(&k->texts, host_of(r)), r);
	count_panel(k, WEB_CLIENTS, r->ip, r);
	count_time(k, r);
	if (r->kind == REQUEST_VIEW)
		count_view(w, k, r);
	else if (r->kind == REQUEST_ASSET)
		count_panel(k, WEB_ASSETS, path_of(r), r);
	else if (r->kind == REQUEST_FAILED)
		count_failure(k, r);
	if (r->kind == REQUEST_ASSET)
		note_own_host(k, r);
}

/* By who sent it. */
static void count_asker(struct worker *k, const struct request *r, const struct web_asker *asker)
{
	if (!request_is_visit(r->kind))
		return;
	if (asker->browser.len) {
		count_panel(k, WEB_BROWSERS, asker->browser, r);
		count_panel(k, WEB_SYSTEMS, asker->system, r);
		count_panel(k, WEB_DEVICES, asker->device, r);
	}
	if (r->geo.kind == VALUE_OBJECT) {
		buf_clear(&k->key);
		count_panel(k, WEB_COUNTRIES, value_text(value_member(r->geo, SPAN("country")), &k->key), r);
	}
}

static void widen(struct web_part *part, int64_t time)
{
	if (time == MOMENT_NONE)
		return;
	if (part->first == MOMENT_NONE || time < part->first)
		part->first = time;
	if (part->last == MOMENT_NONE || time > part->last)
		part->last = time;
}

static void add_to_totals(struct web_totals *t, const struct request *r, bool bot)
{
	t->kinds[r->kind]++;
	t->bytes += r->bytes;
	t->orders += r->bought;
	t->no_agent += !bot && span_absent(r->agent);
}

static void count_bot(struct worker *k, const struct request *r, const struct web_asker *asker)
{
	struct span name = asker->bot ? asker->bot_name : SPAN("(asked for robots.txt)");

	k->part.now.bots++;
	web_weeks_note(&k->part.weeks, WEEK_BOTS, r->time, k->as_of);
	k->part.now.bot_visitors += !k->bot_visitor;
	k->bot_visitor = true;
	count_panel(k, WEB_BOTS, name, r);
}

static bool is_counted(const struct web *w, bool bot)
{
	return w->asked.bots == BOTS_IN || bot == (w->asked.bots == BOTS_ONLY);
}

/* ---- sessions ---- */

static void set_text(struct buf *to, struct span text)
{
	buf_clear(to);
	buf_span(to, text);
}

static void begin_session(struct worker *k)
{
	web_arrival_forget(&k->arrival);
	buf_clear(&k->entry);
	buf_clear(&k->exit);
}

static void note_page(struct worker *k, const struct request *r)
{
	if (r->kind != REQUEST_VIEW)
		return;
	if (!k->entry.len)
		set_text(&k->entry, path_of(r));
	set_text(&k->exit, path_of(r));
}

static struct tally_row *count_session_panel(struct worker *k, enum web_panel which, struct span key,
					     const struct session *s, bool bounced)
{
	struct tally_row *row = visitor_row(k, which, key);

	row->counts[PANEL_COUNT]++;
	row->counts[PANEL_BOUNCED] += bounced;
	row->counts[PANEL_VIEWS] += s->views;
	row->counts[PANEL_SECONDS] += (uint64_t)(s->end - s->start) / 1000;
	return row;
}

static void count_period(struct web *w, struct worker *k, const struct session *s, bool bounced, bool new)
{
	char key[PERIOD_KEY];
	struct tally_row *row;

	web_period_key(&w->asked, s->start, key);
	row = visitor_row(k, WEB_PERIODS, (struct span){key, 4});
	row->counts[PERIOD_SESSIONS]++;
	row->counts[PERIOD_NEW] += new;
	row->counts[PERIOD_BOUNCED] += bounced;
}

static void count_pages(struct worker *k)
{
	struct tally *pages = &k->part.panels[WEB_PAGES].tally;

	if (k->entry.len)
		tally_row(pages, buf_view(&k->entry))->counts[PANEL_ENTRIES]++;
	if (k->exit.len)
		tally_row(pages, buf_view(&k->exit))->counts[PANEL_EXITS]++;
}

static void add_session(struct web_totals *t, const struct session *s, bool bounced)
{
	t->sessions++;
	t->bounced += bounced;
	t->duration_ms += (uint64_t)(s->end - s->start);
	t->session_views += s->views;
}

static void count_in_period(struct web *w, struct worker *k, const struct session *s, bool bounced, bool new)
{
	struct tally_row *origin;

	add_session(&k->part.now, s, bounced);
	k->part.now.visitors += !k->visitor;
	k->part.now.new_visitors += new;
	k->visitor = true;
	count_period(w, k, s, bounced, new);
	origin = count_session_panel(k, WEB_ORIGINS, web_arrival_key(&k->arrival), s, bounced);
	web_weeks_note(&k->part.weeks, WEEK_SESSIONS, s->start, k->as_of);
	web_weeks_note_row(&k->part.weeks.origins, (size_t)(origin - k->part.panels[WEB_ORIGINS].tally.rows), s->start, k->as_of);
	if (k->arrival.campaign.len)
		count_session_panel(k, WEB_CAMPAIGNS, buf_view(&k->arrival.campaign), s, bounced);
	if (k->arrival.term.len)
		count_session_panel(k, WEB_TERMS, buf_view(&k->arrival.term), s, bounced);
	count_pages(k);
}

static void end_session(struct web *w, struct worker *k, const struct session *s)
{
	bool bounced = session_bounced(&w->rules, s);
	bool new = !k->any_session;

	k->any_session = true;
	if (holds(&k->now, s->start)) {
		count_in_period(w, k, s, bounced, new);
	} else if (holds(&k->before, s->start)) {
		add_session(&k->part.before, s, bounced);
		k->part.before.visitors += !k->visitor_before;
		k->part.before.new_visitors += new;
		k->visitor_before = true;
	}
	begin_session(k);
}

static void feed_session(struct web *w, struct worker *k, const struct request *r)
{
	struct session_event e;
	struct session ended;

	if (r->time == MOMENT_NONE || !session_event_of(r, &e))
		return;
	if (session_feed(&k->walk, &e, &ended))
		end_session(w, k, &ended);
	web_arrival_note(&k->arrival, k->sites, &w->own, r);
	note_page(k, r);
}

/* ---- one customer ---- */

static void count_request(struct web *w, struct worker *k, const struct request *r)
{
	const struct web_asker *asker = web_agents_find(k->agents, r);
	bool bot = asker->bot || k->asked_robots;
	bool now = r->time == MOMENT_NONE ? !w->days.has_from && !w->days.has_until : holds(&k->now, r->time);

	arena_clear(&k->texts);
	k->part.agents += !span_absent(r->agent);
	if (bot && now)
		count_bot(k, r, asker);
	if (!is_counted(w, bot))
		return;
	if (now) {
		add_to_totals(&k->part.now, r, bot);
		widen(&k->part, r->time);
		count_details(w, k, r);
		count_asker(k, r, asker);
	} else if (r->time != MOMENT_NONE && holds(&k->before, r->time)) {
		add_to_totals(&k->part.before, r, bot);
		k->part.before.server_errors += r->status >= 500;
	}
	feed_session(w, k, r);
}

static void begin_customer(struct web *w, struct worker *k, const struct profile *p)
{
	k->number++;
	k->as_of = p->as_of;
	k->any_session = k->visitor = k->visitor_before = k->bot_visitor = false;
	find_periods(w, k, p->as_of);
	session_start(&k->walk, &w->rules, w->asked.zone);
	begin_session(k);
	k->part.without_events += p->events.kind != VALUE_ARRAY || p->events_omitted.kind == VALUE_NUMBER;
}

/* Walks the events again, now that all are good: sums of half a profile cannot be taken back. */
static int commit(void *state, unsigned worker, const struct profile *p, struct error *err)
{
	struct web *w = state;
	struct worker *k = &w->list[worker];
	struct profile_events walk;
	struct session ended;
	struct request r;
	struct event e;
	int got;

	begin_customer(w, k, p);
	profile_events_start(&walk, p);
	while ((got = profile_events_next(&walk, &e, err)) > 0) {
		if (p->as_of != MOMENT_NONE && e.time > p->as_of)
			continue;
		request_read(&e, &r, &k->scratch);
		if (r.kind != REQUEST_NONE)
			count_request(w, k, &r);
	}
	if (session_finish(&k->walk, &ended))
		end_session(w, k, &ended);
	return got;
}

/* ---- the whole ---- */

static void add_totals(struct web_totals *all, const struct web_totals *part)
{
	all->visitors += part->visitors;
	all->new_visitors += part->new_visitors;
	all->sessions += part->sessions;
	all->bounced += part->bounced;
	all->duration_ms += part->duration_ms;
	all->session_views += part->session_views;
	for (int i = 0; i < REQUEST_KINDS; i++)
		all->kinds[i] += part->kinds[i];
	all->bytes += part->bytes;
	all->server_errors += part->server_errors;
	all->orders += part->orders;
	all->bots += part->bots;
	all->bot_visitors += part->bot_visitors;
	all->no_agent += part->no_agent;
}

static int add_part(struct web_part *all, const struct web_part *part, struct error *err)
{
	web_weeks_add(&all->weeks, &part->weeks, &all->panels[WEB_PAGES].tally, &part->panels[WEB_PAGES].tally,
		      &all->panels[WEB_ORIGINS].tally, &part->panels[WEB_ORIGINS].tally);
	for (int i = 0; i < WEB_PANELS; i++)
		if (tally_merge(&all->panels[i].tally, &part->panels[i].tally, err))
			return -1;
	add_totals(&all->now, &part->now);
	add_totals(&all->before, &part->before);
	for (int i = 0; i < 24; i++)
		all->hours[i] += part->hours[i];
	for (int i = 0; i < 7; i++)
		all->weekdays[i] += part->weekdays[i];
	all->agents += part->agents;
	all->without_events += part->without_events;
	widen(all, part->first);
	widen(all, part->last);
	return 0;
}

static int add_up(struct web *w, struct error *err)
{
	for (unsigned i = 1; i < w->workers; i++)
		if (add_part(&w->list[0].part, &w->list[i].part, err))
			return -1;
	return 0;
}

static void carry_totals(struct partial *p, struct web_totals *t)
{
	uint64_t *const counts[] = {
		&t->visitors, &t->new_visitors, &t->sessions, &t->bounced, &t->duration_ms, &t->session_views, &t->bytes,
		&t->server_errors, &t->orders, &t->bots, &t->bot_visitors, &t->no_agent,
	};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		partial_count(p, "total", counts[i]);
	partial_counts(p, "kinds", t->kinds, REQUEST_KINDS);
}

static void carry(void *state, struct partial *p)
{
	struct web *w = state;
	struct web_part *all = &w->list[0].part;

	if (!partial_reads(p) && add_up(w, NULL))
		partial_fail(p, "a sum of money has more than 38 digits");
	carry_totals(p, &all->now);
	carry_totals(p, &all->before);
	partial_counts(p, "hours", all->hours, 24);
	partial_counts(p, "weekdays", all->weekdays, 7);
	partial_count(p, "agents", &all->agents);
	partial_count(p, "without_events", &all->without_events);
	partial_first(p, "first", &all->first);
	partial_last(p, "last", &all->last);
	web_weeks_carry(&all->weeks, p, &all->panels[WEB_PAGES].tally, &all->panels[WEB_ORIGINS].tally);
	for (int i = 0; i < WEB_PANELS; i++)
		partial_tally(p, "panel", &all->panels[i].tally);
}

static int fill(void *state, struct sheet *sheet, struct error *err)
{
	struct web *w = state;
	struct web_part *all = &w->list[0].part;

	if (add_up(w, err))
		return -1;
	web_fill(all, &w->asked, sheet);
	return 0;
}

const struct counting count_web = {
	"web", true, start, begin, event, commit, fill, free_web, options, carry,
};
