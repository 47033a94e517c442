/*
 * A tracking plan: read into specs, a tree of struct spec for each section of each event, and
 * then held against records.
 *
 * A check walks a record's section and its spec side by side.  A violation is noted with the path that
 * led to it.  The record is written anew on the way, as it would be without the members that
 * offend: check_value appends a value to the check's output, and whoever called it takes the value back
 * when it offends.  Each value is looked at once, so that a check costs what the record is
 * long, not what the plan is.
 */
#include "collect/quality/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "io/input.h"
#include "record/document.h"
#include "text/regex.h"

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
static const struct span schema_sections[SCHEMA_SECTIONS] = {
	SPAN("ids"), SPAN("traits"), SPAN("props"), SPAN("context"),
};

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

/*
 * Reading a tracking plan.  Jansson, which knows no places but those of its own
 * mistakes, says what is not JSON; the rest is read by the scanner, whose spans are
 * places in the text.
 */
#define PLAN_MAX ((size_t)16 << 20)

struct reader {
	struct schema *s;
	const char *file;
	struct error *err;
};

/* Adds the place of AT, a byte of the plan, to the error; returns -1. */
static int refuse_at(struct reader *r, const char *at)
{
	uint64_t line = 1;
	const char *begin = r->s->text.ptr;

	for (const char *p = r->s->text.ptr; p < at; p++) {
		if (*p != '\n')
			continue;
		line++;
		begin = p + 1;
	}
	error_place(r->err, r->file, line, (uint64_t)(at - begin) + 1);
	return -1;
}

static int refuse_value(struct reader *r, struct value v, const char *key,
			const char *wanted)
{
	char quoted[ERROR_QUOTE_MAX];

	error_usage(r->err, "'%s' is %s: %s", key, error_quote(v.raw, quoted), wanted);
	return refuse_at(r, v.raw.ptr);
}

static struct span text_of(struct reader *r, struct value v)
{
	struct buf b = BUF_INIT;
	struct span kept = arena_copy(&r->s->arena, value_text(v, &b));

	buf_release(&b);
	return kept;
}

static struct span key_of(struct reader *r, const struct member *m)
{
	struct buf b = BUF_INIT;
	struct span kept = arena_copy(&r->s->arena, member_key(m, &b));

	buf_release(&b);
	return kept;
}

static int unknown_key(struct reader *r, const struct member *m,
		       const char *const *known, const char *what)
{
	struct span key = key_of(r, m);
	const char *near = error_suggest(key, known);
	char quoted[ERROR_QUOTE_MAX];

	error_quote(key, quoted);
	if (near)
		error_usage(r->err, "unknown %s %s; did you mean '%s'?", what, quoted, near);
	else
		error_usage(r->err, "unknown %s %s", what, quoted);
	return refuse_at(r, m->key.ptr - 1);
}

/* The place of KEY in KNOWN, or -1. */
static int place_of(const struct member *m, const char *const *known)
{
	for (int i = 0; known[i]; i++)
		if (span_equal(m->key, span_of(known[i])))
			return i;
	return -1;
}

static int read_action(struct reader *r, struct value v, const char *key,
		       bool may_strip, enum schema_action *out)
{
	static const char *const names[] = {"allow", "strip", "block"};

	for (int i = 0; i < 3; i++) {
		if (!value_is_text(v, span_of(names[i])) || (i == ACTION_STRIP && !may_strip))
			continue;
		*out = (enum schema_action)i;
		return 0;
	}
	return refuse_value(r, v, key, may_strip ? "write \"allow\", \"strip\" or \"block\"" :
			    "write \"allow\" or \"block\"");
}

