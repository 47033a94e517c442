/*
 * How alike two texts are.  Texts are compared as bytes: fold case and accents
 * first, so that josé and jose agree.  Of longer texts the first SIMILARITY_MAX
 * bytes count.
 *
 * Texts of up to 64 bytes, nearly all, are compared with a 64-bit mask of
 * positions for each byte, so that finding a match is one instruction.
 */
#ifndef TEXT_SIMILARITY_H
#define TEXT_SIMILARITY_H

#include <stdbool.h>

#include "base/span.h"

#define SIMILARITY_MAX 255

/*
 * Jaro (1989), from 0 to 1: matches within half the longer length, and half of
 * those out of order.  Two empty texts are 1, one empty text 0.
 */
double similarity_jaro(struct span a, struct span b);

/*
 * Jaro-Winkler (1990): a Jaro above 0.7 comes nearer to 1 by a tenth for each
 * byte of the common prefix, up to four.
 */
double similarity_winkler(struct span a, struct span b);

/* Levenshtein distance: insertions, deletions, substitutions (Myers 1999). */
unsigned similarity_levenshtein(struct span a, struct span b);

/* 1 - distance / the longer length; two empty texts are 1. */
double similarity_edit(struct span a, struct span b);

/*
 * Damerau-Levenshtein distance: exchanges of neighbours, too, without
 * restriction (ca and abc are 2 apart).
 */
unsigned similarity_damerau(struct span a, struct span b);

/* Is that distance at most LIMIT?  Fast where it is 0 or 1. */
bool similarity_within(struct span a, struct span b, unsigned limit);

#endif
