/*
 * Sites that visits come from: search engines, networks, shops... by host or by the name
 * that a link gives: lib/facts/data/sites.txt, and files of the same form.
 */
#ifndef FACTS_SITE_H
#define FACTS_SITE_H

#include "base/error.h"
#include "base/span.h"

enum site_kind {
	SITE_OTHER,
	SITE_SEARCH,
	SITE_SOCIAL,
	SITE_VIDEO,
	SITE_SHOPPING,
	SITE_MAIL,
	SITE_ASSISTANT,
	SITE_KINDS,
};

struct site {
	enum site_kind kind;
	struct span name;	/* what the source is called; absent: by its host */
};

struct sites;

/* The built-in list; PATH, where not NULL, names a file that goes before it.  NULL with a
 * usage error.  Shared by threads.  Owned: sites_free. */
struct sites *sites_load(const char *path, struct error *err);
void sites_free(struct sites *s);

/* The first 8 hexadecimal digits of the lists' SHA-256. */
struct span sites_edition(const struct sites *s);

/* The site that HOST, in lower case, belongs to, or NULL. */
const struct site *site_of_host(const struct sites *s, struct span host);

/* The same of a source that a link names, in lower case: "google", "l.facebook.com". */
const struct site *site_of_source(const struct sites *s, struct span source);

#endif