static int read_type(struct reader *r, struct value v, unsigned *types)
{
	static const char *const names[] = {
		"null", "boolean", "integer", "number", "string", "array", "object", NULL,
	};
	struct span text = text_of(r, v);
	const char *near;
	char quoted[ERROR_QUOTE_MAX];

	for (int i = 0; names[i] && v.kind == VALUE_TEXT; i++) {
		if (!span_equal(text, span_of(names[i])))
			continue;
		*types |= 1u << i;
		return 0;
	}
	near = v.kind == VALUE_TEXT ? error_suggest(text, names) : NULL;
	error_usage(r->err, "unknown type %s; %s%s%s", error_quote(v.raw, quoted),
		    near ? "did you mean '" : "types are null, boolean, integer, number, string, array and object",
		    near ? near : "", near ? "'?" : "");
	return refuse_at(r, v.raw.ptr);
}

static int read_types(struct reader *r, struct value v, unsigned *types)
{
	struct scan s;
	struct value one;

	if (v.kind != VALUE_ARRAY)
		return read_type(r, v, types);
	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0)
		if (read_type(r, one, types))
			return -1;
	return 0;
}

static int read_choices(struct reader *r, struct value v, struct spec *spec)
{
	struct scan s;
	struct value one;
	size_t cap = 0;

	if (v.kind != VALUE_ARRAY)
		return refuse_value(r, v, "enum", "write an array of values");
	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0) {
		spec->choices = mem_room(spec->choices, spec->choice_count, &cap,
					 sizeof *spec->choices);
		spec->choices[spec->choice_count++] = one;
	}
	return spec->choice_count ? 0 : refuse_value(r, v, "enum", "an empty list allows nothing");
}

static int read_pattern(struct reader *r, struct value v, struct spec *spec)
{
	if (v.kind != VALUE_TEXT)
		return refuse_value(r, v, "pattern", "write a regular expression as a text");
	spec->pattern = regex_new(text_of(r, v), r->err);
	return spec->pattern ? 0 : refuse_at(r, v.raw.ptr);
}

static int read_bound(struct reader *r, struct value v, const char *key,
		      struct spec *spec, enum bound bound)
{
	if (v.kind != VALUE_NUMBER || !decimal_parse(v.raw, &spec->bounds[bound]))
		return refuse_value(r, v, key, "write a number");
	spec->bounded |= 1u << bound;
	return 0;
}

static int read_count(struct reader *r, struct value v, const char *key,
		      uint64_t *out)
{
	if (v.kind != VALUE_NUMBER || !span_number(v.raw, out))
		return refuse_value(r, v, key, "write a whole number");
	return 0;
}

static int read_required(struct reader *r, struct value v, struct spec *spec)
{
	struct scan s;
	struct value one;
	size_t cap = 0;

	if (v.kind != VALUE_ARRAY)
		return refuse_value(r, v, "required", "write an array of names");
	scan_start(&s, v.raw);
	scan_enter(&s, '[', NULL);
	while (scan_element(&s, &one, NULL) > 0) {
		if (one.kind != VALUE_TEXT)
			return refuse_value(r, one, "required", "write an array of names");
		spec->required = mem_room(spec->required, spec->required_count, &cap,
					  sizeof *spec->required);
		spec->required[spec->required_count++] = text_of(r, one);
	}
	return 0;
}

static struct spec *read_spec(struct reader *r, struct value v, const char *key);

static void put_named(struct map *map, struct span name, void *thing)
{
	size_t at = map_put(map, name, NULL);

	map->entries[at].ptr = thing;
}

static int read_properties(struct reader *r, struct value v, struct spec *spec)
{
	struct scan s;
	struct member m;

	if (v.kind != VALUE_OBJECT)
		return refuse_value(r, v, "properties", "write an object of names and their schemas");
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		struct span name = key_of(r, &m);
		struct spec *one = read_spec(r, m.value, name.ptr);

		if (!one)
			return -1;
		put_named(&spec->properties, name, one);
	}
	return 0;
}

static int read_closed(struct reader *r, struct value v, struct spec *spec)
{
	if (v.kind != VALUE_TRUE && v.kind != VALUE_FALSE)
		return refuse_value(r, v, "additionalProperties", "write true or false");
	spec->closed = v.kind == VALUE_FALSE;
	return 0;
}

