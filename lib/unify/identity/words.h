/*
 * Lines that people write for cdp-merge, rules, ledger and lists, cut into
 * words and signs.
 *
 * A name ends at a blank, a sign (= ~ ,) or a quote; a value at a blank.
 * Either may stand in double quotes, where \" \\ and \n stand for a quote, a
 * backslash and a newline (any other backslash is itself), or in single quotes,
 * where every byte is itself.  '#' at the begin of a word starts
 * a comment that reaches to the end of the line.
 */
#ifndef IDENTITY_WORDS_H
#define IDENTITY_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

struct words {
	struct span line;
	size_t at;
	struct arena *texts;	/* of quoted words; borrowed */
};

struct token {
	struct span text;	/* of the line, or of the arena */
	size_t column;		/* from 1 */
	char sign;		/* one of = ~ , or 0: a text */
	bool quoted;
};

void words_start(struct words *w, struct span line, struct arena *texts);

/* The next name or sign: 1; 0 at the end or a comment (*OUT has its column);
 * -1: a usage error with its column. */
int words_next(struct words *w, struct token *out, struct error *err);

/* The next value, the same way. */
int words_value(struct words *w, struct token *out, struct error *err);

/* The comment, without '#' and blanks around, when words are at their end;
 * absent where there is none. */
struct span words_comment(const struct words *w);

/* Appends TEXT so that it is read back as a name, or as a value. */
void words_put_name(struct span text, struct buf *out);
void words_put_value(struct span text, struct buf *out);
void words_put_quoted(struct span text, struct buf *out);

#endif
