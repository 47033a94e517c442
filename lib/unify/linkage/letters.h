/*
 * Which letters a word has, in 64 bits: two bits a letter (one for the first,
 * one for the second of it), one a digit.  How many two words have in common at
 * most is one AND; most pairs of words have too few to be alike, and need not be
 * compared letter by letter.
 */
#ifndef LINKAGE_LETTERS_H
#define LINKAGE_LETTERS_H

#include <stdint.h>

#include "unify/linkage/columns.h"

/* Sets `letters` and `rest` of W from its text. */
void letters_note(struct word *w);

/* Bits that are set; without the instruction, which not every processor has. */
static inline unsigned letters_count(uint64_t x)
{
	x -= x >> 1 & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
	return (unsigned)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* At least as many as the bytes that A and B have in common. */
static inline unsigned letters_common(const struct word *a, const struct word *b)
{
	/* What has no bit may be in both. */
	unsigned rest = a->rest < b->rest ? a->rest : b->rest;

	return letters_count(a->letters & b->letters) + rest;
}

#endif
