/*
 * Many texts sought at once in bytes of any kind, in one pass at about the speed of memory.
 *
 * Case of ASCII letters does not count.  What is found is a substring: whether it is a whole value
 * decides who asks.
 *
 * Method: the text is looked at every so many bytes that each occurrence of the shortest needle has one
 * such place in it (the idea of Wu and Manber 1994, with a fixed step).  Four bytes there, in small
 * letters, choose a bit of a table that fits into the first cache; where it is set, a hash table gives the
 * needles that have these four bytes at that place, and each is compared.  With needles of 12 bytes a byte
 * in nine is looked at.  The step depends on the shortest needle, hardly anything on their number.
 */
#ifndef ERASE_NEEDLES_H
#define ERASE_NEEDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/span.h"

/* Shorter ones are no needles. */
#define NEEDLE_MIN 4

struct needle {
	struct span text;	/* in small letters */
	uint32_t owner;		/* whose it is: the caller's number */
	uint32_t how;		/* which spelling: the caller's, too */
};

struct needle_place;

struct needles {
	struct arena texts;
	struct map known;
	struct needle *list;
	size_t count, cap;
	size_t step;			/* after needles_build */
	uint64_t *bits;
	unsigned bits_shift;
	struct needle_place *places;	/* chained by `next` */
	uint32_t *heads;
	unsigned heads_shift;
};

#define NEEDLES_INIT ((struct needles){0})

void needles_release(struct needles *n);

/* Adds TEXT; the first owner of equal ones stays.  False: it is shorter than NEEDLE_MIN. */
bool needles_add(struct needles *n, struct span text, uint32_t owner, uint32_t how);

/* Once, behind the last needles_add. */
void needles_build(struct needles *n);

struct needle_hit {
	size_t at;
	const struct needle *needle;
};

/* A walk over all of them in a text: each occurrence comes once, in about their order. */
struct needle_walk {
	const struct needles *needles;
	struct span text;
	size_t from, at;	/* at: the place that is looked at */
	uint32_t place;		/* what else may stand there */
};

/* Of those in TEXT that begin at FROM or behind it. */
void needles_start(struct needle_walk *w, const struct needles *n, struct span text, size_t from);
bool needles_next(struct needle_walk *w, struct needle_hit *hit);

/* The first that needles_next would give. */
bool needles_find(const struct needles *n, struct span text, size_t from, struct needle_hit *hit);

#endif
