#include "reference/yaml_list.h"

#include <yaml.h>

#include "base/arena.h"
#include "base/mem.h"

struct reading {
	yaml_parser_t parser;
	const char *file;
	struct arena texts;	/* of the list's name, then of the entry at hand */
	struct arena names;
	struct yaml_entry entry;
	int (*take)(void *context, const struct yaml_entry *e, struct error *err);
	void *context;
	struct error *err;
};

struct span yaml_entry_get(const struct yaml_entry *e, const char *key)
{
	for (size_t i = 0; i < e->count; i++)
		if (span_equal(e->keys[i], span_of(key)))
			return e->values[i];
	return SPAN_NONE;
}

static int refuse_yaml(struct reading *r, const char *what, const yaml_mark_t *mark)
{
	error_usage(r->err, "%s", what);
	error_place(r->err, r->file, mark->line + 1, mark->column + 1);
	return -1;
}

/* The next event; -1: the text is no YAML. */
static int next_event(struct reading *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->parser, event))
		return 0;
	if (r->parser.error == YAML_MEMORY_ERROR)
		mem_fail(sizeof *event);
	return refuse_yaml(r, r->parser.problem ? r->parser.problem : "not YAML",
			   &r->parser.problem_mark);
}

static struct span text_of(const yaml_event_t *event)
{
	return (struct span){(const char *)event->data.scalar.value,
			     event->data.scalar.length};
}

/* Key, value, key, value... up to the end of the entry. */
static int read_entry(struct reading *r, const yaml_mark_t *start)
{
	struct yaml_entry *e = &r->entry;
	yaml_event_t event;
	bool value = false;
	int bad = 0;

	arena_clear(&r->texts);
	e->count = 0;
	e->line = start->line + 1;
	for (;;) {
		if (next_event(r, &event))
			return -1;
		if (event.type == YAML_MAPPING_END_EVENT)
			break;
		if (event.type != YAML_SCALAR_EVENT)
			bad = refuse_yaml(r, "expected a text", &event.start_mark);
		else if (e->count == YAML_MEMBERS_MAX)
			bad = refuse_yaml(r, "an entry with too many members", &event.start_mark);
		else if (value)
			e->values[e->count++] = arena_copy(&r->texts, text_of(&event));
		else
			e->keys[e->count] = arena_copy(&r->texts, text_of(&event));
		value = !value;
		yaml_event_delete(&event);
		if (bad)
			return -1;
	}
	yaml_event_delete(&event);
	return r->take(r->context, e, r->err);
}

static int read_list(struct reading *r)
{
	yaml_event_t event;
	bool more = true;
	int bad = 0;

	if (next_event(r, &event))
		return -1;
	if (event.type != YAML_SEQUENCE_START_EVENT)
		bad = refuse_yaml(r, "expected a list", &event.start_mark);
	yaml_event_delete(&event);
	while (!bad && more) {
		if (next_event(r, &event))
			return -1;
		more = event.type != YAML_SEQUENCE_END_EVENT;
		if (more && event.type != YAML_MAPPING_START_EVENT)
			bad = refuse_yaml(r, "expected an entry such as '- regex: ...'", &event.start_mark);
		else if (more)
			bad = read_entry(r, &event.start_mark);
		yaml_event_delete(&event);
	}
	return bad;
}

/* Names with a list behind each. */
static int read_lists(struct reading *r)
{
	yaml_event_t event;
	bool more = true;
	int bad = 0;

	while (!bad && more) {
		if (next_event(r, &event))
			return -1;
		switch (event.type) {
		case YAML_SCALAR_EVENT:
			arena_clear(&r->names);
			r->entry.list = arena_copy(&r->names, text_of(&event));
			bad = read_list(r);
			break;
		case YAML_STREAM_END_EVENT:
			more = false;
			break;
		case YAML_SEQUENCE_START_EVENT:
		case YAML_ALIAS_EVENT:
			bad = refuse_yaml(r, "expected a name with a list below it", &event.start_mark);
			break;
		default:
			break;
		}
		yaml_event_delete(&event);
	}
	return bad;
}

int yaml_list_read(struct span text, const char *file,
		   int (*take)(void *context, const struct yaml_entry *e,
			       struct error *err),
		   void *context, struct error *err)
{
	struct reading r = {.file = file, .take = take, .context = context, .err = err};
	int bad;

	if (!yaml_parser_initialize(&r.parser))
		mem_fail(sizeof r.parser);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.ptr, text.len);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	bad = read_lists(&r);
	yaml_parser_delete(&r.parser);
	arena_release(&r.texts);
	arena_release(&r.names);
	return bad;
}
