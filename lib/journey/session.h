/*
 * Sessions: what one customer does on sites and in apps without a long pause, and the
 * touchpoint that each came from.
 *
 * Tools disagree on where a session ends, so rules are chosen.  By each of them the event
 * begins a new session when
 *
 *	inactivity	more than so long has passed since the event before it
 *	longest		more than so long has passed since the session's first event
 *	at_midnight	its date in the zone is not that of the event before it
 *	at_campaign	it names a campaign (source, medium, name) that is not the one the
 *			session named last; one where the session named none is a change
 *
 * "More than" is Matomo's: of two events exactly 30:00 apart the second stays in the
 * session (matomo.org FAQ 36).  Google publishes no side for GA4; here it is the same.  The
 * sets: `ga4`, `plausible` and `snowplow` end sessions by inactivity alone (Google Analytics
 * help 9756891: neither midnight nor a new campaign restarts one); `matomo` also at midnight
 * of the site's zone and when the campaign changes (its default, and Universal Analytics');
 * `posthog` also after 24 hours.
 *
 * What a session bounced by:
 *
 *	ga4		it was not engaged: it lasted at most 10 seconds, saw fewer than two pages
 *			and bought nothing
 *	matomo		it has one event
 *	plausible, posthog	it saw one page and did nothing else
 *	snowplow	it was not engaged: as ga4, with less than 20 seconds
 *
 * Time is from the first event to the last: what lies behind the last, nobody has seen.
 *
 * An event counts when it is a page or a screen that was seen, or something done on a page
 * (journey/request.h): an order that a shop's server tells of is nobody's visit, nor is a
 * picture that a browser fetches.  Undated events are in no session.
 *
 * The touchpoint is that of the session's first event which has one: `context.campaign`,
 * else the host of `context.page.referrer` with the medium `referral`.  A referrer of the
 * host of `context.page.url` is the site itself and none ("www." in front and case aside;
 * other subdomains count as other sites).  Without any it is `(direct)` / `(none)`.  A
 * campaign that leaves out its source or medium has `(not set)` there.
 */
#ifndef JOURNEY_SESSION_H
#define JOURNEY_SESSION_H

#include "base/buf.h"
#include "journey/request.h"
#include "record/event.h"
#include "time/zone.h"

#define SESSION_RULE_SETS 5

/* Lengths in milliseconds. */
struct session_rules {
	const char *name;
	int64_t inactivity;
	int64_t longest;	/* 0: as long as it goes on */
	bool at_midnight;
	bool at_campaign;
	enum { BOUNCED_ONE_EVENT, BOUNCED_ONE_VIEW, BOUNCED_NOT_ENGAGED } bounced;
	int64_t engaged_after;	/* a session that lasts longer has not bounced; 0: time does not count */
};

/* "ga4", "matomo", "plausible", "posthog", "snowplow". */
extern const struct session_rules session_rule_sets[SESSION_RULE_SETS];

struct touchpoint {
	struct span source, medium;
	struct span campaign;	/* its name; absent: none */
};

/* What sessions need of an event; texts that it lacks are absent. */
struct session_event {
	int64_t time;		/* MOMENT_NONE: undated */
	struct touchpoint campaign;
	struct span referrer;	/* addresses */
	struct span page;
	bool view;		/* a page or screen that was seen */
	bool bought;
};

struct session {
	int64_t start, end;	/* of its first and last event */
	uint64_t events;
	uint64_t views;		/* of them, pages and screens */
	uint64_t bought;	/* and orders */
	struct touchpoint from;
};

/* A campaign or touchpoint kept; private to session.c. */
struct session_texts {
	bool any;
	struct buf source, medium, campaign;
};

struct session_walk {
	const struct session_rules *rules;
	const struct zone *zone;
	bool open;			/* NOW has events */
	struct session now;
	struct session_texts campaign;	/* that it named last */
	struct session_texts from[2];	/* of NOW, and of the session given last */
	int turn;			/* which is NOW's */
};

/* Of the set of that name, or NULL. */
const struct session_rules *session_rules_named(struct span name);

bool session_bounced(const struct session_rules *rules, const struct session *s);

/* The same of a request that was read: false when it is no event of a session. */
bool session_event_of(const struct request *r, struct session_event *out);

/*
 * What E says into *OUT: false when it is no event of a site or an app.  The texts are
 * borrowed from E and SCRATCH, until that changes.
 */
bool session_event_read(const struct event *e, struct session_event *out, struct buf *scratch);

/*
 * Begins the events of a customer.  W is zeroed or has walked before, and keeps its memory;
 * RULES and ZONE (of midnights; NULL where no rule asks) are borrowed.
 */
void session_start(struct session_walk *w, const struct session_rules *rules,
		   const struct zone *zone);

/*
 * Takes the next event, oldest first.  True when the session before it has ended: it is in
 * *ENDED, whose texts are valid until the next call.
 */
bool session_feed(struct session_walk *w, const struct session_event *e, struct session *ended);

/* Ends the events: true with the last session, if there is one. */
bool session_finish(struct session_walk *w, struct session *ended);

void session_release(struct session_walk *w);

#endif
