/*
 * A bounded memory of what was made of a text: the same user agent or host comes
 * thousands of times, and what is known about it is the same each time.
 *
 * Texts are not kept: each is known by 96 bits of a seeded hash, so that it costs 16 bytes and
 * room to grow, and nobody can make two that are taken for one.  Values are kept once, however
 * many texts have them: of 200,000 user agents a few thousand differ in what they say.
 *
 * It forgets the older half when it is full; so it is only for results that can be had
 * again, which then do not depend on what it remembers.  Not for several threads.
 */
#ifndef REFERENCE_MEMO_H
#define REFERENCE_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"

struct memo_value {
	struct span text;
	uint32_t bits;		/* what the caller wants to keep beside it */
	uint32_t split;
};

/* A text: open addressing; value 0 is a free slot. */
struct memo_slot {
	uint64_t hash;
	uint32_t more;		/* of the hash */
	uint32_t value;		/* + 1 */
};

struct memo_half {
	struct memo_slot *slots;
	size_t count;
	size_t mask;		/* slots - 1; 0: none yet */
	struct map values;	/* text, bits and split -> struct memo_value in `arena` */
	struct arena arena;
};

struct memo {
	struct memo_half new;
	struct memo_half old;
	size_t max;		/* bytes in use at most, roughly */
	struct buf key;
};

void memo_init(struct memo *m, size_t max);
void memo_release(struct memo *m);

/* NULL: not remembered.  Borrowed until the next put. */
const struct memo_value *memo_find(struct memo *m, struct span key);

/* Remembers VALUE, which is copied, for KEY. */
const struct memo_value *memo_put(struct memo *m, struct span key,
				  struct memo_value value);

#endif
