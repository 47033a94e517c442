/*
 * Members are found by a tree of keys, one node a level of the path.  Records of one
 * source have their keys in the same order, so each look-up begins behind the key found
 * last: one comparison as a rule.
 */
#include "ingest/objects.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "record/scan.h"

/* Nodes with more children than this are searched by a table. */
#define CHILDREN_LISTED 16
/* Columns that are remembered beyond the given ones: a source that makes up
 * keys must not fill the memory. */
#define LATE_MAX 10000

struct node {
	struct span key;
	struct node **children;
	size_t count;
	size_t cap;
	size_t next;		/* where the next look-up begins */
	struct map *table;	/* key -> child number */
	int column;		/* -1: none yet */
};

struct objects {
	struct arena arena;	/* nodes, names */
	struct node *root;
	struct span *names;
	size_t count;
	size_t cap;
	const struct span *given_names;	/* columns that the caller named */
	const bool *whole;
	size_t given;
	struct cell *cells;
	uint64_t *stamps;	/* the row in which a cell was set last */
	size_t cells_cap;
	int *touched;
	size_t touched_count;
	size_t touched_cap;
	uint64_t rows;
	struct arena texts;	/* decoded texts of this row */
	struct buf scratch;
	struct buf path;
	const struct rows_calls *calls;
	struct error *err;
};

static struct node *new_node(struct objects *o, struct span key)
{
	struct node *n = arena_zero(&o->arena, sizeof *n);

	n->key = arena_copy(&o->arena, key);
	n->column = -1;
	return n;
}

static void free_node(struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		free_node(n->children[i]);
	mem_free(n->children);
	if (n->table)
		map_release(n->table);
	mem_free(n->table);
}

static void index_child(struct node *n, size_t number)
{
	size_t at = map_put(n->table, n->children[number]->key, NULL);

	n->table->entries[at].number = number;
}

static struct node *add_child(struct objects *o, struct node *n, struct span key)
{
	n->children = mem_room(n->children, n->count, &n->cap,
			       sizeof(struct node *));
	n->children[n->count] = new_node(o, key);
	if (n->table)
		index_child(n, n->count);
	n->count++;
	if (n->count == CHILDREN_LISTED) {
		n->table = mem_zero(1, sizeof *n->table);
		for (size_t i = 0; i < n->count; i++)
			index_child(n, i);
	}
	return n->children[n->count - 1];
}

static struct node *find_child(struct objects *o, struct node *n, struct span key)
{
	size_t at = n->next < n->count ? n->next : 0;

	if (at < n->count && span_equal(n->children[at]->key, key)) {
		n->next = at + 1;
		return n->children[at];
	}
	if (n->table) {
		at = map_find(n->table, key);
		at = at == MAP_NONE ? n->count : n->table->entries[at].number;
	} else {
		for (at = 0; at < n->count; at++)
			if (span_equal(n->children[at]->key, key))
				break;
	}
	n->next = at + 1;
	return at < n->count ? n->children[at] : add_child(o, n, key);
}

/* A key with dots in it is the same path as objects inside each other. */
static struct node *find_path(struct objects *o, struct node *n, struct span key)
{
	if (!memchr(key.ptr, '.', key.len))
		return find_child(o, n, key);
	while (!span_absent(key))
		n = find_child(o, n, span_cut(&key, '.'));
	return n;
}

static int new_column(struct objects *o, struct span name)
{
	o->names = mem_room(o->names, o->count, &o->cap, sizeof *o->names);
	o->names[o->count] = arena_copy(&o->arena, name);
	if (o->count >= o->cells_cap) {
		size_t old = o->cells_cap;

		o->cells_cap = old ? old * 2 : 64;
		o->cells = mem_grow(o->cells, o->cells_cap, sizeof *o->cells);
		o->stamps = mem_grow(o->stamps, o->cells_cap, sizeof *o->stamps);
		memset(o->stamps + old, 0, (o->cells_cap - old) * sizeof *o->stamps);
		for (size_t i = old; i < o->cells_cap; i++)
			o->cells[i] = (struct cell){SPAN(""), CELL_NONE};
	}
	return (int)o->count++;
}

