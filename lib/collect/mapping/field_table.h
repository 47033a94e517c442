/* The table of known fields: private to field.c and field_table.c. */
#ifndef MAPPING_FIELD_TABLE_H
#define MAPPING_FIELD_TABLE_H

#include "collect/mapping/field.h"

/*
 * NAME is the bare name that a mapping may assign to (none where it holds a
 * blank).  HEADERS: what columns of that meaning are called, folded and without "_".
 * In the key, "%" stands for the source.
 */
struct known_field {
	const char *name;
	enum section section;
	const char *key;
	enum form form;
	enum field_hint hint;
	const char *headers;
};

extern const struct known_field field_table[];
extern const size_t field_table_count;

#endif
