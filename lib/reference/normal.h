/*
 * Values of people made comparable.  Each function appends its result, UTF-8,
 * to OUT; those that may refuse return false then and append nothing.
 */
#ifndef REFERENCE_NORMAL_H
#define REFERENCE_NORMAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"

/*
 * An e-mail address: trimmed, without "mailto:" and without the name before
 * <...>, in lower case.  Dots and +tags stay: whether they count is the
 * merging's business.  Refuses what cannot be delivered to: no or two "@", no
 * dot in the domain, blanks, quotes.
 */
bool normal_email(struct span text, struct arena *scratch, struct buf *out);

/*
 * Gmail delivers alike to j.o.e+shop@gmail.com, joe@googlemail.com and joe@gmail.com: the normal
 * address from AT to the end of OUT becomes the last one.  Of other domains nothing changes.
 */
void normal_gmail(struct buf *out, size_t at);

/* A name or place: NFC, runs of blanks one blank, none at the ends. */
void normal_name(struct span text, struct arena *scratch, struct buf *out);

/* Has NAME to go through normal_name, or is it that already? */
bool normal_name_is(struct span text);

/*
 * What a spreadsheet does to identifiers: "17850.0", "4.9E+11", and numbers of
 * more than 15 digits whose tail has become zeros.
 */
enum spoiled {
	SPOILED_NOT,
	SPOILED_FRACTION,
	SPOILED_EXPONENT,
	SPOILED_ROUNDED,
};

enum spoiled normal_spoiled(struct span text);

#endif
