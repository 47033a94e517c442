/*
 * Where a session came from: its first event that says so.  What cdp-ingest --enrich wrote into it
 * counts; else it is found here by the same lists.
 */
#ifndef REPORT_WEB_ARRIVAL_H
#define REPORT_WEB_ARRIVAL_H

#include "journey/request.h"
#include "reference/origin.h"

/* Zeroed at the start, then web_arrival_forget. */
struct web_arrival {
	bool known;
	struct buf channel, source, medium;	/* Direct, (direct), (none) until it is known */
	struct buf campaign, term;
	struct buf host;			/* of the referrer, where that said it; in small letters */
	struct buf key;
	struct arena texts;
};

void web_arrival_release(struct web_arrival *a);

/* A session begins. */
void web_arrival_forget(struct web_arrival *a);

/* Takes an event of the session, in their order.  A referrer in OWN is none. */
void web_arrival_note(struct web_arrival *a, struct site_finder *sites, const struct own_hosts *own,
		      const struct request *r);

/* Host, channel, source and medium, with a NUL between them; borrowed until the next call. */
struct span web_arrival_key(struct web_arrival *a);

#endif
