/*
 * The names of sources, numbered as they come, ordered by text.
 */
#ifndef MERGE_SOURCES_H
#define MERGE_SOURCES_H

#include <stdint.h>

#include "base/map.h"

struct sources {
	struct map names;	/* "": events without a source */
	uint32_t last;		/* the number put last: most often the next, too */
	uint32_t *orders;	/* by number: its place by text; after settle */
	uint32_t *sorted;	/* numbers by text */
};

#define SOURCES_INIT ((struct sources){0})

void sources_release(struct sources *s);
uint32_t sources_put(struct sources *s, struct span name);
void sources_settle(struct sources *s);

static inline struct span source_name(const struct sources *s, uint32_t number)
{
	return s->names.entries[number].key;
}

#endif
