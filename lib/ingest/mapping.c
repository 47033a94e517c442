#include "ingest/mapping.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/mem.h"
#include "expr/expr.h"

#define FILE_MAX ((size_t)16 << 20)

static const char *const set_names[] = {
	"source", "type", "format", "log_format", "delimiter", "header",
	"quotes", "encoding", "decimal", "timezone", "dates", "region", "fold", "fold_sum",
	"fold_keep", NULL,
};

static const size_t set_offsets[] = {
	offsetof(struct map_settings, source),
	offsetof(struct map_settings, type),
	offsetof(struct map_settings, format),
	offsetof(struct map_settings, log_format),
	offsetof(struct map_settings, delimiter),
	offsetof(struct map_settings, header),
	offsetof(struct map_settings, quotes),
	offsetof(struct map_settings, encoding),
	offsetof(struct map_settings, decimal),
	offsetof(struct map_settings, timezone),
	offsetof(struct map_settings, dates),
	offsetof(struct map_settings, region),
	offsetof(struct map_settings, fold),
	offsetof(struct map_settings, fold_sum),
	offsetof(struct map_settings, fold_keep),
};

_Static_assert(sizeof set_offsets / sizeof *set_offsets + 1 ==
	       sizeof set_names / sizeof *set_names, "a name for each setting");

const char *const *mapping_set_names(void)
{
	return set_names;
}

const char **mapping_setting(struct map_settings *s, struct span name)
{
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
};

static int take_setting(struct taking *t, const struct assignment *a,
			struct error *err)
{
	const char **place = mapping_setting(&t->mapping->set, a->name);
	struct buf value = BUF_INIT;
	char quoted[ERROR_QUOTE_MAX];
	int bad;

	if (!place) {
		const char *near = error_suggest(a->name, set_names);

		error_usage(err, near ? "unknown setting %s; did you mean '%s'?" : "unknown setting %s",
			    error_quote(a->name, quoted), near);
		error_place(err, t->file, a->line, a->name_column);
		return -1;
	}
	bad = assignment_value(a, t->file, &value, err);
	if (!bad)
		*place = arena_copy(&t->mapping->arena, buf_view(&value)).ptr;
	buf_release(&value);
	return bad;
}

static int take(void *context, const struct assignment *a, struct error *err)
{
	struct taking *t = context;
	struct mapping *m = t->mapping;
	struct map_rule *r;

	if (a->set)
		return take_setting(t, a, err);
	m->rules = mem_room(m->rules, m->count, &m->cap, sizeof *m->rules);
	r = &m->rules[m->count++];
	r->name = arena_copy(&m->arena, a->name);
	r->text = arena_copy(&m->arena, a->text);
	r->file = t->file;
	r->line = a->line;
	r->column = a->column;
	r->name_column = a->name_column;
	return 0;
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
	struct taking t = {m, arena_copy(&m->arena, span_of(path)).ptr};
	struct buf text = BUF_INIT;
	int bad = read_file(path, &text, err);

	if (!bad)
		bad = assignments_parse(buf_view(&text), t.file, take, &t, err);
	buf_release(&text);
	return bad;
}

int mapping_add(struct mapping *m, const char *text, struct error *err)
{
	struct taking t = {m, NULL};
	size_t before = m->count;
	char quoted[ERROR_QUOTE_MAX];

	if (!strchr(text, '='))
		return error_usage(err, "--map %s: write FIELD=EXPRESSION",
				   error_quote(span_of(text), quoted));
	if (assignments_parse(span_of(text), NULL, take, &t, err)) {
		error_place(err, "--map", 0, 0);
		return -1;
	}
	for (size_t i = before; i < m->count; i++)
		m->rules[i].line = 0;
	return 0;
}
