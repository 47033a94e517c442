/*
 * Countries by code or name, from the iso-codes package (ISO 3166-1); without
 * it only codes of two letters are known.
 */
#ifndef REFERENCE_COUNTRY_H
#define REFERENCE_COUNTRY_H

#include "base/error.h"
#include "base/span.h"

struct country_table;

/* Reads PATH; a file that is not there leaves the table with what it has. */
struct country_table *country_table_load(const char *path);
void country_table_free(struct country_table *t);

/*
 * The alpha-2 code of TEXT: a code of two or three letters or three digits, or a
 * name in English or one of the usual short forms ("UK", "USA").  SPAN_NONE when
 * it is none of them.  Borrowed from T or TEXT; T may be NULL.  Safe for several threads.
 */
struct span country_code(const struct country_table *t, struct span text);

#endif
