/*
 * Formats by name: mapping files that say how a source of the world is written.
 *
 * Those of lib/collect/formats are built into the program, and installed for reading
 * and copying.  A format of the user's own is a file NAME.map in one of the
 * directories given, or any file by its path; of two with one name the first found
 * counts, the built-in one last.
 *
 * A format file begins with a comment that says in a line what it is.  Its `set
 * recognise = CONDITION` is tried on the first records of a file: see recognise.h.
 */
#ifndef MAPPING_FORMAT_H
#define MAPPING_FORMAT_H

#include "collect/mapping/mapping.h"

struct format {
	const char *name;
	const char *path;	/* NULL: built in */
	const char *about;	/* what it is, in a line */
	struct mapping mapping;	/* once it has been loaded */
	bool loaded;
	bool broken;		/* it could not be */
};

/* The ways of writing files that are no mapping files: "csv", "combined". */
struct format_kind {
	const char *name;
	const char *about;
};

extern const struct format_kind format_kinds[];	/* ends with a NULL name */

bool format_is_kind(const char *name);

struct formats;

/* What lib/collect/formats holds; made by the Makefile.  Ends with a NULL name. */
struct builtin_format {
	const char *name;
	const char *text;
};

extern const struct builtin_format builtin_formats[];

/*
 * DIRECTORIES, separated by colons, are searched in their order; those that do not
 * exist are empty.  NULL: the built-in ones alone.  Owned: formats_free.
 */
struct formats *formats_new(const char *directories);
void formats_free(struct formats *f);

/* All formats, by name: *COUNT of them. */
struct format *const *formats_list(struct formats *f, size_t *count);

/*
 * The format NAME, loaded; a NAME with a slash, or that ends in ".map", is a path.
 * NULL with a usage error: there is none (and what may have been meant), or it is
 * broken.
 */
struct format *formats_find(struct formats *f, const char *name,
			    struct error *err);

/* Loads *FORMAT.  -1 with a usage error and its place. */
int formats_load(struct format *format, struct error *err);

#endif
