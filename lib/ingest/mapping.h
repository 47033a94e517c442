/*
 * A mapping: which field of the record gets which expression, and how the
 * source is written.  It comes from a mapping file, from options, or both; an option wins
 * over the file, a later option over an earlier one.
 */
#ifndef INGEST_MAPPING_H
#define INGEST_MAPPING_H

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
};

/* How the source is written; NULL where nothing is said. */
struct map_settings {
	const char *source;
	const char *type;
	const char *format;
	const char *log_format;
	const char *delimiter;
	const char *header;
	const char *quotes;
	const char *encoding;
	const char *decimal;
	const char *timezone;
	const char *dates;
	const char *region;
	const char *fold;
	const char *fold_sum;
	const char *fold_keep;
};

struct mapping {
	struct map_rule *rules;
	size_t count;
	size_t cap;
	struct map_settings set;
	struct arena arena;	/* texts and names */
};

#define MAPPING_INIT ((struct mapping){0})

void mapping_release(struct mapping *m);

/* Reads the file PATH.  -1 with *ERR: unreadable, or a usage error with its place. */
int mapping_load(struct mapping *m, const char *path, struct error *err);

/* An option's "field=expression". */
int mapping_add(struct mapping *m, const char *text, struct error *err);

/* The `set` names, for the manual's test: NULL-terminated. */
const char *const *mapping_set_names(void);

/*
 * The setting NAME of S: where its value is kept, or NULL when there is none of
 * that name.
 */
const char **mapping_setting(struct map_settings *s, struct span name);

#endif
