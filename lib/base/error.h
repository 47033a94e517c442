/*
 * What went wrong, for a person: one line without a full stop, in lower case,
 * the offending text quoted, the remedy at its end when there is one.  The
 * place stands apart so that the program can print "program: place: message".
 *
 * A lower error is never replaced by a vaguer one; context is added once, at
 * the top.  Bugs are asserts, not errors.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,	/* exit 2: a wrong option or rule, a question for the user */
	ERROR_DATA,	/* a bad row: rejected, counted */
	ERROR_FAILED,	/* exit 3: I/O, a cut stream, a limit of the program */
};

struct error {
	enum error_kind kind;
	char file[256];		/* "" when there is none */
	uint64_t line;		/* physical line from 1; 0: none */
	uint64_t column;	/* byte column from 1; 0: none */
	char message[512];
};

#define ERROR_INIT ((struct error){0})

/*
 * Each sets *E (E may be NULL) to a message without a place and returns -1, so
 * that callers can return it.  A message that is too long ends in "...".
 * E's own message may be among the arguments.
 */
int error_usage(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int error_data(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int error_failed(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * ERROR_FAILED, "cannot open 'x.csv': No such file or directory": FORMAT, then
 * errno's text.
 */
int error_errno(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds each part of the place that it has not yet.  FILE may be NULL, LINE and
 * COLUMN 0 for unknown; of a very long FILE the end is kept.
 */
void error_place(struct error *e, const char *file, uint64_t line,
		 uint64_t column);

/*
 * "file:line:column: message", without the parts that are not known ("line 3: "
 * where there is no file), cleaned as by error_clean.
 */
void error_format(const struct error *e, struct buf *out);

/*
 * TEXT quoted for a message: in single quotes, control characters, bytes that
 * are not UTF-8 and bidi overrides shown as '?', cut with "..." after 60
 * bytes at a character's start.  Returns OUT, which holds ERROR_QUOTE_MAX.
 *	error_data(e, "bad date %s", error_quote(text, quoted));
 */
#define ERROR_QUOTE_MAX 80
const char *error_quote(struct span text, char out[ERROR_QUOTE_MAX]);

/* The same cleaning without quotes and cut, for whole lines to a terminal. */
void error_clean(struct span text, struct buf *out);

/*
 * The candidate nearest to WORD by Damerau-Levenshtein distance without regard
 * to ASCII case (at most a third of WORD's length, or 1; the first among equals),
 * or NULL when none is that near.  CANDIDATES ends with NULL.
 */
const char *error_suggest(struct span word, const char *const *candidates);

/* The distance of one CANDIDATE, or SIZE_MAX where it is not that near. */
size_t error_edits(struct span word, struct span candidate);

#endif
