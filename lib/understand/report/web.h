/* What the two halves of the web report share: what is counted, and its sections. */
#ifndef REPORT_WEB_H
#define REPORT_WEB_H

#include "journey/session.h"
#include "understand/report/sheet.h"
#include "understand/report/tally_panel.h"
#include "understand/report/web_weeks.h"

/* What is counted by request: counts[] of the rows. */
enum { PANEL_COUNT, PANEL_VISITORS, PANEL_BYTES, PANEL_ENTRIES, PANEL_EXITS };
/* And by session: PANEL_COUNT is sessions. */
enum { PANEL_BOUNCED = 2, PANEL_VIEWS, PANEL_SECONDS };
/* And by period. */
enum { PERIOD_SESSIONS, PERIOD_VISITORS, PERIOD_NEW, PERIOD_VIEWS, PERIOD_BOUNCED };
/* And of pages with the time of their answers. */
enum { TIMED_COUNT, TIMED_US, TIMED_SLOW };

enum web_panel {
	WEB_PERIODS,		/* key: period_key */
	/* by session */
	WEB_CHANNELS, WEB_ORIGINS, WEB_CAMPAIGNS, WEB_TERMS,
	/* by request */
	WEB_PAGES, WEB_ASSETS, WEB_NOT_FOUND, WEB_STATUSES, WEB_METHODS, WEB_HOSTS, WEB_CLIENTS,
	WEB_BROWSERS, WEB_SYSTEMS, WEB_DEVICES, WEB_COUNTRIES,
	WEB_BOTS,		/* of programs, whether they are left out or not */
	WEB_TIMES,		/* by page */
	WEB_OWN,		/* by host: files that name a page of it as where they belong */
	WEB_PANELS,
};

/* Of all in the period; and of the one that it is compared with. */
struct web_totals {
	uint64_t visitors, new_visitors;
	uint64_t sessions, bounced, duration_ms, session_views;
	uint64_t kinds[REQUEST_KINDS];	/* requests */
	uint64_t bytes, server_errors;
	uint64_t orders;		/* completed on a page */
	uint64_t bots, bot_visitors;	/* requests of programs, left out or not */
	uint64_t no_agent;		/* requests without a user agent */
};

struct web_part {
	struct tally_panel panels[WEB_PANELS];
	struct web_totals now, before;
	uint64_t hours[24], weekdays[7];	/* views */
	struct web_weeks weeks;		/* rows are those of WEB_PAGES and WEB_ORIGINS */
	uint64_t agents;		/* requests with a user agent */
	uint64_t without_events;	/* customers whose events are not all there */
	int64_t first, last;		/* of the requests; MOMENT_NONE: none */
};

enum web_by { BY_DAY, BY_WEEK, BY_MONTH };
enum web_bots { BOTS_OUT, BOTS_IN, BOTS_ONLY };

struct web_asked {
	const struct session_rules *rules;
	enum web_by by;
	enum web_bots bots;
	const char *compare;		/* NULL, "previous", "year" */
	const char *from, *to;		/* as given; NULL */
	uint64_t limit;			/* rows of a list */
	bool own_hosts;			/* the site's own hosts were given */
	const struct zone *zone;
};

/* A period as bytes whose order is that of time: the day since 1970 that it begins on. */
#define PERIOD_KEY 5
void web_period_key(const struct web_asked *asked, int64_t time, char key[PERIOD_KEY]);
int64_t web_period_day(struct span key);
/* The day that the period behind the one of DAY begins on. */
int64_t web_period_next(const struct web_asked *asked, int64_t day);

/* The sections of the whole. */
void web_fill(struct web_part *all, const struct web_asked *asked, struct sheet *sheet);

#endif
