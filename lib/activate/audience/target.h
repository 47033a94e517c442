/*
 * A target: where an audience goes, as data (lib/activate/targets/NAME.target).  Copying a file and
 * changing it makes another one.
 *
 *	# Meta custom audience: a customer list to upload      (the first line: what it is)
 *	set shape = csv
 *	email = email[] as email sha256
 *	fn    = first_name as letters sha256
 *
 * A column is an expression over the profile (cdp-expr(7)), then "as", a form (hashed.h) and
 * "sha256" where it is hashed.  Without "as" the value goes as it is.
 */
#ifndef AUDIENCE_TARGET_H
#define AUDIENCE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "activate/audience/hashed.h"
#include "base/arena.h"
#include "base/error.h"

enum target_shape { TARGET_CSV, TARGET_JSON, TARGET_EXCEL };
extern const char *const target_shape_names[];

/* What becomes of several values of one customer (email[]). */
enum target_several {
	SEVERAL_NEWEST,		/* the first that has the form */
	SEVERAL_COLUMNS,	/* a column each, up to `columns` */
	SEVERAL_ROWS,		/* a row each */
};

struct target_column {
	struct span label;
	struct span text;	/* the expression */
	uint64_t line, column;
	enum form form;
	bool hashed;
	bool key;		/* one of the columns that name a member: "set key" */
};

/* Columns that are enough to send a row: all of one group. */
#define TARGET_NEEDS_MAX 8
#define TARGET_COLUMNS_MAX 64

struct target {
	const char *name;
	const char *about;	/* "" where it says nothing */
	const char *path;	/* NULL: built in */
	enum target_shape shape;
	bool header;
	bool typed;		/* cells become those of a workbook: nothing in them is run, and nothing defused */
	bool sale;		/* others use the data as well: a request not to sell them counts */
	enum target_several several;
	size_t columns;		/* of SEVERAL_COLUMNS */
	uint64_t least;		/* members, below which the platform does nothing; 0: none */
	uint64_t batch;		/* members of a request */
	struct target_column *column;
	size_t count, cap;
	uint64_t needs[TARGET_NEEDS_MAX];	/* a bit for each column; none: any column */
	size_t need_count;
	bool keyed;		/* has key columns; else the customer id is the key */
	struct arena texts;
};

void target_release(struct target *t);

/* Reads TEXT, which is FILE in messages, into *T.  -1 with a usage error and its place. */
int target_parse(struct target *t, struct span text, const char *file, struct error *err);

/* What lib/activate/targets holds; made by the Makefile.  Ends with a NULL name. */
struct builtin_target {
	const char *name;
	const char *text;
};

extern const struct builtin_target builtin_targets[];

/*
 * The target NAME into *T: a built-in one, a file NAME.target of DIRECTORIES (separated by colons,
 * the first found counts, the built-in last; NULL: none), or, with a slash or that ending, a path.
 * -1 with a usage error.
 */
int target_find(struct target *t, const char *name, const char *directories, struct error *err);

/* Appends a line for each target, "name TAB what it is", by name. */
void target_list(const char *directories, struct buf *out);

#endif
