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

/* An array at l->p, which may be cut off: does its first object look like customer data? */
static void look_at_array(struct look *l)
{
	struct look element = {.p = l->p + 1, .end = l->end};
	bool good = false;
	struct span key;

	if (skip_blanks(&element) == '{') {
		element.p++;
		while (!good && next_member(&element, &key) > 0) {
			good = tells(&element, key);
			if (!skip_value(&element))
				break;
		}
	}
	if (good) {
		buf_text_put(l->out, l->count++ ? ", " : "");
		buf_span(l->out, buf_view(&l->path));
	}
	arena_release(&element.arena);
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
		if (*l->p == '{' && depth < DEPTH_MAX) {
			if (!look_at_object(l, depth + 1))
				return false;
			continue;
		}
		if (*l->p == '[')
			look_at_array(l);
		else if (*l->p != '{')
			l->told = l->told || tells(l, key);
		if (!skip_value(l))
			return false;
	}
	l->path.len = len;
	return !got;
}

enum records_guess records_guess(struct span head, struct buf *out)
{
	struct look l = {.p = head.ptr, .end = head.ptr + head.len, .out = out};

	if (skip_blanks(&l) == '{')
		look_at_object(&l, 1);
	arena_release(&l.arena);
	buf_release(&l.path);
	if (l.told || !l.count) {
		buf_clear(out);
		return GUESS_NONE;
	}
	return l.count == 1 ? GUESS_ONE : GUESS_SEVERAL;
}
