/*
 * JSON objects as rows of cells.
 *
 * Problem: a record has some of thousands of paths, in any order, and a row must cost no
 * look-up of a path's text, let alone putting one together.
 *
 * Method: members are found by a tree of keys, one node a level of the path, whose leaves
 * hold the number of the column.  Records of one source have their keys in the same order, so
 * the child behind the one found last is guessed: as a rule one comparison of the text with
 * `"key":`.  A node with many children has a table beside it.  A cell belongs to the row
 * whose number its stamp holds, so that a row need not clear the cells of the row before;
 * `touched` lists those that are set.
 *
 * Invariant: columns that the caller named keep their numbers; those met on the way are this
 * reader's own, and are forgotten together when they are too many.
 *
 * Cost: a step in the tree a member; nothing for paths that the row lacks.
 */
#include "collect/rows/objects.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "collect/rows/census.h"
#include "collect/rows/records_path.h"
#include "collect/rows/typed_value.h"
#include "record/scan.h"

struct node {
	struct span key;
	struct span quoted;	/* `"key":`, or empty where it would hold escapes */
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
	bool *plains;		/* the cell's text needs no escape */
	uint64_t *stamps;	/* the row in which a cell was set last */
	size_t cells_cap;	/* of these and `touched` */
	int *touched;
	size_t touched_count;
	uint64_t rows;
	bool forgotten;		/* numbers of columns have been given anew */
	struct arena texts;	/* decoded texts of this row */
	struct arena *into;	/* where texts go: these, or those of the objects around */
	struct buf scratch;
	struct buf path;
	const struct rows_calls *calls;
	struct error *err;
	struct nesting *nesting;	/* NULL: a value is a record */
};

static void nesting_read(struct objects *o, struct span text, struct span raw,
			 uint64_t line);
static void nesting_hide(struct objects *o);
static void nesting_free(struct nesting *n);

/* Nodes with more children than this are searched by a table. */
#define CHILDREN_LISTED 16

static struct node *new_node(struct objects *o, struct span key)
{
	struct node *n = arena_zero(&o->arena, sizeof *n);

	n->key = arena_copy(&o->arena, key);
	buf_clear(&o->scratch);
	text_encode(&o->scratch, key);
	buf_char(&o->scratch, ':');
	if (o->scratch.len == key.len + 3)
		n->quoted = arena_copy(&o->arena, buf_view(&o->scratch));
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

/* The number of the child KEY, or n->count. */
static size_t search_child(const struct node *n, struct span key)
{
	size_t at;

	if (n->table) {
		at = map_find(n->table, key);
		return at == MAP_NONE ? n->count : n->table->entries[at].number;
	}
	for (at = 0; at < n->count; at++)
		if (span_equal(n->children[at]->key, key))
			break;
	return at;
}

static struct node *objects_child(const struct node *n, struct span key)
{
	size_t at = search_child(n, key);

	return at < n->count ? n->children[at] : NULL;
}

static struct node *find_child(struct objects *o, struct node *n, struct span key)
{
	size_t at = n->next < n->count ? n->next : 0;

	if (at < n->count && span_equal(n->children[at]->key, key)) {
		n->next = at + 1;
		return n->children[at];
	}
	at = search_child(n, key);
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
		o->plains = mem_grow(o->plains, o->cells_cap, sizeof *o->plains);
		o->touched = mem_grow(o->touched, o->cells_cap, sizeof *o->touched);
		o->stamps = mem_grow(o->stamps, o->cells_cap, sizeof *o->stamps);
		memset(o->stamps + old, 0, (o->cells_cap - old) * sizeof *o->stamps);
		for (size_t i = old; i < o->cells_cap; i++)
			o->cells[i] = (struct cell){SPAN(""), CELL_NONE};
	}
	return (int)o->count++;
}

/* A column of the caller: the nodes along its path. */
static void add_given_column(struct objects *o, struct span name)
{
	find_path(o, o->root, name)->column = new_column(o, name);
}

static void start_tree(struct objects *o)
{
	o->root = new_node(o, SPAN(""));
	o->count = 0;
	for (size_t i = 0; i < o->given; i++)
		add_given_column(o, o->given_names[i]);
}