/* A column of the caller: the nodes along its path. */
static void plant(struct objects *o, struct span name)
{
	find_path(o, o->root, name)->column = new_column(o, name);
}

static void start_tree(struct objects *o)
{
	o->root = new_node(o, SPAN(""));
	o->count = 0;
	for (size_t i = 0; i < o->given; i++)
		plant(o, o->given_names[i]);
}

struct objects *objects_new(const struct span *names, const bool *whole,
			    size_t count, const struct rows_calls *calls)
{
	struct objects *o = mem_zero(1, sizeof *o);

	o->calls = calls;
	o->given_names = names;
	o->whole = whole;
	o->given = count;
	start_tree(o);
	return o;
}

void objects_free(struct objects *o)
{
	if (!o)
		return;
	free_node(o->root);
	arena_release(&o->arena);
	arena_release(&o->texts);
	mem_free(o->names);
	mem_free(o->cells);
	mem_free(o->stamps);
	mem_free(o->touched);
	buf_release(&o->scratch);
	buf_release(&o->path);
	mem_free(o);
}

/* Forgets the columns that the caller did not name. */
static void prune(struct objects *o)
{
	free_node(o->root);
	arena_clear(&o->arena);
	memset(o->stamps, 0, o->cells_cap * sizeof *o->stamps);
	start_tree(o);
}

struct span objects_name(const struct objects *o, size_t column)
{
	return o->names[column];
}

static void set_cell(struct objects *o, int column, const struct value *v)
{
	struct cell *c = &o->cells[column];

	o->touched = mem_room(o->touched, o->touched_count, &o->touched_cap,
			      sizeof *o->touched);
	o->touched[o->touched_count++] = column;
	c->text = v->raw;
	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_NULL:
		*c = (struct cell){SPAN(""), CELL_NONE};
		break;
	case VALUE_FALSE:
	case VALUE_TRUE:
		c->kind = CELL_WORD;
		break;
	case VALUE_NUMBER:
		c->kind = CELL_NUMBER;
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		c->kind = CELL_RAW;
		break;
	case VALUE_TEXT:
		buf_clear(&o->scratch);
		c->text = value_text(*v, &o->scratch);
		if (v->escaped)
			c->text = arena_copy(&o->texts, c->text);
		c->kind = CELL_TEXT;
		break;
	}
}

static int walk(struct objects *o, struct scan *s, struct node *n);

static int walk_value(struct objects *o, struct span raw, struct node *n)
{
	struct scan inner;

	scan_start(&inner, raw);
	return scan_enter(&inner, '{', o->err) ? -1 : walk(o, &inner, n);
}

static bool is_whole(const struct objects *o, const struct node *n)
{
	return n->column >= 0 && (size_t)n->column < o->given &&
	       o->whole[n->column];
}

static int take_member(struct objects *o, struct scan *s, struct node *child)
{
	struct value v;

	/* Not by what came before, which differs between workers. */
	if (*s->at == '{' && !is_whole(o, child)) {
		struct scan inner = *s;

		if (scan_enter(&inner, '{', o->err) || walk(o, &inner, child))
			return -1;
		s->at = inner.at;
		return 0;
	}
	if (scan_value(s, &v, o->err))
		return -1;
	if (child->column < 0)
		child->column = new_column(o, buf_view(&o->path));
	if (o->stamps[child->column] == o->rows) {
		char quoted[ERROR_QUOTE_MAX];

		return error_data(o->err, "member %s appears twice",
				  error_quote(o->names[child->column], quoted));
	}
	o->stamps[child->column] = o->rows;
	set_cell(o, child->column, &v);
	if (v.kind == VALUE_OBJECT && child->count)
		return walk_value(o, v.raw, child);
	return 0;
}

static int walk(struct objects *o, struct scan *s, struct node *n)
{
	size_t len = o->path.len;
	struct span key;
	bool escaped;
	int got;

	for (;;) {
		got = scan_key(s, &key, &escaped, o->err);
		if (got <= 0)
			return got;
		if (len)
			buf_char(&o->path, '.');
		if (escaped) {
			struct value v = {{key.ptr - 1, key.len + 2}, VALUE_TEXT, true};
			size_t at = o->path.len;

			value_decode(v, &o->path);
			key = arena_copy(&o->texts, buf_since(&o->path, at));
		} else {
			buf_span(&o->path, key);
		}
		if (take_member(o, s, find_path(o, n, key)))
			return -1;
		o->path.len = len;
	}
}

