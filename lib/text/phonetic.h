/*
 * Sounds alike: codes of names.  Soundex (Russell 1918, as the American census
 * uses it) is a blocking key of matching, where names sound alike that have it or
 * a code of Double Metaphone in common; all are functions of the expression
 * language.  ASCII letters count: fold accents first.  All but Double Metaphone
 * end at the first blank.
 */
#ifndef TEXT_PHONETIC_H
#define TEXT_PHONETIC_H

#include <stdint.h>

#include "base/span.h"

/*
 * OUT gets a letter and three digits; false (and OUT unchanged) where NAME
 * begins without an ASCII letter.  Case does not matter; accents have to be
 * folded before.  Ends at the first blank.
 */
bool phonetic_soundex(struct span name, char out[4]);

/* How a name may be said: letters without an end where there are four; 0 fills up. */
struct phonetic_codes {
	char first[4], second[4];
};

/*
 * Double Metaphone (Philips 2000) of all words of NAME: the likely code and the other one,
 * which are mostly the same.  False, and both empty, where nothing sounds.
 */
bool phonetic_double(struct span name, struct phonetic_codes *out);

/* Both codes in 32 bits; 0: there is none. */
uint32_t phonetic_pack(const struct phonetic_codes *codes);

/* Do two names, packed, have a code in common? */
static inline bool phonetic_alike(uint32_t a, uint32_t b)
{
	uint32_t across = a ^ (b >> 16 | b << 16), along = a ^ b;

	return a && b && (!(along >> 16) || !(along & 0xFFFF) ||
			  !(across >> 16) || !(across & 0xFFFF));
}

#endif