struct objects *objects_new(const struct span *names, const bool *whole,
			    size_t count, const struct rows_calls *calls)
{
	struct objects *o = mem_zero(1, sizeof *o);

	o->calls = calls;
	o->given_names = names;
	o->whole = whole;
	o->given = count;
	o->into = &o->texts;
	start_tree(o);
	return o;
}

void objects_free(struct objects *o)
{
	if (!o)
		return;
	free_node(o->root);
	nesting_free(o->nesting);
	arena_release(&o->arena);
	arena_release(&o->texts);
	mem_free(o->names);
	mem_free(o->cells);
	mem_free(o->plains);
	mem_free(o->stamps);
	mem_free(o->touched);
	buf_release(&o->scratch);
	buf_release(&o->path);
	mem_free(o);
}

/* Forgets the columns that the caller did not name. */
static void forget_columns(struct objects *o)
{
	o->forgotten = true;
	free_node(o->root);
	arena_clear(&o->arena);
	memset(o->stamps, 0, o->cells_cap * sizeof *o->stamps);
	start_tree(o);
	if (o->nesting)
		nesting_hide(o);
}

bool objects_has_forgotten(const struct objects *o)
{
	return o->forgotten;
}

/* A text with escapes, decoded for this row. */
static struct span decode_text(struct objects *o, const struct value *v)
{
	buf_clear(&o->scratch);
	return arena_copy(o->into, value_text(*v, &o->scratch));
}

static const enum cell_kind cell_kinds[] = {
	[VALUE_NONE] = CELL_NONE, [VALUE_NULL] = CELL_NONE,
	[VALUE_FALSE] = CELL_WORD, [VALUE_TRUE] = CELL_WORD,
	[VALUE_NUMBER] = CELL_NUMBER, [VALUE_TEXT] = CELL_TEXT,
	[VALUE_ARRAY] = CELL_RAW, [VALUE_OBJECT] = CELL_RAW,
};

static inline void set_cell(struct objects *o, int column, const struct value *v)
{
	struct cell *c = &o->cells[column];

	o->plains[column] = !v->escaped;
	c->kind = cell_kinds[v->kind];
	c->text = v->raw;
	if (v->kind == VALUE_TEXT)
		c->text = v->escaped ? decode_text(o, v) :
			(struct span){v->raw.ptr + 1, v->raw.len - 2};
	else if (c->kind == CELL_NONE)
		c->text = SPAN("");
}

static void objects_set(struct objects *o, int column, const struct value *v)
{
	set_cell(o, column, v);
}

/* Where a walk is: the keys from the root on. */
struct level {
	const struct level *up;
	struct span key;
};

static void put_path(const struct level *at, struct buf *out)
{
	if (!at)
		return;
	put_path(at->up, out);
	if (out->len)
		buf_char(out, '.');
	buf_span(out, at->key);
}

static int new_column_at(struct objects *o, const struct level *at)
{
	buf_clear(&o->path);
	put_path(at, &o->path);
	return new_column(o, buf_view(&o->path));
}

static int walk_object(struct objects *o, struct scan *s, struct node *n,
		       const struct level *at);

static int walk_value(struct objects *o, struct span raw, struct node *n,
		      const struct level *at)
{
	struct scan inner;

	scan_start(&inner, raw);
	if (scan_enter(&inner, '{', o->err))
		return -1;
	return walk_object(o, &inner, n, at) < 0 ? -1 : 0;
}

static bool is_whole(const struct objects *o, const struct node *n)
{
	return n->column >= 0 && (size_t)n->column < o->given &&
	       o->whole[n->column];
}

static int refuse_twice(struct objects *o, int column)
{
	char quoted[ERROR_QUOTE_MAX];

	return error_data(o->err, "member %s appears twice",
			  error_quote(o->names[column], quoted));
}

/* Each member goes through here: a call of its own costs 3 % of a run. */
static inline __attribute__((always_inline))
int fill_column(struct objects *o, struct node *child, const struct level *at,
		const struct value *v)
{
	if (child->column < 0)
		child->column = new_column_at(o, at);
	if (o->stamps[child->column] == o->rows)
		return refuse_twice(o, child->column);
	o->stamps[child->column] = o->rows;
	o->touched[o->touched_count++] = child->column;
	set_cell(o, child->column, v);
	return 0;
}

