#include "understand/segment/explain.h"

#include <stdbool.h>

static const struct span key = SPAN("segments_why");

static const struct member *find(const struct profile *p)
{
	for (size_t i = 0; i < p->others.count; i++)
		if (!p->others.list[i].key_escaped &&
		    span_equal(p->others.list[i].key, key))
			return &p->others.list[i];
	return NULL;
}

bool explain_stale(const struct profile *p)
{
	return find(p) != NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The member goes with one comma: the one before it, or, where it is the first
 * of the object, the one behind.
 */
void explain_cut(const struct profile *p, struct buf *out)
{
	const struct member *m = find(p);
	const char *begin = m->key.ptr - 1;
	const char *end = m->value.raw.ptr + m->value.raw.len;
	const char *line_end = p->line.ptr + p->line.len;

	while (is_blank(begin[-1]))
		begin--;
	if (begin[-1] == ',') {
		begin--;
	} else {
		while (end < line_end && is_blank(*end))
			end++;
		end += end < line_end && *end == ',';
	}
	buf_span(out, span_between(p->line.ptr, begin));
	buf_span(out, span_between(end, line_end));
}

int explain_put(struct span line, struct span why, struct buf *out,
		struct error *err)
{
	struct profile p;
	const char *behind;

	if (profile_parse(&p, line, err))
		return -1;
	behind = p.segments.raw.ptr + p.segments.raw.len;
	buf_span(out, span_between(line.ptr, behind));
	buf_lit(out, ",\"segments_why\":");
	buf_span(out, why);
	buf_span(out, span_between(behind, line.ptr + line.len));
	buf_char(out, '\n');
	return 0;
}
