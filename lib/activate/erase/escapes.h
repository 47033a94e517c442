/*
 * Bytes that stand for others, and so hide an identifier from a search: %40 of web addresses, \u0040 and
 * \/ of JSON, \x40 of logs, &#64; of HTML; also one inside another (%2540).
 */
#ifndef ERASE_ESCAPES_H
#define ERASE_ESCAPES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* So often can one be inside another. */
#define ESCAPES_DEEP 3

/* Where the escapes of a text are, in order. */
struct escapes {
	struct span text;
	size_t next[3];		/* of each sign that begins one; text.len: none any more */
};

void escapes_start(struct escapes *e, struct span text);

/* The next one at FROM or behind it: its offset, or text.len. */
size_t escapes_next(struct escapes *e, size_t from);

/* Appends TEXT with its escapes undone, once.  False: there were none. */
bool escapes_undo(struct span text, struct buf *out);

#endif
