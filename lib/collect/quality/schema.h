/*
 * A tracking plan: which events exist, and what must be in them.
 *
 * The plan is JSON (see cdp-plan(5)).  Of each event, and of each type of record
 * without an event's name, it holds schemas of the sections ids, traits, props and
 * context, in a part of JSON Schema 2020-12: type, enum, const, pattern,
 * minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength,
 * minItems, maxItems, items, properties, required, additionalProperties (true or
 * false).  Keywords that say nothing about values (title, description, examples,
 * default, $comment) may stand; all others are mistakes, as a keyword that is passed
 * over without a word would allow what somebody meant to forbid.
 *
 * A violation is a field and the keyword that it breaks; `unplanned` is an event
 * that is not in the plan.  What follows is the event's action: allow marks the
 * record, strip takes the offending members out and marks it, block rejects it.
 */
#ifndef QUALITY_SCHEMA_H
#define QUALITY_SCHEMA_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "collect/quality/schema_counts.h"
#include "record/event.h"

struct schema;

/* NULL: *ERR is a usage error with file, line and column, or that of input.h.  Owned: schema_free. */
struct schema *schema_load(const char *path, struct error *err);
struct schema *schema_parse(struct span text, const char *name, struct error *err);
void schema_free(struct schema *s);

struct span schema_name(const struct schema *s);	/* "" when it has none */
struct span schema_version(const struct schema *s);

/* So many violations stand on a record; all are counted. */
#define SCHEMA_SHOWN 20

struct violation {
	struct span field;	/* "props.products[].price", in the scratch's arena */
	struct span keyword;
	struct span what;	/* the value, quoted, for messages; may be empty */
};

/* What a worker needs for it. */
struct schema_scratch {
	struct violation *list;
	size_t count;
	size_t cap;
	struct arena arena;
	struct buf text;
	struct buf path;
};

void schema_scratch_release(struct schema_scratch *k);

enum schema_verdict {
	SCHEMA_FINE,
	SCHEMA_MARK,	/* *OUT holds the record, stripped where that is the action;
			   *MARK its violations as a JSON array */
	SCHEMA_BLOCK,	/* *ERR says why */
};

/* Judges E and counts.  OUT and MARK are appended to. */
enum schema_verdict schema_check(const struct schema *s, struct schema_scratch *k,
				 const struct event *e, struct buf *out,
				 struct buf *mark, struct schema_counts *counts,
				 struct error *err);

#endif
