/*
 * What an event says of a visit to a site or an app: a page that was seen, something done
 * there, or one of the requests that a server logs beside them.
 *
 * A page record is a view when it could be seen: no style sheet, picture or other file that a
 * browser fetches by itself (`props.asset`), no redirect, no error, and not asked for by a
 * method that shows nothing.  Trackers in pages log views alone; servers log all of it.
 */
#ifndef JOURNEY_REQUEST_H
#define JOURNEY_REQUEST_H

#include "base/buf.h"
#include "record/event.h"

enum request_kind {
	REQUEST_NONE,		/* the event is of no site or app */
	REQUEST_VIEW,
	REQUEST_ACT,		/* a form sent (POST), or an event with `context.page` */
	REQUEST_ASSET,
	REQUEST_REDIRECT,	/* status 3xx, but for 304: the page is there as it was */
	REQUEST_FAILED,		/* status 4xx and 5xx, `props.error`, or no request at all */
	REQUEST_OTHER,		/* HEAD, OPTIONS... */
	REQUEST_KINDS,
};

/* Is it what a visitor does: an event of a session? */
static inline bool request_is_visit(enum request_kind kind)
{
	return kind == REQUEST_VIEW || kind == REQUEST_ACT;
}

/* Texts are absent where the event does not say it, or says it empty. */
struct request {
	enum request_kind kind;
	int64_t time;		/* MOMENT_NONE: undated */
	bool bought;		/* it is an order that was completed */
	unsigned status;	/* 0: unknown */
	uint64_t bytes;
	bool timed;
	uint64_t duration_us;	/* how long the server took, where it is timed */
	struct span url, path, referrer;
	struct span host;	/* that was asked */
	struct span method;
	struct span ip, agent;
	struct span source, medium, campaign, term, content;
	struct span click_id;	/* the name of a property that is one of an advertisement: "gclid" */
	/* What cdp-ingest --enrich has added: objects, or absent. */
	struct value browser, os, device, bot, channel, geo;
	bool bots_asked;	/* it has looked for bots: without `bot` it is none */
};

/*
 * Reads E into *OUT.  The texts are borrowed from E and SCRATCH, which is overwritten, until
 * that changes.
 */
void request_read(const struct event *e, struct request *out, struct buf *scratch);

/* Properties, or parameters of an address, by which advertisers know a click; NULL at the end. */
extern const char *const click_ids[];

#endif