enum keyword {
	KEY_TYPE, KEY_ENUM, KEY_CONST, KEY_PATTERN, KEY_MINIMUM, KEY_MAXIMUM,
	KEY_EXCLUSIVE_MINIMUM, KEY_EXCLUSIVE_MAXIMUM, KEY_MIN_LENGTH,
	KEY_MAX_LENGTH, KEY_MIN_ITEMS, KEY_MAX_ITEMS, KEY_ITEMS, KEY_PROPERTIES,
	KEY_REQUIRED, KEY_ADDITIONAL, KEY_WORDS,
};

static const char *const keywords[] = {
	"type", "enum", "const", "pattern", "minimum", "maximum",
	"exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
	"minItems", "maxItems", "items", "properties", "required",
	"additionalProperties", "title", "description", "examples", "default",
	"$comment", NULL,
};

static int read_keyword(struct reader *r, const struct member *m,
			struct spec *spec)
{
	int key = place_of(m, keywords);
	struct value v = m->value;

	switch (key < 0 || key >= KEY_WORDS ? KEY_WORDS : (enum keyword)key) {
	case KEY_TYPE:
		return read_types(r, v, &spec->types);
	case KEY_ENUM:
		return read_choices(r, v, spec);
	case KEY_CONST:
		spec->constant = v;
		return 0;
	case KEY_PATTERN:
		return read_pattern(r, v, spec);
	case KEY_MINIMUM:
	case KEY_MAXIMUM:
	case KEY_EXCLUSIVE_MINIMUM:
	case KEY_EXCLUSIVE_MAXIMUM:
		return read_bound(r, v, keywords[key], spec,
				  (enum bound)(key - KEY_MINIMUM));
	case KEY_MIN_LENGTH:
		return read_count(r, v, keywords[key], &spec->min_length);
	case KEY_MAX_LENGTH:
		return read_count(r, v, keywords[key], &spec->max_length);
	case KEY_MIN_ITEMS:
		return read_count(r, v, keywords[key], &spec->min_items);
	case KEY_MAX_ITEMS:
		return read_count(r, v, keywords[key], &spec->max_items);
	case KEY_ITEMS:
		spec->items = read_spec(r, v, "items");
		return spec->items ? 0 : -1;
	case KEY_PROPERTIES:
		return read_properties(r, v, spec);
	case KEY_REQUIRED:
		return read_required(r, v, spec);
	case KEY_ADDITIONAL:
		return read_closed(r, v, spec);
	case KEY_WORDS:
		break;
	}
	return key >= 0 ? 0 : unknown_key(r, m, keywords, "keyword");
}

static struct spec *new_spec(struct schema *s)
{
	struct spec *spec = mem_zero(1, sizeof *spec);

	spec->max_length = spec->max_items = UINT64_MAX;
	s->specs = mem_room(s->specs, s->spec_count, &s->spec_cap, sizeof *s->specs);
	s->specs[s->spec_count++] = spec;
	return spec;
}

/* NULL with an error.  KEY: whose schema it is, for messages. */
static struct spec *read_spec(struct reader *r, struct value v, const char *key)
{
	struct spec *spec = new_spec(r->s);
	struct scan s;
	struct member m;

	if (v.kind != VALUE_OBJECT) {
		refuse_value(r, v, key, "write a schema, such as {\"type\": \"string\"}");
		return NULL;
	}
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0)
		if (read_keyword(r, &m, spec))
			return NULL;
	return spec;
}

static int read_event(struct reader *r, struct value v, const char *key,
		      struct event_spec *out)
{
	static const char *const known[] = {
		"ids", "traits", "props", "context", "action", "description", NULL,
	};
	struct scan s;
	struct member m;

	out->action = r->s->action;
	if (v.kind != VALUE_OBJECT)
		return refuse_value(r, v, key, "write an object with ids, traits, props, context and action");
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		int place = place_of(&m, known);

		if (place < 0)
			return unknown_key(r, &m, known, "member");
		if (place == SCHEMA_SECTIONS) {
			if (read_action(r, m.value, "action", true, &out->action))
				return -1;
		} else if (place < SCHEMA_SECTIONS) {
			out->sections[place] = read_spec(r, m.value, known[place]);
			if (!out->sections[place])
				return -1;
		}
	}
	return 0;
}

