/*
 * From what a record says to a word of a column: the comparable form of a value
 * (letters and digits in lower case, without accents; the eight digits of a
 * date; an address of mail in lower case), and its number in the vocabulary.
 */
#ifndef LINKAGE_WORDING_H
#define LINKAGE_WORDING_H

#include "unify/linkage/columns.h"

/* Scratch of one thread. */
struct wording {
	struct buf text;
	struct arena scratch;
};

void wording_release(struct wording *w);

/* The comparable form of S, in W until its next use; empty: it means nothing. */
struct span wording_make(struct wording *w, const struct blocked *blocked,
			 const struct column *c, struct span s);

struct vocabulary *vocabulary_new(void);	/* owned: _free */
void vocabulary_free(struct vocabulary *v);

/* The number of the word TEXT, not empty, whose hash_64 is HASH. */
uint32_t vocabulary_put(struct vocabulary *v, enum column_kind kind,
			struct span text, uint64_t hash);

#endif
