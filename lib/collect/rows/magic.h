/* Files that are not text, told by their first bytes. */
#ifndef ROWS_MAGIC_H
#define ROWS_MAGIC_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

/*
 * HEAD: the first bytes of a file.  0 when it may be text; else -1 with a
 * failure that says what it is and what to do about it.  ENCODED: the user has named an
 * encoding, so NUL bytes are no surprise.
 */
int magic_check(struct span head, bool encoded, struct error *err);

#endif
