/*
 * Channels of one's own: a file of `name = condition` in the expression language, whose
 * first condition that holds names the channel.  A name with blanks needs no quotes.
 *
 *	Newsletter     = medium = "email" and starts_with(campaign, "nl_")
 *	Partner Sites  = referrer_host in ("partner.example.org", "blog.example.org")
 *
 * A condition knows source, medium, campaign, term and content as they were found, by
 * (click_id, utm, referrer, direct), channel (what it would be without the file),
 * referrer_host and path.
 */
#ifndef REFERENCE_CHANNEL_RULES_H
#define REFERENCE_CHANNEL_RULES_H

#include "base/arena.h"
#include "base/error.h"
#include "reference/channel.h"

struct channel_rules;

/* NULL with an error: unreadable, or a usage error with its place.  Shared by threads.
 * Owned: channel_rules_free. */
struct channel_rules *channel_rules_load(const char *path, struct error *err);
void channel_rules_free(struct channel_rules *r);

/* The first 8 hexadecimal digits of the file's SHA-256. */
struct span channel_rules_edition(const struct channel_rules *r);

struct channel_view {
	const struct origin *origin;
	struct span channel;
	struct span referrer_host;	/* absent: none */
	struct span path;
};

/* The name, borrowed from R, or SPAN_NONE.  A condition that fails does not hold. */
struct span channel_rules_find(const struct channel_rules *r, const struct channel_view *view,
			       struct arena *scratch);

#endif
