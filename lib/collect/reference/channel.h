/*
 * Where a visit comes from: its source, medium and campaign, and the channel that these
 * make.
 *
 * The channels and their order are those of Google Analytics 4 ("default channel group", Google
 * Analytics help 9756891): of the rules below the first that holds counts, without
 * regard to case.  "Paid" is a medium that matches ^(.*cp.*|ppc|retargeting|paid.*)$, "shop" a
 * campaign that matches ^(.*(([^a-df-z]|^)shop|shopping).*)$.
 *
 *	Direct			source and medium empty; or (direct) and (none) or (not set)
 *	Cross-network		the campaign holds cross-network
 *	Paid Shopping		source is shopping or campaign is shop, and paid
 *	Paid Search, Paid Social, Paid Video	by source, and paid
 *	Display			medium display, banner, expandable, interstitial, cpm
 *	Paid Other		paid
 *	Organic Shopping	source is shopping or campaign is shop
 *	Organic Social		source is social; medium social, social-network,
 *				social-media, sm, social network, social media
 *	Organic Video		source is video; the medium holds video
 *	Organic Search		source is search; medium organic
 *	AI Assistant		source is an assistant (GA4: Referral)
 *	Email			source is mail in a browser and the visit was referred
 *				by it (GA4: Referral)
 *	Referral		medium referral, app, link
 *	Email			source or medium email, e-mail, e_mail, e mail
 *	Affiliates, Audio, SMS	medium affiliate; audio; source or medium sms
 *	Mobile Push		medium ends with push, holds mobile or notification;
 *				source firebase
 *	Unassigned		nothing of these
 *
 * Which sources are which is collect/reference/site.h's.
 */
#ifndef REFERENCE_CHANNEL_H
#define REFERENCE_CHANNEL_H

#include "base/arena.h"
#include "base/span.h"
#include "collect/reference/site.h"

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

/* The names of click ids, NULL at the end. */
extern const char *const click_ids[];

/* The channel of an origin; not for ORIGIN_OWN. */
struct span channel_of(struct site_finder *s, const struct origin *o);

#endif
