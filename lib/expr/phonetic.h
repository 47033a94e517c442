/*
 * Sounds alike, for the first word of a name.  Soundex (Russell 1918, as the
 * American census uses it) is a blocking key and a level of agreement of
 * matching; all are functions of the expression language.  ASCII letters count:
 * fold accents first.
 */
#ifndef EXPR_PHONETIC_H
#define EXPR_PHONETIC_H

#include "base/span.h"

/*
 * OUT gets a letter and three digits; false (and OUT unchanged) where NAME
 * begins without an ASCII letter.  Case does not matter; accents have to be
 * folded before.  Ends at the first blank.
 */
bool phonetic_soundex(struct span name, char out[4]);

#define PHONETIC_MAX 64

/* NYSIIS (Taft 1970) in OUT, in capitals; its length, 0 without any letter. */
size_t phonetic_nysiis(struct span name, char out[PHONETIC_MAX]);

/* Metaphone (Philips 1990) in OUT; '0' is th, 'X' is sh. */
size_t phonetic_metaphone(struct span name, char out[PHONETIC_MAX]);

#endif
