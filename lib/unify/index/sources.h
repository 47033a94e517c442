/*
 * The names of sources, numbered as they come, ordered by text.
 *
 * The form of a name is how cdp-ingest begins the types of its numbers with it:
 * "My Shop" has my_shop_id.  Sources of one form are one to identifiers.
 */
#ifndef INDEX_SOURCES_H
#define INDEX_SOURCES_H

#include <stdint.h>

#include "base/map.h"

struct sources {
	struct map names;	/* "": events without a source */
	uint32_t last;		/* the number put last: most often the next, too */
	uint32_t *orders;	/* by number: its place by text; after settle */
	uint32_t *sorted;	/* numbers by text */
	struct map forms;	/* distinct */
	struct span *form_list;	/* by number; borrowed from forms */
	size_t form_cap;
};

#define SOURCES_INIT ((struct sources){0})

void sources_release(struct sources *s);
uint32_t sources_put(struct sources *s, struct span name);
void sources_settle(struct sources *s);

static inline struct span source_form(const struct sources *s, uint32_t number)
{
	return s->form_list[number];
}

/* Is "shop_id" TYPE's name for any of the forms?  It is that source's, then. */
bool sources_have_type(const struct sources *s, struct span type);

static inline struct span source_name(const struct sources *s, uint32_t number)
{
	return s->names.entries[number].key;
}

#endif
