/* The inside of a tracking plan; for schema*.c. */
#ifndef QUALITY_SCHEMA_PARTS_H
#define QUALITY_SCHEMA_PARTS_H

#include "base/decimal.h"
#include "text/regex.h"
#include "collect/quality/schema.h"

enum schema_action {
	ACTION_ALLOW,
	ACTION_STRIP,
	ACTION_BLOCK,
};

enum bound {
	BOUND_MINIMUM,
	BOUND_MAXIMUM,
	BOUND_EXCLUSIVE_MINIMUM,
	BOUND_EXCLUSIVE_MAXIMUM,
	BOUNDS,
};

/* Bits of `types`. */
#define TYPE_BIT_NULL 1u
#define TYPE_BIT_BOOLEAN 2u
#define TYPE_BIT_INTEGER 4u
#define TYPE_BIT_NUMBER 8u
#define TYPE_BIT_STRING 16u
#define TYPE_BIT_ARRAY 32u
#define TYPE_BIT_OBJECT 64u

/* A schema of one value.  All memory is the plan's. */
struct spec {
	unsigned types;		/* 0: any */
	struct regex *pattern;
	struct value *choices;	/* of enum */
	size_t choice_count;
	struct value constant;	/* absent: none */
	unsigned bounded;	/* a bit for each bound that is there */
	struct decimal bounds[BOUNDS];
	uint64_t min_length, max_length;	/* characters; UINT64_MAX: none */
	uint64_t min_items, max_items;
	struct spec *items;
	struct map properties;	/* name -> struct spec */
	struct span *required;	/* names */
	size_t required_count;
	bool closed;		/* no other members */
};

#define SCHEMA_SECTIONS 4
extern const struct span schema_sections[SCHEMA_SECTIONS];

struct event_spec {
	enum schema_action action;
	struct spec *sections[SCHEMA_SECTIONS];	/* NULL: anything */
};

struct schema {
	struct span name, version;
	enum schema_action action;		/* of events that have none */
	enum schema_action unplanned;
	struct map events;			/* name -> struct event_spec */
	struct event_spec *types[EVENT_TYPES];	/* of records without an event's name */
	struct span text;			/* choices are spans of it */
	struct arena arena;
	struct spec **specs;			/* all of them, to be released */
	size_t spec_count;
	size_t spec_cap;
};

#endif