/* An object is opened; an empty one is a value of its own, or it would be lost. */
static int open_object(struct objects *o, struct scan *s, struct node *child,
		       const struct level *at)
{
	struct scan inner = *s;
	struct value empty = {{s->at, 0}, VALUE_OBJECT, false};
	int members;

	if (scan_enter(&inner, '{', o->err))
		return -1;
	members = walk_object(o, &inner, child, at);
	if (members < 0)
		return -1;
	s->at = inner.at;
	empty.raw.len = (size_t)(s->at - empty.raw.ptr);
	return members ? 0 : fill_column(o, child, at, &empty);
}

/* Has somebody named the member KEY of N, or one below it? */
static bool is_given(struct objects *o, struct node *n, struct span key)
{
	const struct node *child = find_child(o, n, key);

	return child && (child->count || (child->column >= 0 && (size_t)child->column < o->given));
}

/* The object that S is at, of the member AT, where it only says the type of a value: 1; 0: it does not; -1. */
static int take_typed(struct objects *o, struct scan *s, struct node *child, const struct level *at)
{
	struct scan inner = *s;
	struct value v, typed;
	struct span tag;

	if (!typed_value_begins(span_between(s->at, s->end)) || scan_value(&inner, &v, NULL) ||
	    !typed_value_read(v, &typed, &tag) || is_given(o, child, tag))
		return 0;
	s->at = inner.at;
	return fill_column(o, child, at, &typed) ? -1 : 1;
}

/* The value of the member AT, which S is at. */
static int take_value(struct objects *o, struct scan *s, struct node *child,
		      const struct level *at)
{
	struct value v;

	/* Not by what came before, which differs between workers. */
	if (*s->at == '{' && !is_whole(o, child)) {
		int typed = take_typed(o, s, child, at);

		return typed ? (typed < 0 ? -1 : 0) : open_object(o, s, child, at);
	}
	if (scan_value(s, &v, o->err) || fill_column(o, child, at, &v))
		return -1;
	if (v.kind == VALUE_OBJECT && child->count)
		return walk_value(o, v.raw, child, at);
	return 0;
}

/* The member that came next in the object before: no look-up.  NULL: it is another. */
static inline struct node *guess_child(struct scan *s, struct node *n)
{
	struct node *child;

	if (n->next >= n->count)
		return NULL;
	child = n->children[n->next];
	if (!child->quoted.len || !scan_guess(s, child->quoted))
		return NULL;
	n->next++;
	return child;
}

/* "outer" and paths below it are those of the objects around, see objects_nest: KEY, or "outer_2...". */
static struct span not_outer(struct objects *o, struct span key)
{
	if (!span_starts(key, SPAN("outer")) || (key.len > 5 && key.ptr[5] != '.'))
		return key;
	buf_clear(&o->scratch);
	buf_lit(&o->scratch, "outer_2");
	buf_span(&o->scratch, span_sub(key, 5, key.len));
	return arena_copy(&o->texts, buf_view(&o->scratch));
}

/* 1: S is at the value of *CHILD, whose key is *KEY; 0: the object ends; -1. */
static int find_member(struct objects *o, struct scan *s, struct node *n,
		       struct node **child, struct span *key)
{
	struct span raw;
	bool escaped;
	int got;

	*child = guess_child(s, n);
	if (*child) {
		*key = (*child)->key;
		return 1;
	}
	got = scan_key(s, &raw, &escaped, o->err);
	if (got <= 0)
		return got;
	*key = raw;
	if (escaped) {
		struct value v = {{raw.ptr - 1, raw.len + 2}, VALUE_TEXT, true};

		*key = decode_text(o, &v);
	}
	if (o->nesting && n == o->root)
		*key = not_outer(o, *key);
	*child = find_path(o, n, *key);
	return 1;
}