static int read_events(struct reader *r, struct value v)
{
	struct schema *plan = r->s;
	struct scan s;
	struct member m;

	if (v.kind != VALUE_OBJECT)
		return refuse_value(r, v, "events", "write an object of names and events");
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		struct event_spec *one = arena_zero(&plan->arena, sizeof *one);
		struct span name = key_of(r, &m);

		put_named(&plan->events, name, one);
		if (read_event(r, m.value, name.ptr, one))
			return -1;
	}
	return 0;
}

static int read_record_types(struct reader *r, struct value v)
{
	const char *names[EVENT_TYPES + 1] = {NULL};
	struct scan s;
	struct member m;

	for (int i = 0; i < EVENT_TYPES; i++)
		names[i] = event_type_names[i].ptr;
	if (v.kind != VALUE_OBJECT)
		return refuse_value(r, v, "types", "write an object of types of records");
	scan_start(&s, v.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0) {
		enum event_type type = event_type_parse(m.key);

		if (type == EVENT_TYPES)
			return unknown_key(r, &m, names, "type of record");
		r->s->types[type] = arena_zero(&r->s->arena, sizeof **r->s->types);
		if (read_event(r, m.value, names[type], r->s->types[type]))
			return -1;
	}
	return 0;
}

static int read_word(struct reader *r, struct value v, const char *key,
		     struct span *out)
{
	if (v.kind != VALUE_TEXT && v.kind != VALUE_NUMBER)
		return refuse_value(r, v, key, "write a text");
	*out = text_of(r, v);
	return 0;
}

static int read_top(struct reader *r, const struct member *m)
{
	static const char *const known[] = {
		"name", "version", "action", "unplanned", "events", "types", "description", NULL,
	};

	switch (place_of(m, known)) {
	case 0:
		return read_word(r, m->value, "name", &r->s->name);
	case 1:
		return read_word(r, m->value, "version", &r->s->version);
	case 2:
	case 6:
		return 0;	/* the action was read before the events */
	case 3:
		return read_action(r, m->value, "unplanned", false, &r->s->unplanned);
	case 4:
		return read_events(r, m->value);
	case 5:
		return read_record_types(r, m->value);
	default:
		return unknown_key(r, m, known, "member of a tracking plan");
	}
}

static int read_plan(struct reader *r)
{
	struct value root, action;
	struct scan s;
	struct member m;

	if (scan_whole(r->s->text, &root, r->err)) {
		r->err->kind = ERROR_USAGE;	/* nested deeper than we read */
		error_place(r->err, r->file, 0, 0);
		return -1;
	}
	if (root.kind != VALUE_OBJECT)
		return refuse_value(r, root, "plan", "a tracking plan is an object with version and events");
	action = value_member(root, SPAN("action"));
	if (action.kind != VALUE_NONE &&
	    read_action(r, action, "action", true, &r->s->action))
		return -1;
	scan_start(&s, root.raw);
	scan_enter(&s, '{', NULL);
	while (scan_member(&s, &m, NULL) > 0)
		if (read_top(r, &m))
			return -1;
	if (r->s->version.len)
		return 0;
	error_usage(r->err, "the plan has no version: violations name it, so write \"version\": \"1\"");
	return refuse_at(r, root.raw.ptr);
}

struct schema *schema_parse(struct span text, const char *name, struct error *err)
{
	struct document *d = document_parse(text, name, err);
	struct schema *s;
	struct reader r = {.file = name, .err = err};

	if (!d)
		return NULL;
	document_free(d);
	s = mem_zero(1, sizeof *s);
	s->name = s->version = SPAN("");
	s->text = arena_copy(&s->arena, text);
	r.s = s;
	if (!read_plan(&r))
		return s;
	schema_free(s);
	return NULL;
}

struct schema *schema_load(const char *path, struct error *err)
{
	struct input *in = input_open(path, err);
	struct buf text = BUF_INIT;
	struct schema *s = NULL;
	ptrdiff_t got;

