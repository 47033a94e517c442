/*
 * How platforms want a value written, and its hash.
 *
 * Each platform matches people by SHA-256 of a value in its own normal form: Google and TikTok take
 * one phone number with and without its plus, and so have two hashes of it.  A form is named in a
 * target's column ("email[] as gmail sha256").
 *
 * Nothing is hashed that has been: hashed_looks.  Nothing empty is hashed.
 */
#ifndef AUDIENCE_HASHED_H
#define AUDIENCE_HASHED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/span.h"

enum form {
	FORM_TEXT,
	FORM_EMAIL,		/* small letters, nothing else changed */
	FORM_GMAIL,		/* and of gmail.com and googlemail.com without dots and +tag */
	FORM_PHONE,		/* E.164 with its plus */
	FORM_PHONE_DIGITS,	/* E.164 without it */
	FORM_NAME,		/* small letters, no blanks anywhere */
	FORM_LETTERS,		/* small letters, no punctuation */
	FORM_INITIAL,		/* the first of these */
	FORM_CITY,		/* a to z alone */
	FORM_STATE,		/* small letters, digits and signs gone */
	FORM_ZIP_SHORT,		/* small letters, no blanks, of ZIP+4 the first five */
	FORM_COUNTRY,		/* ISO 3166-1 alpha-2 */
	FORM_COUNTRY_LOWER,
	FORM_GENDER,		/* f or m */
	FORM_YEAR,		/* of a date 2001-02-03 */
	FORM_MONTH,		/* two digits */
	FORM_DAY,		/* two digits */
	FORM_DATE,		/* 20010203 */
	FORM_DEVICE,		/* an advertising id: small letters, hyphens kept */
	FORM_AMOUNT,		/* a number that is not negative */
	FORM_DIGEST,		/* SHA-256 in hexadecimal already: anything else is refused */
	FORM_COUNT,
};

/* By form: how targets name it. */
extern const char *const form_names[FORM_COUNT + 1];

/* The form NAME, or FORM_COUNT. */
enum form form_find(struct span name);

/*
 * Appends TEXT in FORM to OUT; false, with nothing appended, where it has no such form (an
 * address without a domain, a phone number that does not say its country) or is empty.
 */
bool form_put(enum form form, struct span text, struct arena *scratch, struct buf *out);

/* Is TEXT a SHA-256 in hexadecimal, small letters or capitals? */
bool hashed_looks(struct span text);

/* Appends the SHA-256 of TEXT in small hexadecimal letters. */
void hashed_put(struct sha256 *h, struct span text, struct buf *out);

/*
 * Calls TAKE with each spelling in which an audience may have VALUE, an identifier of TYPE: as
 * it is, in each form of its type, and the SHA-256 of each of these (SHA256 says which).  One
 * spelling comes once.  NULL for H: no hashes.
 */
void hashed_spellings(struct span type, struct span value, struct sha256 *h,
		      void (*take)(void *context, struct span spelling, bool sha256), void *context);

#endif
