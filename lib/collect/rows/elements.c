#include "collect/rows/elements.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "collect/rows/census.h"
#include "collect/rows/objects.h"
#include "collect/rows/records_path.h"
#include "io/input.h"

enum expected {
	AT_TOP,			/* a value or the end */
	VALUE_OR_END,		/* behind [ */
	VALUE_ONLY,		/* behind a comma */
	COMMA_OR_END,		/* behind an element */
	TAIL,			/* of a document, behind its records */
};

struct elements {
	struct feed *feed;
	struct buf carry;	/* begins with an element that is not whole */
	enum expected expected;
	bool nested;		/* documents may hold their records in an array */
	struct records_paths paths;
	bool inside;		/* the block at hand holds elements of such an array */
	size_t depth;		/* > 0: in such a document: objects around the array */
	uint64_t line;
	bool ended;
};

struct elements *elements_new(struct feed *feed)
{
	struct elements *e = mem_zero(1, sizeof *e);

	e->feed = feed;
	e->line = 1;
	return e;
}

void elements_nest(struct elements *e, struct span paths)
{
	e->nested = true;
	records_paths_parse(&e->paths, paths);
}

void elements_free(struct elements *e)
{
	if (!e)
		return;
	buf_release(&e->carry);
	mem_free(e);
}

static int fault_document(const struct elements *e, struct error *err, const char *what)
{
	error_failed(err, "not JSON: %s", what);
	error_place(err, feed_name(e->feed), e->line, 0);
	return -1;
}

/*
 * A bracket or comma between elements at P: 1 when it was one, 0 when an element
 * begins there, -1 with *ERR.
 */
static int take_mark(struct elements *e, char *p, struct error *err)
{
	char c = *p;

	if (c == '[' && e->expected == AT_TOP)
		e->expected = VALUE_OR_END;
	else if (c == ']' && (e->expected == VALUE_OR_END ||
			      e->expected == COMMA_OR_END))
		e->expected = e->depth ? TAIL : AT_TOP;
	else if (c == ',' && e->expected == COMMA_OR_END)
		e->expected = VALUE_ONLY;
	else if (c == ']' || c == ',')
		return fault_document(e, err, c == ',' ? "a comma where a value should begin" :
				      "a bracket closes that nothing has opened, or that follows a comma");
	else if (e->expected == COMMA_OR_END)
		return fault_document(e, err, "a comma or a bracket should follow an element of an array");
	else
		return 0;
	*p = ' ';
	return 1;
}

/* RFC 7464 puts a record separator before each value of a sequence. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == OBJECTS_SEPARATOR;
}

static void count_lines(struct elements *e, const char *from, const char *to)
{
	e->line += census_lines(span_between(from, to));
}

/*
 * A document at P that is not whole here, and whose records are therefore handed out
 * one by one: goes behind the bracket of their array and returns 1; 0: it is one
 * value; -1: too little of it is here.
 */
static int enter_document(struct elements *e, char *p, const char *end, bool last,
			  char **behind)
{
	const char *array;
	enum records_found found;

	if (!e->nested || e->expected != AT_TOP || *p != '{' ||
	    objects_value_end(p, end) != end)
		return 0;
	found = records_find(&e->paths, p, end, &array, &e->depth);
	if (found != RECORDS_ARRAY) {
		e->depth = 0;
		return found == RECORDS_MORE && !last ? -1 : 0;
	}
	count_lines(e, p, array);
	memset(p, ' ', (size_t)(array - p));
	*behind = p + (array - p);
	e->expected = VALUE_OR_END;
	return 1;
}

/*
 * What follows the records in their document, up to its end; it is blanked.
 * Returns where it stopped.
 */