	if (!in)
		return NULL;
	do {
		buf_reserve(&text, INPUT_BLOCK);
		got = input_read(in, text.ptr + text.len, text.cap - text.len, err);
		text.len += got > 0 ? (size_t)got : 0;
	} while (got > 0 && text.len <= PLAN_MAX);
	if (got > 0)
		error_usage(err, "%s: a tracking plan is at most 16 MiB", path);
	else if (!got)
		s = schema_parse(buf_view(&text), input_name(in), err);
	buf_release(&text);
	input_close(in);
	return s;
}

void schema_free(struct schema *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->spec_count; i++) {
		regex_free(s->specs[i]->pattern);
		mem_free(s->specs[i]->choices);
		mem_free(s->specs[i]->required);
		map_release(&s->specs[i]->properties);
		mem_free(s->specs[i]);
	}
	mem_free(s->specs);
	map_release(&s->events);
	arena_release(&s->arena);
	mem_free(s);
}

struct span schema_name(const struct schema *s)
{
	return s->name;
}

struct span schema_version(const struct schema *s)
{
	return s->version;
}

/* Records held to a tracking plan. */

struct check {
	const struct schema *plan;
	struct schema_scratch *k;
	struct buf *out;	/* the record without what offends */
};

/* What becomes of the value: it goes in a container that is stripped. */
static bool check_value(struct check *c, const struct spec *spec, struct value v);

static void note_violation(struct check *c, struct span keyword, struct value v)
{
	struct schema_scratch *k = c->k;
	char quoted[ERROR_QUOTE_MAX];
	struct violation *one;

	k->list = mem_room(k->list, k->count, &k->cap, sizeof *k->list);
	one = &k->list[k->count++];
	one->field = arena_copy(&k->arena, buf_view(&k->path));
	one->keyword = keyword;
	one->what = SPAN("");
	if (v.kind == VALUE_NONE)
		return;
	buf_clear(&k->text);
	error_quote(v.kind == VALUE_TEXT ? value_text(v, &k->text) : v.raw, quoted);
	one->what = arena_copy(&k->arena, span_of(quoted));
}

static void enter_member(struct schema_scratch *k, struct span key)
{
	if (k->path.len)
		buf_char(&k->path, '.');
	buf_span(&k->path, key);
}

static bool is_integer(struct value v)
{
	struct decimal d, rest;

	if (!decimal_parse(v.raw, &d))
		return span_find_byte(v.raw, '.') == v.raw.len &&
		       span_find_byte(v.raw, 'e') == v.raw.len &&
		       span_find_byte(v.raw, 'E') == v.raw.len;
	rest = decimal_round(d, 0);
	return !decimal_compare(d, rest);
}

static bool has_type(unsigned types, struct value v)
{
	switch (v.kind) {
	case VALUE_NULL:
		return types & TYPE_BIT_NULL;
	case VALUE_FALSE:
	case VALUE_TRUE:
		return types & TYPE_BIT_BOOLEAN;
	case VALUE_NUMBER:
		return (types & TYPE_BIT_NUMBER) ||
		       ((types & TYPE_BIT_INTEGER) && is_integer(v));
	case VALUE_TEXT:
		return types & TYPE_BIT_STRING;
	case VALUE_ARRAY:
		return types & TYPE_BIT_ARRAY;
	case VALUE_OBJECT:
		return types & TYPE_BIT_OBJECT;
	case VALUE_NONE:
		break;
	}
	return false;
}

/* Texts and numbers by what they mean, all else by how it is written. */
static bool same_value(struct value a, struct value b)
{
	struct buf one = BUF_INIT, other = BUF_INIT;
	struct decimal x, y;
	bool same;

	if (a.kind != b.kind)
		return false;
	if (a.kind == VALUE_NUMBER && decimal_parse(a.raw, &x) && decimal_parse(b.raw, &y))
		return !decimal_compare(x, y);
	if (a.kind != VALUE_TEXT)
		return span_equal(a.raw, b.raw);
	same = span_equal(value_text(a, &one), value_text(b, &other));
	buf_release(&one);
	buf_release(&other);
	return same;
}

