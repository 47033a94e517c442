/* Texts in UTF-16, and back to the same bytes. */
#ifndef ERASE_UTF16_H
#define ERASE_UTF16_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Appends BYTES in UTF-8.  False, with something appended: they are no UTF-16 that utf16_put would give. */
bool utf16_get(struct span bytes, bool big_endian, struct buf *out);

/* Appends UTF8, which is valid, in UTF-16. */
void utf16_put(struct span utf8, bool big_endian, struct buf *out);

#endif
