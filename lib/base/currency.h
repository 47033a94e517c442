/*
 * Currencies as people write them with an amount: an ISO 4217 code ("EUR", "eur"), a sign ("€", "zł",
 * "US$") or a word ("Euro").
 *
 * Some signs are of several currencies: "$", "kr", "Rs" and "¥" stay themselves, as "$", "kr", "Rs" and
 * "JPY/CNY", until something tells more.  An amount of some dollars is none of US dollars.
 */
#ifndef BASE_CURRENCY_H
#define BASE_CURRENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* A code with a NUL behind it. */
#define CURRENCY_SIZE 8

/* Can TEXT be a code: a few visible ASCII characters, or none?  Codes go into messages and become keys. */
bool currency_is_code(struct span text);

/* The length of the currency that S starts with (or ends with, AT_END), or 0. */
size_t currency_at(struct span s, bool at_end);

/*
 * The code of SIGN, a whole text that currency_at finds, or any other code of visible characters, in
 * capitals where it has three letters; "" when it says none ("¤") or is none.
 */
void currency_read(struct span sign, char code[CURRENCY_SIZE]);

/* Is CODE one that stands for several currencies? */
bool currency_is_open(const char *code);

/* What both codes can be, into A: "USD" of "$" and "USD".  False, A unchanged, when that is nothing. */
bool currency_join(char a[CURRENCY_SIZE], const char *b);

/* An open CODE becomes the currency of REGION (ISO 3166-1), where that is one of its. */
void currency_of_region(char code[CURRENCY_SIZE], const char *region);

#endif
