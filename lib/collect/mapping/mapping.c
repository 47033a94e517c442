#include "collect/mapping/mapping.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "expr/assignments.h"
#include "expr/expr.h"
#include "io/input.h"

#define FILE_MAX ((size_t)16 << 20)

static const char *const set_names[] = {
	"source", "type", "format", "log_format", "delimiter", "header", "skip",
	"quotes", "encoding", "decimal", "timezone", "dates", "region", "fold", "fold_sum",
	"fold_keep", "records", "ignore", "gmail", "null", NULL,
};

static const size_t set_offsets[] = {
	offsetof(struct map_settings, source),
	offsetof(struct map_settings, type),
	offsetof(struct map_settings, format),
	offsetof(struct map_settings, log_format),
	offsetof(struct map_settings, delimiter),
	offsetof(struct map_settings, header),
	offsetof(struct map_settings, skip),
	offsetof(struct map_settings, quotes),
	offsetof(struct map_settings, encoding),
	offsetof(struct map_settings, decimal),
	offsetof(struct map_settings, timezone),
	offsetof(struct map_settings, dates),
	offsetof(struct map_settings, region),
	offsetof(struct map_settings, fold),
	offsetof(struct map_settings, fold_sum),
	offsetof(struct map_settings, fold_keep),
	offsetof(struct map_settings, records),
	offsetof(struct map_settings, ignore),
	offsetof(struct map_settings, gmail),
	offsetof(struct map_settings, null),
};

_Static_assert(sizeof set_offsets / sizeof *set_offsets + 1 ==
	       sizeof set_names / sizeof *set_names, "a name for each setting");

const char *const *mapping_set_names(void)
{
	return set_names;
}

/* What settings were called before --drop meant something else: mappings that say so
 * are still read. */
static struct span today_name(struct span name)
{
	return span_equal(name, SPAN("drop")) ? SPAN("ignore") : name;
}

const char **mapping_setting(struct map_settings *s, struct span name)
{
	name = today_name(name);
	for (size_t i = 0; set_names[i]; i++)
		if (span_equal(name, span_of(set_names[i])))
			return (const char **)(void *)((char *)s + set_offsets[i]);
	return NULL;
}

void mapping_release(struct mapping *m)
{
	mem_free(m->rules);
	arena_release(&m->arena);
	*m = MAPPING_INIT;
}

struct taking {
	struct mapping *mapping;
	const char *file;
	size_t part;
};

static int refuse_line(const struct taking *t, const struct assignment *a,
		       struct error *err)
{
	error_place(err, t->file, a->line, a->name_column);
	return -1;
}

/* What may be set besides the settings of the options. */
static const char *const part_names[] = {"section", "when", "others", "recognise", NULL};

static int unknown_setting(const struct taking *t, const struct assignment *a,
			   struct error *err)
{
	const char *near = error_suggest(a->name, set_names);
	char quoted[ERROR_QUOTE_MAX];

	near = near ? near : error_suggest(a->name, part_names);
	error_usage(err, near ? "unknown setting %s; did you mean '%s'?" : "unknown setting %s",
		    error_quote(a->name, quoted), near);
	return refuse_line(t, a, err);
}

static void take_rule(struct taking *t, const struct assignment *a,
		      struct map_rule *r)
{
	struct arena *arena = &t->mapping->arena;

	*r = (struct map_rule){
		.name = arena_copy(arena, a->name),
		.text = arena_copy(arena, a->text),
		.file = t->file,
		.line = a->line,
		.column = a->column,
		.name_column = a->name_column,
		.part = t->part,
		.optional = t->mapping->lenient,
	};
}

/* The number of the part NAME, made when there is none; MAPPING_PARTS_MAX: too many. */
static size_t part_of(struct mapping *m, const char *name)
{
	size_t i;

	m->part_count += !m->part_count;
	for (i = 1; i < m->part_count; i++)
		if (!strcmp(m->parts[i].name, name))
			return i;
	if (i < MAPPING_PARTS_MAX) {
		m->parts[i] = (struct map_part){.name = name};
		m->part_count++;
	}
	return i;
}

