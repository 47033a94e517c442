/*
 * Where a visit comes from: its source, medium and campaign, by the link that was followed, the
 * page that it stood on, and what the record says itself.
 */
#ifndef REFERENCE_ORIGIN_H
#define REFERENCE_ORIGIN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"
#include "reference/site.h"

/* What says where a visit comes from, in the order that it is asked. */
enum origin_by {
	ORIGIN_CLICK_ID,	/* of an advertisement: gclid ... */
	ORIGIN_UTM,		/* the link says it */
	ORIGIN_REFERRER,	/* the site that the link stood on */
	ORIGIN_OWN,		/* a page of the same site: no arrival at all */
	ORIGIN_DIRECT,		/* nothing */
	ORIGINS,
};

/* "click_id", ... */
extern const struct span origin_names[ORIGINS];

struct origin {
	enum origin_by by;
	struct span source;	/* absent: the link does not say it */
	struct span medium;
	struct span campaign;
	struct span term;
	struct span content;
};

/* What is known of a visit; absent where it is not. */
struct arrival_facts {
	struct span url;		/* of the page, as whole as it is known */
	struct span host;		/* of the page, where the URL has none */
	struct span referrer;
	struct span source, medium, campaign, term, content;	/* said apart from the URL */
	struct span click_id;		/* the name of one that is said apart: "gclid" */
};

/* Hosts, in lower case, that are the owner's: with all below them. */
struct own_hosts {
	const struct span *list;
	size_t count;
};

/* Adds TEXT, hosts with commas between them; they live in A.  -1 with a usage error of --own-host. */
int own_hosts_add(struct own_hosts *own, const char *text, struct arena *a, struct error *err);

/* HOST is in lower case. */
bool own_hosts_hold(const struct own_hosts *own, struct span host);

/*
 * Click ids, then utm_ parameters, then the referrer: a known site, else any; then direct.  A
 * parameter that comes twice counts the first time, without regard to the case of its
 * name.  fbclid, which Facebook puts on every link, says only who, so utm parameters go
 * before it.  A referrer is one's own when it is in OWN or has the registrable
 * domain of the page.  Texts live in A or the facts.
 */
void origin_find(struct site_finder *s, const struct own_hosts *own,
		 const struct arrival_facts *facts, struct arena *a,
		 struct origin *out);

#endif
