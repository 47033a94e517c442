/*
 * Where in a JSON document its records are: the setting `records`.  Paths are
 * separated by commas ("batch", "data.orders, items"); a path goes through objects by
 * their members and through arrays by all their elements.  A part that ends in [] must
 * be an array ("data[]"); * stands for every member of an object ("resources.*").
 * The first member of a
 * document that one of the paths begins with, and where that path leads to an array or
 * object, holds its records; of several that lead to one object the first path does.
 * A document without any is a record itself.
 */
#ifndef ROWS_RECORDS_PATH_H
#define ROWS_RECORDS_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Parts of a path, and so arrays within arrays. */
#define RECORDS_DEPTH_MAX 16
/* Paths of a setting. */
#define RECORDS_PATHS_MAX 8

struct records_path {
	struct span parts[RECORDS_DEPTH_MAX];
	bool array[RECORDS_DEPTH_MAX];	/* the part must be one */
	size_t count;
};

/* Does part number PART of P name the member KEY? */
bool records_part_is(const struct records_path *p, size_t part, struct span key);


struct records_paths {
	struct records_path list[RECORDS_PATHS_MAX];
	size_t count;
};

/* Of TEXT, which must outlive it; what is beyond the limits is cut. */
void records_paths_parse(struct records_paths *p, struct span text);

enum records_found {
	RECORDS_ARRAY,	/* *ARRAY is behind its bracket */
	RECORDS_NONE,	/* the object ends without one, or it must be seen whole */
	RECORDS_MORE,	/* the text ends before that is known */
};

/*
 * Looks into the object that begins at BEGIN, by its brackets and quotes alone, for
 * an array at the end of one of the paths.  *DEPTH gets the number of objects
 * around the array.
 */
enum records_found records_find(const struct records_paths *p, const char *begin,
				const char *end, const char **array, size_t *depth);

#endif