static void clear_row(struct objects *o)
{
	for (size_t i = 0; i < o->touched_count; i++)
		o->cells[o->touched[i]] = (struct cell){SPAN(""), CELL_NONE};
	o->touched_count = 0;
	arena_clear(&o->texts);
	if (o->count > o->given + LATE_MAX)
		prune(o);
}

static int read_object(struct objects *o, struct span text)
{
	struct scan s;
	struct value v;

	o->rows++;
	buf_clear(&o->path);
	scan_start(&s, text);
	if (text.ptr[0] != '{') {
		if (scan_whole(text, &v, o->err))
			return -1;
		return error_data(o->err, "not an object: each record is a JSON object");
	}
	if (scan_enter(&s, '{', o->err) || walk(o, &s, o->root))
		return -1;
	return scan_finish(&s, o->err);
}

/* The byte column that the scanner names, as a line and a column of it. */
static uint64_t place_of(struct span text, struct error *err)
{
	struct span before;
	const char *line;
	uint64_t lines;

	if (!err->column)
		return 0;
	before = span_sub(text, 0, err->column - 1);
	lines = census_lines(before);
	if (!lines)
		return 0;
	line = memrchr(before.ptr, '\n', before.len);
	if (line)
		err->column = (uint64_t)(before.ptr + before.len - line);
	return lines;
}

static void read_value(struct objects *o, struct span text, struct span raw,
		       uint64_t line)
{
	struct error err = ERROR_INIT;
	struct row row = {.raw = raw, .line = line};

	o->err = &err;
	if (read_object(o, text)) {
		uint64_t behind = place_of(text, &err);

		o->calls->bad(o->calls->context, raw, line + behind, &err);
	} else {
		row.cells = o->cells;
		row.count = o->count;
		row.touched = o->touched;
		row.touched_count = o->touched_count;
		row.names = o->names;
		o->calls->row(o->calls->context, &row);
	}
	clear_row(o);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *text_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

const char *objects_value_end(const char *p, const char *end)
{
	size_t depth = 0;

	if (p < end && *p == '"')
		return text_end(p, end);
	if (p < end && *p != '{' && *p != '[') {
		while (p < end && !is_blank(*p) && *p != ',' && *p != '"' &&
		       *p != '[' && *p != '{' && *p != ']' && *p != '}')
			p++;
		return p;
	}
	while (p < end) {
		switch (*p) {
		case '"':
			p = text_end(p, end);
			continue;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (!--depth)
				return p + 1;
			break;
		default:
			break;
		}
		p++;
	}
	return end;
}

static void read_lines(struct objects *o, struct span text, uint64_t *line)
{
	const char *p = text.ptr;
	const char *end = p + text.len;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf ? lf + 1 : end;
		struct span raw = span_between(p, next);
		struct span value = span_trim(raw);

		if (value.len)
			read_value(o, value, raw, *line);
		else
			o->calls->blank(o->calls->context, raw);
		++*line;
		p = next;
	}
}

static void read_values(struct objects *o, struct span text, uint64_t *line)
{
	const char *p = text.ptr;
	const char *end = p + text.len;

	for (;;) {
		const char *begin = p;
		const char *next;

		while (p < end && is_blank(*p))
			p++;
		*line += census_lines(span_between(begin, p));
		if (p == end)
			return;
		next = objects_value_end(p, end);
		/* A byte that begins no value is one by itself: refused. */
		if (next == p)
			next++;
		read_value(o, span_between(p, next), span_between(p, next), *line);
		*line += census_lines(span_between(p, next));
		p = next;
	}
}

void objects_read(struct objects *o, struct span text, bool lines,
		  uint64_t *line)
{
	if (lines)
		read_lines(o, text, line);
	else
		read_values(o, text, line);
}
