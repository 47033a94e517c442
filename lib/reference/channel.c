#include "reference/channel.h"

#include <string.h>

/* Longer ones are cut before they are compared; no rule looks further. */
#define TEXT_MAX 256

/* The parts in lower case, as the rules want them. */
struct lowered {
	char text[TEXT_MAX];
	struct span span;
};

static void lower_text(struct span text, struct lowered *out)
{
	text = span_sub(text, 0, TEXT_MAX);
	for (size_t i = 0; i < text.len; i++)
		out->text[i] = span_lower(text.ptr[i]);
	out->span = (struct span){out->text, text.len};
}

static bool contains_word(struct span text, const char *word)
{
	return span_find(text, span_of(word)) < text.len;
}

static bool is_one_of(struct span text, const char *const *list)
{
	for (; *list; list++)
		if (span_equal(text, span_of(*list)))
			return true;
	return false;
}

/* ^(.*cp.*|ppc|retargeting|paid.*)$ */
static bool is_paid(struct span medium)
{
	return contains_word(medium, "cp") || span_equal(medium, SPAN("ppc")) ||
	       span_equal(medium, SPAN("retargeting")) ||
	       span_starts(medium, SPAN("paid"));
}

/*
 * ^(.*(([^a-df-z]|^)shop|shopping).*)$: before "shop" stands nothing, an e or no letter, so
 * that eshop is one and workshop is none.
 */
static bool is_shop(struct span campaign)
{
	static const struct span shop = SPAN("shop");

	if (contains_word(campaign, "shopping"))
		return true;
	for (size_t at = 0; at + shop.len <= campaign.len; at++) {
		char before = at ? campaign.ptr[at - 1] : ' ';

		if (span_starts(span_sub(campaign, at, shop.len), shop) &&
		    (before == 'e' || before < 'a' || before > 'z'))
			return true;
	}
	return false;
}

static bool is_direct(struct span source, struct span medium)
{
	static const char *const none[] = {"(none)", "(not set)", NULL};

	if (!source.len && !medium.len)
		return true;
	return span_equal(source, SPAN("(direct)")) && is_one_of(medium, none);
}

static const struct span paid_names[SITE_KINDS] = {
	[SITE_SEARCH] = SPAN("Paid Search"),
	[SITE_SOCIAL] = SPAN("Paid Social"),
	[SITE_VIDEO] = SPAN("Paid Video"),
};

static struct span paid_channel(enum site_kind kind, struct span medium, bool shop)
{
	static const char *const display[] = {"display", "banner", "expandable",
					      "interstitial", "cpm", NULL};

	if (is_paid(medium) && shop)
		return SPAN("Paid Shopping");
	if (is_paid(medium) && paid_names[kind].len)
		return paid_names[kind];
	if (is_one_of(medium, display))
		return SPAN("Display");
	return is_paid(medium) ? SPAN("Paid Other") : SPAN_NONE;
}

static struct span organic_channel(enum site_kind kind, struct span medium, bool shop)
{
	static const char *const social[] = {"social", "social-network", "social-media", "sm",
					     "social network", "social media", NULL};

	if (shop)
		return SPAN("Organic Shopping");
	if (kind == SITE_SOCIAL || is_one_of(medium, social))
		return SPAN("Organic Social");
	if (kind == SITE_VIDEO || contains_word(medium, "video"))
		return SPAN("Organic Video");
	if (kind == SITE_SEARCH || span_equal(medium, SPAN("organic")))
		return SPAN("Organic Search");
	return kind == SITE_ASSISTANT ? SPAN("AI Assistant") : SPAN_NONE;
}

static struct span other_channel(enum site_kind kind, struct span source,
				 struct span medium, enum origin_by by)
{
	static const char *const link[] = {"referral", "app", "link", NULL};
	static const char *const email[] = {"email", "e-mail", "e_mail", "e mail", NULL};

	if (kind == SITE_MAIL && by == ORIGIN_REFERRER)
		return SPAN("Email");
	if (is_one_of(medium, link))
		return SPAN("Referral");
	if (is_one_of(source, email) || is_one_of(medium, email))
		return SPAN("Email");
	if (span_equal(medium, SPAN("affiliate")))
		return SPAN("Affiliates");
	if (span_equal(medium, SPAN("audio")))
		return SPAN("Audio");
	if (span_equal(source, SPAN("sms")) || span_equal(medium, SPAN("sms")))
		return SPAN("SMS");
	if (span_ends(medium, SPAN("push")) || contains_word(medium, "mobile") ||
	    contains_word(medium, "notification") || span_equal(source, SPAN("firebase")))
		return SPAN("Mobile Push");
	return SPAN("Unassigned");
}

struct span channel_of(struct site_finder *s, const struct origin *o)
{
	struct lowered source, medium, campaign;
	const struct site *site;
	enum site_kind kind;
	struct span channel;
	bool shop;

	lower_text(o->source, &source);
	lower_text(o->medium, &medium);
	lower_text(o->campaign, &campaign);
	/* A link that says its campaign and nothing else is none that was typed in. */
	if (o->by != ORIGIN_UTM ? is_direct(source.span, medium.span) :
	    !o->campaign.len && is_direct(source.span, medium.span))
		return SPAN("Direct");
	if (contains_word(campaign.span, "cross-network"))
		return SPAN("Cross-network");
	site = site_of_source(s, source.span);
	kind = site ? site->kind : SITE_OTHER;
	shop = kind == SITE_SHOPPING || is_shop(campaign.span);
	channel = paid_channel(kind, medium.span, shop);
	if (span_absent(channel))
		channel = organic_channel(kind, medium.span, shop);
	return span_absent(channel) ?
		other_channel(kind, source.span, medium.span, o->by) : channel;
}
