/*
 * Programs that visit pages by themselves, by what they call themselves: the list
 * lib/reference/data/crawlers.txt, and files of the same form.
 *
 * An entry fits where its text stands in a user agent at the beginning of a word (behind
 * no letter or digit) and, where it ends with a letter, no letter follows; case
 * does not count.
 */
#ifndef REFERENCE_CRAWLER_H
#define REFERENCE_CRAWLER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

struct crawler {
	struct span category;	/* "search", "ai", ... */
	struct span name;	/* as the list has it */
};

struct crawlers;
struct crawler_scratch;

/* The built-in list; PATH, where not NULL, names a file whose lines come before it.  NULL
 * with a usage error.  Shared by threads.  Owned: crawlers_free. */
struct crawlers *crawlers_load(const char *path, struct error *err);
void crawlers_free(struct crawlers *c);

/* The first 8 hexadecimal digits of the lists' SHA-256. */
struct span crawlers_edition(const struct crawlers *c);

/* For one thread.  Owned: crawler_scratch_free. */
struct crawler_scratch *crawler_scratch_new(const struct crawlers *c);
void crawler_scratch_free(struct crawler_scratch *s);

/* The first entry that fits AGENT, or NULL. */
const struct crawler *crawler_find(const struct crawlers *c, struct crawler_scratch *s,
				   struct span agent);

/*
 * Does AGENT hold bot, crawl, spider, slurp, scrape, feed, http:// or https://
 * anywhere?  Case does not count.  CUBOT, a maker of phones, is no bot.
 */
bool crawler_by_words(struct span agent);

#endif
