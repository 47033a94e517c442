/*
 * The lists that come with the toolkit (lib/reference/data), and files of the same form:
 * a line is a word and a text, with blanks or tabs between; what begins with # and
 * empty lines are comments.  The built-in ones are in the program; installed beside
 * it they are for people to read.
 */
#ifndef REFERENCE_LIST_H
#define REFERENCE_LIST_H

#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct builtin_list {
	const char *name;
	const char *text;
};

/* Made by the Makefile of lib/reference/data; ends with a NULL name. */
extern const struct builtin_list builtin_lists[];

/* The text of NAME, which must be one of them. */
struct span list_builtin(const char *name);

/*
 * Calls TAKE with each line's word and text, which is not empty.  FILE is for messages; 0,
 * or -1 with a usage error that has the place: of a line without text, or TAKE's.
 */
int list_read(struct span text, const char *file,
	      int (*take)(void *context, struct span word, struct span text,
			  struct error *err),
	      void *context, struct error *err);

#endif