static int begin_part(struct taking *t, const struct assignment *a,
		      const char *name, struct error *err)
{
	if (!*name) {
		error_usage(err, "the section has no name");
		return refuse_line(t, a, err);
	}
	t->part = strcmp(name, "all") ? part_of(t->mapping, name) : MAPPING_ALL;
	if (t->part == MAPPING_ALL)
		return 0;
	if (t->part < MAPPING_PARTS_MAX)
		return 0;
	error_usage(err, "more than %d sections", MAPPING_PARTS_MAX - 1);
	return refuse_line(t, a, err);
}

static int take_others(struct taking *t, const struct assignment *a,
		       const char *value, struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	value = today_name(span_of(value)).ptr;
	t->mapping->parts[t->part].others = value;
	if (!strcmp(value, "keep") || !strcmp(value, "ignore"))
		return 0;
	error_usage(err, "set others: %s is neither keep nor ignore",
		    error_quote(span_of(value), quoted));
	return refuse_line(t, a, err);
}

/* Where a setting of the part at hand is kept; NULL: it is none of a part. */
static const char **part_setting(struct taking *t, struct span name)
{
	struct map_part *p = &t->mapping->parts[t->part];

	if (span_equal(name, SPAN("type")))
		return t->part ? &p->type : NULL;
	if (span_equal(name, SPAN("records")))
		return t->part ? &p->records : NULL;
	return NULL;
}

/* Of all parts together nothing can be set. */
static int refuse_all(const struct taking *t, const struct assignment *a,
		      struct error *err)
{
	char quoted[ERROR_QUOTE_MAX];

	error_usage(err, "%s cannot be set of all sections: rules alone can be said of all",
		    error_quote(a->name, quoted));
	return refuse_line(t, a, err);
}

static int keep_setting(struct taking *t, const struct assignment *a,
			const char *value, struct error *err)
{
	const char **place;

	if (span_equal(a->name, SPAN("section")))
		return begin_part(t, a, value, err);
	if (t->part == MAPPING_ALL)
		return refuse_all(t, a, err);
	place = part_setting(t, a->name);
	if (span_equal(a->name, SPAN("others")))
		return take_others(t, a, value, err);
	place = place ? place : mapping_setting(&t->mapping->set, a->name);
	if (!place)
		return unknown_setting(t, a, err);
	if (t->part && !part_setting(t, a->name)) {
		char quoted[ERROR_QUOTE_MAX];

		error_usage(err, "%s is said of the whole file: write it before the first section",
			    error_quote(a->name, quoted));
		return refuse_line(t, a, err);
	}
	*place = value;
	return 0;
}

static int take_setting(struct taking *t, const struct assignment *a,
			struct error *err)
{
	struct buf value = BUF_INIT;
	int bad;

	if (span_equal(a->name, SPAN("when"))) {
		if (t->part == MAPPING_ALL)
			return refuse_all(t, a, err);
		take_rule(t, a, &t->mapping->parts[t->part].when);
		return 0;
	}
	if (span_equal(a->name, SPAN("recognise"))) {
		take_rule(t, a, &t->mapping->recognise);
		return 0;
	}
	bad = assignment_value(a, t->file, &value, err);
	if (!bad)
		bad = keep_setting(t, a, arena_copy(&t->mapping->arena, buf_view(&value)).ptr,
				   err);
	buf_release(&value);
	return bad;
}

void mapping_put(struct mapping *m, const struct map_rule *rule)
{
	m->rules = mem_room(m->rules, m->count, &m->cap, sizeof *m->rules);
	m->rules[m->count++] = *rule;
}

static bool is_listed(const char *const *names, struct span name)
{
	while (*names && !span_equal(name, span_of(*names)))
		names++;
	return *names != NULL;
}

/*
 * A line that lacks its "set" would put a property of that name on every record, and
 * nothing would be set.  `type` and `source` are fields as well.
 */
static bool is_setting(struct span name)
{
	if (span_equal(name, SPAN("type")) || span_equal(name, SPAN("source")))
		return false;
	return is_listed(set_names, today_name(name)) || is_listed(part_names, name);
}

