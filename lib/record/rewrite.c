#include "record/rewrite.h"

/* OBJECT without its member KEY, not yet closed. */
static void put_others(struct value object, struct span key, struct buf *out)
{
	struct scan s;
	struct member m;

	buf_char(out, '{');
	scan_start(&s, object.raw);
	if (scan_enter(&s, '{', NULL))
		return;
	while (scan_member(&s, &m, NULL) > 0) {
		if (span_equal(m.key, key))
			continue;
		if (out->ptr[out->len - 1] != '{')
			buf_char(out, ',');
		buf_char(out, '"');
		buf_span(out, m.key);
		buf_lit(out, "\":");
		buf_span(out, m.value.raw);
	}
}

/* Where a context belongs that is not there: before the consent, or last. */
static size_t context_place(const struct event *e)
{
	static const char name[] = ",\"consent\":";

	if (e->consent.kind == VALUE_OBJECT)
		return (size_t)(e->consent.raw.ptr - e->line.ptr) - (sizeof name - 1);
	return e->line.len - 1;
}

void rewrite_context(const struct event *e, const char *key, struct span raw,
		     struct buf *out)
{
	bool there = e->context.kind == VALUE_OBJECT;
	size_t from = there ? (size_t)(e->context.raw.ptr - e->line.ptr) :
			      context_place(e);
	size_t to = there ? from + e->context.raw.len : from;

	buf_span(out, span_sub(e->line, 0, from));
	if (there)
		put_others(e->context, span_of(key), out);
	else
		buf_lit(out, ",\"context\":{");
	record_key(out, key);
	buf_span(out, raw);
	buf_char(out, '}');
	buf_span(out, span_sub(e->line, to, e->line.len));
}