/* AT: the path of N; NULL: the root.  1, or 0 where the object is empty; -1. */
static int walk_object(struct objects *o, struct scan *s, struct node *n,
		       const struct level *at)
{
	struct level here = {.up = at};
	struct node *child;
	int got, any = 0;

	n->next = 0;
	for (;; any = 1) {
		got = find_member(o, s, n, &child, &here.key);
		if (got <= 0)
			return got ? got : any;
		if (take_value(o, s, child, &here))
			return -1;
	}
}

/* The first KEPT cells are those of the objects around. */
static void clear_row(struct objects *o, size_t kept)
{
	for (size_t i = kept; i < o->touched_count; i++)
		o->cells[o->touched[i]] = (struct cell){SPAN(""), CELL_NONE};
	o->touched_count = kept;
	arena_clear(&o->texts);
	if (o->count > o->given + OBJECTS_LATE_MAX)
		forget_columns(o);
}

static int read_object(struct objects *o, struct span text)
{
	struct scan s;
	struct value v;

	o->rows++;
	scan_start(&s, text);
	if (text.ptr[0] != '{') {
		if (scan_whole(text, &v, o->err))
			return -1;
		return error_data(o->err, "not an object: each record is a JSON object");
	}
	if (scan_enter(&s, '{', o->err) || walk_object(o, &s, o->root, NULL) < 0)
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

static void objects_refuse(struct objects *o, struct span text, struct span raw,
		    uint64_t line, struct error *err)
{
	uint64_t behind = place_of(text, err);

	o->calls->bad(o->calls->context, raw, line + behind, err);
}

static void objects_take(struct objects *o, struct span text, struct span raw,
		  uint64_t line)
{
	struct error err = ERROR_INIT;
	struct row row = {.raw = raw, .line = line, .value = text};
	size_t around = o->touched_count;

	o->err = &err;
	if (read_object(o, text)) {
		objects_refuse(o, text, raw, line, &err);
	} else {
		row.cells = o->cells;
		row.count = o->count;
		row.touched = o->touched;
		row.touched_count = o->touched_count;
		row.plains = o->plains;
		row.names = o->names;
		o->calls->row(o->calls->context, &row);
	}
	clear_row(o, around);
}

static void read_value(struct objects *o, struct span text, struct span raw,
		       uint64_t line)
{
	/* What a queue keeps of a message that was taken back. */
	if (o->nesting && span_equal(text, SPAN("null")))
		o->calls->blank(o->calls->context, raw);
	else if (o->nesting)
		nesting_read(o, text, raw, line);
	else
		objects_take(o, text, raw, line);
}

/* RFC 7464 puts a record separator before each value of a sequence. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == OBJECTS_SEPARATOR;
}

static const char *text_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == OBJECTS_SEPARATOR)
			return p;
		else if (*p == '\\')
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
		case OBJECTS_SEPARATOR:
			return p;
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

/*
 * Nesting: records inside documents, {"batch":[...]}, and arrays within arrays.
 *
 * A document is scanned once as a whole, so that what is wrong with it is told
 * once; its records are then walked in place.  The objects around a record are
 * read into the cells below `outer` only where the plan has such columns, and only
 * when they have changed: an array of a million elements costs its holder once.
 */

/* An object that holds an array. */
struct around {
	struct value value;
	uint64_t serial;	/* a number of its own */
	uint64_t filled;	/* what its columns hold: the serial of that */
};

struct nesting {
	struct records_paths paths;
	bool inner;
	bool paused;
	bool outer;		/* there are columns below `outer` */
	struct around around[RECORDS_DEPTH_MAX];
	size_t depth;
	size_t filled_depth;	/* the depth that the columns were filled at */
	uint64_t serial;
	struct arena texts;	/* of the objects around */
	/* Where in the document we are. */
	struct span raw;	/* all its bytes in the file */
	const char *at;
	uint64_t line;
};

static void nesting_hide(struct objects *o)
{
	struct node *outer = objects_child(o->root, SPAN("outer"));

	if (outer)
		outer->quoted = SPAN("");
}

void objects_nest(struct objects *o, struct span paths, bool inner)
{
	struct nesting *n = mem_zero(1, sizeof *n);

	n->inner = inner;
	n->outer = objects_child(o->root, SPAN("outer")) != NULL;
	nesting_hide(o);
	records_paths_parse(&n->paths, paths);
	nesting_free(o->nesting);
	o->nesting = n;
}

void objects_nest_pause(struct objects *o, bool paused)
{
	if (o->nesting)
		o->nesting->paused = paused;
}

static void nesting_free(struct nesting *n)
{
	if (n)
		arena_release(&n->texts);
	mem_free(n);
}

/* The objects around. */

static void reset_nesting(struct objects *o, const struct node *node)
{
	if (node->column >= 0)
		o->cells[node->column] = (struct cell){SPAN(""), CELL_NONE};
	for (size_t i = 0; i < node->count; i++)
		if (!span_equal(node->children[i]->key, SPAN("outer")))
			reset_nesting(o, node->children[i]);
}

/* The members of OBJECT that are columns below NODE. */
static void fill_outer(struct objects *o, const struct node *node, struct value object)
{
	struct scan s;
	struct member m;
	struct buf key = BUF_INIT;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		const struct node *child = objects_child(node, member_key(&m, &key));

		if (!child)
			continue;
		if (child->column >= 0)
			objects_set(o, child->column, &m.value);
		if (child->count && m.value.kind == VALUE_OBJECT)
			fill_outer(o, child, m.value);
	}
	buf_release(&key);
}

