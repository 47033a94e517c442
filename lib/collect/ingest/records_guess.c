#include "collect/ingest/records_guess.h"

#include "collect/mapping/field.h"
#include "collect/rows/objects.h"

/* Objects around an array. */
#define DEPTH_MAX 3

struct look {
	const char *p;
	const char *end;
	struct arena arena;
	struct buf path;
	struct buf *out;
	size_t count;		/* of arrays of what looks like customer data */
	bool told;		/* the document says something about somebody itself */
	struct buf wrapped;	/* a filter for the first array whose elements wrap their records */
	bool top_told;		/* one of its own members does, or says when it was */
	bool id;		/* it has one of its own */
	struct span envelope;	/* the member that holds the record as a whole; absent: there is none */
	size_t members, columns;	/* its own; those that are arrays of plain values */
	bool rows;		/* an array of arrays */
	struct buf list;	/* the first array of objects */
	struct span params;	/* a list of keys and values; absent: there is none */
};

static char skip_blanks(struct look *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t' || *l->p == '\n' || *l->p == '\r' ||
				 *l->p == OBJECTS_SEPARATOR))
		l->p++;
	return l->p < l->end ? *l->p : '\0';
}

static bool skip_value(struct look *l)
{
	const char *next = objects_value_end(l->p, l->end);

	if (next == l->end)
		return false;
	l->p = next + (next == l->p);
	return true;
}

/* A key and its colon; false: the text ends, or is no JSON. */
static bool take_key(struct look *l, struct span *key)
{
	const char *begin = l->p + 1;

	if (*l->p != '"' || !skip_value(l))
		return false;
	*key = span_between(begin, l->p - 1);
	if (skip_blanks(l) != ':')
		return false;
	l->p++;
	return skip_blanks(l) != '\0';
}

/* Does a member KEY say something about somebody, or about an order? */
static bool tells(struct look *l, struct span key)
{
	struct field f;
	unsigned rank;

	if (!field_of_header(key, SPAN("s"), false, &l->arena, &f, &rank))
		return false;
	return f.section == SECTION_IDS || f.section == SECTION_EVENT || f.hint == HINT_ORDER ||
	       (f.hint == HINT_PERSON && span_ends(f.key, SPAN("_name")));
}

/* The next member behind l->p, past its comma: 1; 0: the object ends; -1: the text does. */
static int next_member(struct look *l, struct span *key)
{
	char mark = skip_blanks(l);

	if (mark == ',') {
		l->p++;
		mark = skip_blanks(l);
	}
	if (mark == '}') {
		l->p++;
		return 0;
	}
	return mark == '"' && take_key(l, key) ? 1 : -1;
}

/* Does the object at P, up to END, say something about somebody by one of its own members? */
static bool object_tells(const char *p, const char *end)
{
	struct look inner = {.p = p + 1, .end = end};
	bool good = false;
	struct span key;

	while (!good && next_member(&inner, &key) > 0) {
		good = tells(&inner, key);
		if (!skip_value(&inner))
			break;
	}
	arena_release(&inner.arena);
	return good;
}

static bool is_one_of(struct span key, const struct span *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(key, names[i]))
			return true;
	return false;
}

/* What APIs put the members of a record into, beside its id and links. */
static bool is_wrapper(struct span key)
{
	static const struct span names[] = {
		SPAN("attributes"), SPAN("fields"), SPAN("node"), SPAN("_source"),
	};

	return is_one_of(key, names, sizeof names / sizeof *names);
}

/* What queues, databases and dumps put a whole record into. */
static bool is_envelope(struct span key)
{
	static const struct span names[] = {
		SPAN("_source"), SPAN("payload"), SPAN("Item"), SPAN("node"), SPAN("record"), SPAN("document"),
		SPAN("doc"), SPAN("row"), SPAN("data"), SPAN("value"), SPAN("body"), SPAN("message"),
		SPAN("attributes"), SPAN("fields"),
	};

	return is_one_of(key, names, sizeof names / sizeof *names);
}

/* What the first element of an array is. */
struct element {
	bool tells;		/* a record */
	struct span wrapper;	/* else absent, or the member that holds it */
	bool id;
	size_t members;
};

