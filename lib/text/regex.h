/*
 * Regular expressions: PCRE2 with its JIT (only regex.c knows it), in UTF mode.
 * A pattern is compiled once and used by any number of threads.  Work on one
 * text is bounded, so that a hostile text cannot stop the run.
 */
#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include <stdbool.h>
#include <stdint.h>

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

/*
 * For lists of patterns that are tried on one text after the other.  STEPS limits
 * the backtracking on one text; 0: as regex_new has it.
 */
struct regex_options {
	bool caseless;
	bool ascii;		/* \d, \w, \s and \b know ASCII only: quicker */
	uint32_t steps;
};

struct regex *regex_new_with(struct span pattern,
			     const struct regex_options *options,
			     struct error *err);

/* What searches need, kept between them: one for each thread.  Owned. */
struct regex_search;
struct regex_search *regex_search_new(void);
void regex_search_free(struct regex_search *s);

#define REGEX_GROUPS_MAX 10

/*
 * As regex_find, with all groups: GROUPS[0] is the match, GROUPS[i] group i, up to
 * REGEX_GROUPS_MAX of them; absent where it took no part.
 */
int regex_find_groups(const struct regex *r, struct regex_search *s,
		      struct span text, struct span groups[REGEX_GROUPS_MAX],
		      struct error *err);

#endif
