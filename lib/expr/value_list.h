/*
 * Lists of values from files: email in file("vip.txt").  One value a line; blanks around it
 * and quotes are not part of it, empty lines and those that begin with '#' are none.  Values of
 * identifiers compare as identifiers do (text/spelling.h): addresses in any case, phone numbers
 * by their digits.  Others compare by their bytes.
 */
#ifndef EXPR_VALUE_LIST_H
#define EXPR_VALUE_LIST_H

#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/span.h"

#define VALUE_LIST_MAX ((size_t)1 << 28)	/* bytes of a file */

struct value_list {
	struct span path;	/* NUL-terminated; borrowed */
	struct span kind;	/* type of identifier; empty: any value */
	struct map map;		/* by spelling */
	struct map written;	/* in the same order: as the file has them */
};

/* The list of the file PATH, which the list borrows, as KIND does: -1 with a usage error where it
 * cannot be read or has no value. */
int value_list_load(struct value_list *l, struct span path, struct span kind, struct error *err);
void value_list_release(struct value_list *l);

/* The number of VALUE, or MAP_NONE.  SCRATCH is for its spelling; safe from several threads. */
size_t value_list_find(const struct value_list *l, struct span value, struct buf *scratch);

#endif
