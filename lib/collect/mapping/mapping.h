/*
 * A mapping: which field of the record gets which expression, and how the
 * source is written.  It comes from a format, a mapping file, from options, or all
 * of them; a mapping file wins over the format, an option over the file, a later
 * option over an earlier one.
 *
 * A mapping has parts: the main one, and one behind each `set section = NAME`.
 * Each part makes events of its own from a row: an order, and its refunds.
 */
#ifndef MAPPING_MAPPING_H
#define MAPPING_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

/* field = expression */
struct map_rule {
	struct span name;
	struct span text;
	const char *file;	/* for messages; NULL: an option */
	uint64_t line;
	uint64_t column;
	uint64_t name_column;
	size_t part;		/* 0: the main one; MAPPING_ALL: of every part */
	bool optional;		/* a column that the file does not have is unknown */
};

/* How the source is written; NULL where nothing is said. */
struct map_settings {
	const char *source;
	const char *type;
	const char *format;
	const char *log_format;
	const char *delimiter;
	const char *header;
	const char *skip;	/* so many lines come before the header */
	const char *quotes;
	const char *encoding;
	const char *decimal;
	const char *timezone;
	const char *dates;
	const char *region;
	const char *fold;
	const char *fold_sum;
	const char *fold_keep;
	const char *records;	/* where in a JSON document the records are */
	const char *ignore;	/* columns that go nowhere unless a rule names them */
	const char *gmail;	/* "yes": addresses of Gmail as it delivers them */
	const char *null;	/* words that mean nothing: see null_word.h */
};

/* What is said of one part. */
struct map_part {
	const char *name;	/* NULL: the main one */
	const char *type;
	const char *records;	/* within the row; NULL: the row itself */
	const char *others;	/* "keep" or "ignore": what no rule names */
	struct map_rule when;	/* which rows give an event; absent text: all */
};

#define MAPPING_PARTS_MAX 16
/* Rules behind `set section = all` count in every part, before its own. */
#define MAPPING_ALL ((size_t)-1)

struct mapping {
	struct map_rule *rules;
	size_t count;
	size_t cap;
	struct map_settings set;
	struct map_part parts[MAPPING_PARTS_MAX];
	size_t part_count;	/* 0 is as 1: only the main one */
	struct map_rule recognise;	/* which files are of this format */
	bool lenient;		/* of a format: its rules are `optional` */
	struct arena arena;	/* texts and names */
};

#define MAPPING_INIT ((struct mapping){0})

void mapping_release(struct mapping *m);

/* Reads the file PATH.  -1 with *ERR: unreadable, or a usage error with its place. */
int mapping_load(struct mapping *m, const char *path, struct error *err);

/* The same of TEXT, which is FILE in messages.  Neither is kept. */
int mapping_parse(struct mapping *m, struct span text, const char *file,
		  struct error *err);

/* An option's "field=expression". */
int mapping_add(struct mapping *m, const char *text, struct error *err);

/*
 * Puts BASE and OWN behind it into *OUT: OWN's rules and settings win, parts of one
 * name are one.  Both must outlive it; BASE may be NULL.
 */
int mapping_join(struct mapping *out, const struct mapping *base,
		 const struct mapping *own, struct error *err);

/* Adds a rule; its texts are kept by whoever owns them. */
void mapping_put(struct mapping *m, const struct map_rule *rule);

/* The `set` names, for the manual's test: NULL-terminated. */
const char *const *mapping_set_names(void);

/*
 * The setting NAME of S: where its value is kept, or NULL when there is none of
 * that name.
 */
const char **mapping_setting(struct map_settings *s, struct span name);

#endif
