/*
 * How often each pattern of agreement was seen: what training works on instead
 * of pairs.  Millions of pairs have a few thousand patterns.
 */
#ifndef LINKAGE_PATTERNS_H
#define LINKAGE_PATTERNS_H

#include <stddef.h>
#include <stdint.h>

struct pattern_count {
	uint64_t pattern;	/* see agreement.h */
	uint64_t count;
};

struct patterns {
	struct pattern_count *list;	/* a table, until patterns_sort */
	size_t mask;
	size_t count;		/* distinct patterns */
	uint64_t pairs;
};

#define PATTERNS_INIT ((struct patterns){0})

void patterns_release(struct patterns *p);
void patterns_add(struct patterns *p, uint64_t pattern, uint64_t count);
void patterns_add_all(struct patterns *p, const struct patterns *more);

/* No more comes: list[0 .. count - 1] are the patterns, ascending. */
void patterns_sort(struct patterns *p);

#endif
