/*
 * Unicode (by utf8proc, which only unicode.c knows): case, normal form, marks,
 * width.  Text of ASCII alone takes a fast path everywhere.
 *
 * The functions that change a text return S itself when there is nothing to
 * change, and else a new text in the arena.  Bytes that are not UTF-8 are kept
 * as they are, so that no text gets lost on its way.
 */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

/* Simple case mapping, a letter at a time: for showing. */
struct span unicode_lower(struct span s, struct arena *a);
struct span unicode_upper(struct span s, struct arena *a);

/* Full case folding, in NFC: for comparing ("Straße" and "STRASSE" agree). */
struct span unicode_fold_case(struct span s, struct arena *a);

/* The composed normal form NFC. */
struct span unicode_nfc(struct span s, struct arena *a);

/* Without accents: "Zoë Müller" -> "Zoe Muller".  In NFC. */
struct span unicode_strip_marks(struct span s, struct arena *a);

/* Columns on a terminal: wide characters 2, marks and controls 0. */
size_t unicode_width(struct span s);

/* Characters (code points); a byte that is not UTF-8 counts as one. */
size_t unicode_length(struct span s);

/*
 * The offset in bytes of character number COUNT of S, from 0: s.len when there
 * are not so many.
 */
size_t unicode_offset(struct span s, size_t count);

/*
 * Do the first bytes of a file say UTF-16?  Its name for iconv: "UTF-16" behind a byte order
 * mark, else "UTF-16LE" or "UTF-16BE", where the text is of ASCII characters; NULL: no.
 */
const char *unicode_utf16(struct span head);

/* A letter, a digit or another number, or a mark that belongs to one. */
bool unicode_is_letter_or_digit(uint32_t point);
/* A combining mark. */
bool unicode_is_mark(uint32_t point);
/* A letter or a mark. */
bool unicode_is_letter(uint32_t point);
/* Of Unicode's properties Uppercase and Lowercase (a letter of a title, such as U+01C5, counts as lower case). */
bool unicode_is_upper(uint32_t point);
bool unicode_is_lower(uint32_t point);
/* Shown as a picture (Extended_Pictographic). */
bool unicode_is_pictographic(uint32_t point);
/* The length in bytes of the extended grapheme cluster that S, not empty, begins with; a byte that is not UTF-8 is one. */
size_t unicode_grapheme(struct span s);
/* What may continue an identifier (XID_Continue): these, digits, low lines. */
bool unicode_is_identifier_part(uint32_t point);

#endif
