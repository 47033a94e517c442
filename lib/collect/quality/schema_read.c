/*
 * Reading a tracking plan.  Jansson, which knows no places but those of its own
 * mistakes, says what is not JSON; the rest is read by the scanner, whose spans are
 * places in the text.
 */
#include <string.h>

#include "base/mem.h"
#include "collect/quality/schema_parts.h"
#include "io/input.h"
#include "record/document.h"

#define PLAN_MAX ((size_t)16 << 20)

const struct span schema_sections[SCHEMA_SECTIONS] = {
	SPAN("ids"), SPAN("traits"), SPAN("props"), SPAN("context"),
};

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
