/*
 * Texts as JSON writes them, and back.  Both directions copy runs of plain
 * bytes whole and look at the rest one by one.
 */
#include "record/text.h"

#include <string.h>

#include "record/bytes.h"
#include "record/scan.h"

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

static void put_escape(struct buf *out, char c)
{
	static const char letters[] = "btn.fr";	/* from 0x08 on */
	static const char hex[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)c;

	buf_char(out, '\\');
	if (c == '"' || c == '\\') {
		buf_char(out, c);
	} else if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b) {
		buf_char(out, letters[byte - 0x08]);
	} else {
		buf_lit(out, "u00");
		buf_char(out, hex[byte >> 4]);
		buf_char(out, hex[byte & 15]);
	}
}

void text_encode_inner(struct buf *out, struct span utf8)
{
	const char *p = utf8.ptr;
	const char *end = utf8.len ? p + utf8.len : p;

	while (p < end) {
		const char *run = p;
		int len = 1;

		p = plain_run(p, end);
		while (p < end && (unsigned char)*p >= 0x80) {
			len = utf8_length(p, end);
			if (!len)
				break;
			p += len;
		}
		buf_span(out, span_between(run, p));
		if (p == end)
			return;
		if (!len)
			buf_lit(out, REPLACEMENT);
		else if (!byte_is_plain(*p))
			put_escape(out, *p);
		else
			continue;
		p++;
	}
}

void text_encode(struct buf *out, struct span utf8)
{
	buf_reserve(out, utf8.len + 2);
	buf_char(out, '"');
	text_encode_inner(out, utf8);
	buf_char(out, '"');
}

void text_put_code(struct buf *out, unsigned code)
{
	if (code < 0x80) {
		buf_char(out, (char)code);
		return;
	}
	if (code < 0x800) {
		buf_char(out, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			buf_char(out, (char)(0xe0 | code >> 12));
		} else {
			buf_char(out, (char)(0xf0 | code >> 18));
			buf_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		buf_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	buf_char(out, (char)(0x80 | (code & 0x3f)));
}

/* The escape \uXXXX at P, with its second half when it is a pair. */
static const char *put_unicode(struct buf *out, const char *p, const char *end)
{
	int code = hex_four(p + 2, end);
	int low;

	if (code < 0xd800 || code > 0xdfff) {
		text_put_code(out, (unsigned)code);
		return p + 6;
	}
	if (code <= 0xdbff && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
		low = hex_four(p + 8, end);
		if (low >= 0xdc00 && low <= 0xdfff) {
			text_put_code(out, 0x10000 + ((unsigned)(code - 0xd800) << 10) +
				      (unsigned)(low - 0xdc00));
			return p + 12;
		}
	}
	buf_lit(out, REPLACEMENT);
	return p + 6;
}

void text_decode(struct buf *out, struct span inner)
{
	const char *p = inner.ptr;
	const char *end = p + inner.len;

	while (p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));

		if (!slash) {
			buf_span(out, span_between(p, end));
			return;
		}
		buf_span(out, span_between(p, slash));
		p = slash + 2;
		switch (slash[1]) {
		case 'b': buf_char(out, '\b'); break;
		case 'f': buf_char(out, '\f'); break;
		case 'n': buf_char(out, '\n'); break;
		case 'r': buf_char(out, '\r'); break;
		case 't': buf_char(out, '\t'); break;
		case 'u': p = put_unicode(out, slash, end); break;
		default: buf_char(out, slash[1]); break;
		}
	}
}

bool text_is_number(struct span s)
{
	const char *bad;

	return s.len && number_end(s.ptr, s.ptr + s.len, &bad) == s.ptr + s.len;
}
