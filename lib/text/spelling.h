/*
 * How people write an identifier in a list, where the data have it otherwise: "Anna@Example.com"
 * for anna@example.com, "+1 (202) 555-0143" for +12025550143.
 *
 * An address and a phone number are one in all their spellings.  Of other types another case may
 * be another identifier: there a spelling only says what may be meant.
 */
#ifndef TEXT_SPELLING_H
#define TEXT_SPELLING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Are spellings of a value of TYPE one identifier? */
bool spelling_is_sure(struct span type);

/*
 * Appends what spellings of VALUE have in common: of an address small letters, without a name
 * around it; of a phone number its digits; else small letters.
 */
void spelling_put(struct span type, struct span value, struct buf *out);

#endif
