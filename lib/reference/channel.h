/*
 * The channel that the source, medium and campaign of a visit make.
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
 * Which sources are which is reference/site.h's.
 */
#ifndef REFERENCE_CHANNEL_H
#define REFERENCE_CHANNEL_H

#include "reference/origin.h"

/* The channel of an origin; not for ORIGIN_OWN. */
struct span channel_of(struct site_finder *s, const struct origin *o);

#endif
