/*
 * Sounds alike: Soundex (Russell 1918, as the American census uses it), for a
 * name's first word.  Used as a blocking key and as one level of agreement.
 */
#ifndef MATCH_PHONETIC_H
#define MATCH_PHONETIC_H

#include "base/span.h"

/*
 * OUT gets a letter and three digits; false (and OUT unchanged) where NAME
 * begins without an ASCII letter.  Case does not matter; accents have to be
 * folded before.  Ends at the first blank.
 */
bool phonetic_soundex(struct span name, char out[4]);

#endif