static void list_filled(struct objects *o, const struct node *node)
{
	if (node->column >= 0 && o->cells[node->column].kind != CELL_NONE) {
		o->touched[o->touched_count++] = node->column;
	}
	for (size_t i = 0; i < node->count; i++)
		list_filled(o, node->children[i]);
}

/* Brings the columns below `outer` up to date. */
static void fill_around(struct objects *o)
{
	struct nesting *n = o->nesting;
	const struct node *outer = objects_child(o->root, SPAN("outer"));
	const struct node *node = outer;
	bool changed = n->depth != n->filled_depth;

	for (size_t i = n->depth; i-- > 0 && node; node = objects_child(node, SPAN("outer"))) {
		struct around *a = &n->around[i];

		if (a->filled == a->serial && !changed)
			continue;
		reset_nesting(o, node);
		o->into = &n->texts;
		fill_outer(o, node, a->value);
		o->into = &o->texts;
		a->filled = a->serial;
		o->touched_count = 0;
	}
	for (; changed && node; node = objects_child(node, SPAN("outer")))
		reset_nesting(o, node);
	n->filled_depth = n->depth;
	if (!o->touched_count && outer)
		list_filled(o, outer);
}

static void leave_document(struct objects *o)
{
	struct nesting *n = o->nesting;
	const struct node *outer = n->outer ? objects_child(o->root, SPAN("outer")) : NULL;

	for (const struct node *node = outer; node; node = objects_child(node, SPAN("outer")))
		reset_nesting(o, node);
	o->touched_count = 0;
	n->filled_depth = 0;
	arena_clear(&n->texts);
}

/* The records. */

static void take_inner(struct objects *o, struct value record)
{
	struct nesting *n = o->nesting;

	n->line += census_lines(span_between(n->at, record.raw.ptr));
	n->at = record.raw.ptr;
	if (n->outer)
		fill_around(o);
	objects_take(o, record.raw, record.raw, n->line);
}

/* A record that no array holds: the document lies around it. */
static void take_alone(struct objects *o, struct value record, struct value document)
{
	struct nesting *n = o->nesting;

	n->around[0] = (struct around){document, ++n->serial, 0};
	n->depth = 1;
	take_inner(o, record);
	n->depth = 0;
}

static void descend_path(struct objects *o, struct value v, struct value holder,
			 const struct records_path *p, size_t part);

/* Every member of OBJECT that is one or an array. */
static void descend_members(struct objects *o, struct value object, struct value holder,
			    const struct records_path *p, size_t part)
{
	struct scan s;
	struct member m;

	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0)
		if (m.value.kind == VALUE_OBJECT || m.value.kind == VALUE_ARRAY)
			descend_path(o, m.value, holder, p, part);
}

static void descend_array(struct objects *o, struct value array,
			  struct value holder, const struct records_path *p, size_t part)
{
	struct nesting *n = o->nesting;
	struct value element;
	struct scan s;

