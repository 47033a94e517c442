/* Recognising how a text is written by its first lines. */
#ifndef ROWS_SNIFF_H
#define ROWS_SNIFF_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

/* Does TEXT begin like JSON: with a brace, or a bracket before a value? */
bool sniff_is_json(struct span text);

/*
 * How many bytes of a script TEXT begins with before its JSON, 0 when it is none:
 * archives of posts assign it, `window.YTD.tweets.part0 = [`.
 */
size_t sniff_assignment(struct span text);

/*
 * The delimiter that NAME means: "comma", "semicolon", "tab", "pipe", "blank"
 * or a single character.  -1 with a usage error.
 */
int sniff_delimiter_named(const char *name, char *out, struct error *err);

#endif