static void look_at_element(const char *p, const char *end, struct element *e)
{
	struct look l = {.p = p + 1, .end = end};
	struct span key;

	while (!e->tells && next_member(&l, &key) > 0) {
		bool object = *l.p == '{' && object_tells(l.p, l.end);

		e->members++;
		e->id = e->id || span_equal(key, SPAN("id"));
		e->tells = tells(&l, key) || (object && field_is_section(key));
		if (object && (is_wrapper(key) || e->members == 1))
			e->wrapper = key;
		if (!skip_value(&l))
			break;
	}
	/* An object beside others is a part of a record, unless its name says more. */
	if (!span_absent(e->wrapper) && e->members > 1 && !is_wrapper(e->wrapper))
		e->wrapper = SPAN_NONE;
	arena_release(&l.arena);
}

/* ".data[] | {id} + .attributes" */
static void put_filter(struct look *l, const struct element *e)
{
	buf_char(&l->wrapped, '.');
	buf_span(&l->wrapped, buf_view(&l->path));
	buf_printf(&l->wrapped, "[] | %s.%.*s", e->id ? "{id} + " : "", SPAN_ARG(e->wrapper));
}

/* The first key of the object at l->p; absent: there is none. */
static struct span first_key(const struct look *l)
{
	struct look inside = {.p = l->p + 1, .end = l->end};
	struct span key;

	return next_member(&inside, &key) > 0 ? key : SPAN_NONE;
}

/* Is the object at P a key and a value: {"key": "currency", "value": {"string_value": "EUR"}}? */
static bool is_param(const char *p, const char *end)
{
	struct look l = {.p = p + 1, .end = end};
	struct span key;
	bool name = false, value = false;

	while (next_member(&l, &key) > 0) {
		name = name || (*l.p == '"' && span_equal(key, SPAN("key")));
		value = value || (*l.p == '{' && span_equal(key, SPAN("value")) && span_ends(first_key(&l), SPAN("_value")));
		if (!skip_value(&l))
			break;
	}
	return name && value;
}

/* An array at l->p, of the member KEY, which may be cut off: does its first object look like customer data? */
static void look_at_array(struct look *l, struct span key)
{
	struct look inside = {.p = l->p + 1, .end = l->end};
	struct element e = {.wrapper = SPAN_NONE};

	if (skip_blanks(&inside) == '{') {
		look_at_element(inside.p, inside.end, &e);
		if (is_param(inside.p, inside.end) && span_absent(l->params))
			l->params = key;
		if (!l->list.len)
			buf_span(&l->list, buf_view(&l->path));
	}
	l->rows |= inside.p < inside.end && *inside.p == '[';
	if (e.tells) {
		buf_text_put(l->out, l->count++ ? ", " : "");
		buf_span(l->out, buf_view(&l->path));
	} else if (!span_absent(e.wrapper) && !l->wrapped.len) {
		put_filter(l, &e);
	}
}

/* A member KEY of the document itself. */
static void look_at_own(struct look *l, struct span key)
{
	struct look inside = {.p = l->p + 1, .end = l->end};
	struct field f;
	unsigned rank;
	char first;

	l->members++;
	if (*l->p == '{') {
		if (span_absent(l->envelope) && is_envelope(key) && object_tells(l->p, l->end))
			l->envelope = key;
		return;
	}
	if (*l->p == '[') {
		first = skip_blanks(&inside);
		l->columns += first && first != '{' && first != '[';
		return;
	}
	l->id = l->id || span_equal(key, SPAN("id"));
	l->top_told = l->top_told || tells(l, key) ||
		      (field_of_header(key, SPAN("s"), false, &l->arena, &f, &rank) && f.section == SECTION_TIME);
}

/* The object at l->p; false: the text ended in it. */
static bool look_at_object(struct look *l, int depth)
{
	size_t len = l->path.len;
	struct span key;
	int got;

	l->p++;
	while ((got = next_member(l, &key)) > 0) {
		l->path.len = len;
		if (len)
			buf_char(&l->path, '.');
		buf_span(&l->path, key);
		if (depth == 1)
			look_at_own(l, key);
		if (*l->p == '{' && depth < DEPTH_MAX) {
			if (!look_at_object(l, depth + 1))
				return false;
			continue;
		}
		if (*l->p == '[')
			look_at_array(l, key);
		else if (*l->p != '{')
			l->told = l->told || tells(l, key);
		if (!skip_value(l))
			return false;
	}
	l->path.len = len;
	return !got;
}

/* Is KEY a number or an address, as records have, rather than the name of a part ("billing")? */
static bool is_id(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if ((unsigned char)(key.ptr[i] - '0') < 10 || key.ptr[i] == '@')
			return true;
	return false;
}

/*
 * Two members at least, all of them objects that begin alike: {"17": {"email": ...}, "18": {"email": ...}}
 * are records, and {"email": {"0": ...}, "total": {"0": ...}} are columns.
 */
