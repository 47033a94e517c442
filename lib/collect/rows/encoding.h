/*
 * Text in other encodings made UTF-8 and back, by iconv(3), which only
 * encoding.c knows.
 *
 * A byte that is not valid in the encoding does not get lost: it becomes the
 * byte FEh and itself, which no UTF-8 holds, so that its row is rejected like
 * any other that is not UTF-8, and comes back as it was.  Of the wide encodings a
 * whole unit becomes FEh FEh.
 */
#ifndef ROWS_ENCODING_H
#define ROWS_ENCODING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct encoding;

/*
 * NAME is what iconv -l lists ("latin1", "windows-1252", "utf-16le").  NULL
 * with a usage error for an unknown one.  Owned: encoding_free.
 */
struct encoding *encoding_new(const char *name, struct error *err);
void encoding_free(struct encoding *e);

/* As given to encoding_new. */
const char *encoding_name(const struct encoding *e);

/* Is NAME another way to write UTF-8? */
bool encoding_is_utf8(const char *name);

/*
 * Appends BYTES in UTF-8 to OUT; returns how many bytes were used: the last few may
 * begin a character that goes on in the next piece, unless LAST.
 */
size_t encoding_decode(struct encoding *e, struct span bytes, bool last,
		       struct buf *out);

/*
 * Appends UTF8 in the encoding to OUT.  False, with nothing appended, for the
 * wide encodings (UTF-16 and the like), whose pieces do not stand alone.
 */
bool encoding_encode(struct encoding *e, struct span utf8, struct buf *out);

#endif
