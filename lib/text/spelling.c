#include "text/spelling.h"

#include <string.h>

bool spelling_is_sure(struct span type)
{
	return span_equal_nocase(type, SPAN("email")) || span_equal_nocase(type, SPAN("phone"));
}

static void put_lower(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		buf_char(out, span_lower(s.ptr[i]));
}

/* "Anna <anna@example.com>", "mailto:anna@example.com" */
static struct span bare_address(struct span s)
{
	size_t open = span_find_byte(s, '<');

	if (s.len > 7 && span_equal_nocase(span_sub(s, 0, 7), SPAN("mailto:")))
		s = span_sub(s, 7, s.len);
	if (s.len && s.ptr[s.len - 1] == '>' && open < s.len)
		s = span_trim(span_sub(s, open + 1, s.len - open - 2));
	return s;
}

/* The digits of S, without what says that a calling code follows, and with its extension. */
static void put_phone(struct span s, struct buf *out)
{
	size_t end = span_find(s, SPAN(";ext=")), begin = out->len;

	for (size_t i = 0; i < end; i++) {
		bool trunk = i && i + 2 < end && s.ptr[i] == '(' && s.ptr[i + 1] == '0' && s.ptr[i + 2] == ')';

		if (trunk)
			i += 2;
		else if ((unsigned char)(s.ptr[i] - '0') < 10)
			buf_char(out, s.ptr[i]);
	}
	if (span_starts(buf_since(out, begin), SPAN("00"))) {
		memmove(out->ptr + begin, out->ptr + begin + 2, out->len - begin - 2);
		out->len -= 2;
	}
	buf_span(out, span_sub(s, end, s.len));
}

void spelling_put(struct span type, struct span value, struct buf *out)
{
	value = span_trim(value);
	if (span_equal_nocase(type, SPAN("phone")))
		put_phone(value, out);
	else
		put_lower(span_equal_nocase(type, SPAN("email")) ? bare_address(value) : value, out);
}