	if (n->depth == RECORDS_DEPTH_MAX)
		return;
	n->around[n->depth] = (struct around){holder, ++n->serial, 0};
	n->depth++;
	scan_start(&s, array.raw);
	if (!scan_enter(&s, '[', NULL))
		while (scan_element(&s, &element, NULL) > 0)
			descend_path(o, element, element, p, part);
	n->depth--;
}

/* V lies at PART of the path; HOLDER is the object that the path began at. */
static void descend_path(struct objects *o, struct value v, struct value holder,
			 const struct records_path *p, size_t part)
{
	if (v.kind == VALUE_NONE)
		return;
	if (v.kind == VALUE_ARRAY)
		descend_array(o, v, holder, p, part);
	else if (part == p->count && o->nesting->depth)
		take_inner(o, v);
	else if (part == p->count)
		take_alone(o, v, holder);
	else if (v.kind == VALUE_OBJECT && span_equal(p->parts[part], SPAN("*")))
		descend_members(o, v, holder, p, part + 1);
	else if (v.kind == VALUE_OBJECT)
		descend_path(o, value_member(v, p->parts[part]), holder, p, part + 1);
}

/* Does V have an array or object where P leads?  Arrays are not looked into. */
static bool has_path(struct value v, const struct records_path *p)
{
	for (size_t i = 0; i < p->count && v.kind == VALUE_OBJECT; i++) {
		if (span_equal(p->parts[i], SPAN("*")))
			return true;
		v = value_member(v, p->parts[i]);
		if (p->array[i] && v.kind != VALUE_ARRAY)
			return false;
	}
	return v.kind == VALUE_ARRAY || v.kind == VALUE_OBJECT;
}

/* Is what P leads to, in V, one record? */
static bool leads_to_one(struct value v, const struct records_path *p)
{
	for (size_t i = 0; i < p->count && v.kind == VALUE_OBJECT && !span_equal(p->parts[i], SPAN("*")); i++)
		v = value_member(v, p->parts[i]);
	return v.kind == VALUE_OBJECT;
}

/*
 * The path that leads to the records, beginning with the first member that has one.  Where that is one record, such as
 * a row before and after a change, it is the path that was named first.
 */
static const struct records_path *find_records_path(const struct records_paths *paths,
						    struct value document)
{
	struct buf key = BUF_INIT;
	const struct records_path *found = NULL;
	struct scan s;
	struct member m;

	scan_start(&s, document.raw);
	if (scan_enter(&s, '{', NULL))
		return NULL;
	while (!found && scan_member(&s, &m, NULL) > 0)
		for (size_t i = 0; i < paths->count && !found; i++)
			if (records_part_is(&paths->list[i], 0, member_key(&m, &key)) &&
			    has_path(document, &paths->list[i]))
				found = &paths->list[i];
	buf_release(&key);
	for (size_t i = 0; found && leads_to_one(document, found) && i < paths->count; i++)
		if (has_path(document, &paths->list[i]) && leads_to_one(document, &paths->list[i]))
			return &paths->list[i];
	return found;
}

static void read_document(struct objects *o, struct value document)
{
	struct nesting *n = o->nesting;
	const struct records_path *p = find_records_path(&n->paths, document);

	if (p)
		descend_path(o, document, document, p, 0);
	else if (!n->inner)
		objects_take(o, document.raw, n->raw, n->line);
	leave_document(o);
}

static void nesting_read(struct objects *o, struct span text, struct span raw,
		  uint64_t line)
{
	struct nesting *n = o->nesting;
	struct error err = ERROR_INIT;
	struct value v;

	if (n->paused || text.ptr[0] != '{') {
		objects_take(o, text, raw, line);
		return;
	}
	if (scan_whole(text, &v, &err)) {
		objects_refuse(o, text, raw, line, &err);
		return;
	}
	n->at = text.ptr;
	n->line = line;
	n->raw = raw;
	read_document(o, v);
}

void objects_read_inner(struct objects *o, struct span value, uint64_t line)
{
	struct value v = {value, VALUE_OBJECT, false};

	if (!o->nesting) {
		objects_take(o, value, value, line);
		return;
	}
	o->nesting->at = value.ptr;
	o->nesting->line = line;
	o->nesting->raw = value;
	read_document(o, v);
}