static char *skip_tail(struct elements *e, char *p, const char *end, bool last)
{
	while (p < end && e->depth) {
		char *begin = p;
		const char *next;

		if (is_blank(*p) || *p == ',' || *p == ':' || *p == '}') {
			e->depth -= *p == '}';
			e->line += *p == '\n';
			*p++ = ' ';
			continue;
		}
		next = objects_value_end(p, end);
		if (next == end && !last)
			break;
		next += next == p;
		count_lines(e, begin, next);
		memset(p, ' ', (size_t)(next - p));
		p += next - p;
	}
	if (!e->depth)
		e->expected = AT_TOP;
	return p;
}

/*
 * One step at *P: 1 and *P behind it; 0 when the value there is not whole, or when it
 * is for the next block; -1 with *ERR.
 */
static int step_byte(struct elements *e, char **p, const char *end, bool last,
		     struct error *err)
{
	const char *next;
	int got = enter_document(e, *p, end, last, p);

	if (got)
		return got > 0;
	if (e->expected == TAIL) {
		char *begin = *p;

		*p = skip_tail(e, *p, end, last);
		return *p > begin;
	}
	got = take_mark(e, *p, err);
	if (got) {
		*p += got > 0;
		return got;
	}
	next = objects_value_end(*p, end);
	if (next == end && !last)
		return 0;
	next += next == *p;
	count_lines(e, *p, next);
	*p += next - *p;
	if (e->expected != AT_TOP)
		e->expected = COMMA_OR_END;
	return 1;
}

/*
 * Walks the elements of TEXT; returns where the first one begins that is not
 * whole or that lies otherwise than those before (the end when all do), or -1 with
 * *ERR.
 */
static ptrdiff_t walk_text(struct elements *e, char *text, size_t len, bool last,
			   struct error *err)
{
	char *p = text;
	const char *end = text + len;
	size_t inside = e->depth;
	bool any = false;

	while (p < end) {
		int got;

		if (is_blank(*p)) {
			e->line += *p == '\n';
			p++;
			continue;
		}
		if (e->depth != inside && any)
			break;
		inside = e->depth;
		e->inside = inside > 0;
		got = step_byte(e, &p, end, last, err);
		if (got < 0)
			return -1;
		if (!got)
			break;
		any = true;
	}
	return p - text;
}

static void make_room(struct feed_block *b, size_t cap)
{
	if (b->cap >= cap)
		return;
	b->ptr = mem_grow(b->ptr, cap + 64, 1);
	b->cap = cap;
}

static int fill_block(struct elements *e, struct feed_block *b, struct error *err)
{
	while (b->len < b->cap && !e->ended) {
		ptrdiff_t got = feed_read(e->feed, b->ptr + b->len,
					  b->cap - b->len, err);

		if (got < 0)
			return -1;
		e->ended = !got;
		b->len += (size_t)got;
	}
	return 0;
}

int elements_next(struct elements *e, struct feed_block *b, struct error *err)
{
	ptrdiff_t cut;

	b->len = 0;
	make_room(b, feed_block_size(e->feed) + e->carry.len);
	buf_span(&e->carry, SPAN(""));
	memcpy(b->ptr, buf_view(&e->carry).ptr, e->carry.len);
	b->len = e->carry.len;
	e->carry.len = 0;
	for (;;) {
		if (fill_block(e, b, err))
			return -1;
		cut = walk_text(e, b->ptr, b->len, e->ended, err);
		if (cut < 0)
			return -1;
		if (cut || e->ended)
			break;
		if (b->len > INPUT_LINE_MAX)
			return fault_document(e, err, "a record is longer than 64 MiB");
		make_room(b, b->cap * 2);
	}
	if (e->ended && (size_t)cut == b->len && e->expected != AT_TOP)
		return fault_document(e, err, e->depth ? "the file ends inside a document" :
				      "the file ends inside an array");
	buf_put(&e->carry, b->ptr + cut, b->len - (size_t)cut);
	b->last = e->ended && (size_t)cut == b->len;
	b->len = (size_t)cut;
	b->inside = e->inside;
	b->part = FEED_LINES;
	return b->len > 0;
}