static bool is_chosen(const struct spec *spec, struct value v)
{
	for (size_t i = 0; i < spec->choice_count; i++)
		if (same_value(spec->choices[i], v))
			return true;
	return false;
}

/* The first bound that NUMBER, a value of any size, is beyond; BOUNDS for none. */
static enum bound broken_bound(const struct spec *spec, struct value v)
{
	struct decimal d;
	bool exact = decimal_parse(v.raw, &d);
	double x = 0;

	if (!exact)
		value_double(v, &x);
	for (int i = 0; i < BOUNDS; i++) {
		int order;

		if (!(spec->bounded & 1u << i))
			continue;
		/* Beyond 38 digits only the sign can tell, and does. */
		order = exact ? decimal_compare(d, spec->bounds[i]) : x < 0 ? -1 : 1;
		if ((i == BOUND_MINIMUM && order < 0) ||
		    (i == BOUND_MAXIMUM && order > 0) ||
		    (i == BOUND_EXCLUSIVE_MINIMUM && order <= 0) ||
		    (i == BOUND_EXCLUSIVE_MAXIMUM && order >= 0))
			return (enum bound)i;
	}
	return BOUNDS;
}

static uint64_t count_characters(struct span text)
{
	uint64_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return count;
}

/* The keyword that a text breaks, or "". */
static struct span check_text(struct check *c, const struct spec *spec,
			      struct value v)
{
	struct span text;
	uint64_t length;

	buf_clear(&c->k->text);
	text = value_text(v, &c->k->text);
	length = count_characters(text);
	if (length < spec->min_length)
		return SPAN("minLength");
	if (length > spec->max_length)
		return SPAN("maxLength");
	/* A search that would take too long has not found anything either. */
	if (spec->pattern &&
	    regex_find(spec->pattern, text, &c->k->arena, NULL, NULL, NULL) != 1)
		return SPAN("pattern");
	return SPAN("");
}

static struct span check_number(const struct spec *spec, struct value v)
{
	static const struct span names[] = {
		[BOUND_MINIMUM] = SPAN("minimum"),
		[BOUND_MAXIMUM] = SPAN("maximum"),
		[BOUND_EXCLUSIVE_MINIMUM] = SPAN("exclusiveMinimum"),
		[BOUND_EXCLUSIVE_MAXIMUM] = SPAN("exclusiveMaximum"),
		[BOUNDS] = SPAN(""),
	};

	return names[spec->bounded ? broken_bound(spec, v) : BOUNDS];
}

/* The first keyword that V itself breaks, without what is inside it, or "". */
static struct span check_keywords(struct check *c, const struct spec *spec, struct value v)
{
	if (spec->types && !has_type(spec->types, v))
		return SPAN("type");
	if (spec->choice_count && !is_chosen(spec, v))
		return SPAN("enum");
	if (spec->constant.kind != VALUE_NONE && !same_value(spec->constant, v))
		return SPAN("const");
	if (v.kind == VALUE_TEXT)
		return check_text(c, spec, v);
	if (v.kind == VALUE_NUMBER)
		return check_number(spec, v);
	return SPAN("");
}

static void check_required(struct check *c, const struct spec *spec,
			   struct value object)
{
	size_t before = c->k->path.len;

	for (size_t i = 0; i < spec->required_count; i++) {
		struct value v = object.kind == VALUE_OBJECT ?
			value_member(object, spec->required[i]) : VALUE_ABSENT;

		if (v.kind != VALUE_NONE && v.kind != VALUE_NULL)
			continue;
		enter_member(c->k, spec->required[i]);
		note_violation(c, SPAN("required"), VALUE_ABSENT);
		c->k->path.len = before;
	}
}