static enum records_guess look_at_members(struct span head)
{
	struct look l = {.p = head.ptr + 1, .end = head.ptr + head.len};
	struct span key, first = SPAN_NONE;
	bool alike = true, records = true, columns = false;
	size_t count = 0;

	while (alike && next_member(&l, &key) > 0) {
		struct span begin = *l.p == '{' ? first_key(&l) : SPAN_NONE;

		alike = !span_absent(begin) && (!count || span_equal(begin, first));
		records = records && is_id(key) && (count || object_tells(l.p, l.end));
		columns = columns || tells(&l, key);
		first = begin;
		count++;
		if (!skip_value(&l))
			break;
	}
	arena_release(&l.arena);
	if (!alike || count < 2 || records == columns)
		return GUESS_NONE;
	return records ? GUESS_KEYED : GUESS_COLUMNS;
}

/* {"columns": ["email", ...], "data": [["rosa@example.com", ...], ...]} */
static bool is_split(struct span head)
{
	struct look l = {.p = head.ptr + 1, .end = head.ptr + head.len};
	bool columns = false, data = false;
	struct span key;

	while (next_member(&l, &key) > 0) {
		struct look inside = {.p = l.p + 1, .end = l.end};

		if (*l.p == '[' && span_equal(key, SPAN("columns")))
			columns = skip_blanks(&inside) == '"';
		else if (*l.p == '[' && span_equal(key, SPAN("data")))
			data = skip_blanks(&inside) == '[';
		if (!skip_value(&l))
			break;
	}
	return columns && data;
}

/* The record is inside a member of the document: read there, unless the document has its number. */
static enum records_guess guess_envelope(struct look *l)
{
	bool both = l->id && is_wrapper(l->envelope);

	if (both)
		buf_printf(l->out, "{id} + .%.*s", SPAN_ARG(l->envelope));
	else
		buf_span(l->out, l->envelope);
	return both ? GUESS_WRAPPED : GUESS_ONE;
}

static enum records_guess guess_params(struct look *l)
{
	int len = (int)l->params.len;
	const char *name = l->params.ptr;

	buf_printf(l->out, ". + (.%.*s | map({(.key): [.value[] | select(. != null)][0]}) | add) | del(.%.*s)",
		   len, name, len, name);
	return GUESS_PARAMS;
}

/* Nothing is known of the members of a document that is the only one of its file. */
static enum records_guess guess_unknown(struct look *l)
{
	if (l->columns > 1 && l->columns == l->members)
		return GUESS_COLUMNS;
	if (l->rows)
		return GUESS_ROWS;
	buf_span(l->out, buf_view(&l->list));
	return l->list.len ? GUESS_LIST : GUESS_NONE;
}

/* DOCUMENT has no list of records that can be read as it is.  SINGLE: nothing comes behind it. */
static enum records_guess guess_other(struct look *l, struct span document, bool single)
{
	enum records_guess guess = is_split(document) ? GUESS_COLUMNS : look_at_members(document);

	if (guess == GUESS_KEYED)
		buf_lit(l->out, "to_entries[] | {id: .key} + .value");
	if (guess != GUESS_NONE)
		return guess;
	if (l->wrapped.len && !l->told) {
		buf_span(l->out, buf_view(&l->wrapped));
		return GUESS_WRAPPED;
	}
	if (!span_absent(l->envelope) && !l->top_told)
		return guess_envelope(l);
	if (!span_absent(l->params))
		return guess_params(l);
	return single && !l->told ? guess_unknown(l) : GUESS_NONE;
}

static enum records_guess guess_document(struct look *l)
{
	struct span document = span_between(l->p, l->end);
	bool single = look_at_object(l, 1) && !skip_blanks(l);

	if (l->count && !l->told)
		return l->count == 1 ? GUESS_ONE : GUESS_SEVERAL;
	buf_clear(l->out);
	return guess_other(l, document, single);
}

enum records_guess records_guess(struct span head, struct buf *out)
{
	struct look l = {.p = head.ptr, .end = head.ptr + head.len, .out = out, .envelope = SPAN_NONE, .params = SPAN_NONE};
	enum records_guess guess = GUESS_NONE;
	char mark = skip_blanks(&l);

	if (mark == '{')
		guess = guess_document(&l);
	if (mark == '[') {
		l.p++;
		guess = skip_blanks(&l) == '[' ? GUESS_ROWS : GUESS_NONE;
	}
	arena_release(&l.arena);
	buf_release(&l.path);
	buf_release(&l.wrapped);
	buf_release(&l.list);
	return guess;
}
