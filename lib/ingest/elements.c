#include "ingest/elements.h"

#include <string.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/mem.h"
#include "ingest/census.h"
#include "ingest/objects.h"

enum expected {
	AT_TOP,			/* a value or the end */
	VALUE_OR_END,		/* behind [ */
	VALUE_ONLY,		/* behind a comma */
	COMMA_OR_END,		/* behind an element */
};

struct elements {
	struct feed *feed;
	struct buf carry;	/* begins with an element that is not whole */
	enum expected expected;
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

void elements_free(struct elements *e)
{
	if (!e)
		return;
	buf_release(&e->carry);
	mem_free(e);
}

static int fault(const struct elements *e, struct error *err, const char *what)
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
		e->expected = AT_TOP;
	else if (c == ',' && e->expected == COMMA_OR_END)
		e->expected = VALUE_ONLY;
	else if (c == ']' || c == ',')
		return fault(e, err, c == ',' ? "a comma where a value should begin" :
			     "a bracket closes that nothing has opened, or that follows a comma");
	else if (e->expected == COMMA_OR_END)
		return fault(e, err, "a comma or a bracket should follow an element of an array");
	else
		return 0;
	*p = ' ';
	return 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Walks the elements of TEXT; returns where the first one begins that is not
 * whole (the end when all are), or -1 with *ERR.
 */
static ptrdiff_t walk(struct elements *e, char *text, size_t len, bool last,
		      struct error *err)
{
	char *p = text;
	const char *end = text + len;

	while (p < end) {
		const char *next;
		int mark;

		if (is_blank(*p)) {
			e->line += *p == '\n';
			p++;
			continue;
		}
		mark = take_mark(e, p, err);
		if (mark < 0)
			return -1;
		if (mark) {
			p++;
			continue;
		}
		next = objects_value_end(p, end);
		if (next == end && !last)
			break;
		next += next == p;
		e->line += census_lines(span_between(p, next));
		p += next - p;
		if (e->expected != AT_TOP)
			e->expected = COMMA_OR_END;
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

static int fill(struct elements *e, struct feed_block *b, struct error *err)
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
		if (fill(e, b, err))
			return -1;
		cut = walk(e, b->ptr, b->len, e->ended, err);
		if (cut < 0)
			return -1;
		if (cut || e->ended)
			break;
		if (b->len > INPUT_LINE_MAX)
			return fault(e, err, "a record is longer than 64 MiB");
		make_room(b, b->cap * 2);
	}
	if (e->ended && e->expected != AT_TOP)
		return fault(e, err, "the file ends inside an array");
	buf_put(&e->carry, b->ptr + cut, b->len - (size_t)cut);
	b->len = (size_t)cut;
	b->last = e->ended;
	return b->len > 0;
}