/* True: the member stays. */
static bool check_member(struct check *c, const struct spec *spec,
			 const struct member *m)
{
	struct buf key = BUF_INIT;
	size_t before = c->k->path.len;
	size_t at = map_find(&spec->properties, member_key(m, &key));
	bool stays = true;

	enter_member(c->k, member_key(m, &key));
	if (at != MAP_NONE) {
		stays = check_value(c, spec->properties.entries[at].ptr, m->value);
	} else if (spec->closed) {
		note_violation(c, SPAN("additionalProperties"), m->value);
		stays = false;
	} else {
		buf_span(c->out, m->value.raw);
	}
	c->k->path.len = before;
	buf_release(&key);
	return stays;
}

static void check_object(struct check *c, const struct spec *spec, struct value v)
{
	struct buf *out = c->out;
	struct scan s;
	struct member m;

	buf_char(out, '{');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		size_t begin = out->len;

		if (out->ptr[begin - 1] != '{')
			buf_char(out, ',');
		buf_char(out, '"');
		buf_span(out, m.key);
		buf_lit(out, "\":");
		if (!check_member(c, spec, &m))
			out->len = begin;
	}
	buf_char(out, '}');
	check_required(c, spec, v);
}

static void check_array(struct check *c, const struct spec *spec, struct value v)
{
	struct buf *out = c->out;
	size_t before = c->k->path.len;
	struct scan s;
	struct value element;
	uint64_t count = 0;

	buf_char(out, '[');
	scan_start(&s, v.raw);
	if (scan_enter(&s, '[', NULL))
		return;
	while (scan_element(&s, &element, NULL) > 0) {
		size_t begin = out->len;

		count++;
		if (out->ptr[begin - 1] != '[')
			buf_char(out, ',');
		buf_lit(&c->k->path, "[]");
		if (spec->items && !check_value(c, spec->items, element))
			out->len = begin;
		else if (!spec->items)
			buf_span(out, element.raw);
		c->k->path.len = before;
	}
	buf_char(out, ']');
	if (count < spec->min_items)
		note_violation(c, SPAN("minItems"), v);
	if (count > spec->max_items)
		note_violation(c, SPAN("maxItems"), v);
}

/* Appends what may stay of V; false: none of it, and nothing is appended. */
static bool check_value(struct check *c, const struct spec *spec, struct value v)
{
	size_t begin = c->out->len;
	size_t violations = c->k->count;
	struct span keyword = check_keywords(c, spec, v);

	if (keyword.len) {
		note_violation(c, keyword, v);
		return false;
	}
	if (v.kind == VALUE_OBJECT) {
		check_object(c, spec, v);
	} else if (v.kind == VALUE_ARRAY) {
		check_array(c, spec, v);
		for (size_t i = violations; i < c->k->count; i++) {
			if (!span_ends(c->k->list[i].keyword, SPAN("Items")) ||
			    c->k->list[i].field.len != c->k->path.len)
				continue;
			c->out->len = begin;
			return false;
		}
	} else {
		buf_span(c->out, v.raw);
	}
	return true;
}

/* A record section by section; what stands between them stays. */
static void check_record(struct check *c, const struct event_spec *spec,
			 const struct event *e)
{
	const struct value *const values[SCHEMA_SECTIONS] = {
		&e->ids, &e->traits, &e->props, &e->context,
	};
	const char *from = e->line.ptr;

	for (int i = 0; i < SCHEMA_SECTIONS; i++) {
		struct value v = *values[i];

		buf_clear(&c->k->path);
		buf_span(&c->k->path, schema_sections[i]);
		if (!spec->sections[i])
			continue;
		if (v.kind != VALUE_OBJECT) {
			check_required(c, spec->sections[i], VALUE_ABSENT);
			continue;
		}
		buf_span(c->out, span_between(from, v.raw.ptr));
		if (!check_value(c, spec->sections[i], v))
			buf_lit(c->out, "{}");
		from = v.raw.ptr + v.raw.len;
	}
	buf_span(c->out, span_between(from, e->line.ptr + e->line.len));
}

/* The event's name, or the type of a record that has none. */
static struct span name_of(const struct event *e, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct span name = event_type_names[e->type];

	if (e->name.kind == VALUE_TEXT)
		name = arena_copy(a, value_text(e->name, &b));
	buf_release(&b);
	return name;
}

