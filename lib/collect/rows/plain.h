/* Texts that need no escape in JSON, as nearly all are: told and copied 16 bytes at a time. */
#ifndef ROWS_PLAIN_H
#define ROWS_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * Copies CELLS, which stand in a plain text with the byte BETWEEN between them, with a
 * NUL behind each instead.  TO has room for CELLS and 16 bytes more, and as many may be
 * read behind CELLS.  Returns how many bytes that are.
 */
size_t plain_copy_cells(char *to, struct span cells, char between);

/*
 * Does TEXT hold QUOTES double quotes and else nothing that needs an escape?  No, too,
 * where it is too long to be told quickly.
 */
bool plain_but_quotes(struct span text, size_t quotes);

#endif
