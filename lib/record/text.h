/* Texts as JSON writes them, and back. */
#ifndef RECORD_TEXT_H
#define RECORD_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends what INNER, a validated JSON text without its quotes, stands for, in
 * UTF-8; lone surrogates as U+FFFD.
 */
void text_decode(struct buf *out, struct span inner);

/* Appends UTF-8 text as a JSON string with quotes; bytes that are not UTF-8
 * become U+FFFD.  Escapes only what must be: " \ and control characters. */
void text_encode(struct buf *out, struct span utf8);

/* The same without the quotes around it. */
void text_encode_inner(struct buf *out, struct span utf8);

/* Appends the character CODE (below 0x110000) in UTF-8; half a pair as it is. */
void text_put_code(struct buf *out, unsigned code);

/* Is it a JSON number? */
bool text_is_number(struct span s);

#endif
