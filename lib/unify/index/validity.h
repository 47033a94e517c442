/*
 * Values of traits that say nothing, whatever rule chooses among values: a
 * younger "n/a" is no reason to forget a city (validity before age).
 *
 * Empty: null, an empty or blank text, [] and {}.
 * Invalid: words that mean nothing in a trait (null_word.h); what is called `...name` may be
 * Null, Nil or Nan, a city Nan;
 * in an address `none`, too; an `email` that nothing can be sent to or a `phone` that
 * is no number (blocked.h); dates of birth that forms fill in (0000-00-00,
 * 1900-01-01, 1901-01-01, 9999-12-31).  `none`, `0` and `test` are answers.
 * The user's own lists (`block` and `allow` of identity_rules.h) go before all of that.
 */
#ifndef INDEX_VALIDITY_H
#define INDEX_VALIDITY_H

#include <stdbool.h>

#include "base/span.h"
#include "unify/identity/blocked.h"
#include "record/scan.h"

bool validity_empty(struct value v);

/* KEY without escapes that need not be.  BLOCKED may be NULL. */
bool validity_invalid(const struct blocked *blocked, struct span key,
		      struct value v);

/* The same of a text, decoded. */
bool validity_says_nothing(const struct blocked *blocked, struct span key, struct span text);

/*
 * Somebody may be born on 1970-01-01, but forms fill it in, too (the first day of Unix time):
 * such a value replaces no other.
 */
bool validity_doubtful(struct span key, struct value v);

/* Notes V, which is invalid, unless the user's lists say so. */
struct dropped;
void validity_note(struct dropped *to, const struct blocked *blocked, struct span key, struct value v);

#endif
