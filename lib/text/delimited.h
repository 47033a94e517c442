/*
 * CSV after RFC 4180 with LF, for machines, and the spreadsheet's variant:
 * a byte order mark so that Excel reads UTF-8, and formulas defused.
 */
#ifndef TEXT_DELIMITED_H
#define TEXT_DELIMITED_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Appends TEXT as one field.  DEFUSE: a text that a spreadsheet would run as a
 * formula (= + - @ tab CR NUL first, full-width forms too) gets an apostrophe in
 * front, unless it is a negative number.
 */
void delimited_put(struct buf *out, struct span text, bool defuse);

/* The three bytes that tell a spreadsheet: this is UTF-8. */
void delimited_put_mark(struct buf *out);

#endif
