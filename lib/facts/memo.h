/*
 * A bounded memory of what was made of a text: the same user agent or host comes
 * thousands of times, and what is known about it is the same each time.
 *
 * It forgets the older half when it is full; so it is only for results that can be had
 * again, which then do not depend on what it remembers.  Not for several threads.
 */
#ifndef FACTS_MEMO_H
#define FACTS_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

struct memo_value {
	struct span text;
	uint32_t bits;		/* what the caller wants to keep beside it */
	uint32_t split;
};

struct memo_half {
	struct map map;		/* text -> struct memo_value in `values` */
	struct arena values;
};

struct memo {
	struct memo_half new;
	struct memo_half old;
	size_t max;		/* bytes in use at most, roughly */
};

void memo_init(struct memo *m, size_t max);
void memo_release(struct memo *m);

/* NULL: not remembered.  Borrowed until the next put. */
const struct memo_value *memo_find(struct memo *m, struct span key);

/* Remembers VALUE, which is copied, for KEY. */
const struct memo_value *memo_put(struct memo *m, struct span key,
				  struct memo_value value);

#endif
