/*
 * The visits of one customer: his sessions by the rules ga4 of journey/session.h, one behind the other, and the channel
 * that each came by (web_arrival.h: as cdp-ingest --enrich wrote it, else as it is found here by the same lists).
 */
#ifndef REPORT_VISIT_WALK_H
#define REPORT_VISIT_WALK_H

#include "journey/session.h"
#include "reference/site.h"

struct visit {
	struct session session;
	struct span channel;	/* absent where channels are not asked for */
};

/* One for each worker.  SITES is borrowed; NULL: without channels.  Owned: visit_walk_free. */
struct visit_walk;

struct visit_walk *visit_walk_new(const struct sites *sites);
void visit_walk_free(struct visit_walk *v);

/* Before the first event of a customer. */
void visit_walk_start(struct visit_walk *v);

/*
 * Takes the next event that has a time, oldest first.  True when a visit has ended with it: *ENDED, whose texts are valid
 * until the next call.
 */
bool visit_walk_feed(struct visit_walk *v, const struct event *e, struct visit *ended);

/* Is there a visit, not ended by TIME, of which the event fed last is part?  One of no site or app, like an order that a
 * shop's server tells of, is when it comes within the pause that ends a session. */
bool visit_walk_inside(const struct visit_walk *v, int64_t time);

/* Ends the events: true with the last visit, if there is one. */
bool visit_walk_finish(struct visit_walk *v, struct visit *ended);

#endif
