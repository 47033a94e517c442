/* Decoding a JSON text; private to lib/record.  Encoding is in scan.h. */
#ifndef RECORD_TEXT_H
#define RECORD_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends what INNER, a validated JSON text without its quotes, stands for, in
 * UTF-8; lone surrogates as U+FFFD.
 */
void text_decode(struct buf *out, struct span inner);

#endif