static void put_mark(const struct check *c, struct span event, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < c->k->count && i < SCHEMA_SHOWN; i++) {
		const struct violation *v = &c->k->list[i];

		buf_text_put(out, i ? ",{\"event\":" : "{\"event\":");
		text_encode(out, event);
		if (v->field.len) {
			buf_lit(out, ",\"field\":");
			text_encode(out, v->field);
		}
		buf_lit(out, ",\"kind\":");
		text_encode(out, v->keyword);
		buf_lit(out, ",\"plan\":");
		text_encode(out, c->plan->version);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void count_violations(const struct check *c, struct span event,
			     struct schema_counts *counts)
{
	struct buf key = BUF_INIT;

	counts->violations += c->k->count;
	for (size_t i = 0; i < c->k->count; i++) {
		const struct violation *v = &c->k->list[i];
		size_t at;

		buf_clear(&key);
		buf_span(&key, event);
		buf_char(&key, '\0');
		buf_span(&key, v->field);
		buf_char(&key, '\0');
		buf_span(&key, v->keyword);
		at = map_put(&counts->kinds, buf_view(&key), NULL);
		counts->kinds.entries[at].number++;
	}
	buf_release(&key);
}

static void refuse_record(const struct check *c, struct span event, struct error *err)
{
	const struct violation *v = &c->k->list[0];
	char quoted[ERROR_QUOTE_MAX];
	char more[48] = "";

	error_quote(event, quoted);
	if (!v->field.len) {
		error_data(err, "event %s is not planned (plan %.*s)", quoted,
			   SPAN_ARG(c->plan->version));
		return;
	}
	if (c->k->count > 1)
		snprintf(more, sizeof more, ", and %zu more", c->k->count - 1);
	error_data(err, "event %s violates plan %.*s: %.*s: %.*s%s%.*s%s", quoted,
		   SPAN_ARG(c->plan->version), SPAN_ARG(v->field),
		   SPAN_ARG(v->keyword), v->what.len ? " " : "", SPAN_ARG(v->what), more);
}

/* What the plan says of E: NULL where it says nothing; *ACTION for unplanned events. */
static const struct event_spec *find_spec(const struct schema *s, const struct event *e,
					  struct span name, bool *planned)
{
	size_t at;

	*planned = true;
	if (e->name.kind != VALUE_TEXT)
		return s->types[e->type];
	at = map_find(&s->events, name);
	if (at != MAP_NONE)
		return s->events.entries[at].ptr;
	*planned = false;
	return NULL;
}

enum schema_verdict schema_check(const struct schema *s, struct schema_scratch *k,
				 const struct event *e, struct buf *out,
				 struct buf *mark, struct schema_counts *counts,
				 struct error *err)
{
	struct check c = {s, k, out};
	enum schema_action action = s->unplanned;
	size_t begin = out->len;
	const struct event_spec *spec;
	struct span name;
	bool planned;

	arena_clear(&k->arena);
	k->count = 0;
	name = name_of(e, &k->arena);
	spec = find_spec(s, e, name, &planned);
	buf_clear(&k->path);
	if (spec) {
		check_record(&c, spec, e);
		action = spec->action;
	} else if (!planned) {
		note_violation(&c, SPAN("unplanned"), VALUE_ABSENT);
	}
	if (!k->count)
		return SCHEMA_FINE;
	count_violations(&c, name, counts);
	if (action == ACTION_BLOCK) {
		counts->blocked++;
		refuse_record(&c, name, err);
		return SCHEMA_BLOCK;
	}
	if (action == ACTION_ALLOW) {
		out->len = begin;
		buf_span(out, e->line);
		counts->allowed++;
	} else {
		counts->stripped++;
	}
	put_mark(&c, name, mark);
	return SCHEMA_MARK;
}

void schema_scratch_release(struct schema_scratch *k)
{
	mem_free(k->list);
	arena_release(&k->arena);
	buf_release(&k->text);
	buf_release(&k->path);
}