static int refuse_setting(const struct taking *t, const struct assignment *a,
			  struct error *err)
{
	struct span name = today_name(a->name);

	error_usage(err, "'%.*s' is a setting; did you mean 'set %.*s = ...'? (a property of that name is props.%.*s)",
		    SPAN_ARG(a->name), SPAN_ARG(name), SPAN_ARG(a->name));
	return refuse_line(t, a, err);
}

static int take_assignment(void *context, const struct assignment *a, struct error *err)
{
	struct taking *t = context;
	struct map_rule r;

	if (a->set)
		return take_setting(t, a, err);
	if (is_setting(a->name))
		return refuse_setting(t, a, err);
	take_rule(t, a, &r);
	mapping_put(t->mapping, &r);
	return 0;
}

int mapping_parse(struct mapping *m, struct span text, const char *file,
		  struct error *err)
{
	struct taking t = {m, arena_copy(&m->arena, span_of(file)).ptr, 0};

	return assignments_parse(text, t.file, take_assignment, &t, err);
}

/* What OWN says of a part, over what is said already. */
static void join_part(struct map_part *p, const struct map_part *own)
{
	p->type = own->type ? own->type : p->type;
	p->records = own->records ? own->records : p->records;
	p->others = own->others ? own->others : p->others;
	if (!span_absent(own->when.text))
		p->when = own->when;
}

static int add_mapping(struct mapping *out, const struct mapping *m,
		       struct error *err)
{
	size_t parts[MAPPING_PARTS_MAX] = {0};

	join_part(&out->parts[0], &m->parts[0]);
	for (size_t i = 1; i < m->part_count; i++) {
		parts[i] = part_of(out, m->parts[i].name);
		if (parts[i] == MAPPING_PARTS_MAX)
			return error_usage(err, "more than %d sections", MAPPING_PARTS_MAX - 1);
		join_part(&out->parts[parts[i]], &m->parts[i]);
	}
	for (size_t i = 0; i < m->count; i++) {
		struct map_rule r = m->rules[i];

		if (r.part != MAPPING_ALL)
			r.part = parts[r.part];
		mapping_put(out, &r);
	}
	for (const char *const *name = set_names; *name; name++) {
		struct map_settings set = m->set;
		const char *value = *mapping_setting(&set, span_of(*name));

		if (value)
			*mapping_setting(&out->set, span_of(*name)) = value;
	}
	return 0;
}

int mapping_join(struct mapping *out, const struct mapping *base,
		 const struct mapping *own, struct error *err)
{
	*out = MAPPING_INIT;
	if (base && add_mapping(out, base, err))
		return -1;
	return add_mapping(out, own, err);
}

static int read_file(const char *path, struct buf *text, struct error *err)
{
	struct input *in = input_open(path, err);
	ptrdiff_t got = 1;

	if (!in)
		return -1;
	buf_init(text, FILE_MAX);
	while (got > 0 && buf_reserve(text, 4096)) {
		got = input_read(in, text->ptr + text->len, 4096, err);
		if (got > 0)
			text->len += (size_t)got;
	}
	input_close(in);
	if (!text->full)
		return got < 0 ? -1 : 0;
	error_usage(err, "too long for a mapping");
	error_place(err, path, 0, 0);
	return -1;
}

int mapping_load(struct mapping *m, const char *path, struct error *err)
{
	struct buf text = BUF_INIT;
	int bad = read_file(path, &text, err);

	if (!bad)
		bad = mapping_parse(m, buf_view(&text), path, err);
	buf_release(&text);
	return bad;
}

int mapping_add(struct mapping *m, const char *text, struct error *err)
{
	struct taking t = {m, NULL, 0};
	size_t before = m->count;
	char quoted[ERROR_QUOTE_MAX];

	if (!strchr(text, '='))
		return error_usage(err, "--map %s: write FIELD=EXPRESSION",
				   error_quote(span_of(text), quoted));
	if (assignments_parse(span_of(text), NULL, take_assignment, &t, err)) {
		error_place(err, "--map", 0, 0);
		return -1;
	}
	for (size_t i = before; i < m->count; i++)
		m->rules[i].line = 0;
	return 0;
}
