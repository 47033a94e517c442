/*
 * Records inside documents: {"batch":[...]}, and arrays within arrays.
 *
 * A document is scanned once as a whole, so that what is wrong with it is told
 * once; its records are then walked in place.  The objects around a record are
 * read into the cells below `outer` only where the plan has such columns, and only
 * when they have changed: an array of a million elements costs its holder once.
 */
#include <string.h>

#include "base/mem.h"
#include "collect/rows/census.h"
#include "collect/rows/objects_parts.h"
#include "collect/rows/records_path.h"

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

void nesting_hide(struct objects *o)
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

void nesting_free(struct nesting *n)
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

/* The path that leads to the records, beginning with the first member that has one. */
static const struct records_path *find_path(const struct records_paths *paths,
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
	return found;
}

static void read_document(struct objects *o, struct value document)
{
	struct nesting *n = o->nesting;
	const struct records_path *p = find_path(&n->paths, document);

	if (p)
		descend_path(o, document, document, p, 0);
	else if (!n->inner)
		objects_take(o, document.raw, n->raw, n->line);
	leave_document(o);
}

void nesting_read(struct objects *o, struct span text, struct span raw,
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
