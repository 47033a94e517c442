/*
 * Events with the same key (of source and id), found once all are read.
 *
 *	entries --> buckets by the first bits of the key --> a small table for each --> twins
 *
 * A table of all keys would be touched at random by every event.  So the keys are dealt to buckets first,
 * each small enough for the processor's cache: in memory, or beyond a share of it to a dealer (io/dealer.h).
 */
#ifndef INDEX_TWINS_H
#define INDEX_TWINS_H

#include "unify/index/events.h"

struct twin {
	uint32_t first;		/* the first event with that key */
	uint32_t again;
};

struct twins {
	struct twin *list;	/* by first, then again */
	size_t count;
	size_t cap;
};

#define TWINS_INIT ((struct twins){0})

/* MEMORY: what all buckets together may take.  96 bits of the key are compared: it is
 * a hash anyway.  -1 and *ERR when the dealer fails. */
int twins_find(struct twins *t, const struct events *v, uint64_t memory, const char *scratch,
	       struct error *err);
void twins_release(struct twins *t);

#endif
