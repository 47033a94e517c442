/*
 * Sites that visits come from: search engines, networks, shops... by host or by the name
 * that a link gives: lib/reference/data/sites.txt, and files of the same form.
 */
#ifndef REFERENCE_SITE_H
#define REFERENCE_SITE_H

#include <stdint.h>

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
	uint32_t number;	/* in the lists, from 1 */
};

struct sites;

/* The built-in list; PATH, where not NULL, names a file that goes before it.  NULL with a
 * usage error.  Shared by threads.  Owned: sites_free. */
struct sites *sites_load(const char *path, struct error *err);
void sites_free(struct sites *s);

/* The first 8 hexadecimal digits of the lists' SHA-256. */
struct span sites_edition(const struct sites *s);

/*
 * Looks hosts up, and remembers them in about MEMORY bytes: to find where a host's own name
 * begins costs more than all else.  One a thread.  S is borrowed.  Owned: site_finder_free.
 */
struct site_finder;

struct site_finder *site_finder_new(const struct sites *s, size_t memory);
void site_finder_free(struct site_finder *f);

struct host_facts {
	struct span domain;		/* see domain_of; in the host */
	const struct site *site;	/* that it belongs to, or NULL */
};

/* HOST is in lower case. */
struct host_facts site_of_host(struct site_finder *f, struct span host);

/* The site of a source that a link names, in lower case: "google", "l.facebook.com". */
const struct site *site_of_source(struct site_finder *f, struct span source);

#endif
