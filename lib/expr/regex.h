/*
 * Regular expressions: PCRE2 with its JIT (only regex.c knows it), in UTF mode.
 * A pattern is compiled once and used by any number of threads.  Work on one
 * text is bounded, so that a hostile text cannot stop the run.
 */
#ifndef EXPR_REGEX_H
#define EXPR_REGEX_H

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

struct regex;

/*
 * NULL with a usage error: "bad pattern '(a': missing closing parenthesis (at
 * its byte 2)".  Owned: regex_free.
 */
struct regex *regex_new(struct span pattern, struct error *err);
void regex_free(struct regex *r);

/*
 * Searches TEXT: 1 found, 0 not, -1 with a data error when the search would take
 * too long.  *WHOLE and *GROUP (NULL when not wanted) get the match and its first
 * group as spans of TEXT; a group that took no part is absent.  SCRATCH
 * gives what the search needs.
 */
int regex_find(const struct regex *r, struct span text, struct arena *scratch,
	       struct span *whole, struct span *group, struct error *err);

/* The number of capturing groups. */
unsigned regex_groups(const struct regex *r);

#endif
